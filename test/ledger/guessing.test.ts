import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import { createClient } from '../../src/identity/organisations/create-client.ts'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { messageOf } from '../../src/webhooks/message-rules.ts'
import { readFacts } from '../../src/webhooks/read-facts.ts'
import { forgetOldRows } from '../../src/operate/sweeps.ts'
import { mergeFailedLookups } from '../../src/ledger/lookups/merge-lookups.ts'
import { anyMobile, openCustomerShop } from '../support/customer-cases.ts'
import { basic, createTestContext, createTestServer, password } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'
import { openSandbox } from '../support/sandbox-cases.ts'
import { openShop, type Shop } from '../support/write-cases.ts'

/** A till has 6 failed look-ups free, and 18 expire per hour, so few that the duration of a test hardly matters. */
const env = {
  ABUSE_LIMITS: '1',
  TRUSTED_PROXIES: '127.0.0.1',
  FAILED_LOOKUPS_TILL: '18',
  FAILED_LOOKUPS_CLIENT: '60',
  FAILED_LOOKUPS_ADDRESS: '30',
  FAILED_LOOKUPS_SERIES: '90',
  RATE_LIMIT_WRITES: '0',
  RATE_LIMIT_READS: '0',
}
const context = await createTestContext({ env })
const { pool, queries } = context.database
const app = await createTestServer(context)

async function anotherProcess(): Promise<{ context: Context; app: App }> {
  const other = await createTestContext({ env, database: context.database })
  return { context: other, app: await createTestServer(other) }
}
const merge = (one: Context = context) => mergeFailedLookups(one, 60_000)

let last = 0
const anyAddress = () => `192.0.${Math.floor(++last / 250)}.${(last % 250) + 1}`
const from = (address: string) => ({ 'x-forwarded-for': address })
const anyCode = () => `NO${randomUUID().slice(0, 8)}`

/** Statuses of redemptions of nonexistent codes. */
async function guess(
  times: number,
  shop: Shop,
  customerId: number,
  { headers = {}, server = app }: { headers?: Record<string, string>; server?: App } = {},
): Promise<unknown[]> {
  const codes: unknown[] = []
  for (let n = 0; n < times; n++) {
    const reply = await shop.redeem(anyCode(), customerId, {}, { headers, app: server })
    codes.push(reply.status === 429 ? 429 : reply.at('redemptionStatus.code'))
  }
  return codes
}

const unknown = (count: number) => Array.from({ length: count }, () => 702)

test('in a sandbox nonexistent codes may be tried without limit', async () => {
  const shop = await openSandbox(context, app)
  expect(await guess(20, shop, await shop.registered())).toEqual(unknown(20))
})

