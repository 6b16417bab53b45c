import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { claimMessages, claimSql } from '../../src/webhooks/claim-messages.ts'
import { EventHorizon } from '../../src/webhooks/event-horizon.ts'
import { recordAttempts } from '../../src/webhooks/record-attempts.ts'
import { maxOpenMessages, relayEvents } from '../../src/webhooks/relay-events.ts'
import { startWebhookWork } from '../../src/webhooks/work-on-webhooks.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { disorder } from '../support/receiver.ts'
import { couponEvents, quickDelivery, startReceiver, subscribe, taken } from '../support/webhook-cases.ts'
import { openShop } from '../support/write-cases.ts'

const context = await createTestContext({ env: quickDelivery })
const app = await createTestServer(context)
const { pool, queries } = context.database

const receiverUrl = 'http://127.0.0.1:9/'
const insert = `insert into events (org_id, kind, coupon_id) values ($1, 'revoked', $2) returning id`

/** A webhook to which nothing is sent, so that the pending messages can be inspected. */
async function openWebhook() {
  const shop = await openShop(context, app)
  const made = await shop.post('/admin/v1/webhooks', {
    name: 'ledger',
    url: receiverUrl,
    eventNames: couponEvents,
  })
  const id = Number(made.at('id'))
  const horizon = new EventHorizon(pool)
  return {
    shop,
    id,
    relay: async () => relayEvents(queries, shop.orgId, id, (await horizon.read()).finalId),
    onTheirWay: async () =>
      (
        await pool.query<{ event_id: number }>(
          'select event_id from webhook_messages where org_id = $1 order by event_id',
          [shop.orgId],
        )
      ).rows.map((row) => row.event_id),
    readUpTo: async () =>
      (
        await pool.query<{ id: number }>('select read_up_to_id as id from webhooks where org_id = $1', [
          shop.orgId,
        ])
      ).rows[0]?.id ?? 0,
  }
}

const idOf = ({ rows }: { rows: { id: number }[] }): number => rows[0]?.id ?? 0

test('an event whose id was drawn before others and committed after them is not skipped', async () => {
  const { shop, relay, onTheirWay, readUpTo } = await openWebhook()
  const slow = await pool.connect()
  await slow.query('begin')
  const early = idOf(await slow.query<{ id: number }>(insert, [shop.orgId, 1]))
  const late = idOf(await pool.query<{ id: number }>(insert, [shop.orgId, 2]))
  expect(early).toBeLessThan(late)
  await relay()
  // The later event need not wait for the open transaction.
  expect(await onTheirWay()).toEqual([late])
  await relay()
  expect(await readUpTo()).toBeLessThan(early)
  await slow.query('commit')
  slow.release()
  await relay()
  expect(await onTheirWay()).toEqual([early, late])
  await relay()
  expect(await readUpTo()).toBe(late)
})

test('neither an id that was never committed nor a transaction without events holds up the others', async () => {
  const { shop, relay, onTheirWay, readUpTo } = await openWebhook()
  const idle = await pool.connect()
  await idle.query('begin')
  await idle.query("select nextval('coupon_numbers_seq'), pg_current_xact_id()")
  const failed = await pool.connect()
  await failed.query('begin')
  await failed.query(insert, [shop.orgId, 1])
  await failed.query('rollback')
  failed.release()
  const id = idOf(await pool.query<{ id: number }>(insert, [shop.orgId, 2]))
  await relay()
  expect(await onTheirWay()).toEqual([id])
  expect(await readUpTo()).toBe(id)
  await idle.query('rollback')
  idle.release()
})

test('with writers that never pause at the same time the log is final up to a moment ago', async () => {
  const { shop, readUpTo, relay } = await openWebhook()
  const clients = await Promise.all([1, 2].map(() => pool.connect()))
  const [one, other] = clients as [(typeof clients)[number], (typeof clients)[number]]
  const open = async (client: typeof one) => {
    await client.query('begin')
    return idOf(await client.query<{ id: number }>(insert, [shop.orgId, 1]))
  }
  const first = await open(one)
  for (let n = 0; n < 3; n++) {
    await open(other)
    await relay()
    await one.query('commit')
    await open(one)
    await relay()
    await other.query('commit')
    await relay()
  }
  expect(await readUpTo()).toBeGreaterThan(first)
  await one.query('commit')
  for (const client of clients) client.release()
})

