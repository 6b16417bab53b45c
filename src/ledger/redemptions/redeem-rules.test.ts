import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openTerms } from '../../../test/support/open-terms.ts'
import type { CustomerProfile } from '../customers/customer-profile.ts'
import { RedemptionDecider, type RedemptionRequest } from './redeem-rules.ts'
import type { ItemState, RedemptionState } from './redemption-state.ts'

/** Random batches of requests, checked against a ledger that is counted from scratch for every decision. */

const nowS = 1_780_000_000
const dayS = 86_400

interface Entry {
  readonly coupon: number
  readonly customer: number
  readonly tillId: number | null
  readonly transaction: string
  readonly atS: number
}

const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null, freq: 2 })
const anySeries = fc.record({
  isMultipleUseAllowed: fc.constantFrom(true, true, true, false),
  isSameUserMultipleRedeem: fc.constantFrom(true, true, false),
  isAnyUser: fc.boolean(),
  perCoupon: orNull(fc.integer({ min: 1, max: 3 })),
  perCustomer: orNull(fc.integer({ min: 1, max: 4 })),
  inAll: orNull(fc.integer({ min: 1, max: 6 })),
  gapDays: orNull(fc.constant(1)),
})
const anyTill = fc.constantFrom(null, 7, 8)
const anyTransaction = fc.constantFrom('', 'T1', 'T2')
const anyCase = fc.record({
  replaysRetries: fc.boolean(),
  series: fc.array(anySeries, { minLength: 2, maxLength: 2 }),
  coupons: fc.array(
    fc.record({ series: fc.nat(1), holder: fc.nat(1), own: orNull(fc.integer({ min: 1, max: 3 })) }),
    { minLength: 4, maxLength: 4 },
  ),
  past: fc.array(
    fc.record({
      coupon: fc.nat(3),
      customer: fc.nat(1),
      tillId: anyTill,
      transaction: anyTransaction,
      atS: fc.constantFrom(nowS - 2 * dayS, nowS - dayS, nowS - dayS + 1, nowS - 5),
    }),
    { maxLength: 4 },
  ),
  wishes: fc.array(
    fc.record({
      // The last one is a nonexistent code.
      coupons: fc.array(fc.nat(4), { minLength: 1, maxLength: 4 }),
      // The last one is unknown.
      customer: fc.constantFrom(0, 0, 0, 1, 1, 2),
      tillId: anyTill,
      transaction: anyTransaction,
    }),
    { maxLength: 12 },
  ),
  cut: fc.nat(12),
})
type Case = typeof anyCase extends fc.Arbitrary<infer Value> ? Value : never

const count = <Value>(list: readonly Value[], fits: (one: Value) => boolean) => list.filter(fits).length

/** Why a coupon may not be redeemed after all earlier redemptions, determined by counting; null: it may. */
function refusalOf(given: Case, ledger: readonly Entry[], at: number, customer: number): number | null {
  const coupon = given.coupons[at] as Case['coupons'][number]
  const series = given.series[coupon.series] as Case['series'][number]
  const inSeries = (one: Entry) => given.coupons[one.coupon]?.series === coupon.series
  const ofCoupon = count(ledger, (one) => one.coupon === at)
  const mine = ledger.filter((one) => inSeries(one) && one.customer === customer)
  const isTooSoon = mine.some(({ atS }) => nowS < atS + (series.gapDays ?? 0) * dayS)
  if (!series.isAnyUser && coupon.holder !== customer) return 703
  if ((!series.isMultipleUseAllowed || coupon.own === 1) && ofCoupon > 0) return 711
  if (!series.isSameUserMultipleRedeem && mine.some((one) => one.coupon === at)) return 716
  if (ofCoupon >= Math.min(series.perCoupon ?? Infinity, coupon.own ?? Infinity)) return 696
  if (mine.length >= (series.perCustomer ?? Infinity)) return 736
  if (series.isMultipleUseAllowed && series.gapDays !== null && isTooSoon) return 738
  return count(ledger, inSeries) >= (series.inAll ?? Infinity) ? 728 : null
}

interface Told {
  readonly refusals: (number | null)[]
}

/**
 * Executes one request at a time, judging each coupon on the whole ledger; a refused request leaves the ledger
 * unchanged.
 */
function carryOut(given: Case): { told: Told[]; ledger: Entry[] } {
  let ledger: Entry[] = [...given.past]
  const told = given.wishes.map((wish): Told => {
    if (wish.customer === 2) return { refusals: [] }
    const attempt = [...ledger]
    const isRepeated = (coupon: number) =>
      given.replaysRetries &&
      wish.transaction !== '' &&
      wish.tillId !== null &&
      ledger.some(
        (one) =>
          one.coupon === coupon &&
          one.customer === wish.customer &&
          one.tillId === wish.tillId &&
          one.transaction === wish.transaction,
      )
    const refusals = wish.coupons.map((coupon, at) => {
      if (coupon === 4) return 702
      if (wish.coupons.indexOf(coupon) < at) return 716
      if (isRepeated(coupon)) return null
      const refusal = refusalOf(given, attempt, coupon, wish.customer)
      if (refusal === null) attempt.push({ ...wish, coupon, atS: nowS })
      return refusal
    })
    if (refusals.every((one) => one === null)) {
      ledger = attempt
      return { refusals }
    }
    return { refusals: refusals.map((one) => one ?? 749) }
  })
  return { told, ledger }
}

