import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { at, listed, openReads, whole } from '../support/v1_1-cases.ts'

const context = await createTestContext({ now: '2025-09-28T09:00:00Z' })
const app = await createTestServer(context)
const { queries } = context.database
const prepare = (timeZone?: string) => openReads(context, app, timeZone)
const coupons = 'response.customers.customer.0.coupons.coupon'

describe('GET /v1.1/customer/coupons', () => {
  async function shelf() {
    const prepared = await prepare('Asia/Kolkata')
    const { shop, customerId, get } = prepared
    const cheap = await shop.series({ discount_value: '5' })
    const dear = await shop.series({ discount_value: '50' })
    const { id: second } = await queries
      .insertInto('stores')
      .values({ org_id: shop.orgId, code: 'second', name: 'Second' })
      .returning('id')
      .executeTakeFirstOrThrow()
    await queries
      .updateTable('series')
      .set({ redemption_store_ids: [second] })
      .where('id', '=', dear)
      .execute()
    const made = [
      // The last second of the 1st in Kolkata, and the first second of the 2nd.
      ['A', cheap, '2025-03-01T18:29:59Z', '2025-09-30T18:29:59Z', shop.storeId, null],
      ['B', dear, '2025-03-01T18:30:00Z', '2025-09-01T18:29:59Z', second, '2025-06-10T10:00:00Z'],
      ['C', cheap, '2025-05-01T00:00:00Z', '2026-01-01T18:29:59Z', second, '2025-06-20T10:00:00Z'],
    ] as const
    for (const [code, seriesId, createdAt, validUntil, storeId, redeemedAt] of made) {
      await shop.coupon(seriesId, customerId, {
        code,
        createdAt: at(createdAt),
        validUntil: at(validUntil),
        storeId,
        redemptions: redeemedAt === null ? [] : [{ redeemedAt: at(redeemedAt) }],
      })
    }
    await shop.coupon(dear, customerId, {
      code: 'D',
      createdAt: at('2024-01-01T00:00:00Z'),
      validUntil: at('2024-02-01T00:00:00Z'),
      redemptions: [{ redeemedAt: at('2025-06-20T10:00:00Z'), reversedAt: at('2025-06-21T10:00:00Z') }],
    })
    await shop.coupon(dear, customerId, { code: 'REVOKED', revokedAt: at('2025-06-21T10:00:00Z') })
    const codes = async (query: string) => {
      const reply = await get(`/v1.1/customer/coupons?id=${customerId}&${query}`)
      expect(reply.status, `${query} ${reply.text}`).toBe(200)
      return [listed(reply, coupons).join(''), reply.at('response.pagination.total')]
    }
    return { ...prepared, codes, cheap, dear, second }
  }

  test('applies every filter, alone and combined, in every order', async () => {
    const { codes, cheap, dear, second, shop } = await shelf()
    for (const [query, expected] of [
      ['', 'CBAD'],
      ['sort_order=asc', 'DABC'],
      ['order_by=valid_till', 'CABD'],
      ['order_by=valid_till&sort_order=ASC', 'DBAC'],
      ['order_by=amount', 'BDCA'],
      ['order_by=amount&sort_order=asc', 'ACDB'],
      ['start_date=2025-03-02', 'CB'],
      ['start_date=2025-03-01&end_date=2025-03-01', 'A'],
      ['end_date=2025-03-01', 'AD'],
      // A coupon redeemed in the range is listed however long ago it was issued; reversed redemptions do not count.
      ['start_date=2025-06-10&end_date=2025-06-10', 'B'],
      ['start_date=2025-06-01&end_date=2025-06-30', 'CB'],
      ['status=active', 'CA'],
      ['status=EXPIRED', 'BD'],
      ['status=redeemed', 'CB'],
      ['status=unredeemed;expired', 'BAD'],
      [`series_id=${cheap}`, 'CA'],
      [`series_id=${cheap},${dear}&status=unredeemed`, 'AD'],
      // The expensive one of the two series can be redeemed only in the second store.
      [`store_id=${second}`, 'CBAD'],
      [`store_id=${shop.storeId}`, 'CA'],
      ['store_id=999999', 'CA'],
      [`store_id=${second}&series_id=${dear}&start_date=2025-01-01&status=redeemed&order_by=amount`, 'B'],
      ['order_by=created_by', 'CBAD'],
      ['series_id=999999', ''],
    ] as const) {
      expect(await codes(query), query).toEqual([expected, expected.length])
    }
    for (const [query, expected] of [
      ['limit=1&offset=1', 'B'],
      ['limit=2&offset=1&order_by=amount', 'DC'],
      ['offset=9', ''],
      ['offset=9&order_by=valid_till&start_date=2020-01-01', ''],
    ] as const) {
      expect(await codes(query), query).toEqual([expected, 4])
    }
  })

  test('prints coupons as a list, even if there is only one; the total counts all pages', async () => {
    const { get, customerId, otherId } = await shelf()
    const one = await get(`/v1.1/customer/coupons?id=${customerId}&limit=1&series_id=&status=null`)
    expect(one.at(`${coupons}.0.code`)).toBe('C')
    expect(one.at('response.pagination')).toEqual({ limit: '1', offset: '0', total: 4 })
    const none = await get(`/v1.1/customer/coupons?id=${otherId}`)
    expect([none.status, none.at(coupons)]).toEqual([200, []])
  })

  test('fails with 1047 in the item for identifiers of two customers', async () => {
    const { get, shop } = await prepare()
    await shop.customer({ externalId: 'E2' })
    for (const [call, query] of [
      ['coupons', 'mobile=9400488280&external_id=E2'],
      ['get', 'mobile=9400488280&external_id=E2'],
    ] as const) {
      const reply = await get(`/v1.1/customer/${call}?${query}`)
      expect(whole(reply)).toEqual([200, 'false', 500])
      expect(reply.at('response.customers.customer.0')).toMatchObject({
        mobile: '9400488280',
        external_id: 'E2',
      })
      expect(Number(reply.at('response.customers.customer.0.item_status.code'))).toBe(1047)
    }
  })

  test.each([
    ['', 400],
    ['mobile=twelve', 400],
    ['id=CUSTOMER&status=revoked', 400],
    ['id=CUSTOMER&limit=0', 400],
    ['id=CUSTOMER&limit=1001', 400],
    ['id=CUSTOMER&order_by=code', 400],
    ['id=CUSTOMER&sort_order=up', 400],
    ['id=CUSTOMER&start_date=2025-02-30', 400],
    ['id=CUSTOMER&start_date=01-02-2025', 400],
    ['id=CUSTOMER&start_date=2025-03-02&end_date=2025-03-01', 400],
    ['id=CUSTOMER&series_id=x', 400],
    [`id=CUSTOMER&series_id=${'1,'.repeat(101)}`, 400],
  ])('refuses %s with %i', async (query, code) => {
    const { get, customerId } = await prepare()
    const reply = await get(`/v1.1/customer/coupons?${query.replace('CUSTOMER', String(customerId))}`)
    expect(whole(reply), reply.text).toEqual([400, 'false', code])
    expect(Object.keys(reply.at('response') as object)).toEqual(['status'])
  })
})

