import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'

/** FUZZ_SEED reproduces a run; FUZZ_REQUESTS makes it longer. */
const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const requests = Number(process.env['FUZZ_REQUESTS'] ?? 3_000) / 5

const app = await createTestServer(await createTestContext())

/** Public paths, and paths that the test client itself cannot send. */
const isOpen = (path: string) => /^\/(docs|health|ready|metrics|openapi|console)/.test(path)
const isSendable = (path: string) => !/^[/\\]{2}/.test(path) && URL.canParse(path, 'http://localhost')

const anyCall = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
  path: fc.oneof(
    fc.constantFrom(
      '/v2/customers/coupons',
      '/v3/oauth/token/generate',
      '/coupon/api/v1/upload/file/1',
      '/v1/upload/redeemFile/1',
      '/v2/customers/coupons/',
      '/%',
      '/%00',
    ),
    fc.webPath().map((path) => `/v2${path}`),
    fc.stringMatching(/^\/[!-~]{0,60}$/).filter((path) => !isOpen(path) && isSendable(path)),
  ),
  type: fc.constantFrom(
    'application/json',
    'text/plain',
    'application/xml',
    'multipart/form-data',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'x',
    '',
  ),
  body: fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('{', '['.repeat(50_000), '{"__proto__":1}', 'null', '{"key":"a\\u0000","secret":"b"}'),
  ),
})

test(
  `random methods, paths and bodies get 4xx in an envelope of the contract (FUZZ_SEED=${seed})`,
  { timeout: 60_000 + requests * 100 },
  async () => {
    for (const { method, path, type, body } of fc.sample(anyCall, { numRuns: requests, seed })) {
      // The front page is public, also by a path such as `/.`.
      const isFrontPage = URL.parse(path, 'http://localhost')?.pathname === '/'
      if (['GET', 'HEAD'].includes(method) && isFrontPage) continue
      const answer = await app.inject({
        method: method as 'GET',
        url: path,
        headers: type === '' ? {} : { 'content-type': type },
        ...(method !== 'GET' && { payload: body }),
      })
      const what = `${method} ${path} ${type} ${body.slice(0, 100)}: ${answer.statusCode} ${answer.body.slice(0, 200)}`
      expect(answer.statusCode, what).toBeGreaterThanOrEqual(400)
      expect(answer.statusCode, what).toBeLessThan(500)
      const { errors } = answer.json<{ errors: { status: boolean; code: number; message: string }[] }>()
      expect(errors, what).toHaveLength(1)
      const [error] = errors
      expect([error?.status, typeof error?.code, typeof error?.message], what).toEqual([
        false,
        'number',
        'string',
      ])
    }
  },
)
