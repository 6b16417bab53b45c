import type { Money } from '../../values/money.ts'
import { BudgetTally, type CountedRedemption } from '../money/budget-rules.ts'
import type { RedemptionState } from './redemption-state.ts'

/** Redemptions in one series, or of one coupon. */
interface Tally {
  redeemed: number
  readonly byCustomer: Map<number, number>
}

/** What earlier redemptions of the batch add to the database state; dropped if a request is refused. */
export class AddedRedemptions {
  readonly #ofCoupons = new Map<number, Tally>()
  readonly #ofSeries = new Map<number, Tally>()
  readonly #budgets = new BudgetTally()
  readonly #counted: { readonly state: RedemptionState; readonly discount: Money }[] = []

  /** The state after the redemptions before this one in the batch. */
  to(state: RedemptionState, nowS: number): RedemptionState {
    const { coupon, usage } = state
    const budget = budgetOf(state)
    const seriesUsage =
      budget === undefined
        ? state.seriesUsage
        : { ...state.seriesUsage, budgetUsage: this.#budgets.of(budget) }
    const inSeries = this.#ofSeries.get(state.series.id)
    // If the series has no redemptions in the batch, neither has any of its coupons.
    if (inSeries === undefined) return budget === undefined ? state : { ...state, seriesUsage }
    const ofCoupon = this.#ofCoupons.get(state.couponId)
    const byCustomer = inSeries.byCustomer.get(usage.customerId) ?? 0
    return {
      ...state,
      coupon: { ...coupon, redeemed: coupon.redeemed + (ofCoupon?.redeemed ?? 0) },
      seriesUsage: { ...seriesUsage, redeemed: seriesUsage.redeemed + inSeries.redeemed },
      usage: {
        ...usage,
        redeemedInSeries: usage.redeemedInSeries + byCustomer,
        redeemedThisCoupon: usage.redeemedThisCoupon + (ofCoupon?.byCustomer.get(usage.customerId) ?? 0),
        lastRedeemedInSeriesAtS: byCustomer > 0 ? nowS : usage.lastRedeemedInSeriesAtS,
      },
    }
  }

  /** @param discount what it takes off its bill; 0 if that is unknown. */
  count(state: RedemptionState, discount: Money): void {
    this.#change(state, discount, 1)
    this.#counted.push({ state, discount })
  }

  /** Discards everything since `mark()`. */
  rollback(mark: number): void {
    for (const { state, discount } of this.#counted.splice(mark)) this.#change(state, discount, -1)
  }

  mark(): number {
    return this.#counted.length
  }

  #change(state: RedemptionState, discount: Money, by: 1 | -1): void {
    const { couponId, series, usage } = state
    const { customerId } = usage
    const budget = budgetOf(state)
    if (budget !== undefined) this.#budgets.count(budget, by * discount, by)
    for (const [tallies, id] of [
      [this.#ofCoupons, couponId],
      [this.#ofSeries, series.id],
    ] as const) {
      const tally = tallies.get(id) ?? { redeemed: 0, byCustomer: new Map<number, number>() }
      tally.redeemed += by
      tally.byCustomer.set(customerId, (tally.byCustomer.get(customerId) ?? 0) + by)
      tallies.set(id, tally)
    }
  }
}

/** The part of a state that a budget is counted by; undefined: the series has none. */
function budgetOf({ series, seriesUsage, usage }: RedemptionState): CountedRedemption | undefined {
  if (series.budget === null || seriesUsage.budgetUsage === undefined) return undefined
  return {
    seriesId: series.id,
    customerId: usage.customerId,
    budget: series.budget,
    read: seriesUsage.budgetUsage,
  }
}
