import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { forgetOldMessages } from '../../src/webhooks/forget-old-messages.ts'
import { measureWebhooks } from '../../src/webhooks/measure-webhooks.ts'
import { startWebhookWork } from '../../src/webhooks/work-on-webhooks.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { until } from '../support/process-harness.ts'
import { disorder, eventOf } from '../support/receiver.ts'
import { couponEvents, quickDelivery, startReceiver, subscribe, taken } from '../support/webhook-cases.ts'
import { openShop, pick, type Shop } from '../support/write-cases.ts'

const context = await createTestContext({ env: quickDelivery })
const app = await createTestServer(context)
const stop = startWebhookWork(context)
afterAll(stop)

const stateOf = async (shop: Shop, path: string) => (await shop.call('GET', path)).at('state')

/** A customer with a coupon for multiple use. */
async function openDrawer(terms = {}) {
  const shop = await openShop(context, app)
  const customerId = await shop.customer({ mobile: '919400488288', email: 'ann@example.com' })
  const seriesId = await shop.series({
    is_multiple_use_allowed: true,
    is_same_user_multiple_redeem: true,
    discount_code: 'TEN',
    ...terms,
  })
  return { shop, customerId, seriesId }
}

describe('a receiver', () => {
  test('receives an event for every effect on a coupon, in order and in the published form', async () => {
    const { shop, customerId, seriesId } = await openDrawer()
    const receiver = await startReceiver()
    await subscribe(shop, receiver, { identifiers: ['mobile'], eventNames: couponEvents.toReversed() })
    const requestId = 'request-of-the-test'
    const issued = await shop.issue(seriesId, customerId, { headers: { 'x-request-id': requestId } })
    const [code, couponId] = [String(issued.at('code')), Number(issued.at('id'))]
    const redeemed = await shop.redeem(code, customerId, {
      transactionNumber: 'bill-1',
      billId: 4711,
    })
    const redemptionId = Number(redeemed.at('redemption.0.redemptionId'))
    await shop.reverse([redemptionId])
    await shop.expire({ couponCodes: [{ couponCode: code, expiryDate: '2090-01-01T00:00:00Z' }] })
    await shop.revoke({ couponCodes: [code] })
    await taken(receiver, 5)
    expect(receiver.taken.map(({ eventName }) => eventName)).toEqual(couponEvents)
    const [issue, redemption, reversal, change, revocation] = receiver.taken
    const customerIdentifiers = { customerId, instore: { id: customerId, mobile: '919400488288' } }
    const seriesInfo = {
      id: seriesId,
      description: expect.any(String) as string,
      seriesType: 'LOYALTY',
      clientHandlingType: 'DISC_CODE',
      valid_till: Date.UTC(2099, 11, 31),
      discount_code: 'TEN',
      discount_type: 'ABS',
      discount_value: expect.any(Number) as number,
    }
    expect(issue?.body).toEqual({
      eventName: 'CouponIssue',
      eventId: issue?.id,
      orgId: shop.orgId,
      refId: `${shop.orgId}_${seriesId}_${couponId}:${couponId}`,
      apiRequestId: requestId,
      createdAt: expect.any(Number) as number,
      data: {
        addedAt: issue?.body['createdAt'],
        addedBy: { id: shop.tillId },
        coupons: [
          {
            id: couponId,
            code,
            valid_till: expect.any(Number) as number,
            issued_on: expect.any(Number) as number,
            customerIdentifiers,
          },
        ],
        series_info: seriesInfo,
        issualType: 'SINGLE',
      },
      loyaltyEventId: null,
    })
    expect(Object.keys(issue?.body ?? {}).join(' ')).toBe(
      'eventName eventId orgId refId apiRequestId createdAt data loyaltyEventId',
    )
    expect(redemption?.body).toMatchObject({
      refId: `${shop.orgId}_${seriesId}_${redemptionId}`,
      apiRequestId: expect.any(String) as string,
      data: {
        addedBy: { id: shop.tillId },
        coupon: {
          id: couponId,
          code,
          redemptionId,
          redemptionDate: expect.any(Number) as number,
          series_info: seriesInfo,
        },
        customerIdentifiers,
        transaction: { bill_id: expect.any(Number) as number, number: 'bill-1' },
      },
    })
    expect(reversal?.data).toMatchObject({
      coupon: { id: couponId, redemptionId, reversalDate: expect.any(Number) as number },
    })
    expect(change?.data).toMatchObject({
      coupon: { id: couponId, valid_till: Date.UTC(2090, 0, 1) },
      customerIdentifiers,
    })
    expect(revocation).toMatchObject({
      body: { refId: `${shop.orgId}_${seriesId}_${couponId}:${couponId}` },
      data: { coupon: { id: couponId, code, revocationDate: expect.any(Number) as number } },
    })
    expect(Number(pick(redemption?.data, 'coupon.redemptionDate')) % 1000).toBe(0)
    expect(receiver.forged).toEqual([])
  })

  test('gets one message per coupon of a bulk call', async () => {
    const { shop, customerId, seriesId } = await openDrawer({ is_multiple_per_customer_allowed: true })
    const receiver = await startReceiver()
    await subscribe(shop, receiver)
    await shop.issueMany(seriesId, 7, customerId)
    await taken(receiver, 7)
    expect(receiver.unique.map(({ eventName }) => eventName)).toEqual(Array(7).fill('CouponIssue'))
    expect(new Set(receiver.unique.map(({ id }) => id)).size).toBe(7)
  })

  test('gets only the events that it has subscribed to, and none of other organisations', async () => {
    const [one, other] = [await openDrawer(), await openDrawer()]
    const receiver = await startReceiver()
    await subscribe(one.shop, receiver, { eventNames: ['CouponRedeem'] })
    for (const { shop, customerId, seriesId } of [other, one]) {
      const coupon = await shop.coupon(seriesId, customerId)
      await shop.redeem(coupon.code, customerId)
    }
    await taken(receiver, 1)
    await sleep(1_500)
    expect(receiver.taken.map(({ eventName, body }) => [eventName, body['orgId']])).toEqual([
      ['CouponRedeem', one.shop.orgId],
    ])
  })

  test('that fails, resets, hangs and restarts gets every message in order per coupon when it works again', async () => {
    const { shop, customerId, seriesId } = await openDrawer()
    const receiver = await startReceiver()
    const webhook = await subscribe(shop, receiver)
    const coupons = await Promise.all([1, 2, 3, 4].map(() => shop.coupon(seriesId, customerId)))
    let n = 0
    receiver.react = () => (['hang', 500, 'reset', 200, 301, 200] as const)[n++ % 6] ?? 200
    for (let round = 0; round < 5; round++)
      await Promise.all(coupons.map(({ code }) => shop.redeem(code, customerId)))
    await taken(receiver, 3)
    await receiver.stop()
    await Promise.all(coupons.map(({ code }) => shop.redeem(code, customerId)))
    await sleep(1_000)
    receiver.react = () => 200
    await receiver.start()
    await taken(receiver, 28)
    expect(receiver.unique).toHaveLength(28)
    expect(disorder(receiver.unique)).toEqual([])
    expect(await stateOf(shop, webhook.path)).toBe('active')
  })

  test('that was unreachable while many messages were pending gets all of them soon after it is back', async () => {
    const { shop, customerId, seriesId } = await openDrawer()
    const receiver = await startReceiver()
    await subscribe(shop, receiver, { maxConnections: 50 })
    await receiver.stop()
    await Promise.all(Array.from({ length: 200 }, () => shop.coupon(seriesId, customerId)))
    await sleep(1_500)
    await receiver.start()
    const backAt = Date.now()
    await taken(receiver, 200)
    expect(Date.now() - backAt).toBeLessThan(8_000)
    expect(receiver.unique).toHaveLength(200)
  })

  test('that hangs delays no other receiver', async () => {
    const { shop, customerId, seriesId } = await openDrawer()
    const [slow, quick] = [await startReceiver(), await startReceiver()]
    slow.react = () => 'hang'
    await subscribe(shop, slow, { name: 'slow', maxConnections: 2 })
    await subscribe(shop, quick, { name: 'quick' })
    const coupons = await Promise.all(Array.from({ length: 8 }, () => shop.coupon(seriesId, customerId)))
    const startedAt = Date.now()
    await Promise.all(coupons.map(({ code }) => shop.redeem(code, customerId)))
    await taken(quick, 16)
    expect(Date.now() - startedAt).toBeLessThan(5_000)
    expect(slow.mostAtOnce).toBeLessThanOrEqual(2)
  })

  test('that answers 410 gets nothing until it is resumed, and then everything', async () => {
    const { shop, customerId, seriesId } = await openDrawer()
    const receiver = await startReceiver()
    const webhook = await subscribe(shop, receiver, { eventNames: ['CouponRedeem'] })
    const { code } = await shop.coupon(seriesId, customerId)
    receiver.react = () => 410
    await shop.redeem(code, customerId)
    await until('it is stopped', async () => (await stateOf(shop, webhook.path)) === 'stopped' || undefined)
    expect((await shop.call('GET', webhook.path)).at('stoppedBecause')).toBe('gone')
    const { requests } = receiver
    receiver.react = () => 200
    await shop.redeem(code, customerId)
    await sleep(1_500)
    expect(receiver.requests).toBe(requests)
    expect((await shop.post(`${webhook.path}/resume`, {})).at('state')).toBe('active')
    await taken(receiver, 2)
    expect(disorder(receiver.taken)).toEqual([])
  })

  test('that asks for a pause with Retry-After gets nothing for that long', async () => {
    const { shop, customerId, seriesId } = await openDrawer()
    const receiver = await startReceiver()
    await subscribe(shop, receiver, { eventNames: ['CouponRedeem'] })
    const { code } = await shop.coupon(seriesId, customerId)
    let askedAt = 0
    receiver.react = () => {
      if (askedAt > 0) return 200
      askedAt = Date.now()
      return { status: 429, headers: { 'retry-after': '2' } }
    }
    await shop.redeem(code, customerId)
    await taken(receiver, 1)
    expect((receiver.taken[0]?.at ?? 0) - askedAt).toBeGreaterThanOrEqual(1_990)
    expect(receiver.requests).toBe(2)
  })

  test('can verify the signature with either secret while two are valid', async () => {
    const { shop, customerId, seriesId } = await openDrawer()
    const receiver = await startReceiver()
    const webhook = await subscribe(shop, receiver, { eventNames: ['CouponRedeem'] })
    const { code } = await shop.coupon(seriesId, customerId)
    const rotated = await shop.post(`${webhook.path}/rotate-secret`, { overlapHours: 1 })
    await shop.redeem(code, customerId)
    await taken(receiver, 1)
    receiver.trust(String(rotated.at('secret')))
    await shop.redeem(code, customerId)
    await taken(receiver, 2)
    expect(receiver.taken[1]?.headers['webhook-signature']?.split(' ')).toHaveLength(2)
    await shop.post(`${webhook.path}/rotate-secret`, { overlapHours: 0 })
    await shop.redeem(code, customerId)
    await until('the new one alone signs', () => receiver.forged.length > 0 || undefined)
    expect(receiver.taken).toHaveLength(2)
  })

  test('gets a test message with its configured headers', async () => {
    const { shop } = await openDrawer()
    const receiver = await startReceiver()
    const webhook = await subscribe(shop, receiver, { headers: { 'X-Shop': 'north' } })
    const sent = await shop.post(`${webhook.path}/test`, {})
    await taken(receiver, 1)
    expect(receiver.taken[0]).toMatchObject({
      id: sent.at('eventId'),
      eventName: 'WebhookTest',
      headers: { 'x-shop': 'north', 'content-type': 'application/json' },
    })
  })

  test('that is paused gets nothing, and all events of the pause when it is resumed', async () => {
    const { shop, customerId, seriesId } = await openDrawer()
    const receiver = await startReceiver()
    const webhook = await subscribe(shop, receiver, { eventNames: ['CouponRedeem'] })
    await shop.post(`${webhook.path}/pause`, {})
    const { code } = await shop.coupon(seriesId, customerId)
    for (let n = 0; n < 3; n++) await shop.redeem(code, customerId)
    await sleep(1_500)
    expect(receiver.requests).toBe(0)
    await shop.post(`${webhook.path}/resume`, {})
    await taken(receiver, 3)
    expect(disorder(receiver.taken)).toEqual([])
  })

  test('that has lost messages gets them again from an instant, from an event, or one by one', async () => {
    const { shop, customerId, seriesId } = await openDrawer()
    const receiver = await startReceiver()
    const webhook = await subscribe(shop, receiver, { eventNames: ['CouponRedeem'] })
    const { code } = await shop.coupon(seriesId, customerId)
    for (let n = 0; n < 4; n++) await shop.redeem(code, customerId)
    await taken(receiver, 4)
    const ids = receiver.taken.map(({ id }) => id)
    const again = async (path: string, body: object, count: number) => {
      receiver.taken.length = 0
      expect(await shop.post(webhook.path + path, body)).toMatchObject({ status: 200 })
      await taken(receiver, count)
      await sleep(1_200)
      return receiver.taken.map(({ id }) => id)
    }
    expect(await again('/replay', { since: '2020-01-01T00:00:00Z' }, 4)).toEqual(ids)
    expect(await again('/replay', { afterEventId: ids[1] }, 2)).toEqual(ids.slice(2))
    expect(await again(`/messages/${ids[0]}/replay`, {}, 1)).toEqual([ids[0]])
    expect((await shop.call('GET', webhook.path)).at('isReplaying')).toBe(false)
  })
})

