import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { workOnOpenBatches } from '../../src/bulk/codes/work-on-open-batches.ts'
import { linkEvents } from '../../src/operate/chain/link-events.ts'
import { EventHorizon } from '../../src/webhooks/event-horizon.ts'
import { holdNow } from '../../src/platform/clock.ts'
import { measureWebhooks } from '../../src/webhooks/measure-webhooks.ts'
import { createTestContext, createTestServer, signInAsClient } from '../support/harness.ts'
import { countRows, openSandbox, uploadCode } from '../support/sandbox-cases.ts'
import { expectLedgerAdds } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { pool } = context.database

type Sandbox = Awaited<ReturnType<typeof openSandbox>>

/** Adds a row to every table that the use of a ledger fills. */
async function use(shop: Sandbox) {
  const customerId = await shop.registered()
  const seriesId = await shop.series({ is_multiple_per_customer_allowed: true })
  const genericId = await shop.generic(`SHARED-${shop.orgId}`)
  const poolId = await shop.series({ client_handling_type: 'DISC_CODE_PIN', is_any_user: true })
  await shop.admin('POST', `series/${poolId}/codes`, { count: 20 })
  while (await workOnOpenBatches(context));
  const key = { headers: { 'idempotency-key': 'first' } }
  const code = String((await shop.issue(seriesId, customerId, key)).at('code'))
  await shop.issue(genericId, customerId)
  await shop.issue(poolId, customerId)
  const redeemed = await shop.redeem(code, customerId)
  await shop.reverse([redeemed.at('redemption.0.redemptionId')])
  await shop.redeem(code, customerId)
  await uploadCode(shop, poolId)
  // Tills add no notes.
  await pool.query(
    `insert into customer_notes (org_id, customer_id, text, author_kind, author_id, created_at)
     values ($1, $2, 'Called.', 'client', 1, now())`,
    [shop.orgId, customerId],
  )
  // Tills merge no customers.
  const office = await signInAsClient(context, app, shop, 'administrator')
  await shop.post(`/admin/v1/customers/${customerId}/merge`, { retiredId: await shop.customer() }, office)
  const hook = await shop.admin('POST', 'webhooks', {
    name: code,
    url: 'https://hooks.example.com/x',
    eventNames: ['CouponIssue'],
  })
  const webhookId = Number(hook.at('id'))
  await pool.query(
    `insert into webhook_messages (org_id, webhook_id, event_id, coupon_id, occurred_at)
     select org_id, $2, id, coupon_id, occurred_at from events where org_id = $1`,
    [shop.orgId, webhookId],
  )
  await pool.query(
    `insert into webhook_attempts (org_id, webhook_id, event_id, number, attempted_at, outcome, duration_ms)
     select org_id, webhook_id, event_id, 1, now(), 'timeout', 5 from webhook_messages where org_id = $1`,
    [shop.orgId],
  )
  await pool.query(`insert into event_scans (org_id, kind) values ($1, 'limit-near')`, [shop.orgId])
  await pool.query(
    `with a as (insert into shadow_counts (org_id, call, outcome, reason, requests, last_at) values ($1, 'GET /x', 'equal', '', 1, now())),
       b as (insert into shadow_changes (org_id, kind, id, changed_at) values ($1, 'all', 0, now()))
     insert into shadow_differences (org_id, call, field, theirs, ours, requests, first_at, last_at, examples)
       values ($1, 'GET /x', 'x', '1', '2', 1, now(), now(), '[]')`,
    [shop.orgId],
  )
  await pool.query(
    `insert into import_lines (org_id, file_hash, series_id, line, coupon_id)
     select org_id, 'hash', series_id, 1, id from coupons where org_id = $1 and customer_id is not null limit 1`,
    [shop.orgId],
  )
  await pool.query(
    `insert into renamed_codes (org_id, coupon_id, code_before, code_now)
     select org_id, id, 'before', code from coupons where org_id = $1 and customer_id is not null limit 1`,
    [shop.orgId],
  )
  await pool.query('insert into identifier_forms (org_id, version) values ($1, 1) on conflict do nothing', [
    shop.orgId,
  ])
  await pool.query(
    `insert into budget_usage (org_id, series_id, customer_id, per, starts_on, given, uses)
     select org_id, id, 0, 'total', '1970-01-01', 0, 0 from series where org_id = $1 limit 1`,
    [shop.orgId],
  )
  await pool.query(
    `insert into budget_shares (org_id, series_id, per, starts_on, measure, max, percent, reached_at)
     select org_id, id, 'total', '1970-01-01', 'amount', 10, 50, now() from series where org_id = $1 limit 1`,
    [shop.orgId],
  )
  await pool.query(
    `with h as (
       insert into holds (org_id, owner_kind, owner_id, reference, customer_id, codes, bill, created_at, expires_at)
       select $1, 'till', 1, 'cart', $2, '[]', '{}', now(), now() + interval '1 hour' returning id)
     insert into hold_items (org_id, hold_id, coupon_id, series_id, customer_id, discount_amount, expires_at)
     select c.org_id, h.id, c.id, c.series_id, $2, 0, now() + interval '1 hour'
     from h, (select * from coupons where org_id = $1 and customer_id is not null limit 1) c`,
    [shop.orgId, customerId],
  )
  await pool.query(
    `update series_usage u set held_until = i.expires_at from hold_items i
     where u.org_id = $1 and i.org_id = $1 and i.series_id = u.series_id`,
    [shop.orgId],
  )
  await pool.query(
    `with r as (
       select r.org_id, r.id, r.coupon_id from redemptions r join reversals v on v.org_id = $1 and v.redemption_id = r.id
       where r.org_id = $1), i as (
       insert into redemption_items (org_id, redemption_id, discount_amount, items) select org_id, id, 0, '[]' from r
     ), t as (
       insert into returns (org_id, redemption_id, amount, returns_use, returned_at)
       select org_id, id, 0, true, now() from r returning id, redemption_id)
     insert into events (org_id, kind, coupon_id, redemption_id, details)
     select r.org_id, 'returned', r.coupon_id, r.id, jsonb_build_object('returnId', t.id)
     from t join r on r.id = t.redemption_id`,
    [shop.orgId],
  )
  await pool.query(`update series set description = 'Edited' where org_id = $1`, [shop.orgId])
  await linkEvents(pool, shop.orgId, (await new EventHorizon(pool).read()).finalId)
  return { customerId, seriesId, genericId, poolId, code }
}

