import { describe, expect, test } from 'vitest'
import { readExample } from '../support/contract-examples.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop } from '../support/write-cases.ts'

const context = await createTestContext({ now: '2026-06-01T10:00:00Z' })
const app = await createTestServer(context)

describe('POST /v2/coupon/issue', () => {
  test('returns the id that the coupon has in the history', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const reply = await shop.issue(await shop.series(), customerId)
    const [held] = await shop.history(customerId, 'coupon_code_case=AS_IT_IS')
    expect([reply.at('code'), reply.at('id')]).toEqual([held?.['code'], held?.['id']])
    expect(reply.at('code')).toMatch(/^\d{16}$/)
    await shop.expectLedgerAdds()
  })

  test('prints days and instants in the time zone of the organisation', async () => {
    const shop = await openShop(context, app, { timeZone: 'Asia/Kolkata' })
    const seriesId = await shop.series({ valid_until: new Date('2026-07-18T18:29:59Z') })
    const reply = await shop.issue(seriesId, await shop.customer())
    expect(reply.at('validTill')).toBe('2026-07-18T00:00:00+05:30')
    expect(reply.at('validTillDateTime')).toBe('2026-07-18T23:59:59+05:30')
  })

  test('prints NO_VALUE for a series without a discount code', async () => {
    const shop = await openShop(context, app)
    expect((await shop.issue(await shop.series(), await shop.customer())).at('discountCode')).toBe('NO_VALUE')
  })
})

describe('POST /v2/coupon/bulk/issue', () => {
  test('returns an item without a result for a refused series, and issues the others', async () => {
    const shop = await openShop(context, app)
    const seriesIds = [await shop.series(), 4_000_000]
    const customerId = await shop.customer()
    const reply = await shop.post('/v2/coupon/bulk/issue', { seriesIds, customer: { id: customerId } })
    expect(reply.status).toBe(200)
    expect(reply.json).toMatchObject({ totalCount: 2, failureCount: 1 })
    expect(reply.at('response.1')).toEqual({
      entityId: 4_000_000,
      errors: [{ status: false, code: 707, message: 'Coupon Series ID is invalid' }],
      warnings: [],
    })
    await shop.expectLedgerAdds()
  })

  test('stores the metadata with the event of each coupon', async () => {
    const shop = await openShop(context, app)
    const { body } = readExample('bulk-issue', 'one of each series')
    const seriesIds = [await shop.series()]
    await shop.post('/v2/coupon/bulk/issue', {
      ...body,
      seriesIds,
      customer: { id: await shop.customer() },
    })
    const events = await context.database.queries
      .selectFrom('events')
      .select('details')
      .where('org_id', '=', shop.orgId)
      .execute()
    expect(events).toEqual([{ details: (body as { metadata: object }).metadata }])
  })
})

describe('POST /v2/coupon/issue/multiple', () => {
  test('returns the codes and ids that the customer holds', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const reply = await shop.issueMany(
      await shop.series({ is_multiple_per_customer_allowed: true }),
      2,
      customerId,
    )
    const held = await shop.history(customerId, 'sort_order=ASC')
    expect(reply.at('coupons')).toEqual(held.map(({ code, id }) => ({ code, couponId: id })))
    await shop.expectLedgerAdds()
  })

  test('issues one coupon when no count is given, and accepts a count written as text', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series({ is_multiple_per_customer_allowed: true })
    const customer = { id: await shop.customer() }
    const url = '/v2/coupon/issue/multiple'
    expect((await shop.post(url, { seriesId, customer })).at('successCount')).toBe(1)
    expect((await shop.post(url, { seriesId, customer, count: null })).at('successCount')).toBe(1)
    expect((await shop.post(url, { seriesId, customer, count: '3' })).at('successCount')).toBe(3)
  })

  test.each([
    ['half a coupon', { count: 1.5 }, 677, 'Invalid coupon count. Minimum 1 and Maximum 500.'],
    ['fewer than none', { count: -3 }, 756, 'count should be greater than 0'],
  ])('refuses %s in the published form and issues nothing', async (_, given, code, message) => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series()
    const reply = await shop.post('/v2/coupon/issue/multiple', {
      seriesId,
      customer: { id: await shop.customer() },
      ...given,
    })
    expect(reply.status).toBe(200)
    expect(reply.json).toEqual({
      errors: [{ status: false, code, message }],
    })
    await shop.expectLedgerAdds()
  })

  test('reports how many coupons could not be issued, and why', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series({
      is_multiple_per_customer_allowed: true,
      max_coupons_per_customer: 2,
    })
    const reply = await shop.issueMany(seriesId, 5, await shop.customer())
    expect(reply.status).toBe(200)
    expect(reply.json).toMatchObject({
      totalCount: 5,
      successCount: 2,
      failureCount: 3,
      errors: [{ status: false, code: 5002, message: 'max coupon per user exceeded' }],
    })
    await shop.expectLedgerAdds()
  })
})