test.each(['coupons', 'redemptions', 'get'])(
  'GET /v1.1/customer/%s fails with 1012 or 8109 in the item for a customer who is unknown, erased or of another organisation',
  async (call) => {
    const { get, shop, otherId } = await prepare()
    const elsewhere = await prepare()
    await context.database.queries
      .updateTable('access_groups')
      .set({ organisation_access: 'write' })
      .where('org_id', '=', shop.orgId)
      .execute()
    expect((await shop.call('DELETE', `/admin/v1/customers/${otherId}`)).status).toBeLessThan(300)
    for (const [query, code] of [
      ['external_id=nobody', 1012],
      ['id=4000000', 1012],
      [`id=${elsewhere.customerId}`, 1012],
      [`id=${otherId}`, 8109],
    ]) {
      const reply = await get(`/v1.1/customer/${call}?${query}`)
      expect(whole(reply)).toEqual([200, call === 'redemptions' ? false : 'false', 500])
      const item = call === 'redemptions' ? 'response.customer' : 'response.customers.customer.0'
      // Only customer/get prints codes as text.
      expect(reply.at(`${item}.item_status.code`)).toBe(call === 'get' ? String(code) : code)
    }
  },
)

describe('GET /v1.1/customer/get', () => {
  test('pages and sorts the coupons and keeps the active ones', async () => {
    const { get, shop, customerId } = await prepare()
    const seriesId = await shop.series()
    const till = async (code: string, tillId: number) =>
      context.database.queries
        .updateTable('coupons')
        .set({ issued_till_id: tillId })
        .where('code', '=', code)
        .execute()
    await shop.coupon(seriesId, customerId, {
      code: 'GA',
      createdAt: at('2025-01-01T00:00:00Z'),
      validUntil: at('2025-12-01T00:00:00Z'),
    })
    await shop.coupon(seriesId, customerId, {
      code: 'GB',
      createdAt: at('2025-01-02T00:00:00Z'),
      validUntil: at('2025-02-01T00:00:00Z'),
    })
    await shop.coupon(seriesId, customerId, { code: 'GC', createdAt: at('2025-01-03T00:00:00Z') })
    await till('GA', 20)
    await till('GB', 30)
    await till('GC', 10)
    const codes = async (query: string) =>
      listed(
        await get(`/v1.1/customer/get?mobile=9400488280&${query}`),
        'response.customers.customer.0.coupons.coupon',
      )
    expect(await codes('')).toEqual(['GC', 'GB', 'GA'])
    expect(await codes('coupon_sort_order=asc&coupon_limit=2')).toEqual(['GA', 'GB'])
    expect(await codes('coupon_offset=1')).toEqual(['GB', 'GA'])
    expect(await codes('coupon_order_by=valid_till')).toEqual(['GC', 'GA', 'GB'])
    expect(await codes('coupon_order_by=created_by')).toEqual(['GB', 'GA', 'GC'])
    expect(await codes('coupon_active=true')).toEqual(['GC', 'GA'])
    const withId = await get('/v1.1/customer/get?mobile=9400488280&user_id=true')
    expect(withId.at('response.customers.customer.0.user_id')).toBe(String(customerId))
  })
})

