import { describe, expect, test } from 'vitest'
import { readExample } from '../support/contract-examples.ts'
import { expectShape } from '../support/contract-shape.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop, pick, type Reply, type Shop } from '../support/write-cases.ts'

/** Each published body of version 1.1: keys in their order, JSON types, forms of dates and numbers. */

const context = await createTestContext({ now: '2025-09-28T09:00:00Z' })
const app = await createTestServer(context)
const example = (name: string) => readExample('v1_1', name).answer

/** The formats of texts: dates, numbers, flags. Clients of these calls parse formats that no JSON type expresses. */
const forms: readonly (readonly [string, RegExp])[] = [
  ['day', /^\d{4}-\d{2}-\d{2}$/],
  ['day first', /^\d{2}-\d{2}-\d{4}$/],
  ['time', /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/],
  ['amount', /^\d+\.\d{2}$/],
  ['flag', /^(true|false|partial)$/],
  ['ids', /^\[(-?\d+)(,\d+)*\]$/],
]
/** The format of every text in a body by its path, for the paths that `published` has. */
function formsOf(value: unknown, published: unknown, path = 'body'): (readonly [string, string])[] {
  if (typeof published === 'string') {
    const text = String(value)
    // A number in the example stays a number, whatever its value; an external id is a literal.
    const isNumber = /^-?\d+$/.test(text) && !path.endsWith('external_id') && /^-?\d+$/.test(published)
    const known = forms.find(([, form]) => form.test(text))?.[0]
    return [[path, isNumber ? 'number' : (known ?? 'text')]]
  }
  if (typeof published !== 'object' || published === null) return []
  return Object.entries(published).flatMap(([key, one]) => formsOf(pick(value, key), one, `${path}.${key}`))
}

function expectForms(actual: unknown, published: unknown): void {
  expect(formsOf(actual, published)).toEqual(formsOf(published, published))
}

function expectBody(reply: Reply, published: unknown, status = 200): void {
  expect(reply.status, reply.text).toBe(status)
  expectShape(reply.json, published)
  expectForms(reply.json, published)
}

const person = { firstName: 'Ilse', lastName: 'Pohl', email: 'ilse@example.com' }

async function prepare(terms: Parameters<Shop['series']>[0] = {}, timeZone = 'UTC') {
  const shop = await openShop(context, app, { timeZone })
  const seriesId = await shop.series({ discount_code: 'XYZ123', discount_value: '17', ...terms })
  return { shop, seriesId }
}

test.each(['/v1.1', '/v1'])('POST %s/coupon/issue answers as in the published example', async (prefix) => {
  const { shop, seriesId } = await prepare({ info: 'Sample information' })
  await shop.customer({ mobile: '919400488250', email: 'asha.menon@example.com' })
  const request = structuredClone(readExample('v1_1', 'issue').body) as {
    root: { coupon: { series_id: string }[] }
  }
  for (const one of request.root.coupon) one.series_id = String(seriesId)
  const reply = await shop.post(`${prefix}/coupon/issue?format=json&user_id=true`, request)
  expectBody(reply, example('issue'))
  expect(reply.at('response.coupon')).toMatchObject({
    valid_till: '2099-12-31',
    series_id: String(seriesId),
    discount_value: '17',
    series_info: { id: String(seriesId), valid_till: '2099-12-31', discount_value: '17' },
    customer: { mobile: '919400488250' },
    item_status: { success: true, code: 700, message: 'Coupon processing successful' },
  })
  const withoutId = await shop.post(`${prefix}/coupon/issue`, request)
  expect(withoutId.at('response.coupon.customer')).toEqual({
    mobile: '919400488250',
    email: 'asha.menon@example.com',
    external_id: '',
  })
  await shop.expectLedgerAdds()
})

test.each(['/v1.1', '/v1'])('GET %s/coupon/resend answers as in the published example', async (prefix) => {
  const { shop, seriesId } = await prepare()
  const customerId = await shop.customer({ mobile: '919400488257' })
  const coupon = await shop.coupon(seriesId, customerId, { code: '4R5A33' })
  for (const named of ['code=4r5a33', `id=${coupon.id}`]) {
    const reply = await shop.call('GET', `${prefix}/coupon/resend?${named}&mobile=9400488257`)
    expectBody(reply, example('resend'))
    expect(reply.at('response.coupons.coupon.0')).toMatchObject({ id: String(coupon.id), code: '4R5A33' })
  }
  await shop.expectLedgerAdds()
})

