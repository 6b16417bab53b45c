import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import type { SeedCoupon, SeedCustomer, SeedSeries } from '../support/seed.ts'
import { openShop, type ShopOptions } from '../support/write-cases.ts'

/** A Monday. */
const now = '2026-06-01T10:00:00Z'
const context = await createTestContext({ now })
const app = await createTestServer(context)

interface Case {
  readonly terms?: SeedSeries
  readonly coupon?: Partial<SeedCoupon>
  readonly customer?: SeedCustomer
  readonly options?: ShopOptions
  readonly extra?: object
}

const usedBefore = (daysAgo: number) => ({
  redemptions: [{ redeemedAt: new Date(Date.parse(now) - daysAgo * 86_400_000) }],
})

const cases: [code: number, message: string, title: string, given: Case][] = [
  [660, 'Coupon code has been revoked', 'a revoked coupon', { coupon: { revokedAt: new Date(now) } }],
  [
    712,
    'Coupon Series / Campaign has expired',
    'a coupon of a series that has ended',
    { terms: { valid_until: new Date('2026-05-31T23:59:59Z') } },
  ],
  [
    713,
    'Coupon has expired',
    'a coupon after its last instant',
    { coupon: { validUntil: new Date('2026-06-01T09:59:59Z') } },
  ],
  [
    739,
    'Allowed redemption date is invalid',
    'a coupon before the first day of redemption of its series',
    { terms: { redemption_valid_from: new Date('2026-06-01T10:00:01Z') } },
  ],
  [
    739,
    'Allowed redemption date is invalid',
    'a coupon on its day of issue that works from the next day on',
    { terms: { redemption_valid_after_days: 1 }, coupon: { createdAt: new Date('2026-06-01T00:00:00Z') } },
  ],
  [
    742,
    'Coupon issue and redemption blocked for customer',
    'a blocked customer',
    { customer: { isBlocked: true } },
  ],
  [735, 'Invalid store', 'another store', { terms: { redemption_store_ids: [4_000_000] } }],
  [735, 'Invalid store', 'another till', { terms: { redemption_till_ids: [4_000_000] } }],
  [733, 'Invalid transaction amount', 'too small a bill', { terms: { min_bill_amount: '100.001' } }],
  [733, 'Invalid transaction amount', 'too large a bill', { terms: { max_bill_amount: '99.999' } }],
  [
    733,
    'Invalid transaction amount',
    'a missing bill if a minimum is set',
    { terms: { min_bill_amount: '1' }, extra: { billAmount: undefined } },
  ],
  [
    729,
    'Invalid redemption range For coupon series',
    'another day of the month',
    { terms: { redemption_days_of_month: [2, 31] } },
  ],
  [
    729,
    'Invalid redemption range For coupon series',
    'another day of the week',
    { terms: { redemption_days_of_week: [2, 7] } },
  ],
  [
    729,
    'Invalid redemption range For coupon series',
    'another hour of the day in the time zone of the organisation',
    { terms: { redemption_hours: [10] }, options: { timeZone: 'Asia/Kolkata' } },
  ],
  [
    718,
    'Transaction number needed for redemption',
    'a missing transaction number if the organisation requires one',
    { options: { requiresTransactionNumber: true }, extra: { transactionNumber: '' } },
  ],
  [
    711,
    'Coupon is already used',
    'the second use of a coupon for single use',
    { terms: { is_multiple_use_allowed: false }, coupon: usedBefore(1) },
  ],
  [
    716,
    'Cannot redeem same Coupon multiple times',
    'the same coupon by the same customer again',
    { terms: { is_same_user_multiple_redeem: false }, coupon: usedBefore(1) },
  ],
  [
    710,
    'Coupon is not meant for this customer',
    'a customer who was registered before the window of the series',
    { terms: { target_customers: JSON.stringify({ validUserRegistrationStartTime: 4_000_000_000 }) } },
  ],
  [
    696,
    'Redemption per coupon code limit has reached max limit',
    'a code that is used up',
    { terms: { max_redemptions_per_coupon: 1 }, coupon: usedBefore(1) },
  ],
  [
    696,
    'Redemption per coupon code limit has reached max limit',
    'a coupon that has reached its own limit',
    { coupon: { maxRedeemed: 2, redemptions: [...usedBefore(2).redemptions, ...usedBefore(1).redemptions] } },
  ],
  [
    736,
    'Allowed redemption consumed',
    'a customer who has reached the limit of the series',
    { terms: { max_redemptions_per_customer: 1 }, coupon: usedBefore(1) },
  ],
  [
    738,
    'Allowed redemption gap is invalid',
    'a redemption too soon after the last one',
    { terms: { min_days_between_redemptions: 2 }, coupon: usedBefore(1.999) },
  ],
  [
    728,
    'Maximum number of redemptions reached',
    'a series that is used up',
    { terms: { max_redeemed: 1 }, coupon: usedBefore(1) },
  ],
]

