import type { Money } from '../../values/money.ts'
import {
  besideHolds,
  BudgetTally,
  nothing,
  plus,
  type Counted,
  type CountedRedemption,
} from '../money/budget-rules.ts'
import type { RedemptionState } from './redemption-state.ts'

/** Redemptions in one series, or of one coupon. */
interface Tally {
  redeemed: number
  readonly byCustomer: Map<number, number>
}

/** The uses that holds reserve in one series. */
interface Held {
  all: Counted
  readonly byCustomer: Map<number, Counted>
}

/** One use of a coupon by a customer. */
export interface Use {
  readonly couponId: number
  readonly seriesId: number
  readonly customerId: number
  /** The discount on its bill; 0 if unknown. */
  readonly discount: Money
}

export const useOf = ({ couponId, series, usage }: RedemptionState, discount: Money): Use => ({
  couponId,
  seriesId: series.id,
  customerId: usage.customerId,
  discount,
})

/**
 * Added to the database state: the earlier redemptions of the batch, which are dropped if a request is refused, and
 * held uses. Budgets count the two separately: a redemption counts in the periods in which it took place, a held use
 * always in the current ones.
 */
export class AddedRedemptions {
  readonly #ofCoupons = new Map<number, Tally>()
  readonly #ofSeries = new Map<number, Tally>()
  readonly #budgets = new BudgetTally()
  readonly #held = new Map<number, Held>()
  readonly #counted: { readonly state: RedemptionState; readonly discount: Money }[] = []

  /** The state after the redemptions before this one in the batch. */
  to(state: RedemptionState, nowS: number): RedemptionState {
    const { coupon, usage } = state
    const budget = budgetOf(state)
    const seriesUsage =
      budget === undefined ? state.seriesUsage : { ...state.seriesUsage, budgetUsage: this.#usageOf(budget) }
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

  /** @param discount the discount on the bill; 0 if unknown. */
  count(state: RedemptionState, discount: Money): void {
    this.#redeem(state, discount, 1)
    this.#counted.push({ state, discount })
  }

  /** Counts held uses, which a rollback does not drop. */
  reserve(uses: readonly Use[]): void {
    for (const use of uses) this.#hold(use, 1)
  }

  giveBack(uses: readonly Use[]): void {
    for (const use of uses) this.#hold(use, -1)
  }

  /** Counts held uses of a series of customers and coupons that the batch does not concern. */
  reserveInSeries(seriesId: number, { given, uses }: Counted): void {
    this.#tallyOf(this.#ofSeries, seriesId).redeemed += uses
    const held = this.#heldIn(seriesId)
    held.all = plus(held.all, given, uses)
  }

  /** Discards everything since `mark()`. */
  rollback(mark: number): void {
    for (const { state, discount } of this.#counted.splice(mark)) this.#redeem(state, discount, -1)
  }

  mark(): number {
    return this.#counted.length
  }

  #usageOf(budget: CountedRedemption) {
    const usage = this.#budgets.of(budget)
    const held = this.#held.get(budget.seriesId)
    if (held === undefined) return usage
    return besideHolds(usage, held.all, held.byCustomer.get(budget.customerId) ?? nothing)
  }

  #redeem(state: RedemptionState, discount: Money, by: 1 | -1): void {
    this.#change(useOf(state, discount), by)
    const budget = budgetOf(state)
    if (budget !== undefined) this.#budgets.count(budget, by * discount, by)
  }

  #hold(use: Use, by: 1 | -1): void {
    this.#change(use, by)
    const held = this.#heldIn(use.seriesId)
    const ofCustomer = held.byCustomer.get(use.customerId) ?? nothing
    held.all = plus(held.all, by * use.discount, by)
    held.byCustomer.set(use.customerId, plus(ofCustomer, by * use.discount, by))
  }

  #change({ couponId, seriesId, customerId }: Use, by: 1 | -1): void {
    for (const tally of [this.#tallyOf(this.#ofCoupons, couponId), this.#tallyOf(this.#ofSeries, seriesId)]) {
      tally.redeemed += by
      tally.byCustomer.set(customerId, (tally.byCustomer.get(customerId) ?? 0) + by)
    }
  }

  #tallyOf(tallies: Map<number, Tally>, id: number): Tally {
    const tally = tallies.get(id) ?? { redeemed: 0, byCustomer: new Map<number, number>() }
    tallies.set(id, tally)
    return tally
  }

  #heldIn(seriesId: number): Held {
    const held = this.#held.get(seriesId) ?? { all: nothing, byCustomer: new Map<number, Counted>() }
    this.#held.set(seriesId, held)
    return held
  }
}

/** The part of a state that its budget is counted by; undefined: the series has no budget. */
function budgetOf({ series, seriesUsage, usage }: RedemptionState): CountedRedemption | undefined {
  if (series.budget === null || seriesUsage.budgetUsage === undefined) return undefined
  return {
    seriesId: series.id,
    customerId: usage.customerId,
    budget: series.budget,
    read: seriesUsage.budgetUsage,
  }
}
