import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { catalogue } from '../../src/values/errors.ts'
import { redemptionRules } from '../../src/ledger/redemptions/ordered-redemption-rules.ts'
import { explain, judge } from '../../src/ledger/redemptions/redemption-rules.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openTerms } from '../support/open-terms.ts'
import { openOffice } from '../support/people-cases.ts'
import type { Reply } from '../support/write-cases.ts'

const now = '2026-05-04T12:00:00Z'
const nowS = Date.parse(now) / 1000
const context = await createTestContext({ now })
const app = await createTestServer(context)
const office = await openOffice(context, app)
const { storeId, storeCode, tillId } = office
const otherStoreId = storeId + 1

const day = 86_400
const limit = fc.option(fc.integer({ min: 1, max: 3 }), { nil: null })
const used = fc.nat(3)
const near = fc.integer({ min: nowS - 40 * day, max: nowS + 40 * day })
const some = (max: number) => fc.option(fc.subarray(Array.from({ length: max }, (_, n) => n)), { nil: null })
const amount = fc.option(fc.integer({ min: 0, max: 100 }), { nil: null })

const anyCoupon = fc.record({
  customerId: fc.constantFrom(1, 2, null),
  createdAtS: near,
  validUntilS: near,
  isRevoked: fc.boolean(),
  redeemed: used,
  maxRedeemed: limit,
})
const anyTerms = fc.record({
  isMultipleUseAllowed: fc.boolean(),
  maxRedemptionsPerCoupon: limit,
  maxRedemptionsPerCustomer: limit,
  validUntilS: near,
  redemptionValidFromS: fc.option(near, { nil: null }),
  redemptionValidAfterDays: fc.nat(20),
  isAnyUser: fc.boolean(),
  isSameUserMultipleRedeem: fc.boolean(),
  minDaysBetweenRedemptions: limit,
  minBillAmount: amount,
  maxBillAmount: amount,
  redemptionDaysOfMonth: some(32),
  redemptionDaysOfWeek: some(8),
  redemptionHours: some(24),
  redemptionStoreIds: some(4),
  redemptionTillIds: some(4),
})
const anySeries = anyTerms.map((given) => ({ ...openTerms, ...given }))
const anySeriesUsage = fc.record({ redeemed: used, maxRedeemed: limit })
const anyCustomer = fc.record({
  customerId: fc.constantFrom(1, 2),
  isBlocked: fc.boolean(),
  redeemedInSeries: used,
  redeemedThisCoupon: used,
  lastRedeemedInSeriesAtS: fc.option(near, { nil: null }),
})
const anyCircumstances = fc.record(
  {
    nowS: near,
    statedTimeS: near,
    timeZone: fc.constantFrom('UTC', 'Asia/Kolkata', 'America/New_York'),
    place: fc.record({ storeId: fc.constantFrom(0, 1, null), tillId: fc.constantFrom(0, 1, null) }),
    bill: fc.record({
      amount: fc.integer({ min: -1, max: 101 }),
      transactionNumber: fc.constantFrom('', 'T1'),
      isNumberRequired: fc.boolean(),
    }),
  },
  { requiredKeys: ['nowS', 'timeZone'] },
)

test('the explanation reports exactly the rules that the judge finds broken, for any request', () => {
  fc.assert(
    fc.property(anyCoupon, anySeries, anySeriesUsage, anyCustomer, anyCircumstances, (...asked) => {
      const rules = explain(...asked)
      expect(rules.filter(({ verdict }) => verdict === 'fail').map(({ code }) => code)).toEqual(
        judge(...asked),
      )
      expect(rules.map(({ name }) => name)).toEqual(redemptionRules.map(({ name }) => name))
    }),
    { numRuns: 2_000 },
  )
})

test('a rule that does not apply is not broken', () => {
  fc.assert(
    fc.property(anyCoupon, anySeries, anySeriesUsage, anyCustomer, anyCircumstances, (...asked) => {
      const [coupon, series, seriesUsage, customer, circumstances] = asked
      const atS = circumstances.statedTimeS ?? circumstances.nowS
      const facts = { coupon, series, seriesUsage, customer, circumstances, atS }
      const odd = redemptionRules.filter(({ isBroken, applies }) => isBroken(facts) && !applies(facts))
      expect(odd.map(({ name }) => name)).toEqual([])
    }),
    { numRuns: 2_000 },
  )
})

