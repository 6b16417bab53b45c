import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import { mergeRequestLevels } from '../../src/identity/quotas/merge-levels.ts'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { basic, createTestContext, createTestServer, password } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'
import { openShop, type Shop } from '../support/write-cases.ts'

const env = {
  ABUSE_LIMITS: '1',
  TRUSTED_PROXIES: '127.0.0.1',
  RATE_LIMIT_READS: '8',
  RATE_LIMIT_WRITES: '6',
  RATE_LIMIT_BULK: '2',
  RATE_LIMIT_ADMIN: '4',
  RATE_LIMIT_SIGN_IN: '5',
  RATE_LIMIT_ADDRESS_FACTOR: '3',
}
const context = await createTestContext({ env })
const app = await createTestServer(context)
const { queries, pool } = context.database
/** Addresses without a limit. */
const free = await createTestContext({ env: { ...env, ABUSE_LIMITS: '0' }, database: context.database })
const freeApp = await createTestServer(free)

async function anotherProcess(): Promise<{ context: Context; app: App }> {
  const other = await createTestContext({ env, database: context.database })
  return { context: other, app: await createTestServer(other) }
}

let last = 0
const anyAddress = () => `198.18.${Math.floor(++last / 250)}.${(last % 250) + 1}`

/** A shop at its own address, and its reads and writes. */
async function open() {
  const shop = await openShop(context, app)
  const headers = { 'x-forwarded-for': anyAddress() }
  const customerId = await shop.customer()
  const read = (server: App = app, more: Record<string, string> = {}) =>
    shop.call('GET', `/v2/customers/coupons?id=${customerId}`, undefined, {
      app: server,
      headers: { ...headers, ...more },
    })
  const write = () => shop.post('/v2/coupon/reactivate', { redemptionIds: [1] }, { headers })
  return { ...shop, customerId, headers, read, write }
}

const statusesOf = async (times: number, ask: () => Promise<{ status: number }>): Promise<number[]> => {
  const statuses: number[] = []
  for (let n = 0; n < times; n++) statuses.push((await ask()).status)
  return statuses
}
const times = (count: number, status: number) => Array.from({ length: count }, () => status)

async function anotherTill({ orgId, storeCode }: Shop): Promise<{ authorization: string }> {
  const code = `till-${randomUUID()}`
  await createTill(queries, { orgId, storeCode, code, password, isReadOnly: false, accessGroup: 'default' })
  return { authorization: basic(code, password) }
}

