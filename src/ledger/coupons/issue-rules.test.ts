import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openTerms } from '../../../test/support/open-terms.ts'
import type { CustomerProfile } from '../customers/customer-profile.ts'
import { decideIssue, expiresAtS, type IssueState, type IssueTerms } from './issue-rules.ts'

const nowS = 1_780_000_000
const dayS = 86_400

const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null, freq: 2 })
const anyCase = fc.record({
  isCustomerKnown: fc.constantFrom(true, true, true, true, true, true, true, false),
  isSeriesKnown: fc.constantFrom(true, true, true, true, true, true, true, false),
  isBlocked: fc.constantFrom(false, false, false, false, false, true),
  endsInS: fc.constantFrom(0, 1, dayS, -1),
  handling: fc.constantFrom('DISC_CODE' as const, 'DISC_CODE_PIN' as const, 'GENERIC' as const),
  isMultiple: fc.constantFrom(true, true, false),
  perCustomer: orNull(fc.integer({ min: 1, max: 6 })),
  gapDays: orNull(fc.integer({ min: 1, max: 2 })),
  isWithheld: fc.boolean(),
  inAll: orNull(fc.integer({ min: 0, max: 12 })),
  waiting: fc.nat(8),
  /** The customer's coupons before the batch: their age in seconds, and whether each is revoked or still works. */
  held: fc.array(
    fc.record({
      agoS: fc.constantFrom(0, 1, dayS - 1, dayS, 2 * dayS),
      isRevoked: fc.constantFrom(false, false, true),
      works: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  ofOthers: fc.nat(5),
  granted: fc.nat(2),
  grantedToOthers: fc.nat(2),
  exclusive: fc.constantFrom(null, null, null, null, 'before', 'batch'),
  count: fc.integer({ min: 1, max: 6 }),
})
type Case = typeof anyCase extends fc.Arbitrary<infer Value> ? Value : never

/** Whether the single-coupon rule applies: the customer may have one coupon, regardless of other limits. */
const isOneOnly = (given: Case) => given.handling === 'GENERIC' || !given.isMultiple

/** Issues one coupon at a time and checks each against all coupons issued before it. */
function oneByOne(given: Case): { granted: number; resent: boolean; refusal: number | null } {
  let granted = 0
  const stop = (refusal: number | null, resent = false) => ({ granted, resent, refusal })
  if (!given.isCustomerKnown) return stop(701)
  if (!given.isSeriesKnown) return stop(707)
  if (given.endsInS < 0) return stop(713)
  if (given.isBlocked) return stop(742)
  for (; granted < given.count; granted++) {
    const had = given.held.length + given.granted + granted
    const has = had - given.held.filter(({ isRevoked }) => isRevoked).length
    const times = [
      ...given.held.map(({ agoS }) => nowS - agoS),
      ...Array.from({ length: given.granted + granted }, () => nowS),
    ]
    const isTooSoon = given.gapDays !== null && times.some((atS) => nowS < atS + (given.gapDays ?? 0) * dayS)
    if (isOneOnly(given) && has > 0) {
      if (granted > 0) return stop(5004)
      if (given.isWithheld) return stop(709)
      const works = given.granted > 0 || given.held.some((one) => !one.isRevoked && one.works)
      return works ? stop(given.count > 1 ? 5004 : null, true) : stop(5004)
    }
    if (granted === 0 && given.exclusive !== null) return stop(709)
    if (granted === 0 && isTooSoon) return stop(709)
    if (had >= (given.perCustomer ?? Infinity)) return stop(5002)
    if (isTooSoon) return stop(709)
    const issued = given.held.length + given.ofOthers + given.granted + given.grantedToOthers + granted
    if (issued >= (given.inAll ?? Infinity)) return stop(5001)
    if (given.handling === 'DISC_CODE_PIN' && granted >= given.waiting) return stop(5005)
  }
  return stop(null)
}

const termsOf = (given: Case): IssueTerms => ({
  ...openTerms,
  clientHandlingType: given.handling,
  validUntilS: nowS + given.endsInS,
  isMultiplePerCustomerAllowed: given.isMultiple,
  maxCouponsPerCustomer: given.perCustomer,
  minDaysBetweenCoupons: given.gapDays,
  isExistingCouponWithheld: given.isWithheld,
})

function stateOf(given: Case): IssueState {
  const works = given.granted > 0 || given.held.some((one) => !one.isRevoked && one.works)
  const inBatch = given.granted + given.grantedToOthers
  return {
    customer: given.isCustomerKnown ? ({ id: 1 } as CustomerProfile) : undefined,
    isBlocked: given.isBlocked,
    series: given.isSeriesKnown ? termsOf(given) : undefined,
    issued: given.held.length + given.ofOthers,
    maxIssued: given.inAll,
    issuedToCustomer: given.held.length,
    revokedOfCustomer: given.held.filter(({ isRevoked }) => isRevoked).length,
    lastIssuedAtS: given.held.length === 0 ? null : nowS - Math.min(...given.held.map(({ agoS }) => agoS)),
    held: works ? { id: 5, code: 'X', validUntilS: nowS } : null,
    holdsExclusive: given.exclusive === 'before',
    waitingCodes: given.waiting + inBatch,
    nowS,
  }
}

describe('decideIssue', () => {
  test('grants as many as one-by-one issuing would, and gives the same reason for stopping', () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        const decision = decideIssue(stateOf(given), given.count, {
          inSeries: given.granted + given.grantedToOthers,
          toCustomer: given.granted,
          holdsExclusive: given.exclusive === 'batch',
        })
        const { granted, resent, refusal } = oneByOne(given)
        expect([decision.granted, decision.resent !== null, decision.refusal]).toEqual([
          granted,
          resent,
          refusal,
        ])
      }),
      { numRuns: 3_000 },
    )
  })
})

