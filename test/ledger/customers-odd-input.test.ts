import { expect, test } from 'vitest'
import { anyMobile, openCustomerShop } from '../support/customer-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { least } from '../support/series-cases.ts'
import type { Method } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)

const odd: unknown[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\u001F',
  '\uD800',
  '\uFFFF',
  '😀'.repeat(40),
  'x'.repeat(5_000),
  '%_\\',
  "' or 1=1 --",
  'null',
  '9'.repeat(40),
  '+',
  '-1',
  'é@例え.テスト',
  'a@b@example.com',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  0,
  -0,
  1.5,
  1e21,
  1e308,
  2 ** 53,
  true,
  null,
  [],
  {},
  ['x'],
  { constructor: 'x' },
]

const places: [what: string, method: Method, url: string, body: (value: unknown) => object][] = [
  ...['type', 'value'].map((name): (typeof places)[number] => [
    `an identifier's ${name}`,
    'POST',
    '/v2/customers?source=INSTORE',
    (value) => ({ profiles: [{ identifiers: [{ type: 'externalId', value: 'x', [name]: value }] }] }),
  ]),
  ...['mobile', 'email', 'externalId'].map((type): (typeof places)[number] => [
    `a ${type}`,
    'POST',
    '/v2/customers/ID/changeIdentifier?source=INSTORE',
    (value) => ({ add: [{ type, value }], remove: [{ type, value }] }),
  ]),
  ...['firstName', 'lastName', 'identifiers', 'commChannels', 'fields', 'source'].map(
    (name): (typeof places)[number] => [
      `the profile's ${name}`,
      'PUT',
      '/v2/customers/ID',
      (value) => ({ profiles: [{ source: 'INSTORE', [name]: value }] }),
    ],
  ),
  [
    'a channel',
    'PUT',
    '/v2/customers/ID?source=INSTORE',
    (value) => ({ profiles: [{ commChannels: [value] }] }),
  ],
  [
    'a channel’s value',
    'PUT',
    '/v2/customers/ID?source=INSTORE',
    (value) => ({ profiles: [{ commChannels: [{ type: 'sms', value, meta: { a: value } }] }] }),
  ],
  [
    'a field',
    'PUT',
    '/v2/customers/ID?source=INSTORE',
    (value) => ({ profiles: [{ fields: { a: value } }] }),
  ],
  [
    'a field’s name',
    'PUT',
    '/v2/customers/ID?source=INSTORE',
    (value) => ({ extendedFields: { [String(value)]: 1 } }),
  ],
  ['the profiles', 'PUT', '/v2/customers/ID?source=INSTORE', (value) => ({ profiles: value })],
  [
    'the date of registration',
    'PUT',
    '/v2/customers/ID?source=INSTORE',
    (value) => ({ loyaltyInfo: { loyaltyType: 'loyalty', attributionV2: { createDate: value } } }),
  ],
  ...['code', 'name', 'description', 'externalIds', 'isActive'].map((name): (typeof places)[number] => [
    `a store's ${name}`,
    'POST',
    '/v2/orgEntity/store',
    (value) => ({ code: 'ODD', name: 'Odd', [name]: value }),
  ]),
  ...['name', 'password', 'storeId', 'description'].map((name): (typeof places)[number] => [
    `a till's ${name}`,
    'POST',
    '/v2/orgEntity/till',
    (value) => ({ name: 'odd', password: 'a till of its own', storeId: 1, [name]: value }),
  ]),
  ...['name', 'timeZone', 'country', 'currency', 'requiresTransactionNumber'].map(
    (name): (typeof places)[number] => [
      `a setting's ${name}`,
      'PATCH',
      '/admin/v1/organisation',
      (value) => ({ [name]: value }),
    ],
  ),
  ...['name', 'till', 'accessGroup'].map((name): (typeof places)[number] => [
    `a client's ${name}`,
    'POST',
    '/admin/v1/clients',
    (value) => ({ name: 'odd', till: 'odd', [name]: value }),
  ]),
  ...['name', 'access'].map((name): (typeof places)[number] => [
    `a group's ${name}`,
    'POST',
    '/admin/v1/access-groups',
    (value) => ({ name: 'odd', [name]: value }),
  ]),
]