/** Tables that hold no traces of use; the counts of failed look-ups outlast a reset. */
const made = [
  'access_groups',
  'audit_log',
  'checkpoint_keys',
  'clients',
  'concepts',
  'failed_lookups',
  // The progress of normalising identifiers, which new ones no longer need.
  'identifier_forms',
  'last_uses',
  'logins',
  'organisations',
  'password_links',
  // Not counted in a sandbox.
  'refusals',
  'stores',
  'till_addresses',
  'till_lookups',
  'tills',
  'user_sessions',
  'users',
  'webhooks',
  'zones',
]
const ofSeries = ['series', 'series_usage', 'series_versions']

const pickOnly = (counts: Record<string, number>, tables: readonly string[]) =>
  Object.fromEntries(tables.map((table) => [table, counts[table]]))

describe('a reset', () => {
  test('deletes all traces of use, keeps the setup of the sandbox, and lets it start afresh with the same credentials', async () => {
    const shop = await openSandbox(context, app)
    const { seriesId, genericId, poolId } = await use(shop)
    await shop.setClock('2030-01-01T00:00:00Z')
    const before = await countRows(context, shop.orgId)
    const emptied = Object.keys(before).filter((table) => ![...made, ...ofSeries].includes(table))
    // A table that was empty before would prove nothing.
    expect(emptied.filter((table) => before[table] === 0)).toEqual([])

    const reply = await shop.reset()
    expect(reply.at('deleted')).toMatchObject({ customers: 2, redemptions: 2, reversals: 1, series: 0 })
    const after = await countRows(context, shop.orgId)
    const keeper = { coupons: 1 }
    expect(pickOnly(after, emptied)).toEqual({
      ...Object.fromEntries(emptied.map((table) => [table, 0])),
      ...keeper,
    })
    const stays = [...made, ...ofSeries].filter((table) => table !== 'audit_log')
    expect(pickOnly(after, stays)).toEqual(pickOnly(before, stays))
    expect((await shop.admin('GET', 'sandbox/clock')).at('at')).toBeNull()
    await shop.expectLedgerAdds()

    const customerId = await shop.registered()
    const again = await shop.issue(seriesId, customerId, { headers: { 'idempotency-key': 'first' } })
    expect(again).toMatchObject({ status: 200 })
    expect(again.headers['idempotent-replayed']).toBeUndefined()
    expect((await shop.issue(genericId, customerId)).at('code')).toBe(`SHARED-${shop.orgId}`)
    expect((await shop.issue(poolId, customerId)).at('errors.0.code')).toBe(5005)
    await shop.expectLedgerAdds()
  })

  test('deletes series on request', async () => {
    const shop = await openSandbox(context, app)
    await use(shop)
    expect((await shop.reset({ keepsSeries: false })).at('deleted.series')).toBe(3)
    const after = await countRows(context, shop.orgId)
    expect(pickOnly(after, [...ofSeries, 'coupons'])).toEqual({
      series: 0,
      series_usage: 0,
      series_versions: 0,
      coupons: 0,
    })
    await use(shop)
    await shop.expectLedgerAdds()
  })

  test('touches no other organisation', async () => {
    const [shop, other] = [await openSandbox(context, app), await openSandbox(context, app)]
    await use(shop)
    await use(other)
    const production = await openSandbox(context, app, { isSandbox: false })
    await production.coupon(await production.series(), await production.customer())
    const before = [await countRows(context, other.orgId), await countRows(context, production.orgId)]
    await shop.reset({ keepsSeries: false })
    expect([await countRows(context, other.orgId), await countRows(context, production.orgId)]).toEqual(
      before,
    )
    await other.expectLedgerAdds()
  })

  test('deletes in transactions of five thousand rows', async () => {
    const shop = await openSandbox(context, app)
    const seriesId = await shop.series()
    await pool.query(
      `insert into coupons (org_id, series_id, created_at, valid_until, code)
       select $1, $2, now(), '2099-01-01', 'BULK' || n from generate_series(1, 12000) n`,
      [shop.orgId, seriesId],
    )
    await pool.query(`create table deletions (n int); create function note_deletion() returns trigger language plpgsql as
      $$ begin insert into deletions select count(*) from gone; return null; end $$;
      create trigger note after delete on coupons referencing old table as gone for each statement execute function note_deletion()`)
    try {
      expect((await shop.reset()).at('deleted.coupons')).toBe(12_000)
      const { rows } = await pool.query<{ n: number }>('select n from deletions')
      expect(rows.map(({ n }) => n)).toEqual([5_000, 5_000, 2_000])
    } finally {
      await pool.query('drop trigger note on coupons; drop function note_deletion; drop table deletions')
    }
  })

  test('refuses calls while it runs, and after an interruption until it is called again', async () => {
    const shop = await openSandbox(context, app)
    const { customerId, seriesId, code } = await use(shop)
    // The state that a killed process leaves behind.
    await pool.query('update organisations set reset_began_at = now() where org_id = $1', [shop.orgId])
    const replies = [
      await shop.redeem(code, customerId),
      await shop.issue(seriesId, customerId),
      await shop.register({ mobile: '9400000001' }),
      await shop.call('GET', `/v2/customers/coupons?id=${customerId}`),
      await shop.admin('PUT', 'sandbox/clock', { at: null }),
    ]
    for (const reply of replies) {
      expect(reply).toMatchObject({ status: 503 })
      expect(reply.headers['retry-after']).toBe('1')
    }
    expect(await workOnOpenBatches(context)).toBe(false)
    await shop.reset()
    expect((await shop.registered()) > 0).toBe(true)
    await shop.expectLedgerAdds()
  })

  test.each(['reset', 'clock'] as const)(
    'waits, like the %s, until the transaction that judges by the clock has ended',
    async (what) => {
      const shop = await openSandbox(context, app)
      const client = await pool.connect()
      try {
        await client.query('begin')
        await holdNow(context, client, { orgId: shop.orgId, isSandbox: true })
        await client.query('insert into customers (org_id) values ($1)', [shop.orgId])
        let isOver = false
        const change = (what === 'reset' ? shop.reset() : shop.setClock('2030-01-01')).then((reply) => {
          isOver = true
          return reply
        })
        await sleep(300)
        expect(isOver).toBe(false)
        await client.query('commit')
        await change
        const left = await pool.query('select from customers where org_id = $1', [shop.orgId])
        expect(left.rowCount).toBe(what === 'reset' ? 0 : 1)
      } finally {
        client.release()
      }
    },
  )

  test('waits for work in progress and admits no further work, so that the ledger balances whatever runs concurrently', async () => {
    const shop = await openSandbox(context, app)
    const seriesId = await shop.series({ is_multiple_per_customer_allowed: true })
    const sale = async () => {
      const register = await shop.register({
        mobile: String(9_500_000_000 + Math.floor(Math.random() * 1e8)),
      })
      const customerId = Number(register.at('createdId'))
      const issued = await shop.issue(seriesId, customerId)
      if (issued.status !== 200) return issued.status
      return (await shop.redeem(String(issued.at('code')), customerId)).status
    }
    const statuses: number[] = []
    const closing = new AbortController()
    const till = async () => {
      while (!closing.signal.aborted) statuses.push(await sale())
    }
    const tills = Array.from({ length: 6 }, till)
    for (let n = 0; n < 5; n++) await shop.reset()
    closing.abort()
    await Promise.all(tills)
    expect(new Set(statuses)).toContain(200)
    expect(statuses.filter((status) => ![200, 400, 503].includes(status))).toEqual([])
    await expectLedgerAdds(context, shop.orgId)
  })

  test('is refused while another one runs', async () => {
    const shop = await openSandbox(context, app)
    await use(shop)
    const client = await pool.connect()
    try {
      await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [
        `counterfoil sandbox ${shop.orgId}`,
      ])
      expect((await shop.admin('POST', 'sandbox/reset', {})).status).toBe(503)
      expect((await shop.admin('GET', 'sandbox/clock')).status).toBe(200)
    } finally {
      await client.query('select pg_advisory_unlock_all()')
      client.release()
    }
  })
})

