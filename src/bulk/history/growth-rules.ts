import { describeOtherCoupon, describeOtherSeries } from './conflict-rules.ts'
import type { CouponRecord, RedemptionRecord } from './history-record.ts'
import type { Known } from './known.ts'

/** The additions of a later history to an existing coupon. */
export interface GrownCoupon {
  readonly customerId: number
  readonly coupon: CouponRecord
  /** New redemptions, some of them reversed. */
  readonly redemptions: readonly RedemptionRecord[]
  /** Existing redemptions that were reversed since. */
  readonly reversed: readonly RedemptionRecord[]
}

/**
 * Reads a record as a later state of an existing coupon: with more redemptions, more reversals or another number of
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
  if (added.some(({ id }) => known.redemptions.has(id))) return undefined
  const isGrown = added.length > 0 || reversed.length > 0 || there.maxRedeemed !== record.maxRedeemed
  const redemptions = new Map(there.redemptions)
  for (const one of added) redemptions.set(one.id, { ...one, storeCode: one.place?.code ?? null })
  for (const { id, reversedAtS } of reversed) {
    const before = redemptions.get(id)
    if (before !== undefined) redemptions.set(id, { ...before, reversedAtS })
  }
  const grown = { ...there, maxRedeemed: record.maxRedeemed, redemptions }
  if (!isGrown || describeOtherCoupon(record, customerId, grown) !== undefined) return undefined
  known.coupons.set(record.id, grown)
  for (const { id } of added) known.redemptions.set(id, record.id)
  return { customerId, coupon: record, redemptions: added, reversed }
}
