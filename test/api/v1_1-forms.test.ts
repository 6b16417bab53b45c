import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop, type Reply } from '../support/write-cases.ts'

/** The forms of requests that version 1.1 accepts, and the settings that change the form of answers. */

const context = await createTestContext({ now: '2025-09-28T09:00:00Z' })
const app = await createTestServer(context)
const { queries } = context.database
const past = new Date('2025-09-01T00:00:00Z')

async function open(settings: object = {}) {
  const shop = await openShop(context, app)
  await queries
    .updateTable('access_groups')
    .set({ customer_access: 'write', organisation_access: 'read' })
    .where('org_id', '=', shop.orgId)
    .execute()
  await queries
    .updateTable('tills')
    .set({ client_settings: JSON.stringify(settings) })
    .where('id', '=', shop.tillId)
    .execute()
  const customerId = await shop.customer({ mobile: '9400488310', email: 'asha@example.com' })
  const seriesId = await shop.series({ is_multiple_use_allowed: false })
  await shop.coupon(seriesId, customerId, { code: 'GOOD' })
  await shop.coupon(seriesId, customerId, { code: 'USED', redemptions: [{ redeemedAt: past }] })
  return { shop, customerId, seriesId, get: (url: string) => shop.call('GET', url) }
}

const whole = (reply: Reply) => [
  reply.status,
  reply.at('response.status.success'),
  reply.at('response.status.code'),
]
const check = (code: string) => `/v1.1/coupon/isredeemable?mobile=9400488310&code=${code}`

describe('settings of the till', () => {
  test.each(['200', '400', '500'])(
    'v1AllFailedStatus %s is the HTTP status if every item failed',
    async (status) => {
      const { get, shop } = await open({ v1AllFailedStatus: status })
      expect(whole(await get(check('USED')))).toEqual([Number(status), 'false', 500])
      const redeemed = await shop.post('/v1.1/coupon/redeem', {
        root: { coupon: { code: 'USED', customer: { mobile: '9400488310' } } },
      })
      expect(whole(redeemed)).toEqual([Number(status), 'false', 500])
      expect(whole(await get('/v1.1/customer/get?mobile=9400488319'))).toEqual([Number(status), 'false', 500])
      // It does not apply if an item succeeded, or if the request itself was invalid.
      expect((await get(check('GOOD,USED'))).status).toBe(200)
      expect((await get('/v1.1/customer/get')).status).toBe(400)
    },
  )

  test('v1CheckRefusal true200 reports a refusal in the item only, as in 2016', async () => {
    const { get } = await open({ v1CheckRefusal: 'true200' })
    const no = await get(check('USED'))
    expect(whole(no)).toEqual([200, 'true', 200])
    expect(no.at('response.coupons.redeemable')).toMatchObject({
      is_redeemable: 'false',
      item_status: { success: 'true', status: 'true', code: 711 },
    })
    expect(no.at('response.coupons.redeemable')).not.toHaveProperty('coupon_value')
    expect(whole(await get('/v1.1/coupon/isredeemable?mobile=9400488319&code=USED'))).toEqual([
      200,
      'false',
      500,
    ])
  })

  test('v1Types typed prints booleans and numbers, only in JSON', async () => {
    const { get } = await open({ v1Types: 'typed' })
    const yes = await get(`${check('GOOD')}&details=extended`)
    expect(whole(yes)).toEqual([200, true, 200])
    expect(yes.text).toContain('"discount_value":10.0')
    expect(yes.at('response.coupons.redeemable.series_info')).toMatchObject({
      any_user: 0,
      max_redeem: -1,
      show_pin_code: false,
      categories: null,
      brands: null,
      product_sku: null,
    })
    const some = await get(check('GOOD,USED'))
    expect(whole(some)).toEqual([200, false, 201])
    const customer = await get('/v1.1/customer/get?mobile=9400488310')
    expect(customer.at('response.customers.customer.0.item_status')).toMatchObject({
      success: true,
      code: 1000,
    })
    expect(whole(await get('/v1.1/customer/get'))).toEqual([400, false, 400])
    const series = await get('/v1.1/coupon/series')
    expect(series.at('response.series.items.item.any_user')).toBe('0')
    const xml = await get(`${check('GOOD')}&format=xml`)
    expect(xml.text).toContain('<is_redeemable>true</is_redeemable>')
  })
})