/** The database state before the batch, as read for one request. */
function stateOf(given: Case, wish: Case['wishes'][number]): ItemState {
  if (wish.customer === 2) return { customer: undefined, coupons: [], nowS }
  const { past } = given
  const coupons = wish.coupons.map((at, k): RedemptionState | undefined => {
    const coupon = given.coupons[at]
    if (coupon === undefined) return undefined
    const series = given.series[coupon.series] as Case['series'][number]
    const inSeries = past.filter((one) => given.coupons[one.coupon]?.series === coupon.series)
    const mine = inSeries.filter((one) => one.customer === wish.customer)
    const earlier = past.findIndex(
      (one) =>
        one.coupon === at &&
        one.customer === wish.customer &&
        one.tillId === wish.tillId &&
        one.tillId !== null &&
        one.transaction === wish.transaction &&
        one.transaction !== '',
    )
    return {
      couponId: at,
      code: `C${at}`,
      coupon: {
        customerId: coupon.holder,
        createdAtS: nowS - 9 * dayS,
        validUntilS: nowS + dayS,
        isRevoked: false,
        redeemed: count(past, (one) => one.coupon === at),
        maxRedeemed: coupon.own,
      },
      series: {
        ...openTerms,
        id: coupon.series,
        isMultipleUseAllowed: series.isMultipleUseAllowed,
        isSameUserMultipleRedeem: series.isSameUserMultipleRedeem,
        isAnyUser: series.isAnyUser,
        maxRedemptionsPerCoupon: series.perCoupon,
        maxRedemptionsPerCustomer: series.perCustomer,
        minDaysBetweenRedemptions: series.gapDays,
        validUntilS: nowS + dayS,
      } as unknown as RedemptionState['series'],
      seriesUsage: { maxRedeemed: series.inAll, redeemed: inSeries.length },
      usage: {
        customerId: wish.customer,
        isBlocked: false,
        redeemedInSeries: mine.length,
        redeemedThisCoupon: count(mine, (one) => one.coupon === at),
        lastRedeemedInSeriesAtS: mine.length === 0 ? null : Math.max(...mine.map(({ atS }) => atS)),
      },
      earlierRedemptionId: given.replaysRetries && earlier >= 0 ? earlier + 1 : null,
      earlierDiscount: null,
      newRedemptionId: 1_000 + given.wishes.indexOf(wish) * 10 + k,
    }
  })
  return { customer: { id: wish.customer } as CustomerProfile, coupons, nowS }
}

const wishOf = (given: Case, wish: Case['wishes'][number]): RedemptionRequest => ({
  codeKeys: wish.coupons.map((at) => `C${at}`),
  place: { storeId: 1, tillId: wish.tillId },
  bill: { amount: 1, transactionNumber: wish.transaction, isNumberRequired: false },
  statedTimeS: undefined,
  timeZone: 'UTC',
  replaysRetries: given.replaysRetries,
  hasTestCodes: false,
})

/** Decides in two parts, split at an arbitrary point. */
function decide(given: Case) {
  const decider = new RedemptionDecider()
  const part = (wishes: Case['wishes']) =>
    decider.decide(
      wishes.map((wish) => wishOf(given, wish)),
      wishes.map((wish) => stateOf(given, wish)),
    )
  const [first, second] = [part(given.wishes.slice(0, given.cut)), part(given.wishes.slice(given.cut))]
  const cut = Math.min(given.cut, given.wishes.length)
  return {
    verdicts: [...first.verdicts, ...second.verdicts],
    effects: [
      ...first.effects,
      ...second.effects.map(({ requestAt, ...effect }) => ({ ...effect, requestAt: requestAt + cut })),
    ],
  }
}

test('a batch is decided as if its requests came one by one, each granted completely or not at all', () => {
  fc.assert(
    fc.property(anyCase, (given) => {
      const { verdicts, effects } = decide(given)
      const { told, ledger } = carryOut(given)
      expect(verdicts.map(({ coupons }) => coupons.map(({ refusal }) => refusal))).toEqual(
        told.map(({ refusals }) => refusals),
      )
      const written = effects.map(({ requestAt, state }) => [
        requestAt,
        state.couponId,
        state.usage.customerId,
      ])
      const added = ledger.slice(given.past.length)
      expect(written.map(([, coupon, customer]) => [coupon, customer])).toEqual(
        added.map(({ coupon, customer }) => [coupon, customer]),
      )
      for (const { requestAt, state } of effects) {
        const ids = verdicts[requestAt]?.coupons.map(({ redemptionId }) => redemptionId)
        expect(ids).toContain(state.newRedemptionId)
      }
    }),
    { numRuns: 1_500 },
  )
})

test('no request overshoots a limit that was not overshot before', () => {
  fc.assert(
    fc.property(anyCase, (given) => {
      const { effects } = decide(given)
      const added = effects.map(({ state }) => ({
        coupon: state.couponId,
        customer: state.usage.customerId,
      }))
      const withPast = [...given.past, ...added]
      const within = (limit: number | null, fits: (one: { coupon: number; customer: number }) => boolean) => {
        const before = count(given.past, fits)
        expect(count(withPast, fits)).toBeLessThanOrEqual(Math.max(before, limit ?? Infinity))
      }
      for (const [at, coupon] of given.coupons.entries()) {
        within(coupon.own, (one) => one.coupon === at)
        within(given.series[coupon.series]?.perCoupon ?? null, (one) => one.coupon === at)
        if (!given.series[coupon.series]?.isMultipleUseAllowed) within(1, (one) => one.coupon === at)
      }
      for (const [at, series] of given.series.entries()) {
        const inSeries = (one: { coupon: number }) => given.coupons[one.coupon]?.series === at
        within(series.inAll, inSeries)
        for (const customer of [0, 1])
          within(series.perCustomer, (one) => inSeries(one) && one.customer === customer)
      }
    }),
    { numRuns: 500 },
  )
})
