import type { Findings } from '../findings.ts'
import type { SeriesPlan } from '../plan.ts'
import type { CouponRow, RedemptionRow, Snapshot } from './snapshot.ts'
import { Tracks, trackNames as of } from './track.ts'

type Step =
  | { readonly at: number; readonly order: 0; readonly id: number; readonly issued: CouponRow }
  | { readonly at: number; readonly order: 1; readonly id: number; readonly redeemed: RedemptionRow }
  | { readonly at: number; readonly order: 2; readonly id: number; readonly reversed: RedemptionRow }
  | { readonly at: number; readonly order: 3; readonly id: number; readonly revoked: CouponRow }
  | {
      readonly at: number
      readonly order: 4
      readonly id: number
      readonly expiry: number
      readonly of: CouponRow
    }

/** Maximum distance between the instants of judgement and of writing. */
const judgedBeforeUs = 2_000_000

/** Everything that happened in the series of a round, oldest first. */
function stepsOf({ coupons, redemptions, events }: Snapshot): Step[] {
  const steps: Step[] = []
  for (const { kind, at, id, couponId, validUntil } of events) {
    const coupon = coupons.get(couponId)
    if (coupon === undefined) continue
    if (kind === 'issued') steps.push({ at, order: 0, id, issued: coupon })
    if (kind === 'expiry-changed' && validUntil !== null)
      steps.push({ at, order: 4, id, expiry: validUntil, of: coupon })
  }
  for (const one of redemptions.values()) {
    steps.push({ at: one.redeemedAt, order: 1, id: one.id, redeemed: one })
    if (one.reversedAt !== null) steps.push({ at: one.reversedAt, order: 2, id: one.id, reversed: one })
  }
  for (const coupon of coupons.values()) {
    if (coupon.revokedAt !== null)
      steps.push({ at: coupon.revokedAt, order: 3, id: coupon.id, revoked: coupon })
  }
  return steps.sort((a, b) => a.at - b.at || a.order - b.order || a.id - b.id)
}

/** No limit is exceeded at any step. The rules are written down a second time, from the specification. */
function checkRedemption(
  findings: Findings,
  tracks: Tracks,
  plan: SeriesPlan,
  coupon: CouponRow,
  one: RedemptionRow,
  validUntil: number,
): void {
  const { couponId, customerId, seriesId } = one
  const onCoupon = tracks.of(of.coupon(couponId)).now
  const limits: readonly (readonly [rule: string, count: number, limit: number | null])[] = [
    ['redemptions of a series', tracks.of(of.seriesRedeemed(seriesId)).now, plan.maxRedeemed],
    ['redemptions of a coupon', onCoupon, plan.maxPerCoupon],
    ["redemptions by a coupon's own limit", onCoupon, coupon.maxRedeemed],
    ['redemptions of a single-use coupon', onCoupon, plan.isMultipleUse ? null : 1],
    [
      'redemptions by a customer',
      tracks.of(of.customerInSeries(customerId, seriesId)).now,
      plan.maxPerCustomer,
    ],
    [
      'redemptions of a coupon by one customer',
      tracks.of(of.customerOnCoupon(customerId, couponId)).now,
      plan.isSameUserMultiple ? null : 1,
    ],
  ]
  for (const [rule, count, limit] of limits) {
    findings.expect(
      limit === null || count <= limit,
      `limit: ${rule}`,
      () =>
        `redemption ${one.id} (${one.tag}) of coupon ${couponId} by customer ${customerId} makes ${count} of ${limit}`,
    )
  }
  findings.expect(
    plan.isAnyUser || coupon.customerId === customerId,
    'only the holder redeems',
    () => `redemption ${one.id} by ${customerId}, holder ${coupon.customerId}`,
  )
  findings.expect(
    coupon.revokedAt === null || coupon.revokedAt > one.redeemedAt,
    'a revoked coupon is not redeemed',
    () => `redemption ${one.id} of coupon ${couponId}`,
  )
  findings.expect(
    one.redeemedAt <= validUntil + judgedBeforeUs,
    'an expired coupon is not redeemed',
    () => `redemption ${one.id} of coupon ${couponId}`,
  )
}

