import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { at, listed, openReads, whole } from '../support/v1_1-cases.ts'

const context = await createTestContext({ now: '2025-09-28T09:00:00Z' })
const app = await createTestServer(context)
const { queries } = context.database
const prepare = (timeZone?: string) => openReads(context, app, timeZone)

describe('GET /v1.1/coupon/get', () => {
  test('finds by code, id and holder, in the requested order, and reports each failure', async () => {
    const { get, shop, customerId, otherId } = await prepare()
    const seriesId = await shop.series({ custom_properties: JSON.stringify([{ name: 'p', value: 'v' }]) })
    const mine = await shop.coupon(seriesId, customerId, { code: 'gMine' })
    const theirs = await shop.coupon(seriesId, otherId, { code: 'gTheirs' })
    await shop.coupon(seriesId, customerId, { code: 'gGone', revokedAt: at('2025-01-01T00:00:00Z') })
    const elsewhere = await prepare()
    const foreign = await elsewhere.shop.coupon(await elsewhere.shop.series(), elsewhere.customerId)
    const reply = await get(
      `/v1.1/coupon/get?code=gtheirs,none,GMINE,ggone&id=${mine.id},${foreign.id}&coupon_code_case=as_it_is`,
    )
    const items = reply.at('response.coupons.coupon') as {
      id: unknown
      code: unknown
      item_status: { code: number }
    }[]
    expect(items.map((one) => [one.id, one.code, one.item_status.code])).toEqual([
      [String(theirs.id), 'gTheirs', 700],
      [-1, 'none', 705],
      [String(mine.id), 'gMine', 700],
      [-1, 'gGone', 660],
      [String(mine.id), 'gMine', 700],
      [String(foreign.id), null, 705],
    ])
    expect(reply.at('response.coupons.coupon.0')).toMatchObject({
      custom_properties: { custom_property: [{ name: 'p', value: 'v' }] },
    })
    expect(items[0]).not.toHaveProperty('redemption_info')
    expect(items[0]).not.toHaveProperty('issued_store')

    const held = await get(
      `/v1.1/coupon/get?issuedToIds=${customerId},${otherId}&coupon_code_case=LOWER&user_id=true`,
    )
    expect(listed(held, 'response.coupons.coupon')).toEqual(['gmine', 'gtheirs'])
    expect(held.at('response.coupons.coupon.0.customer.user_id')).toBe(String(customerId))
    const narrowed = await get(`/v1.1/coupon/get?code=gmine,gtheirs&issuedToIds=${otherId}`)
    const codes = narrowed.at('response.coupons.coupon') as { item_status: { code: number } }[]
    expect(codes.map((one) => one.item_status.code)).toEqual([705, 700])
    expect(whole(await get('/v1.1/coupon/get?code=none'))).toEqual([200, 'false', 500])
    expect(whole(reply)).toEqual([200, 'true', 200])
    expect(reply.at('response.status.status')).toBe('true')
  })

  test('ignores reversed redemptions and returns the latest of several', async () => {
    const { get, shop, customerId } = await prepare()
    const seriesId = await shop.series()
    await shop.coupon(seriesId, customerId, {
      code: 'GR',
      redemptions: [
        { redeemedAt: at('2025-01-01T00:00:00Z') },
        { redeemedAt: at('2025-01-02T00:00:00Z') },
        { redeemedAt: at('2025-01-03T00:00:00Z'), reversedAt: at('2025-01-03T01:00:00Z') },
      ],
    })
    const reply = await get('/v1.1/coupon/get?code=GR')
    expect(reply.at('response.coupons.coupon.0.redemption_info')).toMatchObject({
      redeemed_on: '2025-01-02 00:00:00',
      redeemed_at: '',
    })
  })

  test.each([
    ['/v1.1/coupon/get', 400],
    [`/v1.1/coupon/get?code=${Array.from({ length: 51 }, (_, n) => n).join(',')}`, 1060],
    ['/v1.1/coupon/get?id=x', 400],
    ['/v1.1/coupon/get?code=a&coupon_code_case=small', 400],
    ['/v1.1/coupon/isredeemable?mobile=9400488280', 400],
    [`/v1.1/coupon/isredeemable?mobile=9400488280&code=${'a,'.repeat(51)}`, 1060],
    ['/v1.1/coupon/isredeemable?code=a', 400],
    ['/v1.1/coupon/isredeemable?code=a&mobile=9400488280&details=some', 400],
    ['/v1.1/coupon/resend?mobile=9400488280', 400],
    ['/v1.1/coupon/resend?code=a', 400],
    [`/v1.1/coupon/resend?mobile=9400488280&code=${'a,'.repeat(51)}`, 1060],
    [`/v1.1/coupon/series?id=${Array.from({ length: 51 }, (_, n) => n + 1).join(',')}`, 1060],
    ['/v1.1/coupon/series?expired=maybe', 400],
    ['/v1/coupon/series?limit=0', 400],
  ])('%s is refused as a whole with %i', async (url, code) => {
    const { get } = await prepare()
    expect(whole(await get(url))).toEqual([400, 'false', code])
  })
})

