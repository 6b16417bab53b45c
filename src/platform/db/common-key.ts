import { CompiledQuery } from 'kysely'
import type { Queries } from './queries.ts'
import { nameOfKey } from './sealed-text.ts'

/** PostgreSQL cuts names of applications off behind 63 bytes. */
const maxNamed = 5

/** Every process tells the database by its name which keys it holds, so that all know what the others can decrypt. */
export const applicationName = (keys: readonly Buffer[]): string =>
  ['counterfoil', ...keys.slice(0, maxNamed).map(nameOfKey)].join(' ')

const connectedSql = `
select distinct application_name as name from pg_stat_activity
where datname = current_database() and application_name ~ '^counterfoil( [0-9a-f]{8})*$'`

/**
 * The first key that all processes on the database hold; undefined: there is none, so secrets stay readable for now. While
 * one is missing in a process (one of the release before knows of none), it could not decrypt what is encrypted with it.
 */
export async function commonKey(queries: Queries, keys: readonly Buffer[]): Promise<Buffer | undefined> {
  if (keys.length === 0) return undefined
  const { rows } = await queries.executeQuery<{ name: string }>(CompiledQuery.raw(connectedSql))
  const held = rows.map(({ name }) => new Set(name.split(' ').slice(1)))
  return keys.slice(0, maxNamed).find((key) => held.every((names) => names.has(nameOfKey(key))))
}
