import type { Findings } from '../findings.ts'
import type { Wish } from '../requests.ts'
import type { Claimed } from './acknowledged.ts'
import type { CouponRow, Snapshot } from './snapshot.ts'
import { toleranceUs, trackNames as of, type Tracks } from './track.ts'

/**
 * A refusal must have been justified at some moment between request and answer: refusing for a limit that was not
 * reached then, or a coupon that was not redeemed then, is a violation.
 */
export function checkRefusals(
  findings: Findings,
  claimed: readonly Claimed[],
  snapshot: Snapshot,
  tracks: Tracks,
): void {
  const byCode = new Map<string, CouponRow[]>()
  for (const coupon of snapshot.coupons.values()) {
    const key = coupon.code.toUpperCase()
    byCode.set(key, [...(byCode.get(key) ?? []), coupon])
  }
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
      const given = { snapshot, customerId: wish.customerId, wish, endedAtMs, heldNone, waited }
      const isJustified =
        isOther || coupons.some((coupon) => isReason(code, about, { ...given, coupon }, reached))
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
  readonly endedAtMs: number
  /** At some moment the customer held no coupon of the series. */
  readonly heldNone: (seriesId: number) => boolean
  /** At some moment the coupon was not assigned to a customer yet. */
  readonly waited: (coupon: CouponRow) => boolean
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
  // A bulk request itself uses up a limit before it is refused as a whole.
  const withOwn = (limit: number | null | undefined): number | null =>
    typeof limit !== 'number' ? null : limit - Math.max(0, given.wish.codes.length - 1)
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
    case 711:
      return (
        (plan?.isMultipleUse === false || coupon?.maxRedeemed === 1) && reached(of.coupon(coupon?.id ?? 0), 1)
      )
    case 716:
      return (
        plan?.isSameUserMultiple === false && reached(of.customerOnCoupon(customerId, coupon?.id ?? 0), 1)
      )
    case 696:
      return [plan?.maxPerCoupon, coupon?.maxRedeemed].some((limit) =>
        reached(of.coupon(coupon?.id ?? 0), limit),
      )
    case 736:
      return reached(of.customerInSeries(customerId, seriesId), withOwn(plan?.maxPerCustomer))
    case 728:
      return reached(of.seriesRedeemed(seriesId), withOwn(plan?.maxRedeemed))
    case 713:
      return snapshot.events.some(
        ({ kind, couponId, validUntil }) =>
          kind === 'expiry-changed' && couponId === coupon?.id && (validUntil ?? Infinity) <= endUs,
      )
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
