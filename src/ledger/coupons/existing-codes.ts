import type { ClientBase, Pool } from 'pg'
import { bearsCode } from '../sql.ts'

/** $1 organisation, $2 code keys. The limit keeps the look-up of each code an index probe of its own. */
export const existingSql = `
select k.key from unnest($2::text[]) as k(key)
cross join lateral (
  select from coupons c where ${bearsCode('k.key')} limit 1) c`

/** Those of some codes that a coupon of the organisation has. @param keys in the form in which codes are compared. */
export async function existingKeys(
  pool: Pool | ClientBase,
  orgId: number,
  keys: readonly string[],
): Promise<Set<string>> {
  const { rows } = await pool.query<{ key: string }>({
    name: 'existing-codes',
    text: existingSql,
    values: [orgId, keys],
  })
  return new Set(rows.map(({ key }) => key))
}
