import { moneyOf, type Money } from '../../values/money.ts'
import type { QueryRunner } from '../series/series-terms.ts'

const sql = `
select id, discount_amount::float8 from redemptions
where org_id = $1 and id = any($2::bigint[]) and discount_amount is not null`

/** What redemptions took off their bills, by their ids. Those of which it is unknown are left out. */
export async function readDiscounts(
  runner: QueryRunner,
  orgId: number,
  redemptionIds: readonly number[],
): Promise<Map<number, Money>> {
  if (redemptionIds.length === 0) return new Map()
  const { rows } = await runner.query<[id: number, amount: number]>({
    name: 'discounts',
    text: sql,
    values: [orgId, redemptionIds],
    rowMode: 'array',
  })
  return new Map(rows.map(([id, amount]) => [id, moneyOf(amount)]))
}
