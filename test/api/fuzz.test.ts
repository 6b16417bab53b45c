import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { Ajv } from 'ajv'
import { beforeAll, describe, expect, test } from 'vitest'
import { entityFailure } from '../../src/http/envelope.ts'
import {
  createTestContext,
  createTestOrganisation,
  createTestServer,
  type TestOrganisation,
} from '../support/harness.ts'
import { seedCoupon, seedCustomer, seedSeries } from '../support/seed.ts'

/** FUZZ_SEED reproduces a run; FUZZ_REQUESTS makes it longer. */
const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const requests = Number(process.env['FUZZ_REQUESTS'] ?? 3_000)
const timeoutMs = 60_000 + requests * 20

const context = await createTestContext()
const app = await createTestServer(context)
const { queries } = context.database

interface Operation {
  responses: Record<string, { content: Record<string, { schema: object }> }>
}
const document = app.swagger() as unknown as {
  paths: Record<string, Record<string, Operation>>
}
const operation = document.paths['/v2/customers/coupons']?.['get']
if (operation === undefined) throw new Error('the document does not have the operation')
const { responses } = operation
const ajv = new Ajv({ strict: false })
const schemas = new Map(
  Object.entries(responses).map(([status, { content }]) => [
    Number(status),
    ajv.compile(content['application/json']?.schema as object),
  ]),
)
const isFailure = ajv.compile(entityFailure)

let org: TestOrganisation
let token = ''
let customerId = 0

beforeAll(async () => {
  org = await createTestOrganisation(context)
  customerId = await seedCustomer(queries, org.orgId, { mobile: '9400488244', email: 'asha@example.com' })
  const seriesId = await seedSeries(queries, org.orgId)
  for (let n = 0; n < 5; n++) {
    const redemptions = [{ redeemedAt: new Date(), reversedAt: n % 2 === 0 ? new Date() : null }]
    await seedCoupon(queries, org.orgId, { seriesId, customerId, redemptions })
  }
  const answer = await app.inject({
    method: 'POST',
    url: '/v3/oauth/token/generate',
    payload: { key: org.clientKey, secret: org.clientSecret },
  })
  token = answer.json<{ data: { accessToken: string } }>().data.accessToken
})

const parameterNames = [
  'mobile',
  'email',
  'external_Id',
  'externalId',
  'external_id',
  'id',
  'status',
  'coupon_code_case',
  'sort_order',
  'limit',
  'offset',
  'include_reversed_redemptions',
  'transaction_numbers',
  'include',
]
const oddNames = [
  '__proto__',
  'constructor',
  'toString',
  'mobile[]',
  'id[$ne]',
  'hasOwnProperty',
  '',
  'ID',
  'a.b',
]
const plausible = [
  '9400488244',
  '+91 94004 88244',
  'asha@example.com',
  '1',
  '0',
  '-1',
  '100',
  'ACTIVE',
  'REDEEMABLE;REVOKED',
  'expired_redeemed,UNREDEEMED',
  'ASC',
  'desc',
  'LOWER',
  'true',
  'false',
  'null',
  'customer,redemptionStatus,iso',
  '2147483647',
  '9007199254740993',
  '1e5',
  'NaN',
]
const odd = [
  '\0',
  'a\0b',
  '\u001F',
  '\uFFFD',
  '\u202E',
  '😀',
  "' or 1=1 --",
  '${7*7}',
  '../../etc/passwd',
  '%',
  '%00',
  '{"$gt":""}',
  ','.repeat(500),
  ',0'.repeat(1_200),
  'x'.repeat(4_000),
  '9'.repeat(400),
]
const anyValue = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...plausible) },
  { weight: 2, arbitrary: fc.constantFrom(...odd) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.integer().map(String) },
  { weight: 1, arbitrary: fc.double().map(String) },
)
/** Encoded as a browser would, not at all, or wrongly. */
const anyEncoded = fc.oneof(
  { weight: 5, arbitrary: anyValue.map((value) => encodeURIComponent(Buffer.from(value).toString())) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('%', '%zz', '%0', '%c3%28', '%ff%fe', '%ed%a0%80', '%u0041', '+', '=', '%00'),
  },
  { weight: 1, arbitrary: fc.stringMatching(/^[!-~]{0,40}$/) },
)
const anyParameter = fc
  .tuple(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...parameterNames) },
      { weight: 2, arbitrary: fc.constantFrom(...oddNames).map(encodeURIComponent) },
      { weight: 1, arbitrary: fc.stringMatching(/^[!-~]{0,12}$/) },
    ),
    anyEncoded,
  )
  .map(([name, value]) => `${name}=${value}`)