describe.each(['/v1.1', '/v1'])('POST %s/coupon/redeem', (prefix) => {
  const holder = { ...person, mobile: '9400488251', externalId: '0000011110' }

  test('answers as in the published example', async () => {
    const { shop, seriesId } = await prepare()
    const customerId = await shop.customer(holder)
    const coupon = await shop.coupon(seriesId, customerId, { code: 'UZHYF' })
    const reply = await shop.post(`${prefix}/coupon/redeem`, readExample('v1_1', 'redeem').body ?? {})
    expectBody(reply, example('redeem'))
    const [held] = await shop.history(customerId)
    expect(reply.at('response.coupons.coupon')).toEqual({
      ...(pick(example('redeem'), 'response.coupons.coupon') as object),
      redemption_id: String(pick(held, 'redemptions.0.id')),
      series_code: String(seriesId),
      discount_code: 'XYZ123',
      coupon_value: '17',
    })
    const { rows } = await context.database.pool.query<{ custom_fields: unknown }>(
      'select custom_fields from redemptions where coupon_id = $1',
      [coupon.id],
    )
    expect(rows).toEqual([{ custom_fields: { Sport: 'Soccer' } }])
    await shop.expectLedgerAdds()
  })

  test('refuses as in the published example, with HTTP 200', async () => {
    const { shop, seriesId } = await prepare({ max_redemptions_per_coupon: 1 })
    await shop.coupon(seriesId, await shop.customer(holder), {
      code: 'UZHYF',
      redemptions: [{ redeemedAt: new Date('2025-09-01T00:00:00Z') }],
    })
    const { body = {}, answer } = readExample('v1_1', 'redeem a coupon that was redeemed')
    const reply = await shop.post(`${prefix}/coupon/redeem`, body)
    expect(reply.status).toBe(200)
    expect(reply.text).toBe(JSON.stringify(answer))
    await shop.expectLedgerAdds()
  })
})

test.each(['/v1.1', '/v1'])('GET %s/coupon/get answers as in the published example', async (prefix) => {
  const { shop, seriesId } = await prepare({ discount_value: '10' })
  const customerId = await shop.customer({ ...person, mobile: '9400488252' })
  const coupon = await shop.coupon(seriesId, customerId, { code: 'PT4I43YN', storeId: shop.storeId })
  await shop.redeem(coupon.code, customerId, { transactionNumber: 'ZDCsddfg' })
  const reply = await shop.call('GET', `${prefix}/coupon/get?code=PT4I43YN,NOPE`)
  expect(reply.status).toBe(200)
  const published = example('get') as unknown as { response: { coupons: { coupon: unknown[] } } }
  const [first, second] = published.response.coupons.coupon
  const got = reply.at('response.coupons.coupon') as unknown[]
  expect(got).toHaveLength(2)
  expectShape(got[0], first)
  expectForms(got[0], first)
  expect(got[1]).toEqual(second)
  expectShape(reply.at('response.status'), pick(published, 'response.status'))
  expect(got[0]).toMatchObject({
    valid_till: '31-12-2099',
    series_id: seriesId,
    value: 10,
    customer: { id: String(customerId), name: 'Ilse Pohl', external_id: null },
    redemption_info: {
      redeemed_on: '2025-09-28 09:00:00',
      redeemed_at: shop.tillCode,
      store: { code: shop.storeCode },
      transaction: { id: null, bill_number: 'ZDCsddfg' },
    },
    issued_store: { code: shop.storeCode },
  })
})

test.each(['/v1.1', '/v1'])(
  'GET %s/coupon/isredeemable answers as in the published example',
  async (prefix) => {
    const { shop, seriesId } = await prepare({ info: 'c' })
    const customerId = await shop.customer({ mobile: '9400488253', externalId: '000003873472' })
    const { code } = await shop.coupon(seriesId, customerId, { code: 'F3LRU8' })
    const reply = await shop.call('GET', `${prefix}/coupon/isredeemable?mobile=9400488253&code=${code}`)
    expectBody(reply, example('isredeemable'))
    expect(reply.json).toEqual(example('isredeemable'))
    const detailed = await shop.call(
      'GET',
      `${prefix}/coupon/isredeemable?mobile=9400488253&code=${code}&details=true`,
    )
    expectBody(detailed, example('isredeemable with details'))
    const single = await shop.series({ is_multiple_use_allowed: false })
    const past = new Date('2025-09-01T00:00:00Z')
    await shop.coupon(single, customerId, { code: 'USED', redemptions: [{ redeemedAt: past }] })
    const no = await shop.call('GET', `${prefix}/coupon/isredeemable?mobile=9400488253&code=used`)
    expect(no.text.replaceAll('USED', 'F3LRU8')).toBe(JSON.stringify(example('isredeemable that says no')))
  },
)

test.each(['/v1.1', '/v1'])('GET %s/coupon/series answers as in the published example', async (prefix) => {
  const { shop, seriesId } = await prepare({
    is_multiple_use_allowed: false,
    is_same_user_multiple_redeem: false,
    is_multiple_per_customer_allowed: true,
    discount_type: 'PERC',
    discount_value: '10',
    redemption_till_ids: [12_808_452],
    expiry_strategy: 'DAYS',
    expiry_strategy_value: 30,
    info: 'API Coupon 3',
  })
  const reply = await shop.call('GET', `${prefix}/coupon/series?format=json&id=${seriesId}`)
  expectBody(reply, example('series'))
  expect(reply.at('response.series.items.item')).toMatchObject({
    id: String(seriesId),
    discount_code: 'XYZ123',
    valid_till_date: '2099-12-31',
    expiry_strategy_value: '30',
    multiple_use: '0',
    allow_multiple_vouchers_per_user: '1',
    redemption_range: '{"dom":["-1"],"dow":["-1"],"hours":["-1"]}',
    max_bill_amount: '0',
    coupons: { issued: '0', redeemed: '0' },
    valid_redemption_org_entities: { concepts: null, zones: null, stores: null, tills: '[12808452]' },
  })
})