describe('details=extended', () => {
  test('adds the configuration of the series as text', async () => {
    const { shop, get, customerId } = await open()
    const seriesId = await shop.series({
      tag: 'Monsoon',
      sms_template: 'Hi {{first_name}}',
      discount_upto: '12.5',
      products: JSON.stringify([
        { productType: 'CATEGORY', productCodes: ['Footwear'] },
        { productType: 'BRAND', productCodes: ['Ridgeline', 'Fell'] },
        { productType: 'SKU', productIds: [2001] },
      ]),
      custom_properties: JSON.stringify([{ name: 'standard_terms_and_conditions', value: 'No cash' }]),
    })
    await shop.coupon(seriesId, customerId, { code: 'WHOLE' })
    const reply = await get(`${check('WHOLE')}&details=extended&coupon_code_case=lower`)
    expect(reply.at('response.coupons.redeemable')).toMatchObject({
      code: 'whole',
      series_info: {
        id: String(seriesId),
        org_id: String(shop.orgId),
        tag: 'Monsoon',
        sms_template: 'Hi {{first_name}}',
        discount_upto: '12.5',
        show_pin_code: 'false',
        terms_and_condition: 'No cash',
        products: '2001',
        categories: { category: [{ level: '1', label: 'Footwear' }] },
        brands: { brand: [{ label: 'Ridgeline' }, { label: 'Fell' }] },
        product_sku: { sku: [{ label: '2001' }] },
      },
    })
    const info = reply.at('response.coupons.redeemable.series_info') as Record<string, unknown>
    expect(Object.values(info)).not.toContain(null)
    expect(info).not.toHaveProperty('item_status')
    expect(info).not.toHaveProperty('coupons')
  })
})