describe('an erased person', () => {
  test('is in no later message, and in no stored part of earlier ones', async () => {
    const { shop, customerId, seriesId } = await openDrawer()
    const receiver = await startReceiver()
    const webhook = await subscribe(shop, receiver, { identifiers: ['mobile', 'email'] })
    await shop.post(`${webhook.path}/pause`, {})
    const { code } = await shop.coupon(seriesId, customerId)
    await shop.redeem(code, customerId)
    const { database } = context
    await database.queries
      .updateTable('access_groups')
      .set({ organisation_access: 'write' })
      .where('org_id', '=', shop.orgId)
      .execute()
    await until('the new access holds', async () => {
      const { status } = await shop.call('DELETE', `/admin/v1/customers/${customerId}`)
      return status === 200 || undefined
    })
    await shop.post(`${webhook.path}/resume`, {})
    await taken(receiver, 2)
    const said = JSON.stringify(receiver.taken.map(({ body }) => body))
    expect(said).toContain(`"customerId":${customerId}`)
    expect(said).not.toMatch(/919400488288|ann@example/)
    const kept = await database.pool.query<{ kept: string }>(
      `select coalesce(string_agg(to_jsonb(m)::text || coalesce(to_jsonb(a)::text, ''), ' '), '') as kept
       from webhook_messages m left join webhook_attempts a using (org_id, webhook_id, event_id) where m.org_id = $1`,
      [shop.orgId],
    )
    expect(kept.rows[0]?.kept).toContain('coupon_id')
    expect(kept.rows[0]?.kept).not.toMatch(/919400488288|ann@example/)
  })
})

