import { CompiledQuery } from 'kysely'
import type { Queries } from './queries.ts'
import { nameOfKey } from './sealed-text.ts'

/** PostgreSQL truncates application names to 63 bytes. */
const maxNamed = 5

/**
 * Each process announces its keys in its application name, so that all processes know which keys the others can decrypt
 * with.
 */
export const applicationName = (keys: readonly Buffer[]): string =>
  ['counterfoil', ...keys.slice(0, maxNamed).map(nameOfKey)].join(' ')

const connectedSql = `
select distinct application_name as name from pg_stat_activity
where datname = current_database() and application_name ~ '^counterfoil( [0-9a-f]{8})*$'`

/**
 * Returns the first key that all processes on the database have; undefined: there is none, so secrets stay unencrypted
 * for now. A process without a key (such as one of the previous release) could not decrypt secrets encrypted with it.
 */
export async function commonKey(queries: Queries, keys: readonly Buffer[]): Promise<Buffer | undefined> {
  if (keys.length === 0) return undefined
  const { rows } = await queries.executeQuery<{ name: string }>(CompiledQuery.raw(connectedSql))
  const held = rows.map(({ name }) => new Set(name.split(' ').slice(1)))
  return keys.slice(0, maxNamed).find((key) => held.every((names) => names.has(nameOfKey(key))))
}