test.each(['/v1.1', '/v1'])('GET %s/customer/coupons answers as in the published example', async (prefix) => {
  const custom_properties = JSON.stringify([{ name: 'standard_description', value: '' }])
  const { shop, seriesId } = await prepare(
    { description: 'Monsoon ten off', custom_properties },
    'Asia/Kolkata',
  )
  const customerId = await shop.customer({ ...person, mobile: '9400488254' })
  const coupon = await shop.coupon(seriesId, customerId, {
    code: 'Q7MX2LPA',
    createdAt: new Date('2026-07-04T09:15:00Z'),
    validUntil: new Date('2027-03-31T18:29:59Z'),
    storeId: shop.storeId,
    redemptions: [
      {
        redeemedAt: new Date('2026-07-05T11:00:12Z'),
        storeId: shop.storeId,
        transactionNumber: 'B-2207',
      },
    ],
  })
  const reply = await shop.call('GET', `${prefix}/customer/coupons?mobile=9400488254&format=json`)
  expectBody(reply, example('customer coupons'))
  const published = JSON.stringify(example('customer coupons'))
    .replace('70010221', String(customerId))
    .replace('1320044551', String(coupon.id))
    .replace('910233', String(seriesId))
    .replace('4577901', String(coupon.redemptionIds[0]))
    .replaceAll('mg-road', shop.storeCode)
    .replaceAll('MG Road', String(reply.at('response.customers.customer.0.coupons.coupon.0.issued_at.name')))
  expect(reply.text).toBe(published)
})

test('GET /v1.1/customer/redemptions answers as in the published example', async () => {
  const { shop, seriesId } = await prepare()
  const customerId = await shop.customer({
    firstName: 'tester',
    email: 't@example.com',
    mobile: '9400488255',
  })
  const coupon = await shop.coupon(seriesId, customerId, { code: 'RT2EJTAE' })
  await shop.redeem(coupon.code, customerId, { transactionNumber: 'bill-110' })
  const reply = await shop.call('GET', '/v1.1/customer/redemptions?mobile=9400488255')
  expectBody(reply, example('customer redemptions'))
  expect(reply.at('response.customer')).toMatchObject({ rows: 1, coupons_count: '1', points_count: 0 })
  expect(reply.at('response.customer.redemptions.coupons.coupon.0')).toMatchObject({
    code: 'RT2EJTAE',
    series_id: String(seriesId),
    transaction_number: 'bill-110',
    bill_id: '0',
    redeemed_time: '2025-09-28 09:00:00',
    redeemed_at: shop.tillCode,
    redeemed_store: { code: shop.storeCode },
    redeemed_till: { name: shop.tillCode, code: shop.tillCode },
  })
})

test.each(['/v1.1', '/v1'])('GET %s/customer/get answers as in the published example', async (prefix) => {
  const { shop, seriesId } = await prepare()
  const customerId = await shop.customer({ ...person, mobile: '9400488256' })
  await context.database.queries
    .updateTable('customers')
    .set({ registered_till_id: shop.tillId })
    .where('id', '=', customerId)
    .execute()
  const coupon = await shop.coupon(seriesId, customerId)
  await shop.redeem(coupon.code, customerId)
  const reply = await shop.call('GET', `${prefix}/customer/get?mobile=9400488256`)
  expectBody(reply, example('customer get'))
  expect(reply.at('response.customers.customer.0')).toMatchObject({
    registered_store: { code: shop.storeCode },
    registered_till: { code: shop.tillCode, name: shop.tillCode },
    coupons: {
      coupon: [{ id: String(coupon.id), valid_till: '2099-12-31 23:59:59', redeemed: 'true' }],
    },
  })
})

test('POST /v1.1/customer/add and update_identity answer as in the published examples', async () => {
  const { shop } = await prepare()
  await context.database.queries
    .updateTable('access_groups')
    .set({ customer_access: 'write' })
    .where('org_id', '=', shop.orgId)
    .execute()
  const { body = {} } = readExample('v1_1', 'customer add')
  const added = await shop.post('/v1.1/customer/add?format=json', body)
  expectBody(added, example('customer add'))
  expect(added.at('response.customers.customer.0')).toMatchObject({
    registered_on: '2025-07-04 09:00:00',
    custom_fields: { field: [{ name: 'city', value: 'Kochi' }] },
  })
  const changed = await shop.post(
    '/v1.1/customer/update_identity',
    readExample('v1_1', 'update identity').body ?? {},
  )
  expect(changed.text).toBe(JSON.stringify(example('update identity')))
})
