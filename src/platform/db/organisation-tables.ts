import type { Pool } from 'pg'

/**
 * References enforced by triggers instead of foreign keys (migration 0016): rows of the first table refer to the
 * second.
 */
const keptByTriggers: readonly (readonly [string, string])[] = [
  ['redemptions', 'coupons'],
  ['redemptions', 'customers'],
  ['redemptions', 'stores'],
]

const tablesSql = `
select c.relname::text as name
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped
where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
order by 1`

const referencesSql = `
select f.conrelid::regclass::text as "from", f.confrelid::regclass::text as "to"
from pg_constraint f
where f.contype = 'f' and f.connamespace = current_schema()::regnamespace and f.conrelid <> f.confrelid`

/**
 * Returns every table with rows of organisations, each before the tables it refers to: the order in which they can be
 * emptied. `organisations` itself is the last. The list is read from the database, so new tables need not be
 * registered.
 */
export async function organisationTables(pool: Pool): Promise<string[]> {
  const { rows: tables } = await pool.query<{ name: string }>(tablesSql)
  const { rows: references } = await pool.query<{ from: string; to: string }>(referencesSql)
  const left = new Set(tables.map(({ name }) => name))
  const edges = [...references.map(({ from, to }) => [from, to] as const), ...keptByTriggers]
  const ordered: string[] = []
  while (left.size > 0) {
    const free = [...left].filter((name) => !edges.some(([from, to]) => to === name && left.has(from)))
    if (free.length === 0) throw new Error(`tables refer to each other in a circle: ${[...left].join(', ')}`)
    for (const name of free) left.delete(name)
    ordered.push(...free)
  }
  return ordered
}