describe('the quota of a caller', () => {
  test('is reported with every answer, used up by requests, and refills steadily', async () => {
    const { read } = await open()
    // The clock of the quotas stands still, so that refilling does not depend on the speed of the machine.
    const startedAt = performance.now()
    const clock = vi.spyOn(performance, 'now').mockReturnValue(startedAt)
    onTestFinished(() => clock.mockRestore())
    const first = await read()
    expect(first.headers).toMatchObject({
      'ratelimit-policy': '"reads";q=8;w=60',
      ratelimit: '"reads";r=7;t=8',
    })
    expect((await read()).headers['ratelimit']).toBe('"reads";r=6;t=15')
    expect(await statusesOf(8, read)).toEqual([...times(6, 200), 429, 429])
    const refused = await read()
    expect(refused.json).toEqual({
      warnings: [],
      errors: [{ status: false, code: 429, message: 'Too many requests (reads); try again later' }],
      success: false,
    })
    expect(refused.headers).toMatchObject({
      'ratelimit-policy': '"reads";q=8;w=60',
      ratelimit: '"reads";r=0;t=60',
      'retry-after': expect.stringMatching(/^[78]$/),
    })
    clock.mockReturnValue(startedAt + 7_400)
    expect(await statusesOf(1, read)).toEqual([429])
    clock.mockReturnValue(startedAt + 7_600)
    expect(await statusesOf(2, read)).toEqual([200, 429])
  })

  test('is separate for reads, writes, exports and administration', async () => {
    const { read, write, call, headers } = await open()
    expect(await statusesOf(9, read)).toEqual([...times(8, 200), 429])
    expect(await statusesOf(7, write)).toEqual([...times(6, 200), 429])
    const whole = () => call('GET', '/v2/customers/1/coupons', undefined, { headers })
    expect((await statusesOf(3, whole)).at(-1)).toBe(429)
    const admin = await call('GET', '/admin/v1/webhooks', undefined, { headers })
    expect(admin.headers['ratelimit-policy']).toBe('"admin";q=4;w=60')
  })

  test('is not shared: another till at the same address is not limited', async () => {
    const shop = await open()
    expect((await statusesOf(9, shop.read)).at(-1)).toBe(429)
    const other = await anotherTill(shop)
    expect((await shop.read(app, other)).status).toBe(200)
  })

  test('is used up only by requests with valid credentials', async () => {
    const shop = await open()
    const wrong = { authorization: basic(shop.tillCode, 'wrong'), 'x-forwarded-for': anyAddress() }
    expect((await statusesOf(9, () => shop.read(app, wrong))).slice(0, 5)).toEqual(times(5, 401))
    expect((await shop.read()).headers['ratelimit']).toBe('"reads";r=7;t=8')
  })

  test('applies to people too', async () => {
    const office = await openOffice(context, app)
    const { call } = await office.browser('care')
    const statuses = await statusesOf(9, () => call('GET', `/v2/customers/coupons?id=1`))
    expect(statuses.at(-1)).toBe(429)
  })
})

describe('the quota of an address', () => {
  test('is shared by all its callers', async () => {
    const shop = await open()
    const tills = [{}, await anotherTill(shop), await anotherTill(shop), await anotherTill(shop)]
    const replies = []
    for (const till of tills) for (let n = 0; n < 7; n++) replies.push(await shop.read(app, till))
    expect(replies.map(({ status }) => status)).toEqual([...times(24, 200), ...times(4, 429)])
    expect(replies.at(-1)?.headers).toMatchObject({ 'ratelimit-policy': '"reads-of-address";q=24;w=60' })
    const metrics = await app.inject({ url: '/metrics' })
    expect(metrics.body).toContain('counterfoil_requests_limited_total{class="reads",by="address"} 4')
  })

  test('applies before the caller is known, to nonexistent paths, and to a whole IPv6 network as one', async () => {
    const net = `2001:db8:${++last}:1`
    const ask = (url: string, host: number) =>
      app.inject({ url, headers: { 'x-forwarded-for': `${net}::${host}` } })
    for (let n = 1; n <= 12; n++) {
      expect((await ask('/v2/customers/coupons', n)).statusCode).toBe(401)
      expect((await ask('/nowhere', n)).statusCode).toBe(404)
    }
    expect((await ask('/v2/customers/coupons', 99)).statusCode).toBe(429)
    for (const probe of ['/health', '/ready', '/metrics']) expect((await ask(probe, 1)).statusCode).toBe(200)
  })

  test('is smaller for signing in', async () => {
    const headers = { 'x-forwarded-for': anyAddress() }
    const ask = async () => {
      const payload = { key: randomUUID(), secret: 'x' }
      const reply = await app.inject({ method: 'POST', url: '/v3/oauth/token/generate', headers, payload })
      return { status: reply.statusCode, reply }
    }
    expect(await statusesOf(5, ask)).toEqual(times(5, 401))
    const { reply } = await ask()
    expect(reply.statusCode).toBe(429)
    expect(reply.headers['ratelimit-policy']).toBe('"sign-in-of-address";q=5;w=60')
    expect(reply.json()).toMatchObject({ data: null, errors: [{ code: 429 }] })
  })
})

