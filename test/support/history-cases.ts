import fc from 'fast-check'
import { couponStatuses, type CouponStatus } from '../../src/ledger/coupons/coupon-status.ts'
import type { Queries } from '../../src/platform/db/queries.ts'
import type { SeriesTerms, SeriesUsage, TermsOf } from '../../src/ledger/series/terms.ts'
import { countBudgetSql } from '../../src/ledger/post/budget.ts'
import { runnerOf } from '../../src/platform/db/queries.ts'
import type { Budget } from '../../src/ledger/series/terms.ts'
import type { BudgetUsage } from '../../src/ledger/money/budget-rules.ts'
import { openTerms } from './open-terms.ts'
import { judge, redemptionsLeft } from '../../src/ledger/redemptions/redemption-rules.ts'
import { permissionsOf, type Caller } from '../../src/values/caller.ts'
import { defaultClientSettings } from '../../src/values/client-settings.ts'
import { dayOf, endOfDayS, firstDayOf, startOfDayS, wallClock } from '../../src/values/calendar.ts'
import { seedCoupon, seedCustomer, seedHold, seedSeries, type SeedRedemption } from './seed.ts'

/** Random histories of one customer around an instant, with the verdicts of the rules on each coupon. */

/**
 * Some zones never change their clocks; some change them at midnight, so that a day begins at 01:00 or has two
 * midnights.
 */
export const zones = [
  'UTC',
  'Asia/Kolkata',
  'Europe/Berlin',
  'Africa/Cairo',
  'America/Santiago',
  'Australia/Lord_Howe',
  'America/Havana',
]

/** Instants close to a change of clocks in one of these zones, and an ordinary instant. */
const anyNowS = fc
  .tuple(
    fc.constantFrom(
      '2026-03-29T01:00:00Z',
      '2026-10-25T01:00:00Z',
      '2026-04-23T22:00:00Z',
      '2026-10-29T21:00:00Z',
      '2026-09-06T04:00:00Z',
      '2026-04-05T03:00:00Z',
      '2026-04-04T15:00:00Z',
      '2026-11-01T05:00:00Z',
      '2027-02-28T12:00:00Z',
    ),
    fc.oneof(fc.integer({ min: -7_200, max: 7_200 }), fc.integer({ min: -3 * 86_400, max: 3 * 86_400 })),
    fc.constantFrom(0, 0, 0.5, 0.999),
  )
  .map(([around, deltaS, fraction]) => Date.parse(around) / 1000 + deltaS + fraction)

const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null, freq: 2 })
/** Seconds from now: exactly now, one second off, days away. */
const nearS = fc.oneof(
  fc.constantFrom(-1, 0, 1),
  fc.integer({ min: -2 * 86_400, max: 2 * 86_400 }),
  fc.constantFrom(-86_401, -86_400, -86_399, 86_400, -2 * 86_400),
)
const seriesRules = {
  endsS: nearS,
  fromS: nearS,
  afterDays: fc.integer({ min: 1, max: 2 }),
  isMultipleUseAllowed: fc.boolean(),
  isSameUserMultipleRedeem: fc.boolean(),
  perCoupon: fc.integer({ min: 1, max: 3 }),
  perCustomer: fc.integer({ min: 1, max: 4 }),
  gapDays: fc.integer({ min: 1, max: 2 }),
  inAll: fc.integer({ min: 1, max: 6 }),
  registration: fc.constantFrom('from', 'fromMs', 'to', 'later', 'laterMs', 'earlier'),
  budget: fc.record({
    total: orNull(fc.integer({ min: 1, max: 4 })),
    perCustomer: orNull(fc.integer({ min: 1, max: 3 })),
    per: fc.constantFrom('day' as const, 'week' as const, 'month' as const),
    amount: orNull(fc.integer({ min: 1, max: 3 })),
    uses: orNull(fc.integer({ min: 1, max: 3 })),
    usesPerCustomer: fc.integer({ min: 1, max: 2 }),
  }),
  window: fc.constantFrom('day', 'otherDay', 'weekday', 'otherWeekday', 'hour', 'otherHour'),
  halted: fc.constantFrom('paused' as const, 'stopped' as const),
}
const anyRules = fc.record(seriesRules, { requiredKeys: [] })
type SeriesRules = typeof anyRules extends fc.Arbitrary<infer Rules> ? Rules : never

