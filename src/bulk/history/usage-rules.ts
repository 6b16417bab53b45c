import { timestampText } from '../../values/calendar.ts'
import type { CouponRecord } from './history-record.ts'

export interface NewCoupon {
  readonly customerId: number
  readonly coupon: CouponRecord
}

/** ISO text of one length up to the year 9999, so that it sorts like the instant. */
export function timestamp(epochS: number, micros = 0): string {
  return `${timestampText(epochS)}.${String(micros).padStart(6, '0')}Z`
}

/** A year of five digits is later than all of four. */
const isLater = (one: string, other: string): boolean =>
  one.length === other.length ? one > other : one.length > other.length

interface SeriesUsage {
  readonly seriesId: number
  issued: number
  redeemed: number
  validUntil: string
}

interface CustomerUsage {
  readonly customerId: number
  readonly seriesId: number
  issued: number
  redeemed: number
  lastIssuedAt: string
  lastRedeemedAt: string | null
}

/** What the coupons add to the counters. */
export interface Usage {
  readonly series: Map<number, SeriesUsage>
  readonly customers: Map<string, CustomerUsage>
}

/** Sums over the coupons of a batch. */
export function usageOf(coupons: readonly NewCoupon[]): Usage {
  const usage: Usage = { series: new Map(), customers: new Map() }
  for (const { customerId, coupon } of coupons) {
    const seriesId = coupon.series.id
    const redeemedAt = coupon.redemptions
      .filter((one) => one.reversedAtS === null)
      .map((one) => timestamp(one.redeemedAtS, one.redeemedAtUs))
    const validUntil = timestamp(coupon.validUntilS)
    const series = usage.series.get(seriesId) ?? { seriesId, issued: 0, redeemed: 0, validUntil }
    series.issued += 1
    series.redeemed += redeemedAt.length
    if (isLater(validUntil, series.validUntil)) series.validUntil = validUntil
    usage.series.set(seriesId, series)

    const key = `${customerId} ${seriesId}`
    const createdAt = timestamp(coupon.createdAtS, coupon.createdAtUs)
    const customer = usage.customers.get(key) ?? {
      customerId,
      seriesId,
      issued: 0,
      redeemed: 0,
      lastIssuedAt: createdAt,
      lastRedeemedAt: null,
    }
    customer.issued += 1
    customer.redeemed += redeemedAt.length
    if (createdAt > customer.lastIssuedAt) customer.lastIssuedAt = createdAt
    for (const at of redeemedAt) {
      if (customer.lastRedeemedAt === null || at > customer.lastRedeemedAt) customer.lastRedeemedAt = at
    }
    usage.customers.set(key, customer)
  }
  return usage
}