async function prepare({ terms, coupon, customer, options, extra }: Case) {
  const shop = await openShop(context, app, options)
  const customerId = await shop.customer(customer)
  const seriesId = await shop.series(terms)
  const { code, id } = await shop.coupon(seriesId, customerId, {
    createdAt: new Date('2026-01-01T00:00:00Z'),
    ...coupon,
  })
  return { shop, customerId, code, id, extra: { transactionNumber: 'T-1', ...extra } }
}

describe('a redemption', () => {
  test.each(cases)('is refused with %i "%s" for %s', async (code, message, _, given) => {
    const { shop, customerId, ...coupon } = await prepare(given)
    const single = await shop.redeem(coupon.code, customerId, coupon.extra)
    expect(single.status).toBe(400)
    expect(single.at('redemptionStatus')).toEqual({ status: false, code, message })
    expect(single.at('redemption.0')).toMatchObject({ id: coupon.id, redemptionStatus: { code, message } })
    expect(single.at('redemption.0.redemptionId')).toBeUndefined()
    const bulk = await shop.redeemBulk([coupon.code], customerId, coupon.extra)
    expect(bulk.status).toBe(200)
    expect(bulk.at('response.0.errors')).toEqual([{ status: false, code, message }])
    expect(bulk.json).toMatchObject({ totalCount: 1, failureCount: 1 })
    await shop.expectLedgerAdds()
  })

  test('is refused with 702 for a nonexistent code', async () => {
    const { shop, customerId } = await prepare({})
    const reply = await shop.redeem('NO-SUCH-CODE', customerId)
    expect(reply.status).toBe(400)
    expect(reply.at('redemptionStatus')).toMatchObject({ code: 702, message: 'Coupon code is invalid' })
    await shop.expectLedgerAdds()
  })

  test('is refused with 702 for a code of another organisation', async () => {
    const { shop, customerId } = await prepare({})
    const other = await prepare({})
    expect((await shop.redeem(other.code, customerId)).at('redemptionStatus.code')).toBe(702)
    expect((await shop.redeem(other.code, other.customerId)).json).toMatchObject({ status: false, code: 701 })
    await other.shop.expectLedgerAdds()
  })

  test("is refused with 703 for another customer's coupon, unless any customer may redeem it", async () => {
    const { shop, code } = await prepare({})
    const stranger = await shop.customer()
    const reply = await shop.redeem(code, stranger)
    expect(reply.at('redemptionStatus')).toMatchObject({
      code: 703,
      message: 'Coupon not issued to this customer',
    })
    const open = await prepare({ terms: { is_any_user: true } })
    const anybody = await open.shop.customer()
    expect((await open.shop.redeem(open.code, anybody)).status).toBe(200)
    await open.shop.expectLedgerAdds()
  })

  test('of an unassigned coupon that only its holder may use is refused with 703', async () => {
    const { shop, customerId } = await prepare({})
    const seriesId = await shop.series({ client_handling_type: 'DISC_CODE_PIN' })
    await shop.pool(seriesId, ['WAITING'])
    expect((await shop.redeem('WAITING', customerId)).at('redemptionStatus.code')).toBe(703)
    await shop.expectLedgerAdds()
  })

  test('of the same code twice in one request is refused with 716, and the first has 749', async () => {
    const { shop, customerId, code } = await prepare({})
    const single = await shop.redeem([code, code.toLowerCase()], customerId)
    expect(single.status).toBe(400)
    expect(single.at('redemptionStatus.code')).toBe(716)
    expect(single.at('redemption.0.redemptionStatus.code')).toBe(749)
    expect(single.at('redemption.1.redemptionStatus.code')).toBe(716)
    const bulk = await shop.redeemBulk([code, code], customerId)
    expect([bulk.at('response.0.errors.0.code'), bulk.at('response.1.errors.0.code')]).toEqual([749, 716])
    await shop.expectLedgerAdds()
  })

  test('of more than fifty codes is refused with 629 in both calls', async () => {
    const { shop, customerId } = await prepare({})
    const codes = Array.from({ length: 51 }, (_, n) => `C${n}`)
    const single = await shop.redeem(codes, customerId)
    expect([single.status, single.json]).toEqual([
      400,
      { status: false, code: 629, message: 'Invalid Input' },
    ])
    expect((await shop.redeemBulk(codes, customerId)).status).toBe(400)
  })

  test('by identifiers of different customers is refused with 701', async () => {
    const { shop, customerId, code } = await prepare({})
    await shop.customer({ mobile: '9400488244' })
    const reply = await shop.redeem(code, 0, { user: { id: customerId, mobile: '9400488244' } })
    expect(reply.json).toEqual({
      status: false,
      code: 701,
      message: 'The given identifiers belong to different customers',
    })
    expect(reply.status).toBe(400)
  })
})
