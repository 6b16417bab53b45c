import type { RequestListener } from 'node:http'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { serveElsewhere } from '../support/other-service.ts'
import { openShop } from '../support/write-cases.ts'

/** A server that forwards unknown paths to another service. */
async function serveBefore(upstream: string, env: Record<string, string> = {}) {
  const context = await createTestContext({ env: { UPSTREAM_URL: upstream, ...env } })
  const app = await createTestServer(context)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { context, app, url }
}

const xml = Buffer.from(
  '<?xml version="1.0" encoding="ISO-8859-1"?><root><name>Jos\u00E9</name></root>',
  'latin1',
)

const answerAsTeapot: RequestListener = (_request, response) => {
  response.writeHead(418, 'Teapot', {
    'content-type': 'text/xml; charset=ISO-8859-1',
    'content-encoding': 'gzip',
    'x-cap-requestid': 'theirs',
    'set-cookie': ['a=1', 'b=2'],
  })
  response.end(gzipSync(xml))
}
const answers: Readonly<Record<string, RequestListener>> = {
  '/v1.1/points/slow': (_request, response) => void setTimeout(() => response.end(), 3_000),
  '/v1.1/points/broken': (request) => void request.socket.destroy(),
  '/v2/busy': (_request, response) => void response.writeHead(503, { 'retry-after': '7' }).end('busy'),
}
const elsewhere = await serveElsewhere((request, response) => {
  const answer = answers[request.url?.split('?', 1)[0] ?? ''] ?? answerAsTeapot
  answer(request, response)
})
const front = await serveBefore(elsewhere.url, { UPSTREAM_TIMEOUT_MS: '1000', UPSTREAM_AT_ONCE: '3' })

test('a request for an unknown path is forwarded unchanged, and its answer is returned unchanged', async () => {
  const path = '/v1.1/points/redeem?format=xml&mobile=+91%209&q=%7Ba%7D'
  const answer = await fetch(front.url + path, {
    method: 'POST',
    headers: {
      authorization: 'Basic dGlsbDpzZWNyZXQ=',
      'content-type': 'text/xml; charset=ISO-8859-1',
      'x-vendor': 'POS',
      cookie: 'theirs=1; counterfoil_session=s.ecret; other=2',
      'accept-encoding': 'gzip',
    },
    body: xml,
  })
  const received = elsewhere.received.at(-1)
  expect(received).toMatchObject({ method: 'POST', url: path })
  expect(received?.body.equals(xml)).toBe(true)
  expect(received?.headers).toMatchObject({
    authorization: 'Basic dGlsbDpzZWNyZXQ=',
    'content-type': 'text/xml; charset=ISO-8859-1',
    'x-vendor': 'POS',
    host: new URL(elsewhere.url).host,
  })
  expect(received?.headers.cookie).not.toContain('ecret')
  expect(received?.headers.cookie).toContain('theirs=1')
  expect(answer.status).toBe(418)
  expect(Buffer.from(await answer.arrayBuffer()).equals(xml)).toBe(true)
  expect(answer.headers.get('content-type')).toBe('text/xml; charset=ISO-8859-1')
  expect(answer.headers.get('x-cap-requestid')).toBe('theirs')
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  for (const ours of ['content-security-policy', 'ratelimit', 'x-frame-options', 'cache-control'])
    expect(answer.headers.get(ours), ours).toBeNull()
})

test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'])('%s is forwarded as well', async (method) => {
  const answer = await front.app.inject({
    method: method as 'GET',
    url: '/v2/card/1?x=1',
    ...(!['GET', 'HEAD'].includes(method) && {
      payload: '{ "a" : 1.0 }',
      headers: { 'content-type': 'application/json' },
    }),
  })
  expect(answer.statusCode).toBe(418)
  const { body, ...received } = elsewhere.received.at(-1) ?? { body: Buffer.alloc(0) }
  expect(received).toMatchObject({ method, url: '/v2/card/1?x=1' })
  expect(body.toString()).toBe(['GET', 'HEAD'].includes(method) ? '' : '{ "a" : 1.0 }')
  const told = method === 'HEAD' ? Buffer.alloc(0) : gunzipSync(answer.rawPayload)
  expect(told.equals(method === 'HEAD' ? Buffer.alloc(0) : xml)).toBe(true)
})

