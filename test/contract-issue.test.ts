import { describe, expect, test } from 'vitest'
import { expectShape, readExample } from './contract-shape.ts'
import { createTestContext, createTestServer } from './harness.ts'
import { openShop } from './write-cases.ts'

const context = await createTestContext({ now: '2026-06-01T10:00:00Z' })
const app = await createTestServer(context)

describe('POST /v2/coupon/issue', () => {
  test('answers as in the published example, with the real id of the coupon', async () => {
    const example = readExample('issue')
    const shop = await openShop(context, app)
    const customerId = await shop.customer({
      firstName: 'Noor',
      lastName: 'Sand',
      mobile: '9400488244',
      email: 'noor@example.com',
      externalId: '12341234',
    })
    const seriesId = await shop.series({
      description: 'Gold star coupons',
      info: 'Gold star coupons',
      discount_code: 'gold1234',
      discount_value: '1000',
      valid_until: new Date('2026-06-11T23:59:59Z'),
    })
    const reply = await shop.post('/v2/coupon/issue', { ...example.request, seriesId })
    expect(reply.status).toBe(200)
    expectShape(reply.json, example.answer)
    const [held] = await shop.history(customerId, 'coupon_code_case=AS_IT_IS')
    expect(reply.json).toMatchObject({
      ...example.answer,
      seriesId,
      code: held?.['code'],
      id: held?.['id'],
      customer: {
        id: customerId,
        profiles: [
          {
            firstName: 'Noor',
            lastName: 'Sand',
            userId: customerId,
            autoUpdateTime: expect.any(String),
            identifiers: [
              { type: 'mobile', value: '919400488244' },
              { type: 'externalId', value: '12341234' },
              { type: 'email', value: 'noor@example.com' },
            ],
          },
        ],
      },
    })
    expect(reply.at('code')).toMatch(/^\d{16}$/)
    await shop.expectLedgerAdds()
  })

  test('prints days and instants in the zone of the organisation', async () => {
    const shop = await openShop(context, app, { timeZone: 'Asia/Kolkata' })
    const seriesId = await shop.series({ valid_until: new Date('2026-07-18T18:29:59Z') })
    const reply = await shop.issue(seriesId, await shop.customer())
    expect(reply.at('validTill')).toBe('2026-07-18T00:00:00+05:30')
    expect(reply.at('validTillDateTime')).toBe('2026-07-18T23:59:59+05:30')
  })

  test('a series without a discount code prints NO_VALUE', async () => {
    const shop = await openShop(context, app)
    expect((await shop.issue(await shop.series(), await shop.customer())).at('discountCode')).toBe('NO_VALUE')
  })
})

describe('POST /v2/coupon/bulk/issue', () => {
  test('answers as in the published example, one item per series', async () => {
    const example = readExample('bulk-issue')
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const terms = {
      description: 'doc_coupon01',
      info: 'doc_coupon01',
      discount_code: 'XYZ12345',
      discount_value: '500',
      valid_until: new Date('2026-06-11T23:59:59Z'),
    }
    const seriesIds = [await shop.series(terms), await shop.series(terms)]
    const reply = await shop.post('/v2/coupon/bulk/issue', {
      ...example.request,
      seriesIds,
      customer: { id: String(customerId) },
    })
    expect(reply.status).toBe(200)
    expectShape(reply.json, example.answer)
    expect(reply.json).toMatchObject({ totalCount: 2, failureCount: 0 })
    for (const [at, seriesId] of seriesIds.entries()) {
      expect(reply.at(`response.${at}.entityId`)).toBe(seriesId)
      expect(reply.at(`response.${at}.result`)).toMatchObject({
        ...(example.answer as { response: { result: object }[] }).response[0]?.result,
        seriesId,
        code: expect.stringMatching(/^\d{16}$/),
        id: expect.any(Number),
      })
    }
    await shop.expectLedgerAdds()
  })

  test('a refused series is an item without a result, and the others are issued', async () => {
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

  test('keeps the metadata with the event of each coupon', async () => {
    const shop = await openShop(context, app)
    const { request } = readExample('bulk-issue')
    const seriesIds = [await shop.series()]
    await shop.post('/v2/coupon/bulk/issue', {
      ...request,
      seriesIds,
      customer: { id: await shop.customer() },
    })
    const events = await context.database.queries
      .selectFrom('events')
      .select('details')
      .where('org_id', '=', shop.orgId)
      .execute()
    expect(events).toEqual([{ details: request['metadata'] }])
  })
})

describe('POST /v2/coupon/issue/multiple', () => {
  test('answers as in the published example', async () => {
    const example = readExample('issue-multiple')
    const shop = await openShop(context, app)
    const customerId = await shop.customer({
      firstName: 'Asha',
      lastName: 'Rao',
      mobile: '9400488245',
      externalId: '000003873472',
    })
    const seriesId = await shop.series({
      description: 'Five hundred off ',
      info: 'Five hundred off ',
      discount_value: '500',
      is_multiple_per_customer_allowed: true,
    })
    const reply = await shop.post('/v2/coupon/issue/multiple', { ...example.request, seriesId })
    expect(reply.status).toBe(200)
    expectShape(reply.json, example.answer)
    expect(reply.json).toMatchObject({
      couponConfig: example.answer['couponConfig'],
      totalCount: 2,
      successCount: 2,
      failureCount: 0,
      errors: [],
      customer: { id: customerId },
    })
    const held = await shop.history(customerId, 'sort_order=ASC')
    expect(reply.at('coupons')).toEqual(held.map(({ code, id }) => ({ code, couponId: id })))
    await shop.expectLedgerAdds()
  })

  test('issues one when no count is given, and takes a count written as text', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series({ is_multiple_per_customer_allowed: true })
    const customer = { id: await shop.customer() }
    const url = '/v2/coupon/issue/multiple'
    expect((await shop.post(url, { seriesId, customer })).at('successCount')).toBe(1)
    expect((await shop.post(url, { seriesId, customer, count: null })).at('successCount')).toBe(1)
    expect((await shop.post(url, { seriesId, customer, count: '3' })).at('successCount')).toBe(3)
  })

  test.each([
    ['an unknown series', { seriesId: 4_000_000 }, 707, 'Coupon Series ID is invalid'],
    ['a list of series', { seriesId: [1] }, 400, 'Invalid value "[1]" for seriesId: it must be number'],
    ['too many', { count: 501 }, 677, 'Invalid coupon count. Minimum 1 and Maximum 500.'],
    ['half a coupon', { count: 1.5 }, 677, 'Invalid coupon count. Minimum 1 and Maximum 500.'],
    ['none', { count: 0 }, 756, 'count should be greater than 0'],
    ['fewer than none', { count: -3 }, 756, 'count should be greater than 0'],
    ['no series', { seriesId: undefined }, 756, 'seriesId is mandatory to set'],
    [
      'an unknown customer',
      { customer: { mobile: '9400400400' } },
      701,
      'The customer could not be found. Please check mobile, email, external id passed',
    ],
  ])('refuses %s in the published form and issues nothing', async (_, given, code, message) => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series()
    const reply = await shop.post('/v2/coupon/issue/multiple', {
      seriesId,
      count: 2,
      customer: { id: await shop.customer() },
      ...given,
    })
    expect(reply.status).toBe(400)
    expect(reply.json).toEqual({
      errors: [{ status: false, code, message }],
    })
    await shop.expectLedgerAdds()
  })

  test('tells how many could not be issued, and why', async () => {
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