describe('a till that asks for nonexistent codes', () => {
  test('waits longer and longer after the free ones, also for right codes', async () => {
    const shop = await openShop(context, app)
    const [seriesId, customerId] = [await shop.series(), await shop.customer()]
    const { code } = await shop.coupon(seriesId, customerId)
    expect(await guess(8, shop, customerId)).toEqual([...unknown(6), 429, 429])
    const refused = await shop.redeem(code, customerId)
    expect(refused).toMatchObject({ status: 429, json: { status: false, code: 429 } })
    expect(refused.headers).toMatchObject({
      'retry-after': '1',
      'ratelimit-policy': '"failed-lookups";q=18;w=3600',
      ratelimit: '"failed-lookups";r=0;t=1',
    })
    await sleep(1_100)
    expect(await guess(2, shop, customerId)).toEqual([702, 429])
    expect((await shop.redeem(code, customerId)).headers['retry-after']).toBe('2')
    await sleep(2_100)
    expect(await shop.redeem(code, customerId)).toMatchObject({ status: 200 })
    await shop.expectLedgerAdds()
  })

  test('is refused in every call that accepts codes, and in no other', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer({ mobile: '919400488244' })
    await guess(7, shop, customerId)
    const { call, post } = shop
    const root = { coupon: [{ code: 'X1', customer: { id: customerId } }] }
    for (const reply of [
      await call('GET', '/v2/coupon?couponCodes=X1'),
      await call('GET', `/v2/coupon/is_redeemable?code=X1&id=${customerId}`),
      await shop.redeemBulk(['X1'], customerId),
      await shop.revoke({ couponCodes: ['X1'] }),
      await shop.expire({ couponCodes: [{ couponCode: 'X1', expiryDate: '2098-01-01T00:00:00Z' }] }),
      await call('GET', '/v1.1/coupon/get?code=X1&format=json'),
      await call('GET', '/v1.1/coupon/isredeemable?code=X1&mobile=919400488244&format=json'),
      await post('/v1.1/coupon/redeem?format=json', { root }),
      await call('GET', '/v1.1/coupon/resend?code=X1&mobile=919400488244&format=json'),
      await call('GET', '/admin/v1/coupons/X1/explain'),
      await call('GET', '/admin/v1/search?q=X1'),
    ])
      expect(reply.status, reply.text).toBe(429)
    expect((await call('GET', `/v2/customers/coupons?id=${customerId}`)).status).toBe(200)
    expect((await shop.issue(await shop.series(), customerId)).status).toBe(200)
  })

  test('is counted in each of these calls, for unknown codes and for codes of other customers, which are reported as usual', async () => {
    const shop = await openShop(context, app)
    const [seriesId, customerId] = [await shop.series({ is_any_user: false }), await shop.customer()]
    const foreign = await shop.coupon(seriesId, await shop.customer())
    expect((await shop.redeem(foreign.code, customerId)).at('redemptionStatus.code')).toBe(703)
    expect((await shop.isRedeemable(['N1', 'N2'], customerId)).at('redemption.0.isRedeemable')).toBe(false)
    await shop.call('GET', '/v2/coupon?couponCodes=N3')
    await shop.revoke({ couponCodes: ['N4'] })
    expect((await shop.redeem(foreign.code, customerId)).at('redemptionStatus.code')).toBe(703)
    expect((await shop.redeem(foreign.code, customerId)).status).toBe(429)
    const metrics = await app.inject({ url: '/metrics' })
    expect(metrics.body).toMatch(/^counterfoil_lookups_refused_total\{kind="till"\} [1-9]/m)
  })

  test('cannot avoid the limit by paging', async () => {
    const shop = await openShop(context, app)
    const [seriesId, customerId] = [await shop.series(), await shop.customer()]
    const { code } = await shop.coupon(seriesId, customerId)
    const codes = [code, ...Array.from({ length: 7 }, anyCode)].join(',')
    for (const page of ['&limit=1', '&offset=1']) {
      const other = await openShop(context, app)
      const mine = page === '&limit=1' ? shop : other
      expect((await mine.call('GET', `/v2/coupon?couponCodes=${codes}${page}`)).status).toBe(200)
      expect((await mine.call('GET', `/v2/coupon?couponCodes=${codes}${page}`)).status).toBe(429)
    }
  })

  test('gets no more of them admitted by sending many at once', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const replies = await Promise.all(Array.from({ length: 100 }, () => shop.redeem(anyCode(), customerId)))
    const looked = replies.filter(({ status }) => status !== 429).length
    // 6 are free, and 12 may be in progress at the same time.
    expect(looked).toBeGreaterThanOrEqual(6)
    expect(looked).toBeLessThanOrEqual(6 + 12)
  })
})