const anyQuery = fc
  .array(anyParameter, { maxLength: 8 })
  .chain((parameters) => fc.constantFrom(parameters, ['id=CUSTOMER', ...parameters]))
  .map((parameters) => parameters.join('&'))

const anyHeaderText = fc.oneof(
  fc.stringMatching(/^[ -~]{0,80}$/),
  fc.constantFrom('Basic', 'Bearer', 'Basic ::::', 'x'.repeat(6_000), 'null', '{}', 'a,b'),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => `Basic ${Buffer.from(text).toString('base64')}`),
  fc
    .tuple(fc.json(), fc.json())
    .map((parts) => [...parts, 'sig'].map((part) => Buffer.from(part).toString('base64url')).join('.')),
)
const anyHeaders = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Record<string, string>>({ authorization: 'TILL' }) },
  { weight: 3, arbitrary: fc.constant<Record<string, string>>({ 'x-cap-api-oauth-token': 'TOKEN' }) },
  { weight: 1, arbitrary: anyHeaderText.map((text): Record<string, string> => ({ authorization: text })) },
  {
    weight: 1,
    arbitrary: anyHeaderText.map((text): Record<string, string> => ({ 'x-cap-api-oauth-token': text })),
  },
)
const anyExtra = fc.dictionary(
  fc.constantFrom(
    'x-cap-api-attribution-entity-type',
    'x-cap-api-attribution-entity-code',
    'x-cap-api-attribution-lookup-type',
    'x-cap-api-attribution-lookup',
    'x-cap-api-attribution-till-code',
    'x-request-id',
    'content-type',
    'accept',
    'accept-encoding',
    'accept-version',
    'x-http-method-override',
    'if-none-match',
    'range',
    'host',
  ),
  fc.oneof(anyHeaderText, fc.constantFrom('TILL', 'STORE_CODE', 'application/json', '*/*', 'bytes=0-1', '')),
  { maxKeys: 3 },
)
const anyRequest = fc.record({ query: anyQuery, headers: anyHeaders, extra: anyExtra })

function fill(headers: Record<string, string>): Record<string, string> {
  const known: Record<string, string> = { TILL: org.authorization, TOKEN: token }
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, known[value] ?? value]))
}

function collectGarbage(): number {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  return process.memoryUsage().heapUsed
}

describe(`random reads (FUZZ_SEED=${seed})`, () => {
  test(
    `are each answered in the declared form and never with 5xx, and leave nothing in memory, in ${requests} requests`,
    { timeout: timeoutMs },
    async () => {
      const statuses = new Map<number, number>()
      let heapAfterWarmUp = 0
      const all = fc.sample(anyRequest, { numRuns: requests, seed })
      for (const [at, { query, headers, extra }] of all.entries()) {
        if (at === Math.floor(requests / 3)) heapAfterWarmUp = collectGarbage()
        const url = `/v2/customers/coupons?${query.replace('CUSTOMER', String(customerId))}`
        const answer = await app.inject({ url, headers: { ...extra, ...fill(headers) } })
        const what = `request ${at}: ${url.slice(0, 300)} ${JSON.stringify(headers).slice(0, 300)} ${JSON.stringify(extra).slice(0, 300)}`
        statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1)
        expect(answer.statusCode, what).toBeLessThan(500)
        expect(answer.headers['content-type'], what).toBe('application/json; charset=utf-8')
        expect(answer.headers['x-request-id'], what).toMatch(/^[\w.:-]{1,128}$/)
        const matches = schemas.get(answer.statusCode)
        if (matches === undefined) throw new Error(`status ${answer.statusCode} is not declared: ${what}`)
        const body: unknown = answer.json()
        expect(matches(body), `${what}: ${answer.body.slice(0, 300)}`).toBe(true)
        expect(isFailure(body), what).toBe(answer.statusCode !== 200)
      }
      // The random requests provoke every kind of answer.
      for (const status of [200, 400, 401, 404])
        expect(statuses.get(status), `status ${status}`).toBeGreaterThan(5)
      const grownMiB = (collectGarbage() - heapAfterWarmUp) / 1024 ** 2
      expect(grownMiB).toBeLessThan(24)
    },
  )
})
