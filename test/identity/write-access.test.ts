import { describe, expect, test } from 'vitest'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { basic, createTestContext, createTestServer, password } from '../support/harness.ts'
import { openShop, send, type Reply } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)

type Family = 'entity' | 'errors' | 'flat'

const user = { id: 1 }
const calls: [method: 'POST' | 'PUT', url: string, family: Family, body: object][] = [
  ['POST', '/v2/coupon/issue', 'errors', { seriesId: 1, customer: user }],
  ['POST', '/v2/coupon/bulk/issue', 'errors', { seriesIds: [1], customer: user }],
  ['POST', '/v2/coupon/issue/multiple', 'errors', { seriesId: 1, customer: user }],
  ['POST', '/v2/coupon/redeem', 'flat', { redemptionRequestList: [{ code: 'A' }], user, billAmount: 1 }],
  ['POST', '/v2/coupon/bulk/redeem', 'flat', { redemptionRequestList: [{ code: 'A' }], user, billAmount: 1 }],
  ['PUT', '/v2/coupon/redeem', 'entity', { redemptions: [{ redemptionId: 1 }] }],
  ['POST', '/v2/coupon/reactivate', 'entity', { redemptionIds: [1] }],
  [
    'PUT',
    '/v2/coupon/bulk/expiry',
    'entity',
    { couponCodes: [{ couponCode: 'A', expiryDate: '2098-01-01T00:00:00Z' }] },
  ],
  ['POST', '/v2/coupon/revoke', 'entity', { couponCodes: ['A'] }],
]

/** The answer is a failure in exactly the form of its family. */
function expectFailure(reply: Reply, family: Family, status: number): void {
  const one = { status: false, code: status, message: expect.any(String) }
  const body = {
    entity: { warnings: [], errors: [one], success: false },
    errors: { errors: [one] },
    flat: one,
  }[family]
  expect(reply.json).toEqual(body)
  expect(Object.keys(reply.json as object)).toEqual(Object.keys(body))
  expect(reply.status).toBe(status)
  expect(reply.headers['x-request-id']).toBeTruthy()
}

describe.each(calls)('%s %s', (method, url, family, body) => {
  test('is 401 without credentials, with wrong ones and with a token that is not ours', async () => {
    const { tillCode } = await openShop(context, app)
    const wrong: Record<string, string>[] = [
      {},
      { authorization: basic(tillCode, 'wrong') },
      { authorization: 'Digest x' },
      { 'x-cap-api-oauth-token': 'x.y.z' },
    ]
    for (const headers of wrong) {
      const reply = await send(app, method, url, headers, body)
      expectFailure(reply, family, 401)
      expect(reply.headers['www-authenticate']).toBe('Basic realm="counterfoil"')
    }
  })

  test('is 403 for a till that may only read', async () => {
    const { orgId, storeCode } = await openShop(context, app)
    const code = `reader-${orgId}`
    await createTill(context.database.queries, { orgId, storeCode, code, password, isReadOnly: true })
    expectFailure(await send(app, method, url, { authorization: basic(code, password) }, body), family, 403)
  })

  test('is 400 for a body that is not a JSON object, 413 for more than a mebibyte, 415 for a body that is not JSON', async () => {
    const { call, authorization } = await openShop(context, app)
    for (const bad of ['{', '[]', '"text"', 'null', '1', '{"a":1}}', '{"__proto__":{"x":1}}'])
      expectFailure(await call(method, url, bad), family, 400)
    expectFailure(await send(app, method, url, { authorization }), family, 400)
    const large = { ...body, padding: 'x'.repeat(2 * 1024 * 1024) }
    expectFailure(await call(method, url, large), family, 413)
    for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded']) {
      const headers = { authorization, 'content-type': type }
      expectFailure(await send(app, method, url, headers, JSON.stringify(body)), family, 415)
    }
  })

  test('is 422 if its Idempotency-Key was used with another body, and 400 if the key is too long', async () => {
    const { call, customer } = await openShop(context, app)
    const known = { id: await customer() }
    const carriedOut = {
      ...body,
      ...('user' in body && { user: known }),
      ...('customer' in body && { customer: known }),
    }
    const headers = { 'idempotency-key': 'k' }
    const first = await call(method, url, carriedOut, { headers })
    expect(first.status).toBeLessThan(500)
    expectFailure(await call(method, url, { ...carriedOut, extra: 1 }, { headers }), family, 422)
    const long = { headers: { 'idempotency-key': 'k'.repeat(256) } }
    expectFailure(await call(method, url, carriedOut, long), family, 400)
    const longest = { headers: { 'idempotency-key': 'k'.repeat(255) } }
    expect((await call(method, url, carriedOut, longest)).text).toBe(first.text)
  })
})

describe('a path of the contract', () => {
  test.each([
    ['/v2/coupon/issue', 'errors', 'POST'],
    ['/v2/coupon/bulk/redeem', 'flat', 'PATCH, POST'],
    ['/v2/coupon/redeem', 'flat', 'PATCH, POST, PUT'],
    ['/v2/coupon/reactivate', 'entity', 'PATCH, POST'],
    ['/v2/coupon/bulk/expiry', 'entity', 'PUT'],
  ] as const)(
    '%s answers a wrong method with 405 in its own envelope, and lists the methods',
    async (url, family, allow) => {
      const { call } = await openShop(context, app)
      const reply = await call('GET', url)
      expectFailure(reply, family, 405)
      expect(reply.headers['allow']).toBe(allow)
    },
  )

  test('that does not exist is 404', async () => {
    const { post } = await openShop(context, app)
    expectFailure(await post('/v2/coupon/redeeem', {}), 'entity', 404)
  })
})

test('a client redeems with its token, and its operations are attributed to its till', async () => {
  const shop = await openShop(context, app)
  const customerId = await shop.customer()
  const { code } = await shop.coupon(await shop.series(), customerId)
  const token = await send(
    app,
    'POST',
    '/v3/oauth/token/generate',
    {},
    { key: shop.clientKey, secret: shop.clientSecret },
  )
  const reply = await send(
    app,
    'POST',
    '/v2/coupon/redeem',
    { 'x-cap-api-oauth-token': token.at('data.accessToken') as string },
    { redemptionRequestList: { code }, user: { id: customerId } },
  )
  expect(reply).toMatchObject({ status: 200 })
  const [row] = await context.database.queries
    .selectFrom('redemptions')
    .select(['till_id', 'store_id'])
    .where('org_id', '=', shop.orgId)
    .execute()
  expect(row).toEqual({ till_id: shop.tillId, store_id: shop.storeId })
  await shop.expectLedgerAdds()
})
