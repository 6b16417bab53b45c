import type { Findings } from '../findings.ts'
import type { SeriesPlan } from '../series-plan.ts'
import type { ProofSeries } from '../world.ts'
import type { HeldUse } from './held-uses.ts'
import { dayOf, limitsOf, sumsOf, tracksOf, usesOf, type Subject } from './limits.ts'
import { restOf } from './left-to-return.ts'
import type { CouponRow, RedemptionRow, ReturnRow, Snapshot } from './snapshot.ts'
import { Tracks, trackNames as of } from './track.ts'

type Step =
  // Whatever ends first, ends: of two judgements in one millisecond the later one has seen it.
  | { readonly at: number; readonly order: -1; readonly id: number; readonly freed: HeldUse }
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
  | { readonly at: number; readonly order: 5; readonly id: number; readonly reserved: HeldUse }
  | {
      readonly at: number
      readonly order: 6
      readonly id: number
      readonly returned: ReturnRow
      readonly of: RedemptionRow
    }

/** Maximum distance between the instants of judgement and of writing. */
const judgedBeforeUs = 2_000_000

/** Everything that happened in the series of a round, oldest first. */
function stepsOf({ coupons, redemptions, returns, events }: Snapshot, held: readonly HeldUse[]): Step[] {
  const steps: Step[] = []
  for (const use of held) {
    const { id } = use.hold
    if (use.until > use.from) steps.push({ at: use.from, order: 5, id, reserved: use })
    if (use.until > use.from) steps.push({ at: use.until, order: -1, id, freed: use })
  }
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
    for (const returned of returns.get(one.id) ?? [])
      steps.push({ at: returned.at, order: 6, id: returned.id, returned, of: one })
  }
  for (const coupon of coupons.values()) {
    if (coupon.revokedAt !== null)
      steps.push({ at: coupon.revokedAt, order: 3, id: coupon.id, revoked: coupon })
  }
  return steps.sort((a, b) => a.at - b.at || a.order - b.order || a.id - b.id)
}

/** No limit is exceeded at any step, by what is redeemed and what is reserved together. */
function checkLimits(
  findings: Findings,
  tracks: Tracks,
  series: ProofSeries,
  subject: Subject,
  at: number,
  what: () => string,
): void {
  for (const limit of limitsOf(series, subject, at)) {
    const taken = tracksOf(tracks, limit).reduce((sum, track) => sum + track.now, 0)
    findings.expect(
      taken <= limit.limit,
      `limit: ${limit.rule}`,
      () =>
        `${what()} of coupon ${subject.couponId} by customer ${subject.customerId} makes ${taken} of ${limit.limit}`,
    )
  }
}

/** A coupon that is redeemed or reserved may be. */
function checkCoupon(
  findings: Findings,
  { isAnyUser }: SeriesPlan,
  coupon: CouponRow,
  { customerId, at }: { readonly customerId: number; readonly at: number },
  validUntil: number,
  what: () => string,
): void {
  findings.expect(
    isAnyUser || coupon.customerId === customerId,
    'only the holder redeems',
    () => `${what()} by ${customerId}, holder ${coupon.customerId}`,
  )
  findings.expect(
    coupon.revokedAt === null || coupon.revokedAt > at,
    'a revoked coupon is not redeemed',
    () => `${what()} of coupon ${coupon.id}`,
  )
  findings.expect(
    at <= validUntil + judgedBeforeUs,
    'an expired coupon is not redeemed',
    () => `${what()} of coupon ${coupon.id}`,
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
export function replay(findings: Findings, snapshot: Snapshot, held: readonly HeldUse[]): Tracks {
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
  const dayIn = (seriesId: number, at: number): string =>
    dayOf(snapshot.series.get(seriesId)?.timeZone ?? 'UTC', at)
  /** What goes back counts in the day of the redemption. */
  const count = (one: RedemptionRow, at: number, uses: number, sum: number): void => {
    const day = dayIn(one.seriesId, one.redeemedAt)
    for (const name of usesOf(one))
      for (const each of [name, of.onDay(name, day)]) tracks.of(each).add(at, uses)
    for (const name of sumsOf(one))
      for (const each of [name, of.onDay(name, day)]) tracks.of(each).add(at, sum)
  }
  const reserve = (use: HeldUse, at: number, by: 1 | -1, isUncertain = false): void => {
    const own = { reference: use.hold.reference, couponId: use.couponId }
    const add = (name: string, amount: number): void =>
      tracks.of(of.reserved(name)).add(at, amount, own, isUncertain)
    for (const name of usesOf(use)) add(name, by)
    for (const name of sumsOf(use)) add(name, by * use.discount)
  }
  // A code used while unassigned is not assigned until the use is reversed.
  const notWaiting = new Set<number>()
  const use = (couponId: number, seriesId: number, at: number, from: 0 | 1, by: 1 | -1): void => {
    const isWaiting = snapshot.pooledIds.has(couponId) && !notWaiting.has(couponId)
    if (isWaiting && tracks.of(of.coupon(couponId)).now === from) tracks.of(of.gone(seriesId)).add(at, by)
  }
  for (const step of stepsOf(snapshot, held)) {
    if (step.order === -1) {
      reserve(step.freed, step.at, -1)
      const { until, untilAtMost } = step.freed
      if (until < untilAtMost) {
        reserve(step.freed, until, 1, true)
        reserve(step.freed, untilAtMost, -1, true)
      }
    } else if (step.order === 5) {
      const { couponId, seriesId } = step.reserved
      const [coupon, series] = [snapshot.coupons.get(couponId), snapshot.series.get(seriesId)]
      reserve(step.reserved, step.at, 1)
      if (coupon === undefined || series === undefined) continue
      const what = (): string => `hold ${step.id}`
      const by = { customerId: step.reserved.customerId, at: step.at }
      checkLimits(findings, tracks, series, step.reserved, step.at, what)
      checkCoupon(findings, series.plan, coupon, by, validUntil.get(couponId) ?? Infinity, what)
    } else if (step.order === 0) {
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
      const series = snapshot.series.get(step.redeemed.seriesId)
      use(step.redeemed.couponId, step.redeemed.seriesId, step.at, 0, 1)
      count(step.redeemed, step.at, 1, step.redeemed.discount ?? 0)
      findings.expect(
        coupon !== undefined && series !== undefined,
        'a redemption is of a coupon of its series',
        () => `redemption ${step.id}`,
      )
      if (coupon === undefined || series === undefined) continue
      const what = (): string => `redemption ${step.id} (${step.redeemed.tag})`
      const by = { customerId: step.redeemed.customerId, at: step.at }
      checkLimits(findings, tracks, series, { ...step.redeemed, ownLimit: coupon.maxRedeemed }, step.at, what)
      checkCoupon(findings, series.plan, coupon, by, validUntil.get(coupon.id) ?? Infinity, what)
    } else if (step.order === 2) {
      findings.expect(
        step.at >= step.reversed.redeemedAt,
        'a reversal comes after its redemption',
        () => `redemption ${step.id}`,
      )
      use(step.reversed.couponId, step.reversed.seriesId, step.at, 1, -1)
      count(step.reversed, step.at, -1, -restOf(step.reversed))
    } else if (step.order === 6) {
      count(step.of, step.at, 0, -step.returned.amount)
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
