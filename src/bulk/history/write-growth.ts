import { announceSharesSql } from '../../ledger/post/budget.ts'
import { lockNamedSeriesSql } from '../../ledger/post/lock.ts'
import { stateOwnLimitsSql } from '../../ledger/post/limits.ts'
import { redeem } from '../../ledger/post/redeem.ts'
import { reverseUntoldSql } from '../../ledger/post/reverse.ts'
import type { Runner } from '../../platform/db/runner.ts'
import type { GrownCoupon } from './growth-rules.ts'
import { returnColumns } from './return-columns-rules.ts'
import { timestamp } from './usage-rules.ts'

/** A history tells nobody of what it brings in: there are no events. */
const addRedemptionsSql = redeem({
  given: `select r.*, s.id as store_id,
      case when r.returned_at is not null then nextval('returns_id_seq') end as return_id
    from jsonb_to_recordset($2::jsonb) as r(id bigint, coupon_id bigint, series_id bigint, customer_id bigint,
      redeemed_at timestamptz, reversed_at timestamptz, store text, transaction_number text,
      discount_amount numeric, returned_amount numeric, returned_at timestamptz, keeps_discount boolean)
    left join stores s on s.org_id = $1 and s.code = r.store`,
  columns:
    'id, coupon_id, series_id, customer_id, redeemed_at, store_id, transaction_number, discount_amount, returned_amount',
  isHistory: true,
  told: 'select count(*) from e',
})

/** Writes what has come to coupons that are there: reversals first, so that no limit stands in the way. */
export async function writeGrowth(
  runner: Runner,
  orgId: number,
  grown: readonly GrownCoupon[],
): Promise<void> {
  if (grown.length === 0) return
  const seriesIds = [...new Set(grown.map(({ coupon }) => coupon.series.id))]
  await runner.query(lockNamedSeriesSql, [orgId, seriesIds])
  for (const { coupon, customerId, reversed } of grown)
    for (const { id, reversedAtS } of reversed)
      await runner.query(reverseUntoldSql, [
        orgId,
        [id],
        [coupon.id],
        [coupon.series.id],
        [customerId],
        [null],
        timestamp(reversedAtS ?? 0),
        [null],
      ])
  const limits = grown.map(({ coupon }) => ({ id: coupon.id, max_redeemed: coupon.maxRedeemed }))
  await runner.query(stateOwnLimitsSql, [orgId, JSON.stringify(limits)])
  const records = grown.flatMap(({ coupon, customerId, redemptions }) =>
    redemptions.map((one) => ({
      id: one.id,
      coupon_id: coupon.id,
      series_id: coupon.series.id,
      customer_id: customerId,
      redeemed_at: timestamp(one.redeemedAtS, one.redeemedAtUs),
      reversed_at: one.reversedAtS === null ? null : timestamp(one.reversedAtS),
      store: one.place?.code,
      transaction_number: one.transactionNumber ?? '',
      ...returnColumns(one),
    })),
  )
  if (records.length === 0) return
  await runner.query(addRedemptionsSql, [orgId, JSON.stringify(records)])
  await runner.query(announceSharesSql, [orgId, seriesIds, null])
}
