import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import type { SeedCoupon, SeedCustomer, SeedSeries } from '../support/seed.ts'
import { openShop } from '../support/write-cases.ts'

const now = '2026-06-10T10:00:00Z'
const context = await createTestContext({ now })
const app = await createTestServer(context)

interface Case {
  readonly terms?: SeedSeries
  readonly customer?: SeedCustomer
  /** The coupon that the customer already holds in the series. */
  readonly holds?: Partial<SeedCoupon>
}

const cases: [code: number, message: string, title: string, given: Case][] = [
  [
    713,
    'Coupon has expired',
    'a series that has ended',
    { terms: { valid_until: new Date('2026-06-10T09:59:59Z') } },
  ],
  [
    742,
    'Coupon issue and redemption blocked for customer',
    'a blocked customer',
    { customer: { isBlocked: true } },
  ],
  [
    710,
    'Coupon is not meant for this customer',
    'a customer who was registered after the window of the series',
    { terms: { target_customers: JSON.stringify({ validUserRegistrationEndTime: 1_600_000_000_000 }) } },
  ],
  [
    709,
    'Coupon processing failed: user already has a coupon',
    'a holder in a series that does not resend coupons',
    { terms: { is_existing_coupon_withheld: true }, holds: {} },
  ],
  [
    709,
    'Coupon processing failed: user already has a coupon',
    'a second coupon too soon after the first',
    {
      terms: { is_multiple_per_customer_allowed: true, min_days_between_coupons: 2 },
      holds: { createdAt: new Date('2026-06-08T10:00:01Z') },
    },
  ],
  [5001, 'max create for series exceeded', 'a series of which all are issued', { terms: { max_issued: 0 } }],
  [
    5002,
    'max coupon per user exceeded',
    'a customer who has the maximum number of coupons',
    { terms: { is_multiple_per_customer_allowed: true, max_coupons_per_customer: 1 }, holds: {} },
  ],
  [
    5004,
    'Issue only one coupon. Since isAllowMultipleVouchersPerUser=false.',
    'a holder of the only allowed coupon, which has expired',
    { holds: { validUntil: new Date('2026-06-10T09:59:59Z') } },
  ],
  [
    5005,
    'The queue of codes of the series is empty',
    'a series without an unassigned code',
    { terms: { client_handling_type: 'DISC_CODE_PIN' } },
  ],
]

