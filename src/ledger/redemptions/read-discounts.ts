import { moneyOf, type Money } from '../../values/money.ts'
import type { QueryRunner } from '../series/series-terms.ts'
import { discountGiven, lastReturnS } from '../sql.ts'

/** What a redemption took off its bill, and what went back of it. */
export interface RedemptionDiscount {
  readonly given: Money
  /** By returns, without what a reversal gave back. */
  readonly returned: Money
  /** Epoch seconds of the latest return; null: nothing was returned. */
  readonly returnedAtS: number | null
  /** Its use was given back, and the rest of the discount was not. */
  readonly isKept: boolean
}

const sql = `
select r.id, (${discountGiven('r')})::float8, coalesce(r.returned_amount, 0)::float8,
  ${lastReturnS('r')},
  exists (select from reversals v where v.org_id = $1 and v.redemption_id = r.id and v.keeps_discount)
from redemptions r
where r.org_id = $1 and r.id = any($2::bigint[]) and r.discount_amount is not null`

type Row = [id: number, given: number, returned: number, returnedAtS: number | null, isKept: boolean]

/** The discounts of redemptions, by their ids. Those of which it is unknown are left out. */
export async function readDiscounts(
  runner: QueryRunner,
  orgId: number,
  redemptionIds: readonly number[],
): Promise<Map<number, RedemptionDiscount>> {
  if (redemptionIds.length === 0) return new Map()
  const { rows } = await runner.query<Row>({
    name: 'discounts',
    text: sql,
    values: [orgId, redemptionIds],
    rowMode: 'array',
  })
  return new Map(
    rows.map(([id, given, returned, returnedAtS, isKept]) => [
      id,
      { given: moneyOf(given), returned: moneyOf(returned), returnedAtS, isKept },
    ]),
  )
}