test('a body that is larger than any limit of this server is forwarded', async () => {
  const body = Buffer.alloc(20 * 1024 ** 2, 'x')
  const answer = await fetch(`${front.url}/v2/transactions/bulk`, { method: 'POST', body })
  expect(answer.status).toBe(418)
  expect(elsewhere.received.at(-1)?.body.length).toBe(body.length)
})

test('known paths are not forwarded: calls, other methods of their paths, the console and the administration', async () => {
  const before = elsewhere.received.length
  const shop = await openShop(front.context, front.app)
  const customerId = await shop.customer()
  expect((await shop.call('GET', `/v2/customers/coupons?id=${customerId}`)).status).toBe(200)
  expect((await shop.call('DELETE', '/v2/coupon/issue')).status).toBe(405)
  for (const path of [
    '/admin/v1/nothing',
    '/Admin/v1',
    '/console/assets/nothing.js',
    '/docs/nothing',
    '/',
    '/health',
  ])
    await front.app.inject({ url: path })
  expect(elsewhere.received.length).toBe(before)
})

test('a busy service is asked once, and its refusal is returned unchanged', async () => {
  const before = elsewhere.received.length
  const answer = await front.app.inject({ url: '/v2/busy' })
  expect([answer.statusCode, answer.headers['retry-after'], answer.body]).toEqual([503, '7', 'busy'])
  expect(elsewhere.received.length).toBe(before + 1)
})

test.each(['GET', 'POST'])(
  'a %s whose caller disconnects before the answer has arrived is sent once',
  async (method) => {
    const patient = await serveBefore(elsewhere.url)
    const before = elsewhere.received.length
    const body = method === 'POST' ? { body: 'points=5' } : {}
    const signal = AbortSignal.timeout(500)
    const sent = fetch(`${patient.url}/v1.1/points/slow`, { method, signal, ...body })
    await expect(sent).rejects.toThrow('aborted')
    await patient.app.close()
    await new Promise((resolve) => void setTimeout(resolve, 1_000))
    expect(elsewhere.received.length).toBe(before + 1)
  },
)

test('a service that is too slow, breaks off or is away is reported as 504 and 502 in the shape of the family', async () => {
  const slow = await front.app.inject({ url: '/v1.1/points/slow?format=json' })
  expect([slow.statusCode, slow.json()]).toEqual([
    504,
    {
      response: {
        status: {
          success: 'false',
          code: 504,
          message: 'The service that keeps this resource takes too long to answer',
        },
      },
    },
  ])
  const broken = await front.app.inject({
    url: '/v1.1/points/broken?format=xml',
    method: 'POST',
    payload: 'x',
  })
  expect(broken.statusCode).toBe(502)
  expect(broken.body).toContain('<code>502</code>')
  const away = await serveBefore('http://127.0.0.1:1')
  const answer = await away.app.inject({ url: '/v2/card' })
  expect(answer.statusCode).toBe(502)
  expect(answer.json()).toMatchObject({ errors: [{ status: false, code: 502 }] })
})

test('a slow service holds up no other call: only the allowed number of requests waits for it', async () => {
  const patient = await serveBefore(elsewhere.url, { UPSTREAM_AT_ONCE: '3' })
  const shop = await openShop(patient.context, patient.app)
  const customerId = await shop.customer()
  const order: string[] = []
  const waiting = Array.from({ length: 40 }, async () => {
    const { statusCode } = await patient.app.inject({ url: '/v1.1/points/slow' })
    if (statusCode === 200) order.push('theirs')
    return statusCode
  })
  expect((await shop.call('GET', `/v2/customers/coupons?id=${customerId}`)).status).toBe(200)
  order.push('ours')
  const statuses = await Promise.all(waiting)
  expect(order).toEqual(['ours', 'theirs', 'theirs', 'theirs'])
  expect(statuses.filter((status) => status === 503)).toHaveLength(37)
  const { payload } = await patient.app.inject({ url: '/metrics' })
  expect(payload).toMatch(/counterfoil_handed_on_total\{status="503"\} 37/)
})

test('an address that leads back to this server is refused as such, without a loop', async () => {
  const context = await createTestContext({ env: { UPSTREAM_URL: 'http://127.0.0.1:1' } })
  const there = await createTestServer(context)
  const address = await there.listen({ host: '127.0.0.1', port: 0 })
  const { app } = await serveBefore(address)
  const answer = await app.inject({ url: '/v2/card' })
  expect(answer.statusCode).toBe(502)
  expect(answer.body).toContain('leads back')
})
