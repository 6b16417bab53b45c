/** Clocks of one machine, one read in milliseconds. */
export const toleranceUs = 5_000

/** How a count went up and down, step by step. */
export class Track {
  readonly #at: number[] = []
  readonly #count: number[] = []

  get now(): number {
    return this.#count.at(-1) ?? 0
  }

  add(at: number, by: number): void {
    this.#at.push(at)
    this.#count.push(this.now + by)
  }

  /** Was the count 0 at some moment from `fromMs` to `toMs`? */
  wasZero(fromMs: number, toMs: number): boolean {
    return this.#counts(fromMs, toMs).includes(0)
  }

  /** Was the count at least `limit` at some moment from `fromMs` to `toMs`? */
  reached(limit: number, fromMs: number, toMs: number): boolean {
    return this.#counts(fromMs, toMs).some((count) => count >= limit)
  }

  /** What the count was between two instants. */
  #counts(fromMs: number, toMs: number): number[] {
    const from = fromMs * 1_000 - toleranceUs
    const to = toMs * 1_000 + toleranceUs
    let before = 0
    const counts: number[] = []
    for (let n = 0; n < this.#at.length; n++) {
      const at = this.#at[n] as number
      const count = this.#count[n] as number
      if (at > to) break
      if (at < from) before = count
      else counts.push(count)
    }
    return [before, ...counts]
  }
}

/** Tracks by name, made when first asked for. */
export class Tracks {
  readonly #tracks = new Map<string, Track>()

  of(name: string): Track {
    let track = this.#tracks.get(name)
    if (track === undefined) this.#tracks.set(name, (track = new Track()))
    return track
  }
}

export const trackNames = {
  seriesRedeemed: (seriesId: number) => `series ${seriesId} redeemed`,
  seriesIssued: (seriesId: number) => `series ${seriesId} issued`,
  /** Codes of a pool that no longer wait. */
  gone: (seriesId: number) => `series ${seriesId} gone`,
  coupon: (couponId: number) => `coupon ${couponId}`,
  customerInSeries: (customerId: number, seriesId: number) => `customer ${customerId} series ${seriesId}`,
  customerOnCoupon: (customerId: number, couponId: number) => `customer ${customerId} coupon ${couponId}`,
  issuedTo: (customerId: number, seriesId: number) => `issued ${customerId} series ${seriesId}`,
  /** Coupons of the series that the customer holds, revoked ones taken off. */
  held: (customerId: number, seriesId: number) => `held ${customerId} series ${seriesId}`,
}
