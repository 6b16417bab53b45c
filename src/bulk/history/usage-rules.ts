import { timestampText } from '../../values/calendar.ts'
import type { CouponRecord } from './history-record.ts'

export interface NewCoupon {
  readonly customerId: number
  readonly coupon: CouponRecord
}

/** ISO text of constant length up to the year 9999, so that it sorts like the instant. */
export function timestamp(epochS: number, micros = 0): string {
  return `${timestampText(epochS)}.${String(micros).padStart(6, '0')}Z`
}

/** A five-digit year is later than any four-digit one. */
const isLater = (one: string, other: string): boolean =>
  one.length === other.length ? one > other : one.length > other.length

/** What a customer's coupons add to the counters of a series, by column. */
interface CustomerUsage {
  readonly customer_id: number
  readonly series_id: number
  issued: number
  redeemed: number
  last_issued_at: string
  last_redeemed_at: string | null
}

export interface Usage {
  readonly customers: Map<string, CustomerUsage>
  /** The latest expiry of the coupons of each series. */
  readonly ends: Map<number, string>
}

/** Sums over the coupons of a batch. */
export function usageOf(coupons: readonly NewCoupon[]): Usage {
  const usage: Usage = { customers: new Map(), ends: new Map() }
  for (const { customerId, coupon } of coupons) {
    const seriesId = coupon.series.id
    const redeemedAt = coupon.redemptions
      .filter((one) => one.reversedAtS === null)
      .map((one) => timestamp(one.redeemedAtS, one.redeemedAtUs))
    const validUntil = timestamp(coupon.validUntilS)
    const end = usage.ends.get(seriesId)
    if (end === undefined || isLater(validUntil, end)) usage.ends.set(seriesId, validUntil)

    const key = `${customerId} ${seriesId}`
    const createdAt = timestamp(coupon.createdAtS, coupon.createdAtUs)
    const customer = usage.customers.get(key) ?? {
      customer_id: customerId,
      series_id: seriesId,
      issued: 0,
      redeemed: 0,
      last_issued_at: createdAt,
      last_redeemed_at: null,
    }
    customer.issued += 1
    customer.redeemed += redeemedAt.length
    if (createdAt > customer.last_issued_at) customer.last_issued_at = createdAt
    for (const at of redeemedAt) {
      if (customer.last_redeemed_at === null || at > customer.last_redeemed_at) customer.last_redeemed_at = at
    }
    usage.customers.set(key, customer)
  }
  return usage
}