describe('limits of one till', () => {
  test('replace the server’s limits within a second, are listed, and can be removed', async () => {
    const shop = await open()
    const office = await openOffice(context, app)
    const admin = await office.browser('admin')
    const path = `/admin/v1/tills/${office.tillId}/limits`
    const read = () =>
      office.call('GET', `/v2/customers/coupons?mobile=1`, undefined, { headers: shop.headers })
    const stated = await admin.call('PUT', path, { readsPerMinute: 2, writesPerMinute: 0 })
    const limits = { readsPerMinute: 2, writesPerMinute: 0 }
    expect(stated).toMatchObject({ status: 200, json: { id: office.tillId, limits } })
    const list = await admin.call('GET', '/admin/v1/tills')
    expect(list.at('tills.0.limits')).toEqual(limits)
    expect((await statusesOf(3, read)).at(-1)).toBe(429)
    expect((await read()).headers['ratelimit-policy']).toBe('"reads";q=2;w=60')
    expect((await admin.call('PUT', path, {})).status).toBe(200)
    await sleep(1_100)
    expect((await read()).headers['ratelimit-policy']).toBe('"reads";q=8;w=60')
  })

  test.each([
    ['/admin/v1/tills/999999/limits', {}, 404],
    ['/admin/v1/tills/x/limits', {}, 404],
    ['/admin/v1/clients/999999/limits', {}, 404],
    ['/admin/v1/tills/1/limits', { readsPerMinute: -1 }, 400],
    ['/admin/v1/tills/1/limits', { readsPerMinute: 1.5 }, 400],
    ['/admin/v1/tills/1/limits', { failedLookupsPerHour: 'many' }, 400],
  ])('are refused at %s with %j', async (url, body, status) => {
    const office = await openOffice(free, freeApp)
    const { call } = await office.browser('admin')
    expect((await call('PUT', url, body)).status).toBe(status)
  })

  test('cannot be set without administrative permission', async () => {
    const office = await openOffice(free, freeApp)
    const { call } = await office.browser('care')
    expect((await call('PUT', `/admin/v1/tills/${office.tillId}/limits`, {})).status).toBe(403)
    // Nor can they be set for a till of another organisation.
    const other = await openShop(context, app)
    const admin = await office.browser('admin')
    expect((await admin.call('PUT', `/admin/v1/tills/${other.tillId}/limits`, {})).status).toBe(404)
  })
})

describe('several processes', () => {
  test('know of each other within a second, and subtract what they admitted in excess', async () => {
    const { read } = await open()
    const others = [await anotherProcess(), await anotherProcess()]
    const contexts = [context, ...others.map((one) => one.context)]
    const servers = [app, ...others.map((one) => one.app)]
    const round = async (each: number) => {
      const statuses = []
      for (const server of servers) statuses.push(...(await statusesOf(each, () => read(server))))
      for (const one of contexts) await mergeRequestLevels(one)
      return statuses
    }
    expect(await round(3)).toEqual(times(9, 200))
    // A process without an update since then admits an eighth, and is then up to date.
    const late = await round(1)
    expect(late.filter((status) => status === 200).length).toBeLessThanOrEqual(2)
    expect(await round(1)).toEqual(times(3, 429))
    const refused = await read()
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(8)
  })

  test('write nothing to the database for callers with few requests', async () => {
    const quiet = await createTestContext({
      env: { ...env, RATE_LIMIT_READS: '1000' },
      database: context.database,
    })
    const server = await createTestServer(quiet)
    const { read } = await open()
    await pool.query('delete from request_levels')
    for (let n = 0; n < 20; n++) await read(server)
    await mergeRequestLevels(quiet)
    expect((await pool.query('select from request_levels')).rowCount).toBe(0)
  })
})

test('without limits nothing is counted and nothing is reported', async () => {
  const { read } = await open()
  const replies = await Promise.all(Array.from({ length: 20 }, () => read(freeApp)))
  expect(replies.map(({ status }) => status)).toEqual(times(20, 200))
  expect(replies[0]?.headers['ratelimit']).toBeUndefined()
  expect(free.requestLevels.size).toBe(0)
})
