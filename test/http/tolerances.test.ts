import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { basic, createTestContext, createTestServer, password } from '../support/harness.ts'
import { openShop, pick, type Shop } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)

let shop: Shop
let id: number
beforeAll(async () => {
  shop = await openShop(context, app)
  id = await shop.customer({ mobile: '919812345678', email: 'asha.menon@example.com' })
})

const get = (url: string, headers: Record<string, string> = { authorization: shop.authorization }) =>
  app.inject({ url, headers })

describe('a path', () => {
  test.each([
    '/v2/customers/coupons',
    '/v2/customers/coupons/',
    '//v2//customers/coupons',
    '/V2/Customers/COUPONS/',
  ])('is read without regard to case, doubled slashes and one at the end: %s', async (path) => {
    const answer = await get(`${path}?mobile=9812345678`)
    expect([answer.statusCode, pick(answer.json(), 'entity.customers.0.id')]).toEqual([200, id])
  })

  test('in another spelling has the same methods', async () => {
    const answer = await app.inject({
      method: 'DELETE',
      url: '/V2/coupon//redeem/',
      headers: { authorization: shop.authorization },
    })
    expect([answer.statusCode, answer.headers['allow']]).toEqual([405, 'PATCH, POST, PUT'])
  })

  test.each([
    ['/v1.1/points/isredeemable?format=json', 'response.status'],
    ['/v1.1/transaction/add', 'response.status'],
    ['/v1.1/organization/customfields', 'response.status'],
    ['/v2/transactions/bulk', 'errors.0'],
    ['/v2/card', 'errors.0'],
    ['/v2/points', 'errors.0'],
  ])('of another resource is reported as such to callers who have signed in: %s', async (url, status) => {
    const bare = await get(url, {})
    expect([bare.statusCode, bare.headers['www-authenticate']]).toEqual([401, 'Basic realm="counterfoil"'])
    const answer = await get(url)
    expect([answer.statusCode, pick(answer.json(), status)]).toEqual([
      404,
      expect.objectContaining({
        code: 404,
        message: expect.stringContaining('keeps coupons and customers'),
      }),
    ])
  })
})

test('a request without a body may announce JSON, as many clients always do', async () => {
  const { authorization } = shop
  const announced = { authorization, 'content-type': 'application/json' }
  for (const [method, url] of [
    ['DELETE', '/till/v1/holds/4711'],
    ['GET', '/v2/customers/coupons?mobile=9812345678'],
  ] as const) {
    const plain = await app.inject({ method, url, headers: { authorization } })
    const answer = await app.inject({ method, url, headers: announced, payload: '' })
    expect(answer.statusCode).toBe(plain.statusCode)
    expect(answer.body).not.toContain('JSON')
  }
  const missing = await app.inject({
    method: 'POST',
    url: '/v2/coupon/issue',
    headers: announced,
    payload: '',
  })
  expect([missing.statusCode, missing.body]).toEqual([400, expect.stringContaining('not valid JSON')])
})

describe('a parameter', () => {
  test.each([
    'MOBILE=9812345678',
    'Mobile=9812345678&format=json',
    'mobile=+919812345678',
    'mobile=%2B919812345678',
    'email=asha.menon@example.com',
    'external_id=&EXTERNALID=&email=Asha.Menon@example.com',
  ])(
    'is found under its name in any case, and an identifier in the spellings of programs: %s',
    async (query) => {
      const answer = await get(`/v2/customers/coupons?${query}`)
      expect([answer.statusCode, pick(answer.json(), 'entity.customers.0.id')]).toEqual([200, id])
    },
  )

  test.each(['0', '1', 'yes', 'no', 'TRUE', 'false'])('for true or false may be %s', async (value) => {
    const answer = await get(`/v2/customers/coupons?id=${id}&include_reversed_redemptions=${value}`)
    expect(answer.statusCode).toBe(200)
  })

  test('for true or false may not be anything else', async () => {
    const answer = await get(`/v2/customers/coupons?id=${id}&include_reversed_redemptions=2`)
    expect(answer.statusCode).toBe(400)
  })
})

describe('a body', () => {
  const payload = () => JSON.stringify({ redemptionRequestList: [{ code: 'none' }], user: { id } })
  const redeem = (headers: Record<string, string>) =>
    app.inject({
      method: 'POST',
      url: '/v2/coupon/redeem',
      headers: { authorization: shop.authorization, ...headers },
      payload: payload(),
    })

  test('without a Content-Type is JSON, also without a bill and number', async () => {
    const answer = await redeem({})
    expect([answer.statusCode, pick(answer.json(), 'redemptionStatus.code')]).toEqual([400, 702])
  })

  test('of another type is still refused', async () => {
    expect((await redeem({ 'content-type': 'text/plain' })).statusCode).toBe(415)
  })
})

describe('credentials', () => {
  const md5 = createHash('md5').update(password).digest('hex')

  test.each([md5, md5.toUpperCase()])('may carry the MD5 of the password as %s', async (sent) => {
    const answer = await get(`/v2/customers/coupons?id=${id}`, { authorization: basic(shop.tillCode, sent) })
    expect(answer.statusCode).toBe(200)
  })

  test('may be a token in either header of the contract, and the header of the OAuth page takes precedence', async () => {
    const { json } = await shop.call('POST', '/v3/oauth/token/generate', {
      key: shop.clientKey,
      secret: shop.clientSecret,
    })
    const token = String(pick(json, 'data.accessToken'))
    const url = `/v2/customers/coupons?id=${id}`
    for (const headers of [
      { 'cap-api-access-token': token },
      { 'cap-api-access-token': `Bearer ${token}` },
      { 'x-cap-api-oauth-token': token, 'cap-api-access-token': 'none' },
    ])
      expect((await get(url, headers as Record<string, string>)).statusCode).toBe(200)
    const wrong = { 'x-cap-api-oauth-token': 'none', 'cap-api-access-token': token }
    expect((await get(url, wrong)).statusCode).toBe(401)
  })
})

test('every answer names its request twice, in the header of this server and in that of the contract', async () => {
  for (const url of [
    '/v2/customers/coupons?id=1',
    '/v1.1/coupon/get?code=x',
    '/v2/nothing',
    '/health/live',
  ]) {
    const { headers } = await get(url)
    expect(headers['x-cap-requestid']).toBe(headers['x-request-id'])
    expect(headers['x-cap-requestid']).toMatch(/./)
  }
})