/** Often only one rule, since each of many rules rarely decides the verdict. */
const anySeries: fc.Arbitrary<SeriesRules> = fc.oneof(
  { weight: 3, arbitrary: anyRules },
  ...Object.entries(seriesRules).map(([name, rule]) => fc.record({ [name]: rule as fc.Arbitrary<unknown> })),
)

const anyCoupon = fc.record({
  series: fc.nat(3),
  createdS: fc.oneof(fc.constantFrom(-100, -100.25, -86_400), fc.integer({ min: -3 * 86_400, max: 0 })),
  ends: fc.oneof(
    fc.constant('never' as const),
    fc.constantFrom('today', 'yesterday', 'tomorrow' as const),
    nearS,
  ),
  own: orNull(fc.integer({ min: 1, max: 2 })),
  isRevoked: fc.constantFrom(false, false, false, true),
  transaction: fc.constantFrom(null, 'a', 'b'),
  // Holds of the customer or of another one, until an instant relative to now; a hold that ends now is no longer live.
  held: orNull(fc.record({ isOther: fc.boolean(), endsS: fc.constantFrom(-1, 0, 1, 900, 900) })),
  uses: fc.array(
    fc.record({
      isOther: fc.constantFrom(false, false, true),
      agoS: fc.oneof(fc.constantFrom(86_400, 86_401, 86_399.5, 2 * 86_400), fc.integer({ min: 0, max: 3e5 })),
      isReversed: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
})
export const anyHistoryCase = fc.record({
  nowS: anyNowS,
  isBlocked: fc.constantFrom(false, false, false, false, true),
  series: fc.array(anySeries, { minLength: 4, maxLength: 4 }),
  coupons: fc.array(anyCoupon, { maxLength: 12 }),
  asked: fc.array(fc.subarray([...couponStatuses]), { minLength: 3, maxLength: 3 }),
  transactionNumbers: fc.subarray(['0', 'a', 'b']),
  page: fc.record({ limit: fc.integer({ min: 1, max: 6 }), offset: fc.nat(8) }),
  sortOrder: fc.constantFrom('ASC' as const, 'DESC' as const),
})

export type HistoryCase = typeof anyHistoryCase extends fc.Arbitrary<infer Case> ? Case : never

export const at = (epochS: number) => new Date(Math.round(epochS * 1000))

/** When the customer was registered. */
const registeredS = (nowS: number): number => Math.floor(nowS) - 5 * 86_400

/** The discount of each redemption. */
const discount = 10

function budgetOf(
  { total, perCustomer, per, amount, ...uses }: NonNullable<SeriesRules['budget']>,
  timeZone: string,
): Budget {
  const money = (times: number | null) => (times === null ? null : times * discount)
  return {
    total: money(total),
    perCustomer: money(perCustomer),
    periods: [{ per, amount: money(amount), ...uses }],
    whenItDoesNotFit: 'refuse',
    timeZone,
  }
}

type Use = HistoryCase['coupons'][number]['uses'][number]

/** The usage of a budget, computed by brute force from the instants of its redemptions. */
function usageOf({ periods, timeZone }: Budget, uses: readonly Use[], nowS: number): BudgetUsage {
  const counted = (some: readonly Use[]) => ({ given: some.length * discount * 1000, uses: some.length })
  const own = (use: Use) => !use.isOther
  return {
    total: counted(uses),
    ofCustomer: counted(uses.filter(own)),
    periods: periods.map(({ per }) => {
      const startsOn = firstDayOf(per, dayOf(timeZone, Math.floor(nowS)))
      const current = uses.filter(
        ({ agoS }) => firstDayOf(per, dayOf(timeZone, Math.floor(nowS - agoS))) === startsOn,
      )
      return { startsOn, all: counted(current), ofCustomer: counted(current.filter(own)) }
    }),
  }
}

/** A generated series, as rows and as input of the judge. */
function termsOf(
  given: SeriesRules,
  nowS: number,
  timeZone: string,
  used: number,
): SeriesTerms & TermsOf<'items' | 'budget' | 'control'> & Pick<SeriesUsage, 'redeemed'> {
  const { dayOfMonth, dayOfWeek, hour } = wallClock(timeZone, nowS)
  const wholeNowS = Math.floor(nowS)
  const windows: Record<string, number> = {
    day: dayOfMonth,
    otherDay: (dayOfMonth % 28) + 1,
    weekday: dayOfWeek,
    otherWeekday: (dayOfWeek % 7) + 1,
    hour,
    otherHour: (hour + 1) % 24,
  }
  const registeredAtS = registeredS(nowS)
  const targets: Record<string, SeriesTerms['targetCustomers']> = {
    from: { validUserRegistrationStartTime: registeredAtS },
    fromMs: { validUserRegistrationStartTime: registeredAtS * 1000 },
    to: { validUserRegistrationEndTime: registeredAtS },
    later: { validUserRegistrationStartTime: registeredAtS + 1 },
    laterMs: { validUserRegistrationStartTime: (registeredAtS + 1) * 1000 },
    earlier: { validUserRegistrationEndTime: registeredAtS - 1 },
  }
  const allowed = (...names: string[]) =>
    given.window !== undefined && names.includes(given.window) ? [windows[given.window] ?? 0] : null
  return {
    ...openTerms,
    budget: given.budget === undefined ? null : budgetOf(given.budget, timeZone),
    isMultipleUseAllowed: given.isMultipleUseAllowed ?? true,
    maxRedemptionsPerCoupon: given.perCoupon ?? null,
    maxRedemptionsPerCustomer: given.perCustomer ?? null,
    redeemed: used,
    maxRedeemed: given.inAll === undefined ? null : Math.max(given.inAll, used),
    validUntilS: wholeNowS + (given.endsS ?? 9e7),
    redemptionValidFromS: given.fromS === undefined ? null : wholeNowS + given.fromS,
    redemptionValidAfterDays: given.afterDays ?? 0,
    isSameUserMultipleRedeem: given.isSameUserMultipleRedeem ?? true,
    minDaysBetweenRedemptions: given.gapDays ?? null,
    redemptionDaysOfMonth: allowed('day', 'otherDay'),
    redemptionDaysOfWeek: allowed('weekday', 'otherWeekday'),
    redemptionHours: allowed('hour', 'otherHour'),
    targetCustomers: targets[given.registration ?? ''] ?? null,
    halt:
      given.halted === undefined ? null : { as: given.halted, atS: wholeNowS, reason: 'a reason', by: null },
  }
}

function validUntilS(ends: HistoryCase['coupons'][number]['ends'], nowS: number, timeZone: string): number {
  const today = endOfDayS(timeZone, dayOf(timeZone, nowS))
  if (ends === 'today') return today
  if (ends === 'yesterday') return startOfDayS(timeZone, nowS) - 1
  if (ends === 'tomorrow') return endOfDayS(timeZone, dayOf(timeZone, today + 1))
  return Math.floor(nowS) + (typeof ends === 'number' ? ends : 9e7)
}

const isHeld = ({ held }: HistoryCase['coupons'][number]): boolean => held !== null && held.endsS > 0

/** Seeds a case for a new customer and returns the verdicts of the rules on each coupon. */
export async function seedHistoryCase(
  queries: Queries,
  given: HistoryCase,
  { orgId, timeZone }: { orgId: number; timeZone: string },
) {
  const { nowS } = given
  const customerId = await seedCustomer(queries, orgId, { isBlocked: given.isBlocked })
  await queries
    .updateTable('customers')
    // Compared in whole seconds.
    .set({ registered_at: new Date((registeredS(nowS) + 0.4) * 1000) })
    .where('org_id', '=', orgId)
    .where('id', '=', customerId)
    .execute()
  const otherId = await seedCustomer(queries, orgId)
  const standing = (one: { isReversed: boolean }) => !one.isReversed
  const series = []
  for (const [index, one] of given.series.entries()) {
    const uses = given.coupons.filter(({ series }) => series === index).flatMap(({ uses }) => uses)
    const terms = termsOf(one, nowS, timeZone, uses.filter(standing).length)
    const id = await seedSeries(queries, orgId, {
      valid_until: at(terms.validUntilS),
      redemption_valid_from: terms.redemptionValidFromS === null ? null : at(terms.redemptionValidFromS),
      redemption_valid_after_days: terms.redemptionValidAfterDays,
      is_multiple_use_allowed: terms.isMultipleUseAllowed,
      is_same_user_multiple_redeem: terms.isSameUserMultipleRedeem,
      max_redemptions_per_coupon: terms.maxRedemptionsPerCoupon,
      max_redemptions_per_customer: terms.maxRedemptionsPerCustomer,
      min_days_between_redemptions: terms.minDaysBetweenRedemptions,
      redemption_days_of_month: terms.redemptionDaysOfMonth as number[] | null,
      redemption_days_of_week: terms.redemptionDaysOfWeek as number[] | null,
      redemption_hours: terms.redemptionHours as number[] | null,
      max_redeemed: terms.maxRedeemed,
      budget: terms.budget === null ? null : JSON.stringify(terms.budget),
      halt: terms.halt === null ? null : JSON.stringify(terms.halt),
      target_customers: terms.targetCustomers === null ? null : JSON.stringify(terms.targetCustomers),
    })
    const held = given.coupons.flatMap((coupon) =>
      coupon.series === index && isHeld(coupon) ? coupon.held : [],
    )
    const own = uses.filter((use) => !use.isOther && standing(use))
    const lastS = own.length === 0 ? null : Math.floor(nowS - Math.min(...own.map(({ agoS }) => agoS)))
    const heldOfCustomer = held.filter((hold) => hold?.isOther === false).length
    // Holds count like redemptions that take place now.
    const counted = [
      ...uses.filter(standing),
      ...held.map((hold) => ({ isOther: hold?.isOther !== false, agoS: 0, isReversed: false })),
    ]
    const budgetUsage = terms.budget === null ? undefined : usageOf(terms.budget, counted, nowS)
    series.push({
      id,
      terms: { ...terms, redeemed: terms.redeemed + held.length },
      budgetUsage,
      redeemedInSeries: own.length + heldOfCustomer,
      lastRedeemedInSeriesAtS: heldOfCustomer > 0 ? nowS : lastS,
    })
  }
  const coupons = []
  for (const one of given.coupons) {
    const { id: seriesId, terms, budgetUsage, ...usage } = series[one.series] as (typeof series)[number]
    const redemptions = one.uses.map((use): SeedRedemption => ({
      customerId: use.isOther ? otherId : customerId,
      redeemedAt: at(nowS - use.agoS),
      reversedAt: use.isReversed ? at(nowS) : null,
    }))
    const redeemed = one.uses.filter(standing).length
    const state = {
      customerId,
      createdAtS: Math.floor(Math.floor(nowS) + one.createdS),
      validUntilS: validUntilS(one.ends, nowS, timeZone),
      isRevoked: one.isRevoked,
      redeemed,
      maxRedeemed: one.own === null ? null : Math.max(one.own, redeemed),
    }
    const withHold = { ...state, redeemed: redeemed + (isHeld(one) ? 1 : 0) }
    const createdMs = (Math.floor(nowS) + one.createdS) * 1000
    const { id } = await seedCoupon(queries, orgId, {
      seriesId,
      customerId,
      createdAt: new Date(createdMs),
      validUntil: at(state.validUntilS),
      maxRedeemed: state.maxRedeemed,
      revokedAt: one.isRevoked ? at(nowS) : null,
      transactionNumber: one.transaction,
      redemptions,
    })
    const customer = {
      customerId,
      isBlocked: given.isBlocked,
      registeredAtS: registeredS(nowS),
      ...usage,
      redeemedThisCoupon:
        one.uses.filter((use) => standing(use) && !use.isOther).length +
        (isHeld(one) && one.held?.isOther === false ? 1 : 0),
    }
    if (one.held !== null)
      await seedHold(queries, {
        orgId,
        customerId: one.held.isOther ? otherId : customerId,
        couponId: id,
        seriesId,
        createdAt: at(nowS - 60),
        expiresAt: at(nowS + one.held.endsS),
        discount,
      })
    const seriesUsage = { redeemed: terms.redeemed, maxRedeemed: terms.maxRedeemed, budgetUsage }
    const [refusal] = judge(withHold, terms, seriesUsage, customer, { nowS, timeZone })
    coupons.push({
      id,
      createdMs,
      transaction: one.transaction ?? '0',
      isRevoked: one.isRevoked,
      isExpired: nowS > state.validUntilS,
      isRedeemed: redeemed > 0,
      refusal: refusal ?? null,
      redemptionsLeft: redemptionsLeft(withHold, terms, seriesUsage, customer),
    })
  }
  await queries
    .updateTable('redemptions')
    .set({ discount_amount: String(discount) })
    .where('org_id', '=', orgId)
    .where('customer_id', 'in', [customerId, otherId])
    .execute()
  for (const { id, terms } of series)
    if (terms.budget !== null) await runnerOf(queries).query(countBudgetSql, [orgId, id])
  return { customerId, coupons }
}

export type ExpectedCoupon = Awaited<ReturnType<typeof seedHistoryCase>>['coupons'][number]

const hasStatus: Record<CouponStatus, (one: ExpectedCoupon) => boolean> = {
  REDEEMED: (one) => one.isRedeemed,
  UNREDEEMED: (one) => !one.isRedeemed,
  ACTIVE: (one) => !one.isExpired,
  EXPIRED: (one) => one.isExpired,
  ACTIVE_REDEEMED: (one) => !one.isExpired && one.isRedeemed,
  ACTIVE_UNREDEEMED: (one) => !one.isExpired && !one.isRedeemed,
  EXPIRED_REDEEMED: (one) => one.isExpired && one.isRedeemed,
  EXPIRED_UNREDEEMED: (one) => one.isExpired && !one.isRedeemed,
  REDEEMABLE: (one) => one.refusal === null,
  REVOKED: (one) => one.isRevoked,
}

/** Determines by brute force which coupons a union of statuses lists. */
export function matching(
  coupons: readonly ExpectedCoupon[],
  statuses: readonly CouponStatus[],
): ExpectedCoupon[] {
  return coupons.filter((one) =>
    one.isRevoked
      ? statuses.includes('REVOKED')
      : statuses.length === 0 || statuses.some((status) => status !== 'REVOKED' && hasStatus[status](one)),
  )
}

/** A till that may read everything. */
export function readingCaller({
  orgId,
  tillId,
  storeId,
  timeZone = 'UTC',
}: Pick<Caller, 'orgId' | 'storeId'> & { tillId: number; timeZone?: string }): Caller {
  const read = 'read' as const
  const grants = { customer: read, coupon: read, series: read, organisation: read, webhook: read }
  return {
    orgId,
    kind: 'till',
    holderId: tillId,
    tillId,
    storeId,
    access: permissionsOf(grants, 'till'),
    timeZone,
    country: 'IN',
    currency: null,
    requiresTransactionNumber: false,
    isSandbox: false,
    replaysTillRetries: false,
    settings: defaultClientSettings,
  }
}