/** Some zones change their clocks at midnight, so that a day begins at 01:00 or ends twice. */
const zones = [
  'UTC',
  'Asia/Kolkata',
  'Europe/Berlin',
  'Africa/Cairo',
  'America/Santiago',
  'America/New_York',
  'Australia/Lord_Howe',
]

const formats = new Map(
  zones.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }),
  ]),
)
/** `YYYY-MM-DD HH:MM:SS` in the zone, computed by a calendar other than the one under test. */
const wallOf = (zone: string, atS: number) => formats.get(zone)?.format(atS * 1000) ?? ''
const isoDay = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** 2024 to 2030, often near a clock change. */
const anyInstantS = fc.oneof(
  fc.integer({ min: 1_704_067_200, max: 1_893_456_000 }),
  fc
    .tuple(
      fc.constantFrom(
        '2026-03-29T01:00:00Z',
        '2026-10-25T01:00:00Z',
        '2026-04-23T22:00:00Z',
        '2026-10-29T21:00:00Z',
        '2026-09-06T04:00:00Z',
        '2026-04-05T03:00:00Z',
        '2026-11-01T06:00:00Z',
      ),
      fc.integer({ min: -2 * dayS, max: 2 * dayS }),
    )
    .map(([around, deltaS]) => Date.parse(around) / 1000 + deltaS),
)

describe('expiresAtS', () => {
  const expiry = fc.record({
    zone: fc.constantFrom(...zones),
    issuedAtS: anyInstantS,
    strategy: fc.constantFrom('SERIES_EXPIRY' as const, 'DAYS' as const, 'MONTHS_END' as const),
    value: fc.oneof(fc.nat(3), fc.nat(400)),
    seriesEndsInS: fc.integer({ min: 0, max: 900 * dayS }),
  })

  test('is the last second of the day that the strategy names, never after the series', () => {
    fc.assert(
      fc.property(expiry, ({ zone, issuedAtS, strategy, value, seriesEndsInS }) => {
        const series = {
          validUntilS: issuedAtS + seriesEndsInS,
          expiryStrategy: strategy,
          expiryStrategyValue: value,
        } as IssueTerms
        const endS = expiresAtS(series, issuedAtS, zone)
        expect(endS).toBeLessThanOrEqual(series.validUntilS)
        const [year = 0, month = 0, day = 0] = wallOf(zone, issuedAtS).slice(0, 10).split('-').map(Number)
        const named = {
          SERIES_EXPIRY: '9999-12-31',
          DAYS: isoDay(Date.UTC(year, month - 1, day + value)),
          MONTHS_END: isoDay(Date.UTC(year, month + value, 0)),
        }[strategy]
        // Either the series ends first, on that day at the latest, or the coupon expires at the very end of that day.
        const isCut = endS === series.validUntilS && wallOf(zone, endS).slice(0, 10) <= named
        const isEndOfDay =
          wallOf(zone, endS) === `${named} 23:59:59` && wallOf(zone, endS + 1).slice(0, 10) > named
        expect(isCut || isEndOfDay).toBe(true)
      }),
      { numRuns: 1_500 },
    )
  })

  test('is never before the issue while the series goes on', () => {
    fc.assert(
      fc.property(expiry, ({ zone, issuedAtS, strategy, value, seriesEndsInS }) => {
        const series = {
          validUntilS: issuedAtS + seriesEndsInS,
          expiryStrategy: strategy,
          expiryStrategyValue: value,
        } as IssueTerms
        expect(expiresAtS(series, issuedAtS, zone)).toBeGreaterThanOrEqual(issuedAtS)
      }),
    )
  })
})