test('two processes that queue the same events and claim messages at once claim each once, and one per coupon', async () => {
  const { shop, id, relay, onTheirWay } = await openWebhook()
  for (let n = 0; n < 60; n++) await pool.query(insert, [shop.orgId, 1 + (n % 20)])
  await Promise.all([relay(), relay(), relay()])
  const all = await onTheirWay()
  expect(all).toHaveLength(60)
  const takenIds: number[] = []
  for (let round = 0; round < 3; round++) {
    const claims = await Promise.all([1, 2, 3, 4].map(() => claimMessages(pool, shop.orgId, id, 50, 60_000)))
    const claimed = claims.flat()
    // Only one message per coupon is claimed; later ones wait until it is delivered.
    expect(claimed).toHaveLength(20)
    takenIds.push(...claimed.map(({ eventId }) => eventId))
    await recordAttempts(
      queries,
      shop.orgId,
      id,
      { firstRetryMs: 50, giveUpMs: 1e9 },
      claimed.map((message) => ({
        message,
        outcome: 'delivered',
        httpStatus: 200,
        retryAfterMs: undefined,
        attemptedAt: new Date(),
        durationMs: 1,
      })),
    )
  }
  expect(takenIds.toSorted((a, b) => a - b)).toEqual(all)
  expect(await claimMessages(pool, shop.orgId, id, 50, 60_000)).toEqual([])
})

test('a message that a killed process was sending is free again when its lease expires', async () => {
  const { shop, id, relay } = await openWebhook()
  const eventId = idOf(await pool.query<{ id: number }>(insert, [shop.orgId, 1]))
  await relay()
  expect(await claimMessages(pool, shop.orgId, id, 5, 1_000)).toMatchObject([{ eventId, number: 1 }])
  expect(await claimMessages(pool, shop.orgId, id, 5, 1_000)).toEqual([])
  await pool.query(
    `update webhook_messages set leased_until = now() - interval '1 second' where org_id = $1`,
    [shop.orgId],
  )
  expect(await claimMessages(pool, shop.orgId, id, 5, 1_000)).toMatchObject([{ eventId, number: 2 }])
})

test('only a limited number of messages is queued for an unreachable receiver', async () => {
  const { shop, relay, onTheirWay } = await openWebhook()
  await pool.query(
    `insert into events (org_id, kind, coupon_id) select $1, 'revoked', n from generate_series(1, $2::int) n`,
    [shop.orgId, maxOpenMessages + 500],
  )
  for (let n = 0; n < 8; n++) await relay()
  expect(await onTheirWay()).toHaveLength(maxOpenMessages)
  await pool.query(
    `update webhook_messages set state = 'delivered', delivered_at = now() where org_id = $1`,
    [shop.orgId],
  )
  await relay()
  expect(await onTheirWay()).toHaveLength(maxOpenMessages + 500)
})

describe('a message that has been tried for longer than three days', () => {
  const times = { firstRetryMs: 5_000, giveUpMs: 72 * 3_600_000 }
  const fail = async (failuresOfWebhook: number) => {
    const { shop, id, relay } = await openWebhook()
    await pool.query(insert, [shop.orgId, 1])
    await relay()
    const old = `now() - interval '73 hours'`
    await pool.query(`update webhook_messages set first_tried_at = ${old}, failures = 30 where org_id = $1`, [
      shop.orgId,
    ])
    await pool.query(
      `update webhooks set failures = $2, failing_since = case when $2 > 0 then ${old} end where org_id = $1`,
      [shop.orgId, failuresOfWebhook],
    )
    const [message] = await claimMessages(pool, shop.orgId, id, 1, 1_000)
    if (message === undefined) throw new Error('nothing to send')
    const attempt = { message, outcome: 'refused', httpStatus: 500, retryAfterMs: undefined } as const
    await recordAttempts(queries, shop.orgId, id, times, [
      { ...attempt, attemptedAt: new Date(), durationMs: 5 },
    ])
    const { rows } = await pool.query(
      `select m.state, w.state as webhook, w.stopped_because as why from webhook_messages m join webhooks w using (org_id)
       where org_id = $1`,
      [shop.orgId],
    )
    return rows
  }

  test('is parked if the receiver accepts others', async () => {
    expect(await fail(0)).toEqual([{ state: 'parked', webhook: 'active', why: null }])
  })

  test('is retained, and the webhook is stopped, if the receiver has accepted nothing in that time', async () => {
    expect(await fail(40)).toEqual([{ state: 'open', webhook: 'stopped', why: 'failing' }])
  })
})

