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
  readonly #counted: RedemptionState[] = []

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
    this.#change(state, 1)
    this.#counted.push(state)
  }

  /** Discards everything since `mark()`. */
  rollback(mark: number): void {
    for (const state of this.#counted.splice(mark)) this.#change(state, -1)
  }

  mark(): number {
    return this.#counted.length
  }

  #change({ couponId, series, usage: { customerId } }: RedemptionState, by: 1 | -1): void {
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
