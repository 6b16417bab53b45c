import type { RedemptionState } from './redemption-state.ts'

/** Redemptions in one series, or of one coupon. */
interface Tally {
  redeemed: number
  readonly byCustomer: Map<number, number>
}

/** One use of a coupon by a customer. */
export interface Use {
  readonly couponId: number
  readonly seriesId: number
  readonly customerId: number
}

export const useOf = ({ couponId, series, usage }: RedemptionState): Use => ({
  couponId,
  seriesId: series.id,
  customerId: usage.customerId,
})

/**
 * What earlier redemptions of the batch add to the database state, and what holds reserve; dropped if a request is refused.
 */
export class AddedRedemptions {
  readonly #ofCoupons = new Map<number, Tally>()
  readonly #ofSeries = new Map<number, Tally>()
  readonly #counted: Use[] = []

  /** The state after the redemptions before this one in the batch. */
  to(state: RedemptionState, nowS: number): RedemptionState {
    const { coupon, seriesUsage, usage } = state
    const inSeries = this.#ofSeries.get(state.series.id)
    // If the series has no redemptions in the batch, neither has any of its coupons.
    if (inSeries === undefined) return state
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

  count(state: RedemptionState): void {
    const use = useOf(state)
    this.#change(use, 1)
    this.#counted.push(use)
  }

  /** Counts uses that are reserved: no rollback drops them. */
  reserve(uses: readonly Use[]): void {
    for (const use of uses) this.#change(use, 1)
  }

  giveBack(uses: readonly Use[]): void {
    for (const use of uses) this.#change(use, -1)
  }

  /** Counts reserved uses of a series by customers and of coupons that the batch does not concern. */
  reserveInSeries(seriesId: number, uses: number): void {
    const tally = this.#tallyOf(this.#ofSeries, seriesId)
    tally.redeemed += uses
  }

  /** Discards everything since `mark()`. */
  rollback(mark: number): void {
    this.giveBack(this.#counted.splice(mark))
  }

  mark(): number {
    return this.#counted.length
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
}
