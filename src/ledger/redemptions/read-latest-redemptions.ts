import { moneyOf, type Money } from '../../values/money.ts'
import { epochS } from '../../platform/db/sql.ts'
import { discountGiven, gaveBackRest } from '../sql.ts'
import type { QueryRunner } from '../series/series-terms.ts'

/** A redemption of a coupon, with its returns and reversal. */
export interface LatestRedemption {
  readonly id: number
  readonly redeemedAtS: number
  /** The discount on the bill; null: unknown. */
  readonly given: Money | null
  /** The amount given back by returns and by a reversal. */
  readonly wentBack: Money
  readonly isUseBack: boolean
}

/** $1 organisation, $2 coupon, $3 maximum number. */
const latestSql = `
select r.id, ${epochS('r.redeemed_at')} as "redeemedAtS", (${discountGiven('r')})::float8 as given,
  (coalesce(r.returned_amount, 0) + case when ${gaveBackRest('v', 'r')} then r.discount_amount else 0 end)::float8
    as "wentBack", v.redemption_id is not null as "isUseBack"
from redemptions r left join reversals v on v.org_id = $1 and v.redemption_id = r.id
where r.org_id = $1 and r.coupon_id = $2 order by r.id desc limit $3`

/** Reads the latest redemptions of a coupon, newest first. */
export async function readLatestRedemptions(
  runner: QueryRunner,
  orgId: number,
  couponId: number,
  limit: number,
): Promise<LatestRedemption[]> {
  const { rows } = await runner.query<LatestRedemption>({
    text: latestSql,
    values: [orgId, couponId, limit],
  })
  return rows.map((row) => ({
    ...row,
    given: row.given === null ? null : moneyOf(row.given),
    wentBack: moneyOf(row.wentBack),
  }))
}