describe('an honest till', () => {
  test('that mistypes every third code never waits, however many it redeems', async () => {
    const shop = await openShop(context, app)
    const [seriesId, customerId] = [await shop.series(), await shop.customer()]
    for (let n = 0; n < 15; n++) {
      const [one, two] = [await shop.coupon(seriesId, customerId), await shop.coupon(seriesId, customerId)]
      expect((await shop.redeem(one.code, customerId)).status, String(n)).toBe(200)
      expect((await shop.redeem(two.code, customerId)).status, String(n)).toBe(200)
      expect(await guess(1, shop, customerId), String(n)).toEqual([702])
    }
  })

  test('cannot be imitated by a guesser who redeems one code repeatedly: that earns no credit', async () => {
    const shop = await openShop(context, app)
    const [seriesId, customerId] = [await shop.series(), await shop.customer()]
    const { code } = await shop.coupon(seriesId, customerId)
    await shop.redeem(code, customerId)
    const statuses: unknown[] = []
    for (let n = 0; n < 7; n++) {
      await shop.redeem(code, customerId)
      await shop.redeem(code, customerId)
      statuses.push(...(await guess(1, shop, customerId)))
    }
    expect(statuses.at(-1)).toBe(429)
  })

  test('is not limited behind an address where all other callers guess', async () => {
    const fleet = await openShop(context, app)
    const address = anyAddress()
    const [seriesId, customerId] = [await fleet.series(), await fleet.customer()]
    const tills = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const code = `till-${randomUUID()}`
        await createTill(queries, { ...fleet, code, password, isReadOnly: false, accessGroup: 'default' })
        return { authorization: basic(code, password), ...from(address) }
      }),
    )
    const [honest = {}, fresh = {}, ...guessers] = tills
    for (const headers of guessers) await guess(6, fleet, customerId, { headers })
    for (let n = 0; n < 3; n++) {
      const { code } = await fleet.coupon(seriesId, customerId)
      expect((await fleet.redeem(code, customerId, {}, { headers: honest })).status).toBe(200)
    }
    // A caller that begins to guess there has fewer free failures.
    expect(await guess(3, fleet, customerId, { headers: fresh })).toEqual([702, 429, 429])
  })
})

test('a client has many more free, since it acts for all its customers, and can get limits of its own', async () => {
  const shop = await openShop(context, app)
  const customerId = await shop.customer()
  const { clientKey: key, clientSecret: secret } = shop
  const token = await app.inject({
    method: 'POST',
    url: '/v3/oauth/token/generate',
    payload: { key, secret },
  })
  const headers = {
    authorization: '',
    'x-cap-api-oauth-token': token.json<{ data: { accessToken: string } }>().data.accessToken,
  }
  expect(await guess(21, shop, customerId, { headers })).toEqual([...unknown(20), 429])
  const { id } = await queries
    .selectFrom('clients')
    .select('id')
    .where('org_id', '=', shop.orgId)
    .executeTakeFirstOrThrow()
  const admin = await createClient(queries, {
    orgId: shop.orgId,
    tillCode: shop.tillCode,
    name: 'admin',
    accessGroup: 'administrator',
  })
  const office = await app.inject({
    method: 'POST',
    url: '/v3/oauth/token/generate',
    payload: { key: admin.key, secret: admin.secret },
  })
  const stated = await app.inject({
    method: 'PUT',
    url: `/admin/v1/clients/${id}/limits`,
    headers: { 'x-cap-api-oauth-token': office.json<{ data: { accessToken: string } }>().data.accessToken },
    payload: { failedLookupsPerHour: 90 },
  })
  expect(stated.json()).toMatchObject({ id, limits: { failedLookupsPerHour: 90, readsPerMinute: null } })
  await sleep(1_100)
  expect(await guess(9, shop, customerId, { headers })).toEqual(unknown(9))
})

test('a till that looks up customers before it registers them never waits, unlike one that only looks up', async () => {
  const own = await createTestContext({
    env: { ...env, FAILED_CUSTOMER_LOOKUPS_TILL: '18' },
    database: context.database,
  })
  const shop = await openCustomerShop(own, await createTestServer(own))
  for (let n = 0; n < 12; n++) {
    const mobile = anyMobile()
    expect((await shop.lookUp('mobile', mobile)).at('errors.0.code'), String(n)).toBe(8015)
    expect((await shop.register({ mobile })).status, String(n)).toBe(200)
  }
  const statuses: number[] = []
  for (let n = 0; n < 8; n++) statuses.push((await shop.lookUp('mobile', anyMobile())).status)
  expect(statuses.slice(0, 6)).not.toContain(429)
  expect(statuses).toContain(429)
  // Codes have a separate budget.
  expect((await shop.call('GET', '/v2/coupon?couponCodes=X')).status).toBe(200)
})

