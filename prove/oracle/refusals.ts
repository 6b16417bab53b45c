import type { Findings } from '../findings.ts'
import { itemsFor, unit, worthOf } from '../money.ts'
import type { SeriesPlan } from '../series-plan.ts'
import type { Wish } from '../requests.ts'
import type { Claimed } from './acknowledged.ts'
import { endOf, type HeldUse } from './held-uses.ts'
import { limitsOf, tracksOf } from './limits.ts'
import { isReturnRefused } from './left-to-return.ts'
import type { CouponRow, Snapshot } from './snapshot.ts'
import { countsOf, toleranceUs, trackNames as of, type Own, type Track, type Tracks } from './track.ts'

/**
 * A refusal must have been justified at some moment between request and answer: refusing for a limit that was not
 * reached then, or a coupon that was not redeemed then, is a violation.
 */
export function checkRefusals(
  findings: Findings,
  claimed: readonly Claimed[],
  snapshot: Snapshot,
  tracks: Tracks,
  held: readonly HeldUse[],
): void {
  const byCode = new Map<string, CouponRow[]>()
  for (const coupon of snapshot.coupons.values()) {
    const key = coupon.code.toUpperCase()
    byCode.set(key, [...(byCode.get(key) ?? []), coupon])
  }
  const releases = claimed.flatMap(({ outcome: { wish, sentAtMs } }) =>
    wish.kind === 'release' ? [{ holdId: wish.holdId, sentAtMs }] : [],
  )
  const issuedAt = new Map(
    snapshot.events.filter(({ kind }) => kind === 'issued').map(({ couponId, at }) => [couponId, at]),
  )
  for (const { outcome, claims } of claimed) {
    const { wish, sentAtMs, endedAtMs } = outcome
    const waited = ({ id }: CouponRow): boolean =>
      (issuedAt.get(id) ?? -Infinity) >= sentAtMs * 1_000 - toleranceUs
    for (const { code, about } of claims.refusals) {
      const isOther = code === 749 && claims.refusals.some((one) => one.code !== 749)
      const coupons = couponsFor(byCode.get(about.toUpperCase()) ?? [], wish.customerId)
      const reached = (name: string, limit: number | null | undefined): boolean =>
        typeof limit === 'number' && tracks.of(name).reached(limit, sentAtMs, endedAtMs)
      const heldNone = (seriesId: number): boolean =>
        tracks.of(of.held(wish.customerId, seriesId)).wasZero(sentAtMs, endedAtMs)
      const given = {
        snapshot,
        customerId: wish.customerId,
        wish,
        sentAtMs,
        endedAtMs,
        releases,
        heldNone,
        waited,
      }
      const isLimit = (coupon: CouponRow | undefined): boolean =>
        coupon !== undefined && isLimitReached(code, { ...given, coupon }, tracks, held)
      const isJustified =
        isOther ||
        coupons.some((coupon) => isLimit(coupon) || isReason(code, about, { ...given, coupon }, reached))
      findings.expect(
        isJustified,
        'a refusal has its reason',
        () =>
          `${code} about ${about} to ${wish.kind} ${wish.tag} of customer ${wish.customerId} ` +
          `(coupons ${JSON.stringify(coupons)}, ${new Date(sentAtMs).toISOString()} to ${new Date(endedAtMs).toISOString()})`,
      )
    }
  }
}

/** A shared code means the customer's own coupon, of which there may have been several in succession. */
function couponsFor(coupons: readonly CouponRow[], customerId: number): (CouponRow | undefined)[] {
  const own = coupons.filter((one) => one.isShared && one.customerId === customerId)
  return own.length > 0 ? own : [coupons.find((one) => !one.isShared)]
}

interface Circumstances {
  readonly snapshot: Snapshot
  readonly coupon: CouponRow | undefined
  readonly customerId: number
  readonly wish: Wish
  readonly sentAtMs: number
  readonly endedAtMs: number
  readonly releases: readonly { readonly holdId: number | undefined; readonly sentAtMs: number }[]
  /** At some moment the customer held no coupon of the series. */
  readonly heldNone: (seriesId: number) => boolean
  /** At some moment the coupon was not assigned to a customer yet. */
  readonly waited: (coupon: CouponRow) => boolean
}

/**
 * Whether a limit that refuses with this code was reached at some moment, by others than the checkout itself: what it
 * reserves is no obstacle to it.
 */
function isLimitReached(
  code: number,
  given: Circumstances & { readonly coupon: CouponRow },
  tracks: Tracks,
  held: readonly HeldUse[],
): boolean {
  const { snapshot, coupon, customerId, wish, sentAtMs, endedAtMs } = given
  const series = snapshot.series.get(coupon.seriesId)
  if (series === undefined) return false
  const subject = { couponId: coupon.id, ownLimit: coupon.maxRedeemed, seriesId: coupon.seriesId, customerId }
  const days = [sentAtMs, endedAtMs].flatMap((ms) => limitsOf(series, subject, ms * 1_000))
  const ofCoupon = new Set([of.coupon(coupon.id), of.customerOnCoupon(customerId, coupon.id)])
  const reserved = reservedFor(wish, coupon, held, sentAtMs, endedAtMs)
  return days
    .filter(({ codes }) => codes.includes(code))
    .some((limit) => {
      const mostOf = (some: readonly Track[]): number =>
        Math.max(...countsOf(some, sentAtMs, endedAtMs, ownOf(given)))
      const both = tracksOf(tracks, limit)
      // Without locks, redemptions and held uses are read at different moments: a use may move from one to the other in
      // between.
      const most = isWithoutLock(wish) ? mostOf([both[0]]) + mostOf([both[1]]) : mostOf(both)
      // A request of several codes itself uses up a limit of its series before it is refused as a whole.
      const own = ofCoupon.has(limit.used) ? 0 : Math.max(0, wish.codes.length - 1)
      if (!limit.isMoney) return most >= limit.limit - own
      return (
        most + discountOf(wish, snapshot, series.plan, reserved) > limit.limit ||
        (reserved === undefined && most >= limit.limit)
      )
    })
}

