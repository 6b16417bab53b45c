import pg from 'pg'
import { expect, test } from 'vitest'
import { unavailable } from '../../src/values/unavailable.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { freePort } from '../support/process-harness.ts'
import { openShop } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const shop = await openShop(context, app)
const customerId = await shop.customer()
const seriesId = await shop.series()

/** The same server with a database that does not answer. */
const away = new pg.Pool({ host: '127.0.0.1', port: await freePort() })
const database = { ...context.database, pool: away }
const cutOff = await createTestServer({ ...(await createTestContext({ database })), database })
let isDiskFull = false
const stopped = await createTestServer({
  ...(await createTestContext({ database })),
  database: { ...database, isDiskFull: () => isDiskFull },
})

const headers = { authorization: shop.authorization }
const redemption = {
  redemptionRequestList: [{ code: 'ABC' }],
  user: { id: customerId },
  billAmount: 5,
  transactionNumber: 'b',
}
/** A call of each family of answers, and the path of the message in the answer. */
const families: readonly (readonly [name: string, call: object, text: (body: string) => unknown])[] = [
  ['v2', { url: '/v2/customers/coupons?id=1' }, (body) => JSON.parse(body).errors[0].message],
  [
    'redeem',
    { method: 'POST', url: '/v2/coupon/redeem', payload: redemption },
    (body) => JSON.parse(body).message,
  ],
  ['customers', { url: '/v2/customers/1' }, (body) => JSON.parse(body).errors[0].message],
  [
    'v1.1 JSON',
    { url: '/v1.1/customer/get?format=json&id=1' },
    (body) => JSON.parse(body).response.status.message,
  ],
  [
    'v1.1 XML',
    { url: '/v1.1/customer/get?format=xml&id=1' },
    (body) => /<message>(.*)<\/message>/.exec(body)?.[1],
  ],
  ['admin', { url: '/admin/v1/organisation' }, (body) => JSON.parse(body).detail],
  [
    'tokens',
    { method: 'POST', url: '/v3/oauth/token/generate', payload: { key: 'k', secret: 's' } },
    (body) => JSON.parse(body).errors[0].message,
  ],
]

test.each(families)(
  'an unreachable database is reported as such, with Retry-After: %s',
  async (_, call, text) => {
    const answer = await cutOff.inject({ headers, ...call })
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '2' } })
    expect(text(answer.body)).toBe(unavailable.away.message)
  },
)

test('a database that stopped because its disk is full is reported as a full disk', async () => {
  const call = { headers, url: '/v2/customers/1' }
  expect((await stopped.inject(call)).body).toContain(unavailable.away.message)
  isDiskFull = true
  const answer = await stopped.inject(call)
  expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '30' } })
  expect(answer.body).toContain(unavailable.full.message)
})

/** Makes PostgreSQL fail the next redemption with this SQLSTATE, as it does when its host fails. */
async function failing(state: string, work: () => Promise<void>): Promise<void> {
  const { pool } = context.database
  await pool.query(`create function fail() returns trigger language plpgsql as
    $$ begin raise exception 'it fails' using errcode = '${state}'; end $$`)
  await pool.query(
    'create trigger fail before insert on redemptions for each statement execute function fail()',
  )
  try {
    await work()
  } finally {
    await pool.query('drop function fail cascade')
  }
}

test.each<[string, string, keyof typeof unavailable]>([
  ['the disk is full', '53100', 'full'],
  ['no connection is left', '53300', 'overloaded'],
  ['a statement took too long', '57014', 'overloaded'],
  ['PostgreSQL stops', '57P01', 'away'],
  ['the database is a standby', '25006', 'readOnly'],
  ['a library of PostgreSQL is missing', '58P01', 'away'],
])(
  'a redemption during which %s is refused with its own text, leaves nothing behind, and succeeds afterwards',
  async (_, state, reason) => {
    const { code } = await shop.coupon(seriesId, customerId)
    const redeem = () =>
      app.inject({
        method: 'POST',
        url: '/v2/coupon/redeem',
        headers,
        payload: { ...redemption, redemptionRequestList: [{ code }] },
      })
    await failing(state, async () => {
      const answer = await redeem()
      const { message, retryAfterS } = unavailable[reason]
      expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': String(retryAfterS) } })
      expect(answer.json()).toMatchObject({ code: 503, message })
    })
    expect((await redeem()).statusCode).toBe(200)
  },
)

test('while the disk is full, the server says that it is not ready, and why', async () => {
  const { code } = await shop.coupon(seriesId, customerId)
  await failing('53100', async () => {
    await app.inject({
      method: 'POST',
      url: '/v2/coupon/redeem',
      headers,
      payload: { ...redemption, redemptionRequestList: [{ code }] },
    })
  })
  const ready = await app.inject({ url: '/ready' })
  expect([ready.statusCode, ready.json()]).toEqual([
    503,
    { status: 'not ready', reason: 'The disk of the database is full.' },
  ])
})

/** PostgreSQL ends the connection while it commits a redemption. */
async function losingCommits(work: () => Promise<void>): Promise<void> {
  const { pool } = context.database
  await pool.query(`create function lose() returns trigger language plpgsql as
    $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$`)
  await pool.query(
    'create constraint trigger lose after insert on redemptions deferrable initially deferred for each row execute function lose()',
  )
  try {
    await work()
  } finally {
    await pool.query('drop function lose cascade')
  }
}

const tillRedemption = (code: string) => ({
  codes: [code],
  customer: { id: customerId },
  bill: { amount: '5' },
})
const oldRedemption = (code: string) => ({
  root: { coupon: { code, customer: { id: customerId }, transaction: { number: 'b', amount: 5 } } },
})

test.each<[string, string, (code: string) => object]>([
  ['v2', '/v2/coupon/redeem', (code) => ({ ...redemption, redemptionRequestList: [{ code }] })],
  ['till', '/till/v1/redemptions', tillRedemption],
  ['v1.1 JSON', '/v1.1/coupon/redeem?format=json', oldRedemption],
  ['v1.1 XML', '/v1.1/coupon/redeem?format=xml', oldRedemption],
])(
  'a commit that is not confirmed is answered with an unknown outcome, and the same key finds out: %s',
  async (_, url, payload) => {
    const { code } = await shop.coupon(seriesId, customerId)
    const call = {
      method: 'POST' as const,
      url,
      headers: { ...headers, 'idempotency-key': `unknown ${url}` },
      payload: payload(code),
    }
    await losingCommits(async () => {
      const answer = await app.inject(call)
      expect(answer, answer.body).toMatchObject({ statusCode: 503, headers: { 'retry-after': '2' } })
      expect(answer.body).toContain(unavailable.unknown.message)
    })
    const repeated = await app.inject(call)
    expect(repeated.statusCode, repeated.body).toBe(200)
  },
)