const care = await office.browser('care')
const asked = (code: string, query: Record<string, string | number> = {}) => {
  const text = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return care.call('GET', `/admin/v1/coupons/${code}/explain?${text.join('&')}`)
}
const rule = (reply: Reply, name: string) =>
  (reply.at('rules') as { name: string; verdict: string; seen: object }[]).find((one) => one.name === name)

/** Operations on a coupon before an explanation is requested. */
const anyLife = fc.record({
  terms: fc.record({
    is_multiple_use_allowed: fc.boolean(),
    is_same_user_multiple_redeem: fc.boolean(),
    is_any_user: fc.boolean(),
    max_redemptions_per_coupon: limit,
    max_redemptions_per_customer: limit,
    max_redeemed: limit,
    min_days_between_redemptions: limit,
    min_bill_amount: fc.constantFrom(null, '50'),
    redemption_store_ids: fc.constantFrom<number[] | null>(null, [storeId], [otherStoreId]),
    redemption_hours: fc.constantFrom<number[] | null>(null, [12], [13]),
    valid_until: fc.constantFrom(new Date('2099-12-31T23:59:59Z'), new Date('2026-05-04T11:00:00Z')),
  }),
  isBlocked: fc.boolean(),
  isOwn: fc.boolean(),
  isRevoked: fc.boolean(),
  redemptions: fc.integer({ min: 0, max: 2 }),
  billAmount: fc.constantFrom(10, 60),
})

test('a redemption at the same instant and place by the same customer has the result that the explanation predicts', async () => {
  await fc.assert(
    fc.asyncProperty(anyLife, async ({ terms, isBlocked, isOwn, isRevoked, redemptions, billAmount }) => {
      // The ledger cannot contain more than its limits allow.
      const stand = Math.min(redemptions, terms.max_redeemed ?? 9)
      const seriesId = await office.series(terms)
      const customerId = await office.customer({ isBlocked })
      const holderId = isOwn ? customerId : await office.customer()
      const { code } = await office.coupon(seriesId, holderId, {
        revokedAt: isRevoked ? new Date(now) : null,
        redemptions: Array.from({ length: stand }, () => ({ redeemedAt: new Date(now), customerId })),
      })
      const explained = await asked(code, { customerId, storeId, billAmount, transactionNumber: 'T' })
      expect(explained.status, explained.text).toBe(200)
      const body = {
        redemptionRequestList: { code },
        user: { id: customerId },
        billAmount,
        transactionNumber: 'T',
      }
      const reply = await care.call('POST', '/v2/coupon/redeem', body, {
        'x-cap-api-attribution-entity-type': 'STORE_CODE',
        'x-cap-api-attribution-entity-code': storeCode,
      })
      const told = reply.status === 200 ? null : reply.text.match(/"code":(\d+)/)?.[1]
      const refusal = explained.at('refusal.code') as number | undefined
      expect(told ?? null, reply.text).toBe(refusal === undefined ? null : String(refusal))
      expect(explained.at('isRedeemable')).toBe(reply.status === 200)
    }),
    { numRuns: 60 },
  )
}, 60_000)

