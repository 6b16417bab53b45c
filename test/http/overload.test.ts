import type { AddressInfo } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../src/platform/config.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { until } from '../support/process-harness.ts'
import { openShop } from '../support/write-cases.ts'

const config = readConfig({ MAX_WAIT_MS: '100', TRUSTED_PROXIES: '127.0.0.1' })
const context = { ...(await createTestContext()), config }
const app = await createTestServer(context)
const shop = await openShop(context, app)
let origin = ''

/** Requests go through a socket, because overload is refused before the router. */
const ask = (url: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(`${origin}${url}`, { ...init, headers: { authorization: shop.authorization, ...headers } })

beforeAll(async () => {
  await app.listen({ host: '127.0.0.1', port: 0 })
  origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
})

test('500 requests that arrive at once at an idle server are all served, again and again', async () => {
  const customerId = await shop.customer()
  for (let crowd = 0; crowd < 3; crowd++) {
    const answers = await Promise.all(
      Array.from({ length: 500 }, async () => {
        const answer = await ask(`/v2/customers/coupons?id=${customerId}`)
        await answer.arrayBuffer()
        return answer.status
      }),
    )
    expect(answers.filter((status) => status !== 200)).toEqual([])
  }
})

describe('while more requests wait than can be answered in time', async () => {
  const [seriesId, customerId] = [await shop.series(), await shop.customer()]
  const coupons = await Promise.all(Array.from({ length: 32 }, () => shop.coupon(seriesId, customerId)))
  const history = `/v2/customers/coupons?id=${customerId}`
  const lock = await context.database.pool.connect()
  const waiting: Promise<{ status: number }>[] = []

  beforeAll(async () => {
    await lock.query('begin')
    await lock.query('select from series_usage where org_id = $1 for update', [shop.orgId])
    waiting.push(
      ...coupons.map(({ code }) => shop.redeem(code, customerId, { transactionNumber: `of ${code}` })),
    )
    await until('requests are refused', async () => (await ask(history)).status === 503)
  })

  test('further requests are refused with Retry-After and all common headers', async () => {
    const refused = await ask(history, { 'x-request-id': 'mine', 'x-forwarded-proto': 'https' })
    expect(refused.status).toBe(503)
    expect(await refused.json()).toEqual({
      warnings: [],
      errors: [{ status: false, code: 503, message: expect.stringContaining('retry later') }],
      success: false,
    })
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'retry-after': '1',
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'mine',
      'strict-transport-security': 'max-age=31536000',
    })
  })

  test.each([
    ['POST', '/v2/coupon/issue', { errors: [{ code: 503 }] }],
    ['GET', `/v2/customers/${customerId}`, { errors: [{ code: 503 }], pagination: {} }],
    ['GET', '/v1.1/customer/get?format=json', { response: { status: { success: 'false', code: 503 } } }],
    ['GET', '/admin/v1/jobs', { status: 503 }],
    ['GET', '/admin/v1/nothing', { status: 503 }],
    ['GET', '/v1.1/nothing?format=json', { response: { status: { code: 503 } } }],
    ['GET', '/%2', { errors: [{ code: 503 }] }],
  ])('%s %s is refused in the shape of its call', async (method, url, body) => {
    const refused = await ask(url, {}, { method, ...(method === 'POST' && { body: '{}' }) })
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject(body)
  })

  test('XML is refused in XML', async () => {
    for (const [url, accept] of [
      ['/v1.1/customer/get?format=xml', '*/*'],
      ['/v1.1/customer/get', 'application/xml'],
    ] as const) {
      const refused = await ask(url, { accept })
      expect([refused.status, refused.headers.get('content-type')]).toEqual([
        503,
        'application/xml; charset=utf-8',
      ])
      expect(await refused.text()).toContain('<code>503</code>')
    }
  })

  test('probes, and answers whose duration depends on the reader, are still given', async () => {
    expect((await ask('/ready')).status).toBe(200)
    expect((await ask(`/v2/customers/${customerId}/coupons`)).status).toBe(200)
    const text = await ask(
      `/v1/upload/file/${seriesId}`,
      { 'content-type': 'text/plain' },
      { method: 'POST', body: 'a' },
    )
    // Without a file it is refused by the call itself.
    expect(text.status).toBe(415)
  })

  test('every refusal is counted, also among all requests, which the alert on failures observes', async () => {
    const figures = async () => {
      const text = await (await ask('/metrics')).text()
      const all =
        /^counterfoil_http_request_duration_seconds_count\{.*route="\/v2\/customers\/:customerId",status="503".*\} (\d+)/m
      return [/^counterfoil_requests_shed_total (\d+)/m, all].map((line) => Number(line.exec(text)?.[1] ?? 0))
    }
    const [shed = 0, failed = 0] = await figures()
    for (let n = 0; n < 3; n++) expect((await ask(`/v2/customers/${customerId}`)).status).toBe(503)
    expect(await figures()).toEqual([shed + 3, failed + 3])
  })

  test('waiting work is executed as soon as possible, and then further requests are accepted again', async () => {
    await lock.query('commit')
    lock.release()
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(coupons.map(() => 200))
    expect((await ask(history)).status).toBe(200)
    await shop.expectLedgerAdds()
  })
})
