/** Both clocks are of one machine; one is read in milliseconds. */
export const toleranceUs = 5_000

/** What a checkout reserves: all of it, or one coupon. */
export interface Own {
  readonly reference: string
  readonly couponId?: number | undefined
}

interface Step {
  readonly at: number
  readonly by: number
  /** The checkout and coupon that reserve it; undefined: it is not reserved. */
  readonly own: Own | undefined
  /** It may have ended before. */
  readonly isUncertain: boolean
}

/** How a count rose and fell, step by step. */
export class Track {
  readonly steps: Step[] = []
  #now = 0

  /** Without what is uncertain. */
  get now(): number {
    return this.#now
  }

  add(at: number, by: number, own?: Own, isUncertain = false): void {
    if (by === 0) return
    this.steps.push({ at, by, own, isUncertain })
    if (!isUncertain) this.#now += by
  }

  /** The count when the steps of the same instant only add: what it was for whoever came first. */
  most(at: number): number {
    let count = 0
    for (const step of this.steps) if (step.at < at || step.by > 0) count += step.by
    return count
  }

  /** Whether the count was 0 at some moment from `fromMs` to `toMs`. */
  wasZero(fromMs: number, toMs: number): boolean {
    return countsOf([this], fromMs, toMs).includes(0)
  }

  /** Whether the count was at least `limit` at some moment from `fromMs` to `toMs`. */
  reached(limit: number, fromMs: number, toMs: number): boolean {
    return countsOf([this], fromMs, toMs).some((count) => count >= limit)
  }
}

const isOwn = (own: Own | undefined, without: Own | undefined): boolean =>
  own !== undefined &&
  own.reference === without?.reference &&
  (without.couponId === undefined || own.couponId === without.couponId)

/** The values that several counts have together between two instants. @param without what does not count. */
export function countsOf(tracks: readonly Track[], fromMs: number, toMs: number, without?: Own): number[] {
  const from = fromMs * 1_000 - toleranceUs
  const to = toMs * 1_000 + toleranceUs
  const steps = tracks
    .flatMap((track) => track.steps)
    .filter(({ at, own }) => at <= to && !isOwn(own, without))
    .sort((a, b) => a.at - b.at)
  let count = 0
  const counts = [0]
  for (const { at, by } of steps) {
    count += by
    if (at < from) counts[0] = count
    else counts.push(count)
  }
  return counts
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
  given: (seriesId: number) => `given series ${seriesId}`,
  givenTo: (customerId: number, seriesId: number) => `given ${customerId} series ${seriesId}`,
  /** What live holds reserve of the same. */
  reserved: (track: string) => `${track}, reserved`,
  /** What standing redemptions of a day count in the same. */
  onDay: (track: string, day: string) => `${track} on ${day}`,
}