describe('an explanation', () => {
  test('shows the facts behind each rule, with instants in the time zone of the organisation', async () => {
    const seriesId = await office.series({ min_bill_amount: '50', redemption_store_ids: [storeId] })
    const customerId = await office.customer({ mobile: '9400111222', firstName: 'Asha' })
    const { id, code } = await office.coupon(seriesId, customerId)
    const reply = await asked(code.toLowerCase(), { mobile: '9400111222', tillId, billAmount: 20 })
    expect(reply.json).toMatchObject({
      isRedeemable: false,
      refusal: { code: 733, message: catalogue[733].message },
      judgedAt: now,
      coupon: { id, code, seriesId, holderId: customerId, validUntil: '2099-12-31T23:59:59Z' },
      customer: { id: customerId, firstName: 'Asha', lastName: '' },
      place: { storeId, tillId },
    })
    expect(rule(reply, 'billAmount')).toMatchObject({
      verdict: 'fail',
      seen: { billAmount: 20, min: 50, max: null },
    })
    expect(rule(reply, 'place')).toMatchObject({
      verdict: 'pass',
      seen: { storeId, allowedStoreIds: [storeId] },
    })
    expect(rule(reply, 'couponNotExpired')).toMatchObject({
      verdict: 'pass',
      seen: { judgedAt: now, validUntil: '2099-12-31T23:59:59Z' },
    })
    expect(rule(reply, 'transactionNumber')).toMatchObject({ verdict: 'notApplicable' })
  })

  test('does not judge an omitted place or bill, and assumes the holder if no customer is named', async () => {
    const seriesId = await office.series({ min_bill_amount: '50', redemption_store_ids: [otherStoreId] })
    const customerId = await office.customer()
    const { code } = await office.coupon(seriesId, customerId)
    const reply = await asked(code)
    expect(reply.json).toMatchObject({
      isRedeemable: true,
      refusal: null,
      customer: { id: customerId },
      place: null,
    })
    for (const name of ['place', 'billAmount']) expect(rule(reply, name)?.verdict).toBe('notApplicable')
  })

  test('judges by another instant if one is named', async () => {
    const seriesId = await office.series()
    const customerId = await office.customer()
    const { code } = await office.coupon(seriesId, customerId, {
      validUntil: new Date('2026-06-30T23:59:59Z'),
    })
    expect((await asked(code, { at: '2026-06-30' })).json).toMatchObject({
      isRedeemable: true,
      judgedAt: '2026-06-30T00:00:00Z',
    })
    expect((await asked(code, { at: '2026-07-01T05:29:59+05:30' })).at('isRedeemable')).toBe(true)
    expect((await asked(code, { at: '2026-07-01T05:30:00+05:30' })).at('refusal.code')).toBe(713)
  })

  test('reports an unknown customer and an unknown code like a redemption', async () => {
    const customerId = await office.customer()
    const { code } = await office.coupon(await office.series(), customerId)
    expect((await asked(code, { customerId: 999_999_999 })).json).toMatchObject({
      isRedeemable: false,
      refusal: { code: 701 },
      rules: [],
    })
    for (const query of [{}, { customerId }])
      expect((await asked('NONE', query)).json).toMatchObject({
        refusal: { code: 702 },
        coupon: null,
        rules: [],
      })
  })

  test('of a coupon of another organisation is refused like that of an unknown one', async () => {
    const other = await openOffice(context, app)
    const { code } = await other.coupon(await other.series(), await other.customer())
    expect((await asked(code)).at('refusal.code')).toBe(702)
    expect((await asked(code, { storeId: other.storeId })).status).toBe(400)
  })

  test.each<Record<string, string | number>>([
    { customerId: 'x' },
    { customerId: 1, mobile: '9400111222' },
    { mobile: 'no number' },
    { storeId: 999_999_999 },
    { tillId: 999_999_999 },
    { storeId: 1, tillId: 1 },
    { billAmount: 'much' },
    { billAmount: -1 },
    { at: 'today' },
    { at: '2026-02-30' },
  ])('is refused for %j', async (query) => {
    const { code } = await office.coupon(await office.series(), await office.customer())
    expect((await asked(code, query)).status).toBe(400)
  })

  test('redeems nothing and writes nothing', async () => {
    const { code, id } = await office.coupon(await office.series(), await office.customer())
    await asked(code, { storeId, billAmount: 1 })
    const { rows } = await context.database.pool.query(
      'select redeemed, (select count(*)::int from redemptions where coupon_id = c.id) as n from coupons c where id = $1',
      [id],
    )
    expect(rows).toEqual([{ redeemed: 0, n: 0 }])
  })
})

test('the latest redemptions of the coupon are shown, with the discounts given and returned', async () => {
  const seriesId = await office.series({ discount_type: 'ABS', discount_value: '40' })
  const customerId = await office.registered({ mobile: '919400488244' })
  const { code } = await office.coupon(seriesId, customerId)
  const redeem = async () => Number((await office.redeem(code, customerId)).at('redemption.0.redemptionId'))
  const giveBack = (id: number, what: object) => office.post(`/till/v1/redemptions/${id}/returns`, what)
  const [first, second, third] = [await redeem(), await redeem(), await redeem()]
  await giveBack(first, { amount: '12.34' })
  await giveBack(second, { amount: 10, returnUse: true })
  await office.post('/v2/coupon/reactivate', { redemptionIds: [third] })
  expect((await asked(code)).at('redemptions')).toEqual([
    { id: third, redeemedAt: now, discountAmount: '40.00', returned: '40.00', useReturned: true },
    { id: second, redeemedAt: now, discountAmount: '40.00', returned: '10.00', useReturned: true },
    { id: first, redeemedAt: now, discountAmount: '40.00', returned: '12.34', useReturned: false },
  ])
  expect((await asked('NO-SUCH-CODE', { customerId })).at('redemptions')).toEqual([])
})
