import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { couponCodes, customerCodes, requestCodes } from '../../compatibility/codes.ts'
import { setClientSettings } from '../../src/identity/organisations/set-client-settings.ts'
import { numbers } from '../support/refusal-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import type { SeedCoupon, SeedSeries } from '../support/seed.ts'
import { openShop, type Reply, type ShopOptions } from '../support/write-cases.ts'

/**
 * Every code of version 1.1 that this server answers, provoked through HTTP: the status, the whole and the item. The
 * last test compares them with the list of the contract.
 */

const context = await createTestContext({ now: '2025-09-28T09:00:00Z' })
const app = await createTestServer(context)
const { queries } = context.database
const past = new Date('2025-09-01T00:00:00Z')
const once = { redemptions: [{ redeemedAt: past }] }

async function open(options: ShopOptions = {}, grants: object = {}) {
  const shop = await openShop(context, app, options)
  await queries
    .updateTable('access_groups')
    .set({ customer_access: 'write', organisation_access: 'read', ...grants })
    .where('org_id', '=', shop.orgId)
    .execute()
  const customerId = await shop.customer({
    mobile: '9400488300',
    email: 'asha@example.com',
    externalId: 'C-1',
    firstName: 'Asha',
  })
  const otherId = await shop.customer({ mobile: '9400488301', externalId: 'C-2' })
  const get = (url: string, headers: Record<string, string> = {}) =>
    shop.call('GET', url, undefined, { headers })
  const customer = (call: string, ...sent: object[]) =>
    shop.post(`/v1.1/customer/${call}`, { root: { customer: sent } })
  const redeem = (coupon: object | object[]) => shop.post('/v1.1/coupon/redeem', { root: { coupon } })
  return { shop, customerId, otherId, get, customer, redeem }
}
type Opened = Awaited<ReturnType<typeof open>>

/** Codes that answers carried: of the whole, of items and of warnings. */
const provoked = new Set<number>()
function note(json: unknown): void {
  if (typeof json !== 'object' || json === null) return
  const { code, message } = json as { code?: unknown; message?: unknown }
  if (code !== undefined && message !== undefined) provoked.add(Number(code))
  for (const inner of Object.values(json)) note(inner)
}

const whole = (reply: Reply) => {
  note(reply.json)
  return [reply.status, reply.at('response.status.success'), reply.at('response.status.code')]
}
const done = [200, 'true', 200]
const noneDone = [200, 'false', 500]

