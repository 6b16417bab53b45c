import { connect, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import type { App } from '../../src/http/app.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop } from '../support/write-cases.ts'

const context = await createTestContext({ env: { TRUSTED_PROXIES: '127.0.0.1', MAX_CONNECTIONS: '3' } })
const app = await createTestServer(context)

const apiHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

test('every answer of the API, success or failure, has headers that keep browsers from rendering it as a page', async () => {
  const shop = await openShop(context, app)
  const customerId = await shop.customer()
  for (const [reply, status] of [
    [await shop.call('GET', `/v2/customers/coupons?id=${customerId}`), 200],
    [await shop.call('GET', '/v2/customers/coupons'), 400],
    [await shop.call('GET', '/v2/nothing'), 404],
    // The router refuses this path before any route sees it.
    [await shop.call('GET', '/v2/%2'), 400],
    [await shop.call('GET', `/v2/customers/${'1'.repeat(300)}`), 414],
    [await shop.call('GET', '/admin/v1/%2'), 400],
    [await shop.call('GET', '/v2/coupon/issue'), 405],
    [
      await app
        .inject({ url: '/v2/coupon' })
        .then((one) => ({ ...one, status: one.statusCode, headers: one.headers })),
      401,
    ],
  ] as const) {
    expect(reply.status).toBe(status)
    expect(reply.headers).toMatchObject(apiHeaders)
    expect(reply.headers['x-request-id']).toMatch(/./)
    expect(reply.headers['strict-transport-security']).toBeUndefined()
  }
})

test('a malformed path is refused in the shape of its family of calls', async () => {
  const why = 'The path is not valid percent-encoded UTF-8'
  const refused = async (url: string) => (await app.inject({ url })).json<unknown>()
  expect(await refused('/v2/%2')).toEqual({
    warnings: [],
    errors: [{ status: false, code: 400, message: why }],
    success: false,
  })
  expect(await refused('/v1.1/coupon/%2?format=json')).toMatchObject({
    response: { status: { success: 'false', code: 400, message: why } },
  })
  expect(await refused('/admin/v1/%2')).toMatchObject({ status: 400, detail: why })
})

test('only callers that use https to a trusted proxy get Strict-Transport-Security', async () => {
  const headersOf = async (proto: string, remoteAddress: string) =>
    (await app.inject({ url: '/health', headers: { 'x-forwarded-proto': proto }, remoteAddress })).headers
  expect((await headersOf('https', '127.0.0.1'))['strict-transport-security']).toBe('max-age=31536000')
  expect((await headersOf('http', '127.0.0.1'))['strict-transport-security']).toBeUndefined()
  expect((await headersOf('https', '192.0.2.1'))['strict-transport-security']).toBeUndefined()
})

test('the reference page loads only its own files, and cannot be framed by other sites', async () => {
  const { headers } = await app.inject({ url: '/docs' })
  expect(headers['content-security-policy']).toContain("default-src 'self'")
  expect(headers['x-frame-options']).toBe('DENY')
})

const sockets: Socket[] = []
afterAll(() => sockets.forEach((socket) => socket.destroy()))

/** Opens a connection and returns what becomes of it. */
function open(server: App): { socket: Socket; closed: () => boolean } {
  let isClosed = false
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  socket.on('close', () => (isClosed = true))
  sockets.push(socket)
  return { socket, closed: () => isClosed }
}

test('connections above the limit are closed at once, and a place is free when one has ended', async () => {
  await app.listen({ host: '127.0.0.1', port: 0 })
  const three = [open(app), open(app), open(app)]
  await sleep(200)
  const fourth = open(app)
  await sleep(200)
  expect(three.map(({ closed }) => closed())).toEqual([false, false, false])
  expect(fourth.closed()).toBe(true)
  expect((await app.inject({ url: '/metrics' })).body).toContain('counterfoil_connections_dropped_total 1')
  three[0]?.socket.destroy()
  await sleep(200)
  const next = open(app)
  next.socket.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n')
  const [answer] = await new Promise<string[]>((resolve) =>
    next.socket.once('data', (data) => resolve([String(data)])),
  )
  expect(answer).toContain('200 OK')
})

test('an idle connection that neither sends nor reads is closed', async () => {
  const other = await createTestServer(await createTestContext({ database: context.database }))
  expect(other.server.timeout).toBe(120_000)
  expect(other.server.headersTimeout).toBe(30_000)
  other.server.setTimeout(300)
  await other.listen({ host: '127.0.0.1', port: 0 })
  const silent = open(other)
  await sleep(1_000)
  expect(silent.closed()).toBe(true)
})