describe('a body', () => {
  const item = { code: 'GOOD', customer: { mobile: '9400488310', email: '' }, custom_fields: '' }

  test.each<[string, object]>([
    ['without root', { coupon: [item] }],
    ['with an object in place of a list', { root: { coupon: item } }],
    [
      'with several bills, of which the first counts',
      { root: { coupon: { ...item, transaction: [{ number: 'B-1', amount: '10' }, { number: 'B-2' }] } } },
    ],
    ['with unknown fields', { root: { coupon: { ...item, discount: 5, is_absolute: 'true' } } }],
    ['with nulls', { root: { coupon: { ...item, transaction: null, redemption_time: null } } }],
  ])('%s is read', async (_, body) => {
    const { shop } = await open()
    const reply = await shop.post('/v1.1/coupon/redeem', body)
    expect(whole(reply), reply.text).toEqual([200, 'true', 200])
    await shop.expectLedgerAdds()
  })

  test.each<[string, unknown]>([
    ['a list in an object', { field: [{ name: 'counter', value: 4 }] }],
    ['an object in an object', { field: { name: 'counter', value: '4' } }],
    ['objects in a list', [{ field: { name: 'counter', value: '4' } }]],
  ])('with custom fields as %s has them stored', async (_, custom_fields) => {
    const { shop, get } = await open()
    await shop.post('/v1.1/coupon/redeem', { root: { coupon: { ...item, custom_fields } } })
    const history = await get('/v1.1/customer/redemptions?identifierName=mobile&identifierValue=9400488310')
    const coupons = history.at('response.customer.redemptions.coupons.coupon') as { code: string }[]
    expect(coupons.find(({ code }) => code === 'GOOD')).toMatchObject({
      custom_fields: { field: [{ name: 'counter', value: '4' }] },
    })
  })

  test.each<[string, string | undefined, (text: string) => Buffer]>([
    ['ISO-8859-1', 'text/xml', (text) => Buffer.from(text, 'latin1')],
    ['windows-1252', 'application/json', (text) => Buffer.from(text, 'latin1')],
    ['UTF-8', undefined, (text) => Buffer.from(text)],
    ['UTF-16', 'application/xml', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16', 'application/xml', (text) => Buffer.from(text, 'utf16le')],
    ['UTF-16', 'application/xml', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
  ])(
    'in XML is decoded by its declaration as %s, whatever Content-Type says (%s)',
    async (encoding, type, bytes) => {
      const { shop } = await open()
      const text = `<?xml version="1.0" encoding="${encoding}"?><root><customer><mobile>9400488310</mobile><firstname>Zo\u00eb</firstname></customer></root>`
      const answer = await app.inject({
        method: 'POST',
        url: '/v1.1/customer/update?format=json',
        headers: { authorization: shop.authorization, ...(type !== undefined && { 'content-type': type }) },
        payload: bytes(text),
      })
      expect(answer.statusCode, answer.body).toBe(200)
      expect(answer.json()).toMatchObject({
        response: { customers: { customer: [{ firstname: 'Zo\u00eb' }] } },
      })
    },
  )

  test.each<[string, Buffer, RegExp]>([
    [
      'in an unknown encoding',
      Buffer.from('<?xml version="1.0" encoding="EBCDIC"?><root/>'),
      /EBCDIC.* of the body is not known/,
    ],
    [
      'of bytes that are invalid in its encoding',
      Buffer.from('<root><a>\u00eb</a></root>', 'latin1'),
      /not valid UTF-8/,
    ],
  ])('%s is refused with 400', async (_, payload, message) => {
    const { shop } = await open()
    const answer = await app.inject({
      method: 'POST',
      url: '/v1.1/coupon/redeem',
      headers: { authorization: shop.authorization, 'content-type': 'application/xml' },
      payload,
    })
    expect(answer.statusCode).toBe(400)
    expect(answer.body).toMatch(message)
  })

  test('in Windows-1252 keeps characters that ISO-8859-1 lacks; without a declared encoding the charset of the header applies', async () => {
    const { shop, get } = await open()
    const head = { authorization: shop.authorization }
    const send = (type: string, payload: Buffer) =>
      app.inject({
        method: 'POST',
        url: '/v1.1/customer/update',
        headers: { ...head, 'content-type': type },
        payload,
      })
    const xml = (name: string) =>
      `<root><customer><mobile>9400488310</mobile><firstname>${name}</firstname></customer></root>`
    await send('text/xml; charset="windows-1252"', Buffer.from(xml('Zo\u00eb \u0080'), 'latin1'))
    const name = async () =>
      (await get('/v1.1/customer/get?mobile=9400488310')).at('response.customers.customer.0.firstname')
    expect(await name()).toBe('Zo\u00eb €')
    await send(
      'application/json; charset=iso-8859-1',
      Buffer.from('{"customer":{"mobile":9400488310,"firstname":"Ren\u00e9"}}', 'latin1'),
    )
    expect(await name()).toBe('Ren\u00e9')
  })
})

describe('a request', () => {
  test('is accepted under /v1, in any case of path and names, with extra slashes', async () => {
    const { get } = await open()
    for (const url of [
      '/v1/coupon/isredeemable?mobile=9400488310&code=GOOD',
      '/V1.1/Coupon/IsRedeemable?MOBILE=9400488310&Code=GOOD',
      '//v1.1//coupon/isredeemable/?mobile=+91 94004-88310&code=GOOD&Format=JSON',
    ]) {
      const answer = await get(url)
      expect(whole(answer), url).toEqual([200, 'true', 200])
    }
  })

  test('is answered with headers that report the result', async () => {
    const { get } = await open()
    const some = await get(check('USED,GOOD'))
    expect(some.headers).toMatchObject({ status_code: '711', success: '1', fail: '1' })
    // The codes of this call are text, and the header has the same codes.
    const stranger = await get('/v1.1/customer/get?mobile=9400488319')
    expect(stranger.headers).toMatchObject({ status_code: '1012', success: '0', fail: '1' })
    expect(some.headers['x-cap-requestid']).toBe(some.headers['x-request-id'])
    expect((await get('/v1.1/customer/redemptions?mobile=9400488310')).headers).toMatchObject({
      status_code: '200',
    })
  })

  test('may name the country of its mobile numbers in a header', async () => {
    const { shop } = await open()
    await shop.customer({ mobile: '6581234567' })
    const headers = { 'x-cap-client-countrycode': '+65' }
    const found = await shop.call('GET', '/v1.1/customer/get?mobile=81234567', undefined, { headers })
    expect(found.at('response.customers.customer.0.mobile')).toBe('6581234567')
    const added = await shop.post(
      '/v1.1/customer/add',
      { root: { customer: { mobile: '81234568' } } },
      { headers },
    )
    expect(added.at('response.customers.customer.0.mobile')).toBe('6581234568')
  })

  test('uses the first identifier that belongs to a customer, unless all of them have to', async () => {
    const url = `${check('GOOD')}&email=nobody@example.com`
    const first = await open()
    expect(whole(await first.get(url))).toEqual([200, 'true', 200])
    const strict = await open({ identifiers: 'strict' })
    expect(whole(await strict.get(url))).toEqual([200, 'false', 500])
  })

  test('of customer/get with coupon parameters lists only matching coupons', async () => {
    const { shop, get, customerId } = await open()
    const bound = await shop.series({ redemption_store_ids: [999_999] })
    await shop.coupon(bound, customerId, { code: 'BOUND' })
    const codes = async (query: string) => {
      const reply = await get(`/v1.1/customer/get?mobile=9400488310&coupon_sort_order=asc&${query}`)
      const coupons = reply.at('response.customers.customer.0.coupons.coupon') as { code: string }[]
      return coupons.map(({ code }) => code).sort()
    }
    expect(await codes('')).toEqual(['BOUND', 'GOOD', 'USED'])
    expect(await codes('coupon_status=redeemed')).toEqual(['USED'])
    expect(await codes('coupon_status=unredeemed')).toEqual(['BOUND', 'GOOD'])
    expect(await codes(`coupon_offer=${bound}`)).toEqual(['BOUND'])
    expect(await codes('coupon_offer=0')).toEqual(['BOUND', 'GOOD', 'USED'])
    for (const [type, code] of [
      ['STORE', shop.storeCode],
      ['TILL', shop.tillCode],
      ['ZONE', 'nowhere'],
    ])
      expect(await codes(`coupon_org_entity_type=${type}&coupon_org_entity_value=${code}`)).toEqual([
        'GOOD',
        'USED',
      ])
  })

  test('finds a customer by an identifier with customer/search', async () => {
    const { get, customerId } = await open()
    const found = await get('/v1.1/customer/search?q=(mobile:equals:919400488310)')
    expect(found.at('response.customer')).toMatchObject({
      count: '1',
      start: '0',
      rows: '10',
      results: { item: [{ user_id: String(customerId), external_id: 'None' }] },
    })
    const nobody = await get('/v1.1/customer/search?q=(email:equals:nobody@example.com)')
    expect(nobody.at('response.customer')).toMatchObject({ count: '0', results: { item: [] } })
    expect((await get('/v1.1/customer/search?q=asha')).status).toBe(400)
  })

  test('that repeats an addition of customers under its key gets the same answer', async () => {
    const { shop } = await open()
    const headers = { 'idempotency-key': 'k' }
    const add = (call: string, customer: object[]) =>
      shop.post(`/v1.1/customer/${call}`, { root: { customer } }, { headers })
    const sent = [{ mobile: '9400488311' }, { mobile: 'x' }, { mobile: '9400488312' }]
    const first = await add('add', sent)
    expect(whole(first)).toEqual([200, 'partial', 201])
    const again = await add('add', sent)
    expect(again.text).toBe(first.text)
    const change = [{ identifier: 'mobile', old_value: '9400488311', new_value: '9400488313' }]
    const changed = await add('update_identity', change)
    expect(whole(changed)).toEqual([200, 'true', 200])
    const replayed = await add('update_identity', change)
    expect(replayed.text).toBe(changed.text)
    expect(replayed.headers['idempotency-replayed']).toBe('true')
  })
})
