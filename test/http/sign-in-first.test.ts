import { connect, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
await app.listen({ host: '127.0.0.1', port: 0 })
const { port } = app.server.address() as AddressInfo

interface Operation {
  readonly security?: readonly unknown[]
  readonly requestBody?: unknown
}
interface Call {
  readonly method: string
  readonly path: string
  readonly isOpen: boolean
}

const { paths } = (await app.inject({ url: '/openapi.json' })).json<{
  paths: Record<string, Record<string, Operation>>
}>()
const calls: readonly Call[] = Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, { security }]) => ({
    method: method.toUpperCase(),
    path: path.replaceAll(/\{\w+\}/g, '1'),
    isOpen: security?.length === 0,
  })),
)
const typesOf = (path: string): readonly string[] =>
  /\/upload\/(file|redeemFile)\//.test(path)
    ? ['multipart/form-data; boundary=x']
    : path.startsWith('/v1')
      ? ['application/json', 'application/xml']
      : ['application/json']

/** The first line of the answer to a request whose body never arrives. */
function answerWithoutBody(call: Call, type: string, headers: readonly string[] = []): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const timeout = setTimeout(() => {
      socket.destroy()
      resolve('it waits for the body')
    }, 10_000)
    socket.on('error', reject)
    socket.once('data', (data) => {
      clearTimeout(timeout)
      socket.destroy()
      resolve(String(data).split('\r\n', 1)[0] ?? '')
    })
    socket.write(
      [
        `${call.method} ${call.path} HTTP/1.1`,
        'Host: a',
        `Content-Type: ${type}`,
        'Content-Length: 1000000',
        ...headers,
        '\r\n',
      ].join('\r\n'),
    )
  })
}

test('every operation that needs a caller answers 401 before the body has arrived, whatever its type', async () => {
  const needing = calls.filter(({ isOpen, method }) => !isOpen && method !== 'GET')
  expect(needing.length).toBeGreaterThan(60)
  for (const call of needing) {
    for (const type of [...typesOf(call.path), 'text/plain'])
      expect(await answerWithoutBody(call, type), `${call.method} ${call.path} ${type}`).toBe(
        'HTTP/1.1 401 Unauthorized',
      )
    const wrong = ['Authorization: Basic bm9ib2R5Om5vYm9keQ==']
    expect(await answerWithoutBody(call, 'application/json', wrong), call.path).toMatch(/ (401|429) /)
  }
})

test('every operation that needs a caller answers 401 to a body that is malformed, too deep or too large', async () => {
  const bodies = ['{', '['.repeat(30_000), '<'.repeat(1_000_000), `"${'x'.repeat(2_000_000)}"`]
  for (const { method, path } of calls.filter(({ isOpen }) => !isOpen))
    for (const type of typesOf(path))
      for (const payload of method === 'GET' ? [undefined] : bodies) {
        const answer = await app.inject({
          method: method as 'POST',
          url: path,
          headers: { 'content-type': type },
          ...(payload !== undefined && { payload }),
        })
        expect(answer.statusCode, `${method} ${path} ${answer.body}`).toBe(401)
      }
})

test('an unknown path or method is refused before the body has arrived', async () => {
  for (const [method, path, status] of [
    ['POST', '/v2/nothing', '401 Unauthorized'],
    ['POST', '/admin/v1/nothing', '404 Not Found'],
    ['PATCH', '/v2/coupon/issue', '401 Unauthorized'],
    ['PUT', '/v1.1/coupon/redeem', '401 Unauthorized'],
    ['PUT', '/v3/oauth/token/generate', '405 Method Not Allowed'],
    ['PUT', '/admin/v1/organisation', '405 Method Not Allowed'],
  ] as const)
    expect(await answerWithoutBody({ method, path, isOpen: false }, 'application/json')).toBe(
      `HTTP/1.1 ${status}`,
    )
})

test('a wrong method for a path of the contract is 401 without credentials, and 405 with them', async () => {
  const shop = await openShop(context, app)
  const closed = calls.filter(({ isOpen, path }) => !isOpen && /^\/v\d/.test(path))
  const urls = new Set(closed.map(({ path }) => path))
  expect(urls.size).toBeGreaterThan(50)
  for (const url of urls) {
    const bare = await app.inject({ method: 'PROPFIND' as 'GET', url })
    expect([bare.statusCode, bare.headers['allow']], url).toEqual([401, undefined])
    expect(bare.headers['www-authenticate'], url).toMatch(/^Basic /)
    const signedIn = await shop.call('PROPFIND' as 'GET', url)
    expect(signedIn.status, url).toBe(405)
    expect(signedIn.headers['allow'], url).toMatch(/^[A-Z, ]+$/)
    const wrong = await app.inject({
      method: 'PROPFIND' as 'GET',
      url,
      headers: { authorization: 'Basic bm9ib2R5Om5vYm9keQ==' },
    })
    expect([401, 429], url).toContain(wrong.statusCode)
  }
})

test('a body without credentials is limited to sixteen kibibytes', async () => {
  const open = calls.filter(({ isOpen, method }) => isOpen && method !== 'GET')
  expect(open.map(({ path }) => path).sort()).toEqual([
    '/admin/v1/password-link/read',
    '/admin/v1/password-link/use',
    '/admin/v1/session',
    '/v3/oauth/token/generate',
  ])
  for (const { path } of open) {
    const answer = await app.inject({ method: 'POST', url: path, payload: { key: 'x'.repeat(20_000) } })
    expect(answer.statusCode).toBe(413)
    expect(answer.body).toContain('16 KiB are allowed')
  }
})

test('the credentials are checked once, and a request uses up one request of the quota', async () => {
  const limited = await createTestServer(
    await createTestContext({
      database: context.database,
      env: { ABUSE_LIMITS: '1', RATE_LIMIT_WRITES: '600' },
    }),
  )
  const shop = await openShop(context, limited)
  const reply = await shop.post('/v2/coupon/issue', { seriesId: 1, customer: { id: 1 } })
  expect(reply.headers['ratelimit']).toContain('r=599')
})