describe('GET /v1.1/coupon/isredeemable', () => {
  test('answers one code with an object and several with a list, and redeems nothing', async () => {
    const { get, shop, customerId, otherId } = await prepare()
    const limited = await shop.series({ max_redemptions_per_coupon: 3 })
    await shop.coupon(limited, customerId, {
      code: 'IA',
      redemptions: [{ redeemedAt: at('2025-01-01T00:00:00Z') }],
    })
    await shop.coupon(limited, otherId, { code: 'IB' })
    const reply = await get('/v1.1/coupon/isredeemable?mobile=9400488280&code=ia,ib,none')
    expect(whole(reply)).toEqual([200, 'partial', 201])
    const items = reply.at('response.coupons.redeemable') as object[]
    expect(items).toMatchObject([
      { code: 'IA', is_redeemable: 'true', redemptions_left: 2, no_of_redemptions_by_user: 1 },
      { code: 'IB', is_redeemable: 'false', item_status: { success: 'false', status: 'false', code: 710 } },
      { code: 'NONE', is_redeemable: 'false', item_status: { success: 'false', status: 'false', code: 719 } },
    ])
    expect(items[1]).not.toHaveProperty('coupon_value')
    expect(items[2]).not.toHaveProperty('redemptions_left')
    for (const query of ['mobile=9400488289', 'email=nobody', 'external_id=nobody']) {
      const unknown = await get(`/v1.1/coupon/isredeemable?${query}&code=ia`)
      expect(whole(unknown), query).toEqual([200, 'false', 500])
      expect(unknown.at('response.coupons.redeemable')).not.toHaveProperty('customer')
      expect(unknown.at('response.coupons.redeemable.item_status')).toMatchObject({
        success: 'false',
        code: 701,
      })
    }
    await shop.expectLedgerAdds()
  })
})

describe('GET /v1.1/coupon/resend', () => {
  test('resends only active coupons, redeemed ones included, to their holder', async () => {
    const { get, shop, customerId, otherId } = await prepare()
    const past = at('2025-09-01T00:00:00Z')
    const live = await shop.series()
    const single = await shop.series({
      is_multiple_use_allowed: false,
      redemption_valid_from: at('2026-01-01T00:00:00Z'),
    })
    const over = await shop.series({ valid_until: past })
    await shop.coupon(single, customerId, { code: 'USED', redemptions: [{ redeemedAt: past }] })
    await shop.coupon(live, customerId, { code: 'EXPIRED', validUntil: past })
    await shop.coupon(over, customerId, { code: 'OVER' })
    await shop.coupon(live, customerId, { code: 'REVOKED', revokedAt: past })
    const theirs = await shop.coupon(live, otherId, { code: 'THEIRS' })
    const reply = await get(
      `/v1.1/coupon/resend?email=ASHA@example.com&code=used,expired,over,revoked,theirs,none&id=${theirs.id},4000000`,
    )
    expect(whole(reply)).toEqual([200, 'partial', 201])
    const items = reply.at('response.coupons.coupon') as {
      id?: string
      code?: string
      item_status: { code: number }
    }[]
    expect(items.map((one) => [one.id === undefined ? one.code : one.id, one.item_status.code])).toEqual([
      [items[0]?.id, 700],
      ['expired', 713],
      ['over', 712],
      ['revoked', 660],
      ['theirs', 703],
      ['none', 702],
      [String(theirs.id), 703],
      ['4000000', 702],
    ])
    const unknown = await get('/v1.1/coupon/resend?mobile=9400488289&code=used')
    expect(whole(unknown)).toEqual([200, 'false', 500])
    expect(unknown.at('response.coupons.coupon.0.item_status.code')).toBe(701)
    await shop.expectLedgerAdds()
  })
})