describe('metrics', () => {
  test('count requests of a sandbox separately, and exclude its webhooks', async () => {
    const sandbox = await openSandbox(context, app)
    await use(sandbox)
    const production = await openSandbox(context, app, { isSandbox: false })
    await production.admin('POST', 'webhooks', {
      name: 'shop',
      url: 'https://hooks.example.com/x',
      eventNames: ['CouponIssue'],
    })
    const own = await createTestContext({ database: context.database })
    const server = await createTestServer(own)
    for (const { redeem, issue, history } of [sandbox, production]) {
      await redeem('NOTHING', 1, {}, { app: server })
      await issue(1, 1, { app: server })
      await history(await sandbox.customer(), '', { app: server }).catch(() => {})
    }
    await measureWebhooks(own)
    const text = (await server.inject({ url: '/metrics' })).body
    const value = (line: RegExp) => Number(line.exec(text)?.[1] ?? 0)
    expect(
      value(
        /^counterfoil_http_request_duration_seconds_count\{method="POST",route="\/v2\/coupon\/redeem",status="\d+"\} (\d+)$/m,
      ),
    ).toBe(1)
    expect(value(/^counterfoil_sandbox_requests_total\{status="400"\} (\d+)$/m)).toBe(2)
    expect(value(/^counterfoil_write_batch_size_count\{kind="redeem"\} (\d+)$/m)).toBe(1)
    expect(text).toContain(`counterfoil_webhook_active{organisation="${production.orgId}"`)
    expect(text).not.toContain(`organisation="${sandbox.orgId}"`)
  })
})

