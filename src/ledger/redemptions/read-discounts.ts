import { moneyOf, type Money } from '../../values/money.ts'
import type { QueryRunner } from '../series/series-terms.ts'
import { discountGiven, returnList } from '../sql.ts'

/** The discount of a redemption, and what was returned of it. */
export interface RedemptionDiscount {
  readonly given: Money
  /** In order, without the part that a reversal returned. */
  readonly returns: readonly ReturnedPart[]
  /** The use was returned, and the rest of the discount was not. */
  readonly isKept: boolean
}

interface ReturnedPart {
  readonly amount: Money
  readonly returnedAtS: number
  readonly returnsUse: boolean
}

/** A row of `returnList`. */
export type ListedReturn = readonly [amount: number, returnedAtS: number, returnsUse: boolean]

/** @param given, @param returned as `discountGiven` and `returnList` select them. */
export const discountOf = (
  given: number,
  returned: readonly ListedReturn[] | null,
  isKept: boolean,
): RedemptionDiscount => ({
  given: moneyOf(given),
  returns: (returned ?? []).map(([amount, returnedAtS, returnsUse]) => ({
    amount: moneyOf(amount),
    returnedAtS,
    returnsUse,
  })),
  isKept,
})

const sql = `
select r.id, (${discountGiven('r')})::float8, ${returnList('r', 'v.keeps_discount')}, coalesce(v.keeps_discount, false)
from redemptions r
left join reversals v on v.org_id = $1 and v.redemption_id = r.id
where r.org_id = $1 and r.id = any($2::bigint[]) and r.discount_amount is not null`

type Row = [id: number, given: number, returned: readonly ListedReturn[] | null, isKept: boolean]

/** The discounts of redemptions, by redemption id. Redemptions with an unknown discount are omitted. */
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
  return new Map(rows.map(([id, ...columns]) => [id, discountOf(...columns)]))
}