describe('metrics', () => {
  test('report the delay of deliveries, the parked messages and the results of attempts', async () => {
    const { shop, customerId, seriesId } = await openDrawer()
    const receiver = await startReceiver()
    const webhook = await subscribe(shop, receiver, { eventNames: ['CouponRedeem'] })
    const { code } = await shop.coupon(seriesId, customerId)
    receiver.react = () => 500
    await shop.redeem(code, customerId)
    await until('it was tried', () => receiver.requests > 1 || undefined)
    await measureWebhooks(context)
    const text = await context.metrics.registry.metrics()
    const labels = `organisation="${shop.orgId}",webhook="${webhook.id}"`
    const figure = (name: string, of = labels) =>
      Number(new RegExp(`^${name}\\{${of}\\} (\\S+)$`, 'm').exec(text)?.[1])
    expect(figure('counterfoil_webhook_lag_seconds')).toBeGreaterThan(0)
    expect(figure('counterfoil_webhook_messages', `${labels},state="open"`)).toBe(1)
    expect(figure('counterfoil_webhook_messages', `${labels},state="parked"`)).toBe(0)
    expect(figure('counterfoil_webhook_attempts_total', 'outcome="refused"')).toBeGreaterThan(0)
    receiver.react = () => 200
    await taken(receiver, 1)
    await until('it is delivered', async () => {
      await measureWebhooks(context)
      const lag = (await context.metrics.webhookLag.get()).values.find(
        ({ labels }) => labels.webhook === String(webhook.id),
      )
      return lag?.value === 0 || undefined
    })
  })
})

