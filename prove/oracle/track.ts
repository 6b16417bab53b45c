/** Both clocks are of one machine; one is read in milliseconds. */
export const toleranceUs = 5_000

/** How a count rose and fell, step by step. */
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

  /** Whether the count was 0 at some moment from `fromMs` to `toMs`. */
  wasZero(fromMs: number, toMs: number): boolean {
    return this.#counts(fromMs, toMs).includes(0)
  }

  /** Whether the count was at least `limit` at some moment from `fromMs` to `toMs`. */
  reached(limit: number, fromMs: number, toMs: number): boolean {
    return this.#counts(fromMs, toMs).some((count) => count >= limit)
  }

  /** The values of the count between two instants. */
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

/** Tracks by name, created on first use. */
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
  /** Codes of a pool that are no longer unassigned. */
  gone: (seriesId: number) => `series ${seriesId} gone`,
  coupon: (couponId: number) => `coupon ${couponId}`,
  customerInSeries: (customerId: number, seriesId: number) => `customer ${customerId} series ${seriesId}`,
  customerOnCoupon: (customerId: number, couponId: number) => `customer ${customerId} coupon ${couponId}`,
  issuedTo: (customerId: number, seriesId: number) => `issued ${customerId} series ${seriesId}`,
  /** Coupons of the series that the customer holds, except revoked ones. */
  held: (customerId: number, seriesId: number) => `held ${customerId} series ${seriesId}`,
}
