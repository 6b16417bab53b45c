import { besideHolds, nothing, plus, type Counted } from '../money/budget-rules.ts'
import type { RedemptionState } from '../redemptions/redemption-state.ts'
import type { Use } from '../redemptions/added-redemptions-rules.ts'
import type { Money } from '../../values/money.ts'
import type { HeldInSeries, LiveHold } from './held-uses-rules.ts'
import type { CouponState, CustomerUsage, Facts } from '../redemptions/redemption-facts.ts'

/** Uses reserved by live holds, as they affect one coupon and one customer, and the discounts reserved with them. */
export type HeldCounts = [
  ofSeries: number,
  ofCustomer: number,
  ofCoupon: number,
  ofCouponByCustomer: number,
  givenOfSeries: Money,
  givenOfCustomer: Money,
]

interface Usage {
  readonly coupon: CouponState
  readonly seriesUsage: Facts['seriesUsage']
  readonly usage: CustomerUsage
}

/** The usage of a series including held uses. */
export function seriesWithHeld(usage: Facts['seriesUsage'], held: HeldCounts | null): Facts['seriesUsage'] {
  if (held === null) return usage
  const [ofSeries, ofCustomer, , , givenOfSeries, givenOfCustomer] = held
  const { budgetUsage } = usage
  return {
    redeemed: usage.redeemed + ofSeries,
    maxRedeemed: usage.maxRedeemed,
    held: ofSeries,
    ...(budgetUsage && {
      budgetUsage: besideHolds(
        budgetUsage,
        { given: givenOfSeries, uses: ofSeries },
        { given: givenOfCustomer, uses: ofCustomer },
      ),
    }),
  }
}

/** The usage including held uses: each counts as a use that takes place now. */
export function withHeld<Given extends Usage>(given: Given, held: HeldCounts | null, nowS: number): Given {
  if (held === null) return given
  const [, ofCustomer, ofCoupon, ofCouponByCustomer] = held
  const { coupon, seriesUsage, usage } = given
  return {
    ...given,
    coupon: { ...coupon, redeemed: coupon.redeemed + ofCoupon, held: ofCoupon },
    seriesUsage: seriesWithHeld(seriesUsage, held),
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

const sumOf = (uses: readonly Use[]): Counted =>
  uses.reduce((sum, { discount }) => plus(sum, discount, 1), nothing)

/** The uses that live holds reserve in a series: in total, and for one of the customers that were read. */
export function heldOf(
  held: HeldInSeries,
  seriesId: number,
  customerId: number,
): { readonly all: Counted; readonly ofCustomer: Counted } {
  const uses = held.holds.flatMap((hold) => hold.uses.filter((use) => use.seriesId === seriesId))
  const others = held.others.get(seriesId) ?? nothing
  return {
    all: plus(sumOf(uses), others.given, others.uses),
    ofCustomer: sumOf(uses.filter((use) => use.customerId === customerId)),
  }
}

/**
 * Counts what holds reserve for a coupon and a customer. @param isOwn holds of the same checkout, which do not count
 * against it.
 */
export function heldCountsOf(
  held: HeldInSeries | undefined,
  { couponId, series, usage: { customerId } }: RedemptionState,
  isOwn: (hold: LiveHold) => boolean,
): HeldCounts | null {
  if (held === undefined) return null
  const holds = held.holds.filter((hold) => !isOwn(hold))
  const { all, ofCustomer } = heldOf({ ...held, holds }, series.id, customerId)
  const ofCoupon = holds.flatMap((hold) => hold.uses.filter((use) => use.couponId === couponId))
  return [
    all.uses,
    ofCustomer.uses,
    ofCoupon.length,
    ofCoupon.filter((use) => use.customerId === customerId).length,
    all.given,
    ofCustomer.given,
  ]
}

/** The counts against a limit, by name: redemptions and, separately, held uses. */
export const usedAndHeld = (name: string, used: number, held = 0): Readonly<Record<string, number>> =>
  held === 0 ? { [name]: used } : { [name]: used - held, held }