describe('several processes', () => {
  test('admit no more than the free ones of each together, and share their counts within a second', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const others = [await anotherProcess(), await anotherProcess()]
    expect(await guess(6, shop, customerId)).toEqual(unknown(6))
    expect(await guess(6, shop, customerId, { server: others[0]?.app ?? app })).toEqual(unknown(6))
    for (const one of [context, ...others.map((other) => other.context)]) await merge(one)
    // The third process has received none of the requests.
    for (const one of [app, ...others.map((other) => other.app)])
      expect(await guess(1, shop, customerId, { server: one })).toEqual([429])
  })

  test('forget nothing when a process is restarted', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    // Enough for the wait to outlast the start of another process.
    const many = Array.from({ length: 14 }, anyCode).join(',')
    await shop.call('GET', `/v2/coupon?couponCodes=${many}`)
    await merge()
    const fresh = await anotherProcess()
    await merge(fresh.context)
    expect(await guess(1, shop, customerId, { server: fresh.app })).toEqual([429])
  })

  test('report guessing once, by an event and an audit log entry in the name of the till', async () => {
    const shop = await openShop(context, app)
    const other = await anotherProcess()
    // Many codes in one request lock the till at once.
    const many = Array.from({ length: 20 }, anyCode)
    const headers = from('192.0.2.200')
    for (const server of [app, other.app])
      await shop.call('GET', `/v2/coupon?couponCodes=${many.join(',')}`, undefined, { app: server, headers })
    await Promise.all([merge(), merge(other.context)])
    await merge()
    const events = await pool.query(
      `select kind, till_id, details from events where org_id = $1 and kind = 'guessing-noticed' and details ->> 'by' = 'till'`,
      [shop.orgId],
    )
    expect(events.rows).toEqual([
      {
        kind: 'guessing-noticed',
        till_id: shop.tillId,
        details: { by: 'till', tillId: shop.tillId, failedLookups: expect.any(Number) },
      },
    ])
    const audit = await pool.query(
      `select actor_kind, actor_id, action, subject_id, address, after from audit_log
       where org_id = $1 and action like '%.guessing' order by action`,
      [shop.orgId],
    )
    const actor = { actor_kind: 'till', actor_id: shop.tillId, address: '192.0.2.200' }
    expect(audit.rows).toMatchObject([
      { ...actor, action: 'address.guessing', subject_id: null, after: { address: '192.0.2.200' } },
      { ...actor, action: 'till.guessing', subject_id: shop.tillId },
    ])
    const reply = await shop.call('GET', '/v2/coupon?couponCodes=X', undefined, { headers })
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(14 * 60)
  })
})

describe('a series whose codes are guessed', () => {
  const prefixed = (n: number) => `GUESS-${String(n).padStart(4, '0')}`

  test('is reported, and callers that fail there have fewer free failures, while others are not affected', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const seriesId = await shop.series({ code_prefix: 'GUESS-', code_length: 4, is_any_user: true })
    await shop.pool(seriesId, [prefixed(9_998), prefixed(9_999)])
    const org = { orgId: shop.orgId, storeCode: shop.storeCode }
    const till = async () => {
      const code = `till-${randomUUID()}`
      await createTill(queries, { ...org, code, password, isReadOnly: false, accessGroup: 'default' })
      return { authorization: basic(code, password), ...from(anyAddress()) }
    }
    const check = (n: number, headers: Record<string, string>) =>
      shop.call('GET', `/v2/coupon?couponCodes=${prefixed(n)}`, undefined, { headers })
    for (let attacker = 0; attacker < 6; attacker++) {
      const headers = await till()
      for (let n = 0; n < 5; n++) expect((await check(attacker * 5 + n, headers)).status).toBe(200)
    }
    await merge()
    const told = await pool.query<{ details: object }>(
      `select details from events where org_id = $1 and kind = 'guessing-noticed' and details ->> 'by' = 'series'`,
      [shop.orgId],
    )
    expect(told.rows).toEqual([{ details: { by: 'series', seriesId, failedLookups: 30 } }])
    const event = await pool.query<{ id: number }>(
      `select id from events where org_id = $1 and kind = 'guessing-noticed' and details ? 'seriesId'`,
      [shop.orgId],
    )
    const [id = 0] = event.rows.map((row) => row.id)
    const facts = (await readFacts(pool, shop.orgId, [id], [])).get(id)
    expect(facts && messageOf(facts)).toMatchObject({
      eventName: 'GuessingNoticed',
      data: { by: 'series', seriesId, failedLookups: 30, series_info: { id: seriesId } },
    })

    const [late, honest] = [await till(), await till()]
    expect((await check(100, late)).status).toBe(200)
    expect((await check(101, late)).status).toBe(429)
    // Codes of another form do not count as guesses at the series.
    expect(
      (await shop.call('GET', '/v2/coupon?couponCodes=OTHER', undefined, { headers: late })).status,
    ).toBe(200)
    for (const n of [9_998, 9_999])
      expect((await shop.redeem(prefixed(n), customerId, {}, { headers: honest })).status).toBe(200)
  })
})