describe('GET /v1.1/coupon/series', () => {
  test('lists all series, the named ones, or those that have or have not ended', async () => {
    const { get, shop } = await prepare()
    const live = await shop.series()
    const over = await shop.series({ valid_until: at('2025-09-01T00:00:00Z') })
    const ids = async (query: string) => {
      const reply = await get(`/v1.1/coupon/series?${query}`)
      return ([reply.at('response.series.items.item')].flat() as { id: string }[]).map(({ id }) => Number(id))
    }
    expect(await ids('')).toEqual([live, over])
    expect(await ids('expired=true')).toEqual([over])
    expect(await ids('expired=false')).toEqual([live])
    expect(await ids('expired=extended')).toEqual([live, over])
    expect(await ids(`id=${over},${live}`)).toEqual([over, live])
    expect(await ids(`id=${over},${live}&expired=true`)).toEqual([over])
    expect(await ids('limit=1&offset=1')).toEqual([over])
    const some = await get(`/v1.1/coupon/series?id=${live},4000000`)
    expect(whole(some)).toEqual([200, 'partial', 201])
    expect(some.at('response.series.items.item.1')).toEqual({
      id: '4000000',
      item_status: { success: 'false', code: 707, message: 'Coupon Series ID = 4000000 is invalid' },
    })
    const elsewhere = await prepare()
    const foreign = await elsewhere.get(`/v1.1/coupon/series?id=${live}`)
    expect(whole(foreign)).toEqual([200, 'false', 500])
    expect(foreign.at('response.series.items.item.item_status.code')).toBe(707)
    const unreadable = await get('/v1.1/coupon/series?id=x')
    expect(unreadable.at('response.series.items.item')).toMatchObject({ id: 'x', item_status: { code: 707 } })
    const nothing = await elsewhere.get('/v1.1/coupon/series')
    expect([nothing.status, nothing.at('response.series.items.item')]).toEqual([200, []])
  })
})

describe('access', () => {
  test('requires read permission for reads and write permission for writes; customer/get requires both resources', async () => {
    const granted = async (access: object) => {
      const prepared = await prepare()
      const { orgId } = prepared.shop
      await queries.updateTable('access_groups').set(access).where('org_id', '=', orgId).execute()
      return prepared
    }
    const reader = await granted({ coupon_access: 'read', series_access: 'none', customer_access: 'none' })
    expect((await reader.get('/v1.1/coupon/get?code=a')).status).toBe(200)
    expect((await reader.get('/v1.1/coupon/series')).status).toBe(403)
    expect((await reader.get('/v1.1/customer/get?id=1')).status).toBe(403)
    for (const call of ['issue', 'redeem']) {
      const reply = await reader.shop.post(`/v1.1/coupon/${call}`, { root: { coupon: { code: 'a' } } })
      expect([reply.status, reply.at('response.status.code')]).toEqual([403, 403])
    }
    const stranger = await granted({ coupon_access: 'none', customer_access: 'read' })
    for (const url of [
      '/v1.1/coupon/get?code=a',
      '/v1.1/coupon/resend?code=a&id=1',
      '/v1.1/coupon/isredeemable?code=a&id=1',
      '/v1.1/customer/coupons?id=1',
      '/v1.1/customer/redemptions?id=1',
      '/v1.1/customer/get?id=1',
    ]) {
      expect((await stranger.get(url)).status, url).toBe(403)
    }
  })
})