describe('a test code', () => {
  const refusals = [660, 696, 702, 703, 711, 712, 713, 716, 718, 728, 729, 733, 735, 736, 738, 739, 742]

  test.each(refusals)('TEST-%i is refused with its code in every call', async (refusal) => {
    const shop = await openSandbox(context, app)
    const customerId = await shop.customer()
    const code = `test-${refusal}`
    const redeemed = await shop.redeem(code, customerId)
    expect([redeemed.status, redeemed.at('redemptionStatus.code')]).toEqual([400, refusal])
    const bulk = await shop.redeemBulk([code], customerId)
    expect(bulk.at('response.0.errors.0.code')).toBe(refusal)
    const asked = await shop.isRedeemable([code], customerId)
    expect([asked.status, asked.at('redemption.0.warnings.0.code')]).toEqual([200, refusal])
    const older = await shop.call(
      'GET',
      `/v1.1/coupon/isredeemable?format=json&id=${customerId}&code=${code}`,
    )
    const olderCode = { 702: 719, 703: 710 }[refusal] ?? refusal
    expect(older.at('response.coupons.redeemable.item_status.code')).toBe(olderCode)
    const olderRedeemed = await shop.post('/v1.1/coupon/redeem?format=json', {
      root: {
        coupon: [{ code, customer: { id: customerId }, transaction: [{ number: '1', amount: '10' }] }],
      },
    })
    expect(olderRedeemed.at('response.coupons.coupon.item_status.code')).toBe(olderCode)
    const { rows } = await pool.query('select from redemptions where org_id = $1', [shop.orgId])
    expect(rows).toEqual([])
  })

  test('beside a redeemable coupon makes the whole bulk redemption fail with 749', async () => {
    const shop = await openSandbox(context, app)
    const customerId = await shop.customer()
    const { code } = await shop.coupon(await shop.series(), customerId)
    const bulk = await shop.redeemBulk([code, 'TEST-713'], customerId)
    expect([bulk.at('response.0.errors.0.code'), bulk.at('response.1.errors.0.code')]).toEqual([749, 713])
    expect((await shop.redeem(code, customerId)).at('redemptionStatus.code')).toBe(700)
    await shop.expectLedgerAdds()
  })

  test('with a number that is not a refusal is an ordinary code, and so is every test code in a normal organisation', async () => {
    for (const isSandbox of [true, false]) {
      const shop = await openSandbox(context, app, { isSandbox })
      const customerId = await shop.customer()
      const seriesId = await shop.series()
      for (const code of isSandbox ? ['TEST-700', 'TEST-999', 'TEST-7120', 'XTEST-712'] : ['TEST-712']) {
        expect((await shop.redeem(code, customerId)).at('redemptionStatus.code')).toBe(702)
        await shop.coupon(seriesId, customerId, { code })
        expect((await shop.redeem(code, customerId)).at('redemptionStatus.code')).toBe(700)
      }
      await shop.expectLedgerAdds()
    }
  })
})