function checkIssue(
  findings: Findings,
  tracks: Tracks,
  snapshot: Snapshot,
  plan: SeriesPlan,
  coupon: CouponRow,
): void {
  const { customerId, seriesId } = coupon
  if (customerId === null) return
  const isOneEach = plan.handling === 'GENERIC' || !plan.isMultiplePerCustomer
  const limits: readonly (readonly [rule: string, count: number, limit: number | null])[] = [
    ['coupons of a series', tracks.of(of.seriesIssued(seriesId)).now, plan.maxIssued],
    ['coupons of a customer', tracks.of(of.issuedTo(customerId, seriesId)).now, plan.maxCouponsPerCustomer],
    ['one coupon per customer', tracks.of(of.held(customerId, seriesId)).now, isOneEach ? 1 : null],
  ]
  for (const [rule, count, limit] of limits) {
    findings.expect(
      limit === null || count <= limit,
      `limit: ${rule}`,
      () => `coupon ${coupon.id} of customer ${customerId} makes ${count} of ${limit}`,
    )
  }
  if (!plan.isExclusive) return
  for (const other of snapshot.series.keys()) {
    findings.expect(
      other === seriesId || tracks.of(of.held(customerId, other)).now === 0,
      'limit: series that exclude each other',
      () => `customer ${customerId} got coupon ${coupon.id} and holds one of series ${other}`,
    )
  }
}

/**
 * Replays the ledger in the order in which it was written and checks after every step. @returns how the counts changed.
 */
export function replay(findings: Findings, snapshot: Snapshot): Tracks {
  const tracks = new Tracks()
  const validUntil = new Map<number, number>()
  for (const coupon of snapshot.coupons.values()) {
    if (!snapshot.importedIds.has(coupon.id) || coupon.customerId === null) continue
    for (const name of [
      of.seriesIssued(coupon.seriesId),
      of.issuedTo(coupon.customerId, coupon.seriesId),
      of.held(coupon.customerId, coupon.seriesId),
    ])
      tracks.of(name).add(0, 1)
  }
  const count = ({ couponId, customerId, seriesId }: RedemptionRow, at: number, by: 1 | -1): void => {
    for (const name of [
      of.seriesRedeemed(seriesId),
      of.coupon(couponId),
      of.customerInSeries(customerId, seriesId),
      of.customerOnCoupon(customerId, couponId),
    ])
      tracks.of(name).add(at, by)
  }
  // A code used while unassigned is not assigned until the use is reversed.
  const notWaiting = new Set<number>()
  const use = (couponId: number, seriesId: number, at: number, from: 0 | 1, by: 1 | -1): void => {
    const isWaiting = snapshot.pooledIds.has(couponId) && !notWaiting.has(couponId)
    if (isWaiting && tracks.of(of.coupon(couponId)).now === from) tracks.of(of.gone(seriesId)).add(at, by)
  }
  for (const step of stepsOf(snapshot)) {
    if (step.order === 0) {
      const { customerId, seriesId } = step.issued
      const plan = snapshot.series.get(seriesId)?.plan
      if (plan === undefined || customerId === null) continue
      tracks.of(of.seriesIssued(seriesId)).add(step.at, 1)
      tracks.of(of.issuedTo(customerId, seriesId)).add(step.at, 1)
      tracks.of(of.held(customerId, seriesId)).add(step.at, 1)
      tracks.of(of.gone(seriesId)).add(step.at, 1)
      notWaiting.add(step.issued.id)
      // An unassigned code gets its expiry at issue.
      validUntil.delete(step.issued.id)
      checkIssue(findings, tracks, snapshot, plan, step.issued)
    } else if (step.order === 1) {
      const coupon = snapshot.coupons.get(step.redeemed.couponId)
      const plan = snapshot.series.get(step.redeemed.seriesId)?.plan
      use(step.redeemed.couponId, step.redeemed.seriesId, step.at, 0, 1)
      count(step.redeemed, step.at, 1)
      findings.expect(
        coupon !== undefined && plan !== undefined,
        'a redemption is of a coupon of its series',
        () => `redemption ${step.id}`,
      )
      if (coupon && plan)
        checkRedemption(findings, tracks, plan, coupon, step.redeemed, validUntil.get(coupon.id) ?? Infinity)
    } else if (step.order === 2) {
      findings.expect(
        step.at >= step.reversed.redeemedAt,
        'a reversal comes after its redemption',
        () => `redemption ${step.id}`,
      )
      use(step.reversed.couponId, step.reversed.seriesId, step.at, 1, -1)
      count(step.reversed, step.at, -1)
    } else if (step.order === 3) {
      const { id, seriesId, customerId } = step.revoked
      if (customerId === null) {
        tracks.of(of.gone(seriesId)).add(step.at, 1)
        notWaiting.add(id)
      }
      if (customerId !== null) tracks.of(of.held(customerId, seriesId)).add(step.at, -1)
      findings.expect(
        tracks.of(of.coupon(id)).now === 0,
        'a redeemed coupon is not revoked',
        () => `coupon ${id}`,
      )
    } else validUntil.set(step.of.id, step.expiry)
  }
  for (const [id, last] of validUntil) {
    const is = snapshot.coupons.get(id)?.validUntil
    findings.expect(
      is === last,
      'the last change of an expiry holds',
      () => `coupon ${id}: ${is} and not ${last}`,
    )
  }
  return tracks
}
