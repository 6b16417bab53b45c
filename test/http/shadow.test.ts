import { setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { expect, test, vi } from 'vitest'
import { eraseCustomer } from '../../src/operate/erase-customer.ts'
import { createJudgingContext } from '../../src/ledger/context.ts'
import { basic, password } from '../support/harness.ts'
import { countersAndLedger } from '../support/ledger.ts'
import { serveElsewhere } from '../support/other-service.ts'
import { seedCustomer } from '../support/seed.ts'
import { caller, countEverything, startFront, startOriginal, type Front } from '../support/shadow-cases.ts'

const rowsHere = async ({ context, orgId }: Front, table: string): Promise<number> => {
  const { rows } = await context.database.pool.query<{ n: number }>(
    `select count(*)::int as n from ${table} where org_id = $1`,
    [orgId],
  )
  return rows[0]?.n ?? 0
}

test('the report of a till day between two servers that differ in one rule names that rule and nothing else', async () => {
  const original = await startOriginal()
  const { shop } = original
  const front = await startFront(original.url, shop.tillCode, { SHADOW_LEARN: '1' })
  const till = caller(front, original)
  const seriesId = await shop.series({ description: 'Ten off' })
  const people = await Promise.all(
    [1, 2, 3].map(async (n) => {
      const mobile = `91981234500${n}`
      const email = `asha.menon${n}@example.com`
      const id = await shop.customer({ identifiers: { mobile, email } } as never)
      const { code } = await shop.coupon(seriesId, id, { code: `SECRET7KQ2X${n}` })
      return { id, mobile, code }
    }),
  )
  for (const { id } of people) expect((await till('GET', `/v2/customers/coupons?id=${id}`)).status).toBe(200)
  await front.report()
  // The rule that differs.
  await front.context.database.pool.query('update series set min_bill_amount = 150 where org_id = $1', [
    front.orgId,
  ])
  for (const { id, code } of people) {
    expect((await till('GET', `/v2/coupon/is_redeemable?id=${id}&code=${code}`)).status).toBe(200)
    expect((await till('GET', `/v1.1/coupon/isredeemable?format=xml&id=${id}&code=${code}`)).text).toContain(
      '<is_redeemable>true',
    )
    await till('GET', `/v2/coupon/is_redeemable?id=${id}&code=NOSUCHCODE1`)
  }
  const redeem = (at: number, billAmount: number) =>
    till('POST', '/v2/coupon/redeem', {
      redemptionRequestList: [{ code: people[at]?.code }],
      user: { id: people[at]?.id },
      billAmount,
      transactionNumber: `B-${at}`,
    })
  expect((await redeem(0, 100)).status).toBe(200)
  expect((await redeem(1, 200)).status).toBe(200)
  const mine = (await front.report()).find(({ orgId }) => orgId === front.orgId)
  expect(
    mine?.differences.map(({ call, field, theirs, ours, requests }) => [call, field, theirs, ours, requests]),
  ).toEqual([['POST /v2/coupon/redeem', 'verdict', 'accepted', '733', 1]])
  // A write is judged here and executed there, once.
  for (const table of ['redemptions', 'events', 'idempotency_keys', 'refusals', 'failed_lookups'])
    expect(await rowsHere(front, table), table).toBe(0)
  expect(await shop.history(people[0]?.id ?? 0)).toMatchObject([{ redemptionCount: 1 }])
  // Sales are unknown here until they are learned, which is not a difference of rules.
  await till('GET', `/v2/coupon/is_redeemable?id=${people[0]?.id}&code=${people[0]?.code}`)
  expect((await front.report())[0]?.calls[1]).toMatchObject({ equal: 6, different: 0, stale: 1 })
  const [sold] = (await shop.history(people[1]?.id ?? 0)) as { redemptions: { id: number }[] }[]
  await till('POST', '/v2/coupon/reactivate', { redemptionIds: [sold?.redemptions[0]?.id] })
  for (const { id } of people) await till('GET', `/v2/customers/coupons?id=${id}`)
  const [learned] = await front.report()
  expect(learned?.calls.find(({ call }) => call === 'GET /v2/customers/coupons')).toMatchObject({
    equal: 6,
    stale: 0,
  })
  expect(await rowsHere(front, 'redemptions')).toBe(2)
  expect(await rowsHere(front, 'reversals')).toBe(1)
  expect(await rowsHere(front, 'events')).toBe(0)
  expect(await rowsHere(front, 'shadow_changes')).toBe(0)
  const counted = await countersAndLedger(front.context, front.orgId)
  expect(counted.counters).toEqual(counted.ledger)
  expect(learned?.differences).toHaveLength(1)
  // The stored differences identify no customer.
  const { rows } = await front.context.database.pool.query<{ text: string }>(
    `select string_agg(x::text, ' ') as text from (
       select to_jsonb(d) x from shadow_differences d union all select to_jsonb(c) from shadow_counts c
       union all select to_jsonb(c) from shadow_changes c) t`,
  )
  for (const secret of ['SECRET7KQ2X', '9198123450', 'asha.menon', 'B-0', shop.tillCode])
    expect(rows[0]?.text.toUpperCase()).not.toContain(secret.toUpperCase())
  expect(learned?.differences[0]?.examples[0]?.code).toMatch(/^#[0-9a-f]{12}$/)
  await eraseCustomer(front.context.database.queries, front.orgId, people[2]?.id ?? 0)
  expect((await front.report())[0]?.differences[0]?.examples).toEqual([])
})

test('each of the writes of the contract reaches the original once and this ledger never', async () => {
  const original = await serveElsewhere((_request, response) =>
    response.setHeader('content-type', 'application/json').end('{}'),
  )
  for (const SHADOW of ['upstream', 'counterfoil']) {
    const front = await startFront(original.url, 'till.of.writes', { SHADOW })
    const headers = { authorization: basic('till.of.writes', password), 'content-type': 'application/json' }
    const writes = [
      'POST /v2/coupon/issue',
      'POST /v2/coupon/redeem',
      'PATCH /v2/coupon/bulk/redeem',
      'POST /v1.1/coupon/redeem',
      'POST /v1/coupon/issue',
      'GET /v1.1/coupon/resend?code=X&mobile=919812345001',
      'POST /v2/coupon/reactivate',
      'POST /v2/coupon/revoke',
      'PUT /v2/coupon/bulk/expiry',
      'POST /v2/coupon/series',
      'PUT /v2/coupon/series/7',
      'POST /v2/customers?source=INSTORE',
      'POST /v1.1/customer/add',
      'POST /v1.1/customer/update',
      'POST /v3/oauth/token/generate',
      'POST /v3/webHooks',
      'POST /coupon/api/v1/upload/7',
    ]
    const before = await countEverything(front)
    original.received.length = 0
    for (const [method = '', path = ''] of writes.map((one) => one.split(' ')))
      await fetch(front.url + path, {
        method,
        headers,
        ...(method !== 'GET' && {
          body: JSON.stringify({
            redemptionRequestList: [{ code: 'X1' }],
            user: { mobile: '919812345001' },
            root: { coupon: { code: 'X1', customer: { mobile: '919812345001' } } },
          }),
        }),
      }).then((answer) => answer.text())
    const [unknown] = await front.report()
    expect(
      original.received.map(({ method, url }) => `${method} ${url}`),
      SHADOW,
    ).toEqual(writes)
    expect(await countEverything(front), SHADOW).toEqual(before)
    expect(unknown?.calls.find(({ call }) => call === 'POST /v2/coupon/revoke')?.reasons).toEqual([
      { outcome: 'skipped', reason: 'there is no dry verdict for this call', requests: 1 },
    ])
  }
})

test('a report that follows a write which is still under way has its results', async () => {
  const original = await serveElsewhere((_request, response) =>
    response.setHeader('content-type', 'application/json').end('{}'),
  )
  const front = await startFront(original.url, 'till.of.report')
  const { pool } = front.context.database
  const headers = { authorization: basic('till.of.report', password) }
  const holder = await pool.connect()
  await holder.query('set idle_in_transaction_session_timeout = 0')
  await holder.query('begin')
  await holder.query('lock table shadow_counts in exclusive mode')
  await fetch(`${front.url}/v2/coupon/series`, { headers }).then((answer) => answer.text())
  await vi.waitFor(
    async () => {
      const { rows } = await pool.query(
        "select from pg_stat_activity where wait_event_type = 'Lock' and query like '%into shadow_counts%'",
      )
      expect(rows).toHaveLength(1)
    },
    { timeout: 20_000, interval: 20 },
  )
  const report = front.report()
  expect(await Promise.race([report, setTimeout(500, 'still under way')])).toBe('still under way')
  await holder.query('rollback')
  holder.release()
  expect((await report).map(({ orgId, calls }) => [orgId, calls.map(({ call }) => call)])).toEqual([
    [front.orgId, ['GET /v2/coupon/series']],
  ])
})

test('the context that judges cannot write, whatever the request', async () => {
  const front = await startFront('http://127.0.0.1:1', undefined)
  const judging = createJudgingContext(front.context)
  await expect(
    judging.database.pool.query("insert into shadow_changes values (1, 'all', 0, now())"),
  ).rejects.toThrow('read-only transaction')
  await judging.close()
})

test('with SHADOW=counterfoil this server answers what it knows up to date, and the original answers the rest', async () => {
  const original = await startOriginal()
  const { shop } = original
  const front = await startFront(original.url, shop.tillCode, { SHADOW: 'counterfoil', SHADOW_LEARN: '1' })
  const till = caller(front, original)
  const id = await shop.customer()
  const { code } = await shop.coupon(await shop.series({ is_multiple_use_allowed: false }), id)
  const handedOn = async (): Promise<number> => {
    await front.report()
    const { payload } = await front.app.inject({ url: '/metrics' })
    return [...payload.matchAll(/^counterfoil_handed_on_total\{.*\} (\d+)$/gm)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    )
  }
  const history = `/v2/customers/coupons?id=${id}`
  const check = async (wanted: string): Promise<unknown> => {
    const { text } = await till('GET', `/v2/coupon/is_redeemable?id=${id}&code=${wanted}`)
    return (JSON.parse(text) as { redemption: { isRedeemable: boolean }[] }).redemption[0]?.isRedeemable
  }
  // A customer who is unknown here but known to the original.
  expect((await till('GET', history)).status).toBe(200)
  expect(await handedOn()).toBe(1)
  expect((await till('GET', history)).status).toBe(200)
  expect(await check(code)).toBe(true)
  expect(await handedOn()).toBe(1)
  // A code that is unknown here.
  await check('NOSUCHCODE1')
  expect(await handedOn()).toBe(2)
  const sale = { redemptionRequestList: [{ code }], user: { id }, billAmount: 100, transactionNumber: 'B-1' }
  expect((await till('POST', '/v2/coupon/redeem', sale)).status).toBe(200)
  expect(await handedOn()).toBe(3)
  // A coupon redeemed there still works here, so the original answers until this ledger has learned of the redemption.
  expect(await check(code)).toBe(false)
  expect(await handedOn()).toBe(4)
  expect((await till('GET', history)).status).toBe(200)
  expect(await handedOn()).toBe(5)
  expect(await check(code)).toBe(false)
  expect((await till('GET', '/v2/coupon/series')).status).toBe(200)
  expect(await handedOn()).toBe(5)
  const calls = (await front.report()).find(({ orgId }) => orgId === front.orgId)?.calls
  expect(calls?.filter(({ call }) => !call.endsWith('series')).map(({ different }) => different)).toEqual([
    0, 0, 0,
  ])

  const token = await original.app.inject({
    method: 'POST',
    url: '/v3/oauth/token/generate',
    payload: { key: shop.clientKey, secret: shop.clientSecret },
  })
  const { accessToken } = token.json<{ data: { accessToken: string } }>().data
  const theirs = await fetch(front.url + history, { headers: { 'x-cap-api-oauth-token': accessToken } })
  expect(theirs.status).toBe(200)
  expect((await front.report()).find(({ orgId }) => orgId === 0)?.calls[0]?.reasons).toEqual([
    { outcome: 'skipped', reason: 'the caller is not known to this server', requests: 1 },
  ])
})

test('a request with a token that the original has accepted is judged as one of the till that SHADOW_TILL names', async () => {
  const original = await serveElsewhere((request, response) => {
    const isRight = request.headers['x-cap-api-oauth-token'] === 'right'
    response.writeHead(isRight ? 200 : 401, {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    })
    response.end(gzipSync('{"errors":[{"status":false,"code":8015,"message":"nobody"}],"success":false}'))
  })
  const front = await startFront(original.url, 'till.of.shop', { SHADOW_TILL: 'till.of.shop' })
  for (const token of ['right', 'wrong'])
    await fetch(`${front.url}/v2/customers/coupons?id=77`, { headers: { 'x-cap-api-oauth-token': token } })
  const report = await front.report()
  expect(report.map(({ orgId, calls }) => [orgId, calls[0]?.reasons[0]?.reason])).toEqual([
    [0, 'the other service refused the caller'],
    [front.orgId, undefined],
  ])
  expect(report[1]?.differences).toMatchObject([{ field: 'HTTP status', theirs: '200', ours: '404' }])
})

test('a comparison that hangs delays no request, and comparisons that do not fit into the queue are dropped and counted', async () => {
  const original = await startOriginal()
  const { shop } = original
  const front = await startFront(original.url, shop.tillCode)
  const till = caller(front, original)
  const id = await shop.customer()
  await till('GET', `/v2/customers/coupons?id=${id}`)
  await front.report()
  const holder = await front.context.database.pool.connect()
  // On a slow machine it holds the lock for longer than connections may be idle in a transaction.
  await holder.query('set idle_in_transaction_session_timeout = 0')
  await holder.query('begin')
  await holder.query('lock table customers, coupons in access exclusive mode')
  const began = performance.now()
  for (let round = 0; round < 11; round++)
    await Promise.all(
      Array.from({ length: 100 }, async () =>
        expect((await till('GET', `/v2/customers/coupons?id=${id}`)).status).toBe(200),
      ),
    )
  const tookMs = performance.now() - began
  const { payload } = await front.app.inject({ url: '/metrics' })
  await holder.query('rollback')
  holder.release()
  // None of the 1,100 requests waited for the comparison of the first one.
  expect(tookMs).toBeLessThan(60_000)
  expect(payload).toMatch(/counterfoil_shadow_waiting 1000\n/)
  expect(Number(/counterfoil_shadow_dropped_total (\d+)/.exec(payload)?.[1])).toBeGreaterThan(90)
}, 120_000)

test('an original that never answers delays none of the answers that this server gives', async () => {
  const silent = await serveElsewhere(() => {})
  const front = await startFront(silent.url, 'till.of.shop', {
    SHADOW: 'counterfoil',
    UPSTREAM_TIMEOUT_MS: '2000',
  })
  const headers = { authorization: basic('till.of.shop', password) }
  const id = await seedCustomer(front.context.database.queries, front.orgId, {})
  const began = performance.now()
  for (let n = 0; n < 20; n++)
    expect((await fetch(`${front.url}/v2/customers/coupons?id=${id}`, { headers })).status).toBe(200)
  // The requests are answered one after the other while the first question to the original is still open.
  expect(performance.now() - began).toBeLessThan(6000)
  await vi.waitFor(() => expect(silent.received).toHaveLength(4))
  const [report] = await front.report()
  expect(report?.calls[0]?.reasons).toEqual([
    { outcome: 'skipped', reason: 'the other service did not answer', requests: 4 },
  ])
  expect((await front.app.inject({ url: '/metrics' })).payload).toContain(
    'counterfoil_shadow_dropped_total 16\n',
  )
})