/** Quotes and checks decide nothing. */
const isWithoutLock = ({ kind }: Wish): boolean => kind === 'quote' || kind === 'ask'

/** What is no obstacle to a request: its checkout; for calls of the contract only the coupon that leaves the hold. */
function ownOf({ wish, snapshot, coupon }: Circumstances): Own | undefined {
  const reference = wish.reference ?? snapshot.holds.get(wish.holdId ?? 0)?.reference
  if (reference === undefined) return undefined
  return wish.kind.startsWith('redeem by') ? { reference, couponId: coupon?.id } : { reference }
}

/** What a hold reserved for a redemption, if it did all the time. */
function reservedFor(
  wish: Wish,
  { id }: CouponRow,
  held: readonly HeldUse[],
  sentAtMs: number,
  endedAtMs: number,
): number | undefined {
  if (!wish.kind.startsWith('redeem')) return undefined
  return held.find(
    ({ hold, couponId, from, until }) =>
      couponId === id &&
      (wish.holdId === undefined ? wish.reference === hold.reference : wish.holdId === hold.id) &&
      from <= sentAtMs * 1_000 - toleranceUs &&
      until >= endedAtMs * 1_000 + toleranceUs,
  )?.discount
}

/** The most that a request takes from a budget; of a single code that is given in part, it is the least that is given. */
function discountOf(wish: Wish, snapshot: Snapshot, plan: SeriesPlan, reserved: number | undefined): number {
  const { bill, codes } = wish
  if (bill === undefined) return 0
  if (codes.length === 1) {
    const worth = Math.min(worthOf(plan, bill), reserved ?? Infinity)
    return plan.budget?.isGivenInPart === true ? Math.min(worth, unit) : worth
  }
  return codes.reduce((sum, { seriesId }) => {
    const of = snapshot.series.get(seriesId)?.plan
    return sum + (of === undefined ? 0 : worthOf(of, bill))
  }, 0)
}

/** The hold that is named was no longer there; one that was given up or has expired can still be redeemed. */
function hasEnded({ snapshot, wish, endedAtMs, releases }: Circumstances): boolean {
  const hold = snapshot.holds.get(wish.holdId ?? 0)
  if (hold === undefined) return false
  const isOver = endOf(hold) <= endedAtMs * 1_000 + toleranceUs
  if (wish.kind !== 'extend') return isOver && (hold.endedAs === 'redeemed' || hold.endedAs === 'replaced')
  // One that was given up and redeemed afterwards does not tell any more when it was given up.
  return isOver || releases.some((one) => one.holdId === hold.id && one.sentAtMs <= endedAtMs)
}

type Reached = (name: string, limit: number | null | undefined) => boolean

function isReason(code: number, about: string, given: Circumstances, reached: Reached): boolean {
  const { snapshot, coupon, customerId, endedAtMs } = given
  const endUs = endedAtMs * 1_000 + toleranceUs
  const plan = snapshot.series.get(coupon?.seriesId ?? Number(about))?.plan
  const seriesId = coupon?.seriesId ?? Number(about)
  const isRevoked = (coupon?.revokedAt ?? Infinity) <= endUs
  const isOneEach = plan?.handling === 'GENERIC' || plan?.isMultiplePerCustomer === false
  const redemption = snapshot.redemptions.get(Number(about))
  const others = [...snapshot.series.keys()].filter((id) => id !== seriesId)
  switch (code) {
    case 660:
      return isRevoked
    case 682:
    case 633:
      // A shared code means only the customer's own coupon, and there may be none.
      return isRevoked || plan?.handling === 'GENERIC'
    case 703:
      if (plan?.isAnyUser !== false) return false
      if (coupon?.customerId !== customerId) return true
      return coupon.isShared ? given.heldNone(seriesId) : given.waited(coupon)
    case 713:
      return snapshot.events.some(
        ({ kind, couponId, validUntil }) =>
          kind === 'expiry-changed' && couponId === coupon?.id && (validUntil ?? Infinity) <= endUs,
      )
    case 9002:
      return (
        plan !== undefined && given.wish.bill !== undefined && itemsFor(plan, given.wish.bill).length === 0
      )
    case 9012:
      return hasEnded(given)
    case 9013:
    case 9014:
    case 9015:
    case 9016:
      return isReturnRefused(code, Number(about), snapshot, given.wish, endUs)
    case 690:
      // It was in the future when it was requested.
      return given.wish.expiryS * 1_000 <= endedAtMs
    case 405:
      return reached(of.coupon(coupon?.id ?? 0), 1)
    case 108:
      return plan?.handling === 'GENERIC'
    case 629:
      return given.wish.kind === 'revoke all'
    case 510:
      return (redemption?.reversedAt ?? Infinity) <= endUs
    case 5001:
      return reached(of.seriesIssued(seriesId), plan?.maxIssued)
    case 5002:
      return reached(of.issuedTo(customerId, seriesId), plan?.maxCouponsPerCustomer)
    case 5004:
      return isOneEach && (given.wish.count > 1 || reached(of.held(customerId, seriesId), 1))
    case 5005:
      return reached(of.gone(seriesId), plan?.poolSize)
    case 709:
      return (
        (plan?.isWithheld === true && reached(of.held(customerId, seriesId), 1)) ||
        (plan?.isExclusive === true && others.some((id) => reached(of.held(customerId, id), 1)))
      )
    default:
      return false
  }
}