test('claiming messages reads indexes only, however many are pending', async () => {
  const { shop, relay } = await openWebhook()
  await pool.query(
    `insert into events (org_id, kind, coupon_id) select $1, 'revoked', n from generate_series(1, 3000) n`,
    [shop.orgId],
  )
  for (let n = 0; n < 3; n++) await relay()
  await pool.query('analyze webhook_messages')
  const { rows } = await pool.query<Record<string, string>>(`explain (generic_plan) ${claimSql}`)
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  expect(plan).toContain('webhook_messages__due')
  expect(plan).toContain('webhook_messages__order')
  expect(plan).not.toMatch(/Seq Scan on webhook_messages|Hash|Merge/)
})

test('a message that always fails is parked and listed, later messages of its coupon continue, and it can be sent again', async () => {
  const strict = { ...context, config: { ...context.config, webhookGiveUpHours: 0 } }
  const shop = await openShop(context, app)
  const [customerId, seriesId] = [
    await shop.customer(),
    await shop.series({ is_multiple_use_allowed: true, is_same_user_multiple_redeem: true }),
  ]
  const receiver = await startReceiver()
  const webhook = await subscribe(shop, receiver, { eventNames: ['CouponRedeem'] })
  const { code } = await shop.coupon(seriesId, customerId)
  let bad: string | undefined
  receiver.react = ({ id }) => (id === (bad ??= id) ? 500 : 200)
  const stop = startWebhookWork(strict)
  try {
    await shop.redeem(code, customerId)
    await shop.redeem(code, customerId)
    await taken(receiver, 1)
    const parked = await shop.call('GET', `${webhook.path}/messages?state=parked`)
    expect(parked.at('messages')).toMatchObject([
      { eventId: bad, state: 'parked', attempts: 1, lastOutcome: 'refused', lastStatus: 500, dueAt: null },
    ])
    expect(receiver.taken.map(({ id }) => id)).not.toContain(bad)
    receiver.react = () => 200
    expect((await shop.post(`${webhook.path}/replay-parked`, {})).at('messages')).toBe(1)
    await taken(receiver, 2)
    expect(receiver.taken.at(-1)?.id).toBe(bad)
    const attempts = await shop.call('GET', `${webhook.path}/messages/${bad}`)
    await sleep(200)
    expect((attempts.at('attemptsMade') as unknown[]).length).toBeGreaterThanOrEqual(1)
  } finally {
    await stop()
  }
})

test('a message that fails is never overtaken by later messages of its coupon', async () => {
  const shop = await openShop(context, app)
  const [customerId, seriesId] = [
    await shop.customer(),
    await shop.series({ is_multiple_use_allowed: true, is_same_user_multiple_redeem: true }),
  ]
  const receiver = await startReceiver()
  await subscribe(shop, receiver)
  const codes = await Promise.all(Array.from({ length: 6 }, () => shop.coupon(seriesId, customerId)))
  // Every second message fails twice before it is accepted.
  const tries = new Map<string, number>()
  receiver.react = ({ id }) => {
    tries.set(id, (tries.get(id) ?? 0) + 1)
    return Number.parseInt(id.slice(-1), 16) % 2 === 0 && (tries.get(id) ?? 0) < 3 ? 503 : 200
  }
  const stops = [startWebhookWork(context), startWebhookWork(context)]
  try {
    for (let round = 0; round < 4; round++)
      await Promise.all(codes.map(({ code }) => shop.redeem(code, customerId)))
    await taken(receiver, 30, 25_000)
    expect(receiver.taken).toHaveLength(30)
    expect(disorder(receiver.taken)).toEqual([])
  } finally {
    await Promise.all(stops.map((stop) => stop()))
  }
})
