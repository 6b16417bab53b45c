import { describeOtherCoupon, describeOtherSeries, redemptionState } from './conflict-rules.ts'
import type { CouponRecord, RedemptionRecord, ReturnRecord } from './history-record.ts'
import type { Known } from './known.ts'
import { returnsSince } from './return-record-rules.ts'

/** The additions of a later history to an existing coupon. */
export interface GrownCoupon {
  readonly customerId: number
  readonly coupon: CouponRecord
  /** New redemptions, some of them reversed. */
  readonly redemptions: readonly RedemptionRecord[]
  /** Returns since then of existing redemptions. */
  readonly returned: readonly { readonly id: number; readonly returns: readonly ReturnRecord[] }[]
  /** Existing redemptions that were reversed since then, including those whose use was returned. */
  readonly reversed: readonly RedemptionRecord[]
}

/**
 * Reads a record as a later state of an existing coupon: with more redemptions, returns or reversals or another number of
 * remaining uses, and otherwise the same. The additions are then known.
 *
 * @returns undefined for any other record.
 */
export function growCoupon(record: CouponRecord, customerId: number, known: Known): GrownCoupon | undefined {
  const there = known.coupons.get(record.id)
  const series = known.series.get(record.series.id)
  if (there === undefined || series === undefined || describeOtherSeries(record.series, series) !== undefined)
    return undefined
  const added = record.redemptions.filter(({ id }) => !there.redemptions.has(id))
  const reversed = record.redemptions.filter(
    ({ id, reversedAtS }) => reversedAtS !== null && there.redemptions.get(id)?.reversedAtS === null,
  )
  const returned = record.redemptions.flatMap((one) => {
    const before = there.redemptions.get(one.id)
    const returns = before === undefined ? [] : returnsSince(one, before)
    return returns.length === 0 ? [] : [{ id: one.id, returns }]
  })
  if (added.some(({ id }) => known.redemptions.has(id))) return undefined
  const isGrown = [added, returned, reversed].some(({ length }) => length > 0)
  if (!isGrown && there.maxRedeemed === record.maxRedeemed) return undefined
  const redemptions = new Map(there.redemptions)
  for (const one of added) redemptions.set(one.id, redemptionState(one))
  const grownIds = new Set([...returned, ...reversed].map(({ id }) => id))
  for (const one of record.redemptions) {
    const before = redemptions.get(one.id)
    if (!grownIds.has(one.id) || before === undefined) continue
    const { reversedAtS, discountReturned, keepsDiscount } = redemptionState(one)
    redemptions.set(one.id, {
      ...before,
      reversedAtS: before.reversedAtS ?? reversedAtS,
      keepsDiscount: before.keepsDiscount || keepsDiscount,
      discountReturned: discountReturned ?? before.discountReturned,
    })
  }
  const grown = { ...there, maxRedeemed: record.maxRedeemed, redemptions }
  if (describeOtherCoupon(record, customerId, grown) !== undefined) return undefined
  known.coupons.set(record.id, grown)
  for (const { id } of added) known.redemptions.set(id, record.id)
  return { customerId, coupon: record, redemptions: added, returned, reversed }
}