test.each(places)('%s may have any value without causing a server failure', async (_, method, url, body) => {
  const shop = await openCustomerShop(context, app)
  const administrator = await shop.signInAs('administrator')
  const id = await shop.registered()
  for (const value of odd) {
    const reply = await shop.call(method, url.replace('ID', String(id)), body(value), administrator)
    expect(reply.status, `${JSON.stringify(value)}: ${reply.text}`).toBeLessThan(500)
    expect(reply.json).toBeDefined()
  }
  expect((await shop.find(id)).status).toBe(200)
})

test('paths and queries may have any value, too', async () => {
  const shop = await openCustomerShop(context, app)
  const administrator = await shop.signInAs('administrator')
  for (const value of odd.filter((one) => typeof one !== 'string' || one.length < 200)) {
    const text = encodeURIComponent(String(value).replaceAll('\uD800', '\uFFFD'))
    for (const url of [
      `/v2/customers/${text}?source=INSTORE`,
      `/v2/customers/lookup?source=${text}&identifierName=mobile&identifierValue=1`,
      `/v2/customers/lookup?source=INSTORE&identifierName=${text}&identifierValue=1`,
      ...['mobile', 'email', 'externalId', 'mobile,email'].map(
        (name) => `/v2/customers/lookup?source=INSTORE&identifierName=${name}&identifierValue=${text}`,
      ),
      `/v2/customers/search?q=${text}&limit=${text}`,
      `/v2/customers/search?q=abc${text}`,
      `/v2/organization/till/${text}`,
      `/v2/locations?type=${text}`,
      `/v2/locations?type=STORE&q=name:${text}&entityCodes=${text}`,
      `/admin/v1/tills?limit=${text}&offset=${text}`,
    ]) {
      const reply = await shop.call('GET', url, undefined, administrator)
      expect(reply.status, `${url}: ${reply.text}`).toBeLessThan(500)
    }
    const erased = await shop.call('DELETE', `/admin/v1/customers/${text}`, undefined, administrator)
    expect(erased.status, text).toBeGreaterThanOrEqual(400)
    expect(erased.status, text).toBeLessThan(500)
  }
})

test.each(['\n', '\u2028', '\u2029'])(
  'a name with a line break %j has a value like any other in every call that accepts fields',
  async (lineBreak) => {
    const shop = await openCustomerShop(context, app)
    const named = { [`a${lineBreak}b`]: { c: ['\0'] } }
    const id = await shop.registered()
    const seriesId = await shop.series()
    const { code } = await shop.coupon(seriesId, id)
    const redemptionId = (await shop.redeem(code, id)).at('redemption.0.redemptionId')
    const replies = [
      await shop.update(id, { profiles: [{ fields: named }] }),
      await shop.update(id, { extendedFields: named }),
      await shop.update(id, { profiles: [{ commChannels: [{ type: 'x', value: 'y', meta: named }] }] }),
      await shop.put('/v2/coupon/redeem', { redemptions: [{ redemptionId, customFields: named }] }),
      await shop.post('/v2/coupon/series', { CouponSeriesV2: { ...least, customPropertyMap: named } }),
    ]
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 400))
  },
)

test('a name is found by its beginning in any script, and wildcard characters are literal', async () => {
  const shop = await openCustomerShop(context, app)
  const named = async (firstName: string) => shop.registered({ mobile: anyMobile(), firstName })
  const [ipek, percent] = [await named('İpekçi'), await named('50%_Off')]
  const found = async (text: string) => {
    const reply = await shop.search(`q=${encodeURIComponent(text)}`)
    return (reply.at('data') as { userId: number }[]).map(({ userId }) => userId)
  }
  for (const text of ['İpe', 'İPEKÇ', 'İpekçi']) expect(await found(text), text).toEqual([ipek])
  expect(await found('50%_o')).toEqual([percent])
  for (const text of ['%pe', '___', '50%%', 'İpekçis']) expect(await found(text), text).toEqual([])
})

test('the size of data that callers attach to a customer or a series is limited, and so is a page of such data', async () => {
  const shop = await openCustomerShop(context, app)
  const id = await shop.registered()
  const fields = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`field ${n}`, 'x'.repeat(1_900)]))
  for (const reply of [
    await shop.update(id, { profiles: [{ fields }] }),
    await shop.post('/v2/coupon/series', { CouponSeriesV2: { ...least, customPropertyMap: fields } }),
  ]) {
    expect(reply.status).toBe(400)
    expect(reply.text).toContain('at most 65536')
  }
})
