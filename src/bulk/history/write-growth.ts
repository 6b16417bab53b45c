import { announceSharesSql } from '../../ledger/post/budget.ts'
import { lockNamedSeriesSql } from '../../ledger/post/lock.ts'
import { stateOwnLimitsSql } from '../../ledger/post/limits.ts'
import { redeem } from '../../ledger/post/redeem.ts'
import { returnUntoldSql } from '../../ledger/post/return.ts'
import { reverseUntoldSql } from '../../ledger/post/reverse.ts'
import type { Runner } from '../../platform/db/runner.ts'
import type { GrownCoupon } from './growth-rules.ts'
import { returnColumns } from './return-record-rules.ts'
import { timestamp } from './usage-rules.ts'

/** Imported histories create no events. */
const addRedemptionsSql = redeem({
  given: `select r.*, s.id as store_id, null::bigint as till_id
    from jsonb_to_recordset($2::jsonb) as r(id bigint, coupon_id bigint, series_id bigint, customer_id bigint,
      redeemed_at timestamptz, reversed_at timestamptz, store text, transaction_number text,
      discount_amount numeric, returned_amount numeric, returns jsonb, keeps_discount boolean)
    left join stores s on s.org_id = $1 and s.code = r.store`,
  columns:
    'id, coupon_id, series_id, customer_id, redeemed_at, store_id, transaction_number, discount_amount, returned_amount',
  isHistory: true,
  told: 'select count(*) from e',
})

/** Writes additions to existing coupons: returns and reversals first, so that no limit is exceeded in between. */
export async function writeGrowth(
  runner: Runner,
  orgId: number,
  grown: readonly GrownCoupon[],
): Promise<void> {
  if (grown.length === 0) return
  const seriesIds = [...new Set(grown.map(({ coupon }) => coupon.series.id))]
  await runner.query(lockNamedSeriesSql, [orgId, seriesIds])
  for (const one of grown) await giveBack(runner, orgId, one)
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

/** Writes the returns of existing redemptions. A use that was returned is reversed with its return. */
async function giveBack(
  runner: Runner,
  orgId: number,
  { coupon, customerId, returned, reversed }: GrownCoupon,
): Promise<void> {
  const withReturns = new Set<number>()
  for (const { id, returns } of returned)
    for (const { amount, returnedAtS, returnsUse } of returns) {
      if (returnsUse) withReturns.add(id)
      await runner.query(returnUntoldSql, [
        orgId,
        [id],
        [amount],
        [null],
        [returnsUse],
        null,
        null,
        timestamp(returnedAtS),
      ])
    }
  for (const { id, reversedAtS } of reversed) {
    if (withReturns.has(id)) continue
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
  }
}
