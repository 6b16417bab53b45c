import type { ClientBase, Pool } from 'pg'
import { bearsCode } from '../sql.ts'

/** $1 organisation, $2 code keys. The limit keeps the look-up of each code a separate index probe. */
export const existingSql = `
select k.key from unnest($2::text[]) as k(key)
cross join lateral (
  select from coupons c where ${bearsCode('k.key')} limit 1) c`

/** Returns the keys that belong to a coupon of the organisation. @param keys in the form used for comparison. */
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