describe('codes of a whole request', () => {
  test.each<[number, (opened: Opened) => Promise<Reply>, number, string]>([
    [200, ({ get }) => get('/v1.1/customer/get?mobile=9400488300'), 200, 'true'],
    [201, ({ get }) => get('/v1.1/customer/get?mobile=9400488300,9400488309'), 200, 'partial'],
    [500, ({ get }) => get('/v1.1/customer/get?mobile=9400488309'), 200, 'false'],
    [400, ({ get }) => get('/v1.1/customer/get'), 400, 'false'],
    [400, ({ get }) => get('/v1.1/customer/coupons?mobile='), 400, 'false'],
    [400, ({ get }) => get('/v1.1/coupon/isredeemable?mobile=9400488300'), 400, 'false'],
    [400, ({ shop }) => shop.post('/v1.1/coupon/redeem', { root: {} }), 400, 'false'],
    [400, ({ redeem }) => redeem([]), 400, 'false'],
    [400, ({ get }) => get('/v1.1/organization/entities?type=robot'), 400, 'false'],
    [404, ({ get }) => get('/v1.1/points/redeem'), 404, 'false'],
    [405, ({ shop }) => shop.call('DELETE', '/v1.1/coupon/redeem'), 405, 'false'],
    [
      415,
      ({ shop }) =>
        shop.post('/v1.1/coupon/redeem', '{"root":{}}', { headers: { 'content-type': 'text/plain' } }),
      415,
      'false',
    ],
    [
      1060,
      ({ get }) => get(`/v1.1/customer/get?id=${Array.from({ length: 51 }, (_, n) => n + 1).join()}`),
      400,
      'false',
    ],
    [1060, ({ redeem }) => redeem(Array.from({ length: 51 }, () => ({ code: 'a' }))), 400, 'false'],
    [
      1061,
      ({ get }) => get('/v1.1/customer/get?id=1', { 'x-cap-api-attribution-lookup': 'till-7' }),
      400,
      'false',
    ],
    [903, ({ get }) => get('/v1.1/store/get'), 400, 'false'],
  ])('%i', async (code, ask, status, success) => {
    const reply = await ask(await open())
    expect(whole(reply), reply.text).toEqual([status, success, code])
    expect(reply.at('response.status.message')).toMatch(/./)
  })

  test('401 with a challenge for a request without credentials, also to an unknown path', async () => {
    for (const url of ['/v1.1/coupon/get?code=a', '/v1/coupon/get', '/v1.1/points/nothing', '/v2/nothing']) {
      const answer = await app.inject({ url })
      expect(answer.statusCode, url).toBe(401)
      note(answer.json())
      expect(answer.headers['www-authenticate']).toMatch(/^Basic realm="/)
    }
  })

  test('403 for a caller without the permission', async () => {
    const { get, customer } = await open({}, { customer_access: 'none', organisation_access: 'none' })
    expect(whole(await get('/v1.1/customer/get?mobile=9400488300'))).toEqual([403, 'false', 403])
    expect(whole(await customer('add', { mobile: '9400488302' }))).toEqual([403, 'false', 403])
    expect(whole(await get('/v1.1/organization/entities?type=TILL'))).toEqual([403, 'false', 403])
  })
})

describe('codes of a coupon, redeemed and asked about', () => {
  test.each<[number, SeedSeries, Partial<SeedCoupon>, ShopOptions]>([
    [660, {}, { revokedAt: past }, {}],
    [696, { max_redemptions_per_coupon: 1 }, once, {}],
    [700, {}, {}, {}],
    [711, { is_multiple_use_allowed: false }, once, {}],
    [712, { valid_until: past }, {}, {}],
    [713, {}, { validUntil: past }, {}],
    [716, { is_same_user_multiple_redeem: false }, once, {}],
    [718, {}, {}, { requiresTransactionNumber: true }],
    [728, { max_redeemed: 1 }, once, {}],
    [729, { redemption_hours: [3] }, {}, {}],
    [733, { min_bill_amount: '500' }, {}, {}],
    [735, { redemption_store_ids: [999_999] }, {}, {}],
    [736, { max_redemptions_per_customer: 1 }, once, {}],
    [738, { min_days_between_redemptions: 60 }, once, {}],
    [739, { redemption_valid_from: new Date('2026-01-01T00:00:00Z') }, {}, {}],
  ])('%i', async (code, terms, given, options) => {
    const { shop, customerId, redeem, get } = await open(options)
    const coupon = await shop.coupon(await shop.series(terms), customerId, given)
    const asked = await get(`/v1.1/coupon/isredeemable?mobile=9400488300&code=${coupon.code}`)
    // A check has no bill that could be refused.
    const told = code === 718 || code === 733 ? 700 : code
    expect(whole(asked), asked.text).toEqual(told === 700 ? done : noneDone)
    expect(asked.at('response.coupons.redeemable')).toMatchObject({
      is_redeemable: String(told === 700),
      item_status: { success: String(told === 700), status: String(told === 700), code: told },
    })
    const reply = await redeem({
      code: coupon.code,
      customer: { mobile: '9400488300' },
      transaction: { amount: 9 },
    })
    expect(whole(reply), reply.text).toEqual(code === 700 ? done : noneDone)
    expect(reply.at('response.coupons.coupon.item_status')).toMatchObject({
      success: String(code === 700),
      code,
    })
    await shop.expectLedgerAdds()
  })

  test('701 for an unknown customer, 710 for another customer’s coupon, 719 for an unknown code, 742 for a blocked customer, 781 without a code', async () => {
    const { shop, otherId, redeem, get } = await open()
    const seriesId = await shop.series()
    const theirs = await shop.coupon(seriesId, otherId)
    const blockedId = await shop.customer({ mobile: '9400488303', isBlocked: true })
    const blocked = await shop.coupon(seriesId, blockedId)
    for (const [code, coupon, mobile] of [
      [701, theirs.code, '9400488309'],
      [710, theirs.code, '9400488300'],
      [719, 'NOPE', '9400488300'],
      [742, blocked.code, '9400488303'],
    ] as const) {
      const asked = await get(`/v1.1/coupon/isredeemable?mobile=${mobile}&code=${coupon}`)
      expect(whole(asked)).toEqual(noneDone)
      expect(asked.at('response.coupons.redeemable.item_status.code')).toBe(code)
      const reply = await redeem({ code: coupon, customer: { mobile } })
      expect(whole(reply)).toEqual(noneDone)
      expect(reply.at('response.coupons.coupon.item_status.code')).toBe(code)
    }
    const nothing = await redeem({ customer: { mobile: '9400488300' } })
    expect(whole(nothing)).toEqual(noneDone)
    expect(nothing.at('response.coupons.coupon.item_status.code')).toBe(781)
    await shop.expectLedgerAdds()
  })

  test('705 where a coupon is read, 702 and 703 where a coupon is sent again', async () => {
    const { shop, otherId, get } = await open()
    const theirs = await shop.coupon(await shop.series(), otherId)
    const unknown = await get('/v1.1/coupon/get?code=NOPE')
    expect(whole(unknown)).toEqual(noneDone)
    expect(unknown.at('response.coupons.coupon.0')).toEqual({
      id: -1,
      code: 'NOPE',
      is_absolute: false,
      value: null,
      discount_upto: null,
      pincode: 'NULL',
      item_status: {
        success: 'false',
        code: 705,
        message: 'Both coupon code and validation code are invalid',
      },
    })
    const sent = await get(`/v1.1/coupon/resend?mobile=9400488300&code=NOPE,${theirs.code}`)
    expect(whole(sent)).toEqual(noneDone)
    expect(sent.at('response.coupons.coupon.0.item_status.code')).toBe(702)
    expect(sent.at('response.coupons.coupon.1.item_status.code')).toBe(703)
  })

  test.each<[number, SeedSeries, object]>([
    [701, {}, { mobile: '9400488309' }],
    [707, {}, { series: 0 }],
    [709, { is_existing_coupon_withheld: true }, { held: true }],
    [713, { valid_until: past }, {}],
    [5001, { max_issued: 1, is_multiple_per_customer_allowed: true }, { held: true }],
    [5002, { max_coupons_per_customer: 1, is_multiple_per_customer_allowed: true }, { held: true }],
    [5005, { client_handling_type: 'DISC_CODE_PIN' }, {}],
  ])(
    '%i where a coupon is issued',
    async (code, terms, given: { mobile?: string; series?: number; held?: boolean }) => {
      const { shop, customerId } = await open()
      const seriesId = await shop.series(terms)
      if (given.held === true) await shop.coupon(seriesId, customerId, { createdAt: past })
      const reply = await shop.post('/v1.1/coupon/issue', {
        root: {
          coupon: { series_id: given.series ?? seriesId, customer: { mobile: given.mobile ?? '9400488300' } },
        },
      })
      expect(whole(reply), reply.text).toEqual([200, false, 500])
      expect(reply.at('response.coupon.item_status')).toMatchObject({ success: false, code })
      await shop.expectLedgerAdds()
    },
  )
})

describe('codes of a customer', () => {
  const item = 'response.customers.customer.0'

  test.each<[string, string, object]>([
    ['1001', 'add', { mobile: 'x1' }],
    ['1002', 'add', { email: 'nobody' }],
    ['1003', 'add', { external_id: 'E'.repeat(251) }],
    ['1007', 'add', { firstname: 'Asha' }],
    ['1012', 'update', { mobile: '9400488309', firstname: 'Asha' }],
    ['1034', 'add', { mobile: '9400488302', registered_on: '2090-01-01 00:00:00' }],
    ['1046', 'update', { mobile: '9400488300', type: 'NON_LOYALTY' }],
    ['10001', 'add', { mobile: '9400488302', source: 'MOON' }],
    ['10002', 'update', { mobile: '9400488300', source: 'MOON' }],
  ])('%s refuses', async (code, call, sent) => {
    const { customer } = await open()
    const reply = await customer(call, sent)
    expect(whole(reply), reply.text).toEqual(noneDone)
    expect(reply.at('response.status')).toMatchObject({ total: '1', success_count: '0' })
    expect(reply.at(`${item}.item_status`)).toMatchObject({
      success: 'false',
      code,
      warnings: { warning: [] },
    })
  })

  test.each<[string, string, object, RegExp]>([
    [
      '91006',
      'add',
      { mobile: '9400488300', email: 'new@example.com' },
      /updated, Email update is not allowed$/,
    ],
    [
      '91006',
      'update',
      { email: 'asha@example.com', mobile: '9400488304' },
      /, Mobile update is not allowed$/,
    ],
    ['91007', 'add', { email: 'fresh@example.com', mobile: '9400488301', external_id: 'C-2' }, /updated$/],
    ['91015', 'add', { mobile: '9400488300', firstname: 'A'.repeat(101) }, /updated$/],
    [
      '1017',
      'add',
      { mobile: '9400488302', custom_fields: { field: { name: 'n'.repeat(201), value: 'x' } } },
      /successful, Provided Custom Field is invalid$/,
    ],
    [
      '1017',
      'update',
      { mobile: '9400488300', extended_fields: { field: { name: 'a\u0001', value: 'x' } } },
      /updated, Provided Custom Field is invalid$/,
    ],
    ['91020', 'add', { mobile: '9400488302', registered_till: 'nowhere' }, /registration successful$/],
    ['91021', 'update', { mobile: '9400488300', fraud_status: { status: 'CONFIRMED' } }, /updated$/],
  ])('%s warns', async (code, call, sent, message) => {
    const { customer, shop } = await open()
    if (code === '91007') {
      // The e-mail address belongs to another customer, and the customer with the mobile number has none.
      await shop.customer({ mobile: '9400488305', email: 'fresh@example.com' })
    }
    const reply = await customer(call, sent)
    expect(whole(reply), reply.text).toEqual(done)
    expect(reply.at(`${item}.item_status`)).toMatchObject({ success: 'true', code: '1000' })
    expect(reply.at(`${item}.item_status.message`)).toMatch(message)
    expect(reply.at(`${item}.item_status.warnings.warning`)).toMatchObject([{ code }])
  })

  test.each<[string, string, (opened: Opened) => object]>([
    ['1032', 'add', ({ customerId }) => ({ id: customerId, mobile: '9400488301' })],
    ['1032', 'update', ({ customerId }) => ({ id: customerId, mobile: '9400488301' })],
    ['1033', 'add', () => ({ mobile: '9400488301', email: 'asha@example.com' })],
    ['1033', 'update', () => ({ mobile: '9400488301', email: 'asha@example.com' })],
    ['1016', 'add', () => ({ mobile: '9400488300', external_id: 'C-2' })],
    ['1016', 'update', () => ({ mobile: '9400488301', external_id: 'C-1' })],
  ])('%s refuses an identifier of another customer to a strict caller (%s)', async (code, call, sentBy) => {
    const opened = await open()
    const { shop, customer, get } = opened
    await setClientSettings(queries, shop.orgId, { kind: 'organisation' }, { identifiers: 'strict' })
    const before = (await get('/v1.1/customer/get?mobile=9400488300,9400488301')).text
    const reply = await customer(call, { ...sentBy(opened), firstname: 'Changed' })
    expect(whole(reply), reply.text).toEqual(noneDone)
    expect(reply.at(`${item}.item_status`)).toMatchObject({
      success: 'false',
      code,
      message: expect.stringMatching(/belongs to another customer$/),
      warnings: { warning: [] },
    })
    expect((await get('/v1.1/customer/get?mobile=9400488300,9400488301')).text).toBe(before)
  })

  test('1000 for a registration, an update of an existing customer and the addition of missing identifiers', async () => {
    const { customer, shop, otherId } = await open()
    const added = await customer(
      'add',
      { mobile: '9400488302', firstname: 'Ravi' },
      { mobile: '9400488302', lastname: 'Nair' },
    )
    expect(whole(added)).toEqual(done)
    expect(added.at('response.status')).toMatchObject({ total: '2', success_count: '2' })
    expect(added.at('response.customers.customer.1')).toMatchObject({
      user_id: added.at(`${item}.user_id`),
      firstname: 'Ravi',
      lastname: 'Nair',
      item_status: { code: '1000', message: 'Customer successfully updated' },
    })
    const filled = await customer('update', {
      id: otherId,
      email: 'ravi@example.com',
      custom_fields: [{ field: { name: 'city', value: 'Kochi' } }],
    })
    expect(filled.at(item)).toMatchObject({
      email: 'ravi@example.com',
      custom_fields: { field: [{ name: 'city', value: 'Kochi' }] },
    })
    expect(
      (await shop.call('GET', '/v1.1/customer/get?email=ravi@example.com&user_id=true')).at(
        `${item}.user_id`,
      ),
    ).toBe(String(otherId))
  })

  test('1040 for a changed identity, 1041, 1042 and 1012 for refused changes', async () => {
    const { customer } = await open()
    const change = (identifier: string, old_value: string, new_value: string) =>
      customer('update_identity', { identifier, old_value, new_value })
    const told = (reply: Reply) => reply.at('response.customers.customer.item_status.code')
    const changed = await change('email', 'asha@example.com', 'asha.menon@example.com')
    expect(whole(changed)).toEqual(done)
    expect(changed.at('response.customers.customer')).toMatchObject({
      updated: 'true',
      item_status: { code: 1040 },
    })
    for (const [code, reply] of [
      [1012, await change('email', 'asha@example.com', 'other@example.com')],
      [1041, await change('card', '1', '2')],
      [1041, await change('email', 'asha.menon@example.com', 'nobody')],
      [1042, await change('mobile', '9400488300', '9400488301')],
    ] as const) {
      expect(whole(reply), reply.text).toEqual(noneDone)
      expect(told(reply)).toBe(code)
    }
  })

  test('1047 for identifiers of two customers, 701 for them in coupon calls, 8109 for an erased customer', async () => {
    const { shop, customerId, get, customer } = await open({}, { organisation_access: 'write' })
    const two = await get('/v1.1/customer/get?mobile=9400488300&external_id=C-2')
    expect(whole(two)).toEqual(noneDone)
    expect(two.at(`${item}.item_status.code`)).toBe('1047')
    const coupon = await get('/v1.1/coupon/isredeemable?mobile=9400488300&external_id=C-2&code=a')
    expect(coupon.at('response.coupons.redeemable.item_status.code')).toBe(701)
    await shop.call('DELETE', `/admin/v1/customers/${customerId}`)
    const erased = await get(`/v1.1/customer/get?id=${customerId}`)
    expect(whole(erased)).toEqual(noneDone)
    expect(erased.at(item)).toMatchObject({ id: String(customerId), item_status: { code: '8109' } })
    expect(
      (await customer('update', { id: customerId, firstname: 'A' })).at(`${item}.item_status.code`),
    ).toBe('8109')
  })

  test('a customer who is marked as a fraud is blocked, if the caller may block customers', async () => {
    const { customer, get } = await open({}, { organisation_access: 'write' })
    await customer('update', { mobile: '9400488300', fraud_status: { status: 'CONFIRMED' } })
    expect((await get('/v1.1/customer/get?mobile=9400488300')).at(`${item}.fraud_details.status`)).toBe(
      'CONFIRMED',
    )
    await customer('update', { mobile: '9400488300', fraud_status: { status: 'NONE' } })
    expect((await get('/v1.1/customer/get?mobile=9400488300')).at(`${item}.fraud_details.status`)).toBe(
      'NONE',
    )
  })
})

describe('codes of places', () => {
  test('900 for a store by each of its ids, 902 for an unknown one', async () => {
    const { shop, get } = await open()
    const { id } = await queries
      .insertInto('stores')
      .values({ org_id: shop.orgId, code: 'mg-road', name: 'MG Road', external_id_1: 'X1' })
      .returning('id')
      .executeTakeFirstOrThrow()
    for (const query of [`id=${id}`, 'external_id=X1', 'code=mg-road']) {
      const reply = await get(`/v1.1/store/get?${query}`)
      expect(whole(reply)).toEqual(done)
      expect(reply.at('response.stores.store')).toMatchObject({
        id: String(id),
        name: 'MG Road',
        external_id: '',
        external_id_1: 'X1',
        country_name: 'India',
        item_status: { success: 'true', code: '900' },
      })
    }
    const unknown = await get('/v1.1/store/get?id=4000000')
    expect(whole(unknown)).toEqual(noneDone)
    expect(unknown.at('response.stores.store')).toMatchObject({ id: '4000000', item_status: { code: '902' } })
  })

  test('3200 for entities of every type, filtered by their parents', async () => {
    const { shop, get } = await open()
    for (const [query, codes] of [
      ['type=till', [shop.tillCode]],
      [
        `type=TILL&parent_identifier_type=STORE_CODE&parent_identifier_value=${shop.storeCode}`,
        [shop.tillCode],
      ],
      ['type=TILL&parent_identifier_type=STORE_ID&parent_identifier_value=1', []],
      ['type=store&active_only=true', [shop.storeCode]],
      ['type=zone', []],
      ['type=concept', []],
      ['type=str_server', []],
      ['type=store&modified_since=2090-01-01', []],
      ['type=store&start_id=4000000', []],
    ] as const) {
      const reply = await get(`/v1.1/organization/entities?${query}`)
      expect(whole(reply), query).toEqual([200, true, 200])
      const found = reply.at('response.organization.entities.entity') as { code: string }[]
      expect(
        found.map(({ code }) => code),
        query,
      ).toEqual(codes)
      expect(reply.at('response.pagination')).toEqual({ limit: '500', offset: '0', total: codes.length })
    }
    const reply = await get('/v1.1/organization/entities?type=TILL&include_parent=true&details=basic')
    const [till] = reply.at('response.organization.entities.entity') as object[]
    expect(till).toMatchObject({
      item_status: { success: 'true', code: 3200, message: 'Entity search successful' },
      is_active: '1',
      username: shop.tillCode,
      parent: { code: shop.storeCode, type: 'STORE' },
      parent_code: shop.storeCode,
      parent_concept_code: '',
      type: 'TILL',
    })
    expect(till).not.toHaveProperty('timezones')
  })
})

const listed = [
  numbers([200, 201], [400, 408], [415, 415], [461, 461], [500, 500], [503, 503], [521, 521], [1060, 1061]),
  numbers([1064, 1064], [4000, 4001]),
  numbers([700, 707], [709, 716], [718, 726], [728, 730], [732, 733], [735, 736], [738, 740], [742, 742]),
  numbers([750, 750], [786, 799], [900, 903], [913, 913], [3200, 3200]),
  numbers([1000, 1003], [1006, 1007], [1011, 1012], [1016, 1017], [1032, 1034], [1040, 1042], [1046, 1047]),
  numbers([8109, 8109], [10_001, 10_002], [91_005, 91_007], [91_015, 91_015], [91_020, 91_022]),
].flat()

/** Codes that only a busy or failing server answers, and the tests that provoke them. */
const elsewhere: Readonly<Record<number, readonly [file: string, title: string]>> = {
  408: ['../http/body-timeout.test.ts', "expect(await send('/json', 1_000)).toBe('408')"],
  503: ['../http/outages.test.ts', 'an unreachable database is reported as such, with Retry-After'],
}

test('every listed code occurs in an answer above, or the compatibility table says why it never does', () => {
  const table = { ...requestCodes, ...couponCodes, ...customerCodes }
  const wrong = listed.flatMap((code) => {
    const why = table[code]?.missing
    if (why !== undefined) return provoked.has(code) ? [`${code} arises, and the table denies it`] : []
    return provoked.has(code) || code in elsewhere ? [] : [`${code} does not arise, and nothing says why`]
  })
  expect(wrong).toEqual([])
  for (const [file, text] of Object.values(elsewhere))
    expect(readFileSync(new URL(file, import.meta.url), 'utf8'), file).toContain(text)
})