test('people are slowed down in explanations, and in searches for texts that could be codes', async () => {
  const alone = { ...env, FAILED_LOOKUPS_ADDRESS: '0', FAILED_LOOKUPS_SERIES: '0' }
  const own = await createTestContext({ env: alone, database: context.database })
  const office = await openOffice(own, await createTestServer(own))
  await office.series({ code_length: 6 })
  const { call } = await office.browser('care')
  for (let n = 0; n < 45; n++) expect((await call('GET', '/admin/v1/search?q=Asha')).status).toBe(200)
  const statuses: number[] = []
  for (let n = 0; n < 41; n++) statuses.push((await call('GET', `/admin/v1/search?q=${900_000 + n}`)).status)
  expect(statuses.slice(0, 40)).not.toContain(429)
  expect(statuses[40]).toBe(429)
})

test('a search for a code in pieces counts like one for the code as a whole, also if it finds customers', async () => {
  const alone = { ...env, FAILED_LOOKUPS_ADDRESS: '0', FAILED_LOOKUPS_SERIES: '0' }
  const own = await createTestContext({ env: alone, database: context.database })
  const office = await openOffice(own, await createTestServer(own))
  await office.series({ code_length: 7, is_code_alphanumeric: true })
  const lastNames = Array.from({ length: 300 }, (_, n) => `B${String(n).padStart(3, '0')}`)
  await pool.query(
    `insert into customers (org_id, first_name, last_name) select $1, 'ANN', unnest($2::text[])`,
    [office.orgId, lastNames],
  )
  const { call } = await office.browser('care')
  const statuses: number[] = []
  const found: unknown[] = []
  for (const name of lastNames) {
    const reply = await call('GET', `/admin/v1/search?q=ANN%20${name}`)
    statuses.push(reply.status)
    if (reply.status === 200) found.push(reply.at('customers.0.lastName'))
  }
  expect(found).toEqual(lastNames.filter((_, n) => statuses[n] === 200))
  expect(statuses[0]).toBe(200)
  expect(statuses).toContain(429)
})

test('levels are deleted when they have drained', async () => {
  await pool.query('delete from failed_lookups')
  await pool.query(
    `insert into failed_lookups select 1, 'till', n::text, 1, 1, now() - make_interval(hours => n), now() from unnest('{23,25}'::int[]) n`,
  )
  await pool.query(
    `insert into request_levels select n::text::bytea, 1, 1, now() - make_interval(mins => n) from unnest('{9,11}'::int[]) n`,
  )
  await forgetOldRows(context)
  expect((await pool.query('select subject from failed_lookups')).rows).toEqual([{ subject: '23' }])
  expect((await pool.query(`select encode(bucket, 'escape') as b from request_levels`)).rows).toEqual([
    { b: '9' },
  ])
})