describe('delivered messages', () => {
  test('are deleted after their retention time, unlike pending and parked ones and events', async () => {
    const { shop, customerId, seriesId } = await openDrawer()
    const receiver = await startReceiver()
    const webhook = await subscribe(shop, receiver, { eventNames: ['CouponRedeem'] })
    const { code } = await shop.coupon(seriesId, customerId)
    for (let n = 0; n < 4; n++) await shop.redeem(code, customerId)
    await taken(receiver, 4)
    const { pool } = context.database
    const events = receiver.taken.map(eventOf)
    await shop.post(`${webhook.path}/pause`, {})
    await until('they are written down', async () => {
      const { rows } = await pool.query(
        `select from webhook_messages where org_id = $1 and state = 'delivered'`,
        [shop.orgId],
      )
      return rows.length === 4 || undefined
    })
    const set = (what: string, event: unknown) =>
      pool.query(`update webhook_messages set ${what} where org_id = $1 and event_id = $2`, [
        shop.orgId,
        event,
      ])
    const old = `delivered_at = now() - interval '31 days'`
    await set(old, events[0])
    await set(`${old}, state = 'parked'`, events[1])
    await set(`${old}, state = 'open'`, events[2])
    await forgetOldMessages(context)
    const left = async (table: string) =>
      (
        await pool.query<{ event_id: number }>(
          `select distinct event_id from ${table} where org_id = $1 order by event_id`,
          [shop.orgId],
        )
      ).rows.map((row) => row.event_id)
    expect(await left('webhook_messages')).toEqual(events.slice(1))
    expect(await left('webhook_attempts')).toEqual(events.slice(1))
    await shop.call('DELETE', webhook.path)
    await forgetOldMessages(context)
    expect([await left('webhook_messages'), await left('webhook_attempts')]).toEqual([[], []])
    const { rows } = await pool.query('select from webhooks where org_id = $1', [shop.orgId])
    expect(rows).toEqual([])
  })
})