describe('an issue', () => {
  test.each(cases)('is refused with %i "%s" for %s', async (code, message, _, given) => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer(given.customer)
    const seriesId = await shop.series(given.terms)
    if (given.holds) await shop.coupon(seriesId, customerId, given.holds)
    const error = { status: false, code, message }
    const single = await shop.issue(seriesId, customerId)
    expect([single.status, single.json]).toEqual([400, { errors: [error] }])
    const multiple = await shop.issueMany(seriesId, 1, customerId)
    expect([multiple.status, multiple.at('errors')]).toEqual([200, [error]])
    // Reached limits are reported in the shape of a success, and other refusals on their own.
    expect(multiple.at('failureCount')).toBe(code > 5000 ? 1 : undefined)
    const bulk = await shop.post('/v2/coupon/bulk/issue', {
      seriesIds: [seriesId],
      customer: { id: customerId },
    })
    expect(bulk.status).toBe(200)
    expect(bulk.json).toEqual({
      response: [{ entityId: seriesId, errors: [error], warnings: [] }],
      totalCount: 1,
      failureCount: 1,
    })
    await shop.expectLedgerAdds()
  })

  test('is refused with 701 for an unknown customer, also one of another organisation', async () => {
    const shop = await openShop(context, app)
    const other = await openShop(context, app)
    const seriesId = await shop.series()
    for (const customer of [{ id: await other.customer() }, { email: 'x@example.com' }, { mobile: 'x' }]) {
      for (const [url, body, expected] of [
        ['/v2/coupon/issue', { seriesId }, [400, 701, undefined]],
        ['/v2/coupon/issue/multiple', { seriesId, count: 2 }, [200, 701, undefined]],
        ['/v2/coupon/bulk/issue', { seriesIds: [seriesId] }, [400, undefined, 701]],
      ] as const) {
        const reply = await shop.post(url, { ...body, customer })
        expect([reply.status, reply.at('errors.0.code'), reply.at('code')]).toEqual(expected)
      }
    }
    await shop.expectLedgerAdds()
  })

  test('is refused with 707 for an unknown series, also one of another organisation', async () => {
    const shop = await openShop(context, app)
    const other = await openShop(context, app)
    const customer = { id: await shop.customer() }
    for (const seriesId of [
      await other.series(),
      4_000_000,
      'none',
      -1,
      1.5,
      2 ** 60,
      '99999999999999999999',
    ]) {
      const reply = await shop.post('/v2/coupon/issue', { seriesId, customer })
      expect([reply.status, reply.json]).toEqual([
        400,
        { errors: [{ status: false, code: 707, message: 'Coupon Series ID is invalid' }] },
      ])
    }
    await other.expectLedgerAdds()
  })

  test('is refused with 756 if no series is named', async () => {
    const shop = await openShop(context, app)
    const customer = { id: await shop.customer() }
    for (const [url, body] of [
      ['/v2/coupon/issue', {}],
      ['/v2/coupon/issue', { seriesId: null }],
      ['/v2/coupon/issue', { seriesId: '' }],
      ['/v2/coupon/issue/multiple', { count: 1 }],
      ['/v2/coupon/bulk/issue', {}],
      ['/v2/coupon/bulk/issue', { seriesIds: [] }],
    ] as const) {
      const reply = await shop.post(url, { ...body, customer })
      const status = url.endsWith('multiple') ? 200 : 400
      expect([reply.status, reply.at('errors.0.code')]).toEqual([status, 756])
    }
  })

  test('is refused with 709 for a holder in an excluded series, until that coupon is revoked', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const excluded = await shop.series()
    const seriesId = await shop.series({ mutually_exclusive_series_ids: [excluded] })
    const { code } = await shop.coupon(excluded, customerId)
    expect((await shop.issue(seriesId, customerId)).at('errors.0.code')).toBe(709)
    await shop.revoke({ couponCodes: [code] })
    expect((await shop.issue(seriesId, customerId)).status).toBe(200)
    await shop.expectLedgerAdds()
  })

  test('takes into account an excluded series that the same request issues', async () => {
    const shop = await openShop(context, app)
    const excluded = await shop.series()
    const seriesId = await shop.series({ mutually_exclusive_series_ids: [excluded] })
    const reply = await shop.post('/v2/coupon/bulk/issue', {
      seriesIds: [excluded, seriesId],
      customer: { id: await shop.customer() },
    })
    expect(reply.at('response.0.errors')).toEqual([])
    expect(reply.at('response.1.errors.0.code')).toBe(709)
    await shop.expectLedgerAdds()
  })

  test('of several coupons where one is allowed issues one and reports 5004', async () => {
    const shop = await openShop(context, app)
    const [seriesId, generic] = [await shop.series(), await shop.generic('WELCOME')]
    const customerId = await shop.customer()
    const one = await shop.issueMany(seriesId, 2, customerId)
    expect(one.json).toMatchObject({
      successCount: 1,
      failureCount: 1,
      errors: [{ code: 5004, message: 'Issue only one coupon. Since isAllowMultipleVouchersPerUser=false.' }],
    })
    const shared = await shop.issueMany(generic, 2, customerId)
    expect(shared.json).toMatchObject({
      successCount: 1,
      failureCount: 1,
      errors: [{ code: 5004, message: 'Cannot issue more than one GENERIC coupon code.' }],
    })
    await shop.expectLedgerAdds()
  })

  test('of several coupons to a holder of the only one returns that one and reports 5004 for the others', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series()
    const customerId = await shop.customer()
    const first = await shop.issue(seriesId, customerId)
    const again = await shop.issueMany(seriesId, 3, customerId)
    expect(again.json).toMatchObject({
      coupons: [{ code: first.at('code'), couponId: first.at('id') }],
      totalCount: 3,
      successCount: 1,
      failureCount: 2,
      errors: [{ code: 5004 }],
    })
    await shop.expectLedgerAdds()
  })

  test('of several coupons with a gap between them issues one and reports 709 for the others', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series({
      is_multiple_per_customer_allowed: true,
      min_days_between_coupons: 2,
    })
    const customerId = await shop.customer()
    await shop.coupon(seriesId, customerId, { createdAt: new Date('2026-06-08T10:00:00Z') })
    const reply = await shop.issueMany(seriesId, 3, customerId)
    expect(reply.json).toMatchObject({ successCount: 1, failureCount: 2, errors: [{ code: 709 }] })
    await shop.expectLedgerAdds()
  })

  test('of more coupons than the series or the pool has left issues the remaining ones', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const many = { is_multiple_per_customer_allowed: true }
    const limited = await shop.series({ ...many, max_issued: 2 })
    const pooled = await shop.series({ ...many, client_handling_type: 'DISC_CODE_PIN' })
    await shop.pool(pooled, ['P1', 'P2'])
    for (const [seriesId, code] of [
      [limited, 5001],
      [pooled, 5005],
    ] as const) {
      const reply = await shop.issueMany(seriesId, 3, customerId)
      expect(reply.json).toMatchObject({ successCount: 2, failureCount: 1, errors: [{ code }] })
    }
    await shop.expectLedgerAdds()
  })

  test('of a series whose form of codes is exhausted is refused with 5006, and its neighbours are issued', async () => {
    const shop = await openShop(context, app)
    const full = await shop.series({ code_length: 4, code_prefix: 'F' })
    const codes = Array.from({ length: 10_000 }, (_, n) => `F${String(n).padStart(4, '0')}`)
    await shop.pool(await shop.series(), codes)
    const [refused, issued] = await Promise.all([
      shop.issue(full, await shop.customer()),
      shop.issue(await shop.series(), await shop.customer()),
    ])
    expect([refused.status, refused.at('errors.0.code')]).toEqual([400, 5006])
    expect(issued.status).toBe(200)
    await shop.expectLedgerAdds()
  })
})
