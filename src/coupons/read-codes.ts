import type { Context } from '../context.ts'

/** Codes of coupons by id; an id that leads to no coupon of the organisation is left out. */
export async function readCodes(
  { database }: Context,
  orgId: number,
  ids: readonly number[],
): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const { rows } = await database.pool.query<{ id: number; code: string }>({
    name: 'codes-of-coupons',
    text: 'select c.id, c.code from coupons c where c.org_id = $1 and c.id = any($2::bigint[])',
    values: [orgId, [...new Set(ids)]],
  })
  return new Map(rows.map(({ id, code }) => [id, code]))
}
