import type { RedemptionState } from '../redemptions/redemption-state.ts'
import type { HeldInSeries, LiveHold } from './held-uses-rules.ts'
import type { CouponState, CustomerUsage, Facts } from '../redemptions/redemption-facts.ts'

/** Uses that live holds reserve, as they concern one coupon and one customer. */
export type HeldCounts = [ofSeries: number, ofCustomer: number, ofCoupon: number, ofCouponByCustomer: number]

interface Usage {
  readonly coupon: CouponState
  readonly seriesUsage: Facts['seriesUsage']
  readonly usage: CustomerUsage
}

/** The usage with what is held: a held use counts as one that takes place now. */
export function withHeld<Given extends Usage>(given: Given, held: HeldCounts | null, nowS: number): Given {
  if (held === null) return given
  const [ofSeries, ofCustomer, ofCoupon, ofCouponByCustomer] = held
  const { coupon, seriesUsage, usage } = given
  return {
    ...given,
    coupon: { ...coupon, redeemed: coupon.redeemed + ofCoupon, held: ofCoupon },
    seriesUsage: { ...seriesUsage, redeemed: seriesUsage.redeemed + ofSeries, held: ofSeries },
    usage: {
      ...usage,
      redeemedInSeries: usage.redeemedInSeries + ofCustomer,
      heldInSeries: ofCustomer,
      redeemedThisCoupon: usage.redeemedThisCoupon + ofCouponByCustomer,
      heldThisCoupon: ofCouponByCustomer,
      lastRedeemedInSeriesAtS: ofCustomer > 0 ? nowS : usage.lastRedeemedInSeriesAtS,
    },
  }
}

/** Counts what holds reserve for a coupon and a customer. @param isOwn holds of the same checkout, which are no obstacle. */
export function heldCountsOf(
  held: HeldInSeries | undefined,
  { couponId, series, usage: { customerId } }: RedemptionState,
  isOwn: (hold: LiveHold) => boolean,
): HeldCounts | null {
  if (held === undefined) return null
  const uses = held.holds
    .filter((hold) => !isOwn(hold))
    .flatMap((hold) => hold.uses.filter((use) => use.seriesId === series.id))
  const ofCoupon = uses.filter((use) => use.couponId === couponId)
  return [
    uses.length + (held.others.get(series.id) ?? 0),
    uses.filter((use) => use.customerId === customerId).length,
    ofCoupon.length,
    ofCoupon.filter((use) => use.customerId === customerId).length,
  ]
}

/** What counts against a limit, by name: redemptions, and beside them what is held. */
export const usedAndHeld = (name: string, used: number, held = 0): Readonly<Record<string, number>> =>
  held === 0 ? { [name]: used } : { [name]: used - held, held }