describe('GET /v1.1/customer/redemptions', () => {
  test('filters, sorts and pages standing redemptions, also those of coupons of other holders', async () => {
    const { get, shop, customerId, otherId } = await prepare()
    const seriesId = await shop.series({ is_any_user: true })
    const seed = async (code: string, redeemedAt: string, extra: object = {}, holder = customerId) => {
      const coupon = await shop.coupon(seriesId, holder, {
        code,
        redemptions: [{ customerId, redeemedAt: at(redeemedAt), storeId: shop.storeId, ...extra }],
      })
      return coupon.redemptionIds[0] as number
    }
    const a = await seed('RA', '2025-03-03T12:00:00Z')
    const b = await seed('RB', '2025-03-01T12:00:00Z')
    const c = await seed('RC', '2025-03-02T23:59:59Z', {}, otherId)
    await seed('RD', '2025-03-02T12:00:00Z', { reversedAt: at('2025-03-02T13:00:00Z') })
    await shop.redeem('RA', customerId, { transactionNumber: 'T9' })
    const found = async (query: string) => {
      const reply = await get(`/v1.1/customer/redemptions?id=${customerId}&${query}`)
      expect(reply.status, reply.text).toBe(200)
      return listed(reply, 'response.customer.redemptions.coupons.coupon').join(' ')
    }
    for (const [query, expected] of [
      ['', 'RA RA RC RB'],
      ['order=asc', 'RB RC RA RA'],
      ['sort=redemption_id&order=asc', 'RA RB RC RA'],
      ['coupons_limit=1', 'RA'],
      ['limit=2', 'RA RA'],
      ['start_date=2025-03-02&end_date=2025-03-02', 'RC'],
      [`coupons_start_id=${b}&sort=redemption_id&order=asc`, 'RB RC RA'],
      [`coupons_start_id=${a}&coupons_end_id=${b}`, 'RA RB'],
      [`coupons_end_id=${c}&order=asc`, 'RB RC RA'],
      [`entity_code=${shop.tillCode}`, 'RA'],
      [`entity_code=${shop.storeCode}`, 'RA RA RC RB'],
      ['entity_code=nowhere', ''],
      ['type=COUPONS', 'RA RA RC RB'],
      ['type=points', ''],
    ] as const) {
      expect(await found(query), query).toBe(expected)
    }
    const page = await get(`/v1.1/customer/redemptions?id=${customerId}&limit=1&user_id=true`)
    expect(page.at('response.customer')).toMatchObject({
      rows: 4,
      coupons_count: '4',
      user_id: String(customerId),
      points_count: 0,
      redemptions: { points: { point: [] } },
    })
  })

  test('answers for each of several customers separately; success stays a real boolean', async () => {
    const { get } = await prepare()
    const both = await get('/v1.1/customer/redemptions?mobile=9400488280,9400488281')
    expect(whole(both)).toEqual([200, true, 200])
    expect((both.at('response.customer') as { mobile: string }[]).map(({ mobile }) => mobile)).toEqual([
      '919400488280',
      '919400488281',
    ])
    const some = await get('/v1.1/customer/redemptions?mobile=9400488280,x')
    expect(whole(some)).toEqual([200, 'partial', 201])
    expect(some.at('response.customer.1')).toEqual({
      mobile: 'x',
      email: null,
      external_id: null,
      item_status: { success: false, code: 1012, message: 'Customer not found' },
    })
    for (const [query, code] of [
      ['', 400],
      ['mobile=9400488280&email=asha@example.com', 400],
      ['mobile=9400488280&sort=code', 400],
      ['mobile=9400488280&coupons_limit=501', 400],
      [`mobile=${Array.from({ length: 51 }, (_, n) => n).join(',')}`, 1060],
    ] as const) {
      expect(whole(await get(`/v1.1/customer/redemptions?${query}`)), query).toEqual([400, 'false', code])
    }
    const unsigned = await app.inject({ url: '/v1.1/customer/redemptions' })
    expect(unsigned.json()).toMatchObject({ response: { status: { success: 'false', code: 401 } } })
  })
})
