import { afterAll, describe, expect, test } from 'vitest'
import { workOnOpenUploads } from '../../src/bulk/uploads/work-on-open-uploads.ts'
import { workOnOpenBatches } from '../../src/bulk/codes/work-on-open-batches.ts'
import { startWebhookWork } from '../../src/webhooks/work-on-webhooks.ts'
import { createTestContext, createTestServer, signInAsClient } from '../support/harness.ts'
import { openSandbox, uploadCode } from '../support/sandbox-cases.ts'
import { least } from '../support/series-cases.ts'
import { quickDelivery, startReceiver, subscribe, taken } from '../support/webhook-cases.ts'
import { openShop, pick } from '../support/write-cases.ts'

const context = await createTestContext({ env: quickDelivery })
const app = await createTestServer(context)
/** Another process on the same database. */
const second = await createTestServer(await createTestContext({ database: context.database }))
afterAll(startWebhookWork(context))

describe('the clock of a sandbox', () => {
  test('shows real time until it is set, stands still where it is set, and shows real time again for null', async () => {
    const { admin, setClock } = await openSandbox(context, app, { timeZone: 'Asia/Kolkata' })
    const nearNow = (text: unknown) => Math.abs(Date.parse(String(text)) - Date.now()) < 60_000
    const before = await admin('GET', 'sandbox/clock')
    expect([before.at('at'), nearNow(before.at('now'))]).toEqual([null, true])
    const at = '2031-02-03T04:05:06+05:30'
    expect((await setClock('2031-02-02T22:35:06.9Z')).json).toEqual({ at, now: at })
    expect((await setClock('2031-02-03 04:05:06')).json).toEqual({ at, now: at })
    expect((await admin('GET', 'sandbox/clock', undefined, { app: second })).json).toEqual({ at, now: at })
    expect(nearNow((await setClock(null)).at('now'))).toBe(true)
  })

  test.each(['yesterday', '2031-02-30', '3000-01-01T00:00:00Z', '1969-12-31T23:59:59Z', '', 5, undefined])(
    'cannot be set to %j',
    async (at) => {
      const { admin } = await openSandbox(context, app)
      expect((await admin('PUT', 'sandbox/clock', { at })).status).toBe(400)
      expect((await admin('GET', 'sandbox/clock')).at('at')).toBeNull()
    },
  )

  test('can be set only by an administrator of the sandbox', async () => {
    const shop = await openSandbox(context, app)
    expect((await shop.put('/admin/v1/sandbox/clock', { at: null })).status).toBe(403)
    expect((await shop.post('/admin/v1/sandbox/reset', {})).status).toBe(403)
    expect((await shop.admin('GET', 'organisation')).at('isSandbox')).toBe(true)
  })

  test('expires a coupon to the second, from the next request in any process on', async () => {
    const { setClock, redeemedAs, customer, series, coupon, history, isRedeemable } = await openSandbox(
      context,
      app,
    )
    const customerId = await customer()
    const { code } = await coupon(await series(), customerId, {
      validUntil: new Date('2030-06-30T23:59:59Z'),
    })
    const told = async () => {
      const statuses = []
      for (const at of [app, second]) {
        statuses.push(await redeemedAs(code, customerId, { app: at }))
        const [one] = await history(customerId, 'include=redemptionStatus', { app: at })
        statuses.push(pick(one, 'redemptionStatus.code'))
        statuses.push((await history(customerId, 'status=EXPIRED', { app: at })).length)
      }
      return [...statuses, (await isRedeemable([code], customerId)).at('redemption.0.warnings.0.code')]
    }
    // Set back and forth, because caches of the processes must not matter.
    for (let n = 0; n < 3; n++) {
      await setClock('2030-07-01T00:00:00Z')
      expect(await told()).toEqual([713, 713, 1, 713, 713, 1, 713])
      await setClock('2030-06-30T23:59:59Z')
      expect(await told()).toEqual([700, 700, 0, 700, 700, 0, undefined])
    }
  })

  test('applies in every verb: series, validity from issue, expiry changes, revocations, stated times', async () => {
    const shop = await openSandbox(context, app)
    const customerId = await shop.customer()
    await shop.setClock('2030-03-01T12:00:00Z')
    const create = (fields: object) =>
      shop.post('/v2/coupon/series', { CouponSeriesV2: { ...least, ...fields } })
    expect((await create({ validTillDate: '2030-02-28T00:00:00Z' })).status).toBe(400)
    const made = await create({
      validTillDate: '2030-12-31T00:00:00Z',
      expiryStrategyType: 'DAYS',
      expiryStrategyValue: 10,
    })
    expect(made).toMatchObject({ status: 200 })
    const seriesId = Number(made.at('id'))
    const issued = await shop.issue(seriesId, customerId)
    const code = String(issued.at('code'))
    expect(await shop.history(customerId)).toMatchObject([
      { createdDate: '2030-03-01T12:00:00Z', validTillDateTime: '2030-03-11T23:59:59Z' },
    ])
    const extended = (date: string) => shop.expire({ couponCodes: [{ couponCode: code, expiryDate: date }] })
    expect((await extended('2030-02-20T00:00:00Z')).text).toContain('690')
    expect((await extended('2030-03-20T00:00:00Z')).status).toBe(200)
    const stated = await shop.redeem(code, customerId, { redemptionTime: '2030-02-25T12:00:00Z' })
    expect(stated.at('redemptionStatus.code')).toBe(700)
    const now = new Date().toISOString()
    expect((await shop.redeem(code, customerId, { redemptionTime: now })).status).toBe(400)
    const list = async (status: string) =>
      ((await shop.call('GET', `/v2/coupon/series?status=${status}`)).at('entity') as unknown[]).length
    expect([await list('ACTIVE'), await list('EXPIRED')]).toEqual([1, 0])
    await shop.setClock('2031-01-01T00:00:00Z')
    expect([await list('ACTIVE'), await list('EXPIRED')]).toEqual([0, 1])
    expect((await shop.revoke({ couponCodes: [code], couponSeriesId: seriesId })).at('errors.0.code')).toBe(
      712,
    )
    expect((await shop.redeem(code, customerId)).at('redemptionStatus.code')).toBe(712)
    await shop.expectLedgerAdds()
  })

  test('blocks no request: many series are created at once', async () => {
    const shop = await openSandbox(context, app)
    await shop.setClock('2030-03-01T12:00:00Z')
    const replies = await Promise.all(
      Array.from({ length: 12 }, () => shop.post('/v2/coupon/series', { CouponSeriesV2: least })),
    )
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200))
  })

  test('opens and closes windows of hours and days in the time zone of the organisation', async () => {
    const { setClock, redeemedAs, customer, series, coupon } = await openSandbox(context, app, {
      timeZone: 'Asia/Kolkata',
    })
    const customerId = await customer()
    const seriesId = await series({ redemption_hours: [9], redemption_days_of_week: [1] })
    const { code } = await coupon(seriesId, customerId, { createdAt: new Date('2026-01-01T00:00:00Z') })
    // 3 June 2030 is a Monday.
    for (const [at, told] of [
      ['2030-06-03T08:59:59+05:30', 729],
      ['2030-06-03T09:00:00+05:30', 700],
      ['2030-06-03T10:00:00+05:30', 729],
      ['2030-06-04T09:00:00+05:30', 729],
    ] as const) {
      await setClock(at)
      expect(await redeemedAs(code, customerId), at).toBe(told)
    }
  })

  test('determines the days of gaps, even if it was moved back in between', async () => {
    const { setClock, redeemedAs, customer, series, coupon, expectLedgerAdds } = await openSandbox(
      context,
      app,
    )
    const customerId = await customer()
    const seriesId = await series({ min_days_between_redemptions: 2 })
    const { code } = await coupon(seriesId, customerId, { createdAt: new Date('2026-01-01T00:00:00Z') })
    for (const [at, told] of [
      ['2030-06-10T10:00:00Z', 700],
      ['2030-06-12T09:59:59Z', 738],
      ['2030-06-12T10:00:00Z', 700],
      ['2030-06-01T00:00:00Z', 738],
      ['2030-06-14T10:00:00Z', 700],
    ] as const) {
      await setClock(at)
      expect(await redeemedAs(code, customerId), at).toBe(told)
    }
    await expectLedgerAdds()
  })

  test('may be moved back, and the counters still match the ledger', async () => {
    const { setClock, issue, redeem, reverse, customer, series, expectLedgerAdds } = await openSandbox(
      context,
      app,
    )
    const customerId = await customer()
    const seriesId = await series({ is_multiple_per_customer_allowed: true })
    const redeemed = []
    for (const at of ['2035-01-01T00:00:00Z', '2030-01-01T00:00:00Z']) {
      await setClock(at)
      const code = String((await issue(seriesId, customerId)).at('code'))
      const reply = await redeem(code, customerId)
      expect(reply.at('redemptionStatus.code')).toBe(700)
      redeemed.push(reply.at('redemption.0.redemptionId'))
      await expectLedgerAdds()
    }
    await reverse([redeemed[0]])
    await expectLedgerAdds()
  })

  test('gives the time of issues, redemptions, reversals and events, also in webhook messages', async () => {
    const shop = await openSandbox(context, app)
    const receiver = await startReceiver()
    const customerId = await shop.customer()
    const seriesId = await shop.series()
    await subscribe(shop, receiver)
    await shop.setClock('2030-01-01T00:00:00Z')
    const code = String((await shop.issue(seriesId, customerId)).at('code'))
    await shop.setClock('2030-02-01T00:00:00Z')
    const redemptionId = (await shop.redeem(code, customerId)).at('redemption.0.redemptionId')
    await shop.setClock('2030-03-01T00:00:00Z')
    await shop.reverse([redemptionId])
    await taken(receiver, 3)
    expect(receiver.unique.map(({ body }) => (body as { createdAt: number }).createdAt)).toEqual(
      ['2030-01-01', '2030-02-01', '2030-03-01'].map((day) => Date.parse(day)),
    )
    const { rows } = await context.database.pool.query<{ at: Date }>(
      'select occurred_at as at from events where org_id = $1 order by id',
      [shop.orgId],
    )
    expect(rows.map(({ at }) => at.toISOString().slice(0, 7))).toEqual(['2030-01', '2030-02', '2030-03'])
    const figures = await shop.admin('GET', 'figures/overview?days=1')
    expect(figures.at('days')).toEqual([{ day: '2030-03-01', issued: 0, redeemed: 0, reversed: 1 }])
  })

  test('triggers the events of time: coupons that expire soon by the new time are reported at once', async () => {
    const shop = await openSandbox(context, app)
    const receiver = await startReceiver()
    await subscribe(shop, receiver, { eventNames: ['CouponExpiringSoon'] })
    await shop.coupon(await shop.series(), await shop.customer(), {
      validUntil: new Date('2030-06-30T23:59:59Z'),
    })
    // A round that finds nothing; the next one would follow in an hour.
    await expect
      .poll(
        async () =>
          (
            await context.database.pool.query(
              'select from event_scans where org_id = $1 and due_at > now()',
              [shop.orgId],
            )
          ).rowCount,
        { timeout: 10_000 },
      )
      .toBe(1)
    await shop.setClock('2030-06-29T00:00:00Z')
    await taken(receiver, 1)
    expect(receiver.taken[0]).toMatchObject({ eventName: 'CouponExpiringSoon' })
  })

  test('gives the time of generated codes and uploads, and determines which coupons an export calls expired', async () => {
    const shop = await openSandbox(context, app)
    const seriesId = await shop.series({ client_handling_type: 'DISC_CODE_PIN', is_any_user: true })
    await shop.setClock('2030-01-01T00:00:00Z')
    const ordered = await shop.admin('POST', `series/${seriesId}/codes`, { count: 10 })
    expect(ordered).toMatchObject({ status: 202 })
    while (await workOnOpenBatches(context));
    await uploadCode(shop, seriesId)
    while (await workOnOpenUploads(context));
    const { rows } = await context.database.pool.query<{ at: Date; n: number }>(
      'select created_at as at, count(*)::int as n from coupons where org_id = $1 group by 1',
      [shop.orgId],
    )
    expect(rows).toEqual([{ at: new Date('2030-01-01T00:00:00Z'), n: 11 }])
    // Exports omit unassigned codes.
    for (const _ of Array(11))
      expect(await shop.issue(seriesId, await shop.customer())).toMatchObject({ status: 200 })
    const expired = async () =>
      (await shop.admin('GET', 'export/coupons?status=EXPIRED')).text.split('\n').length - 2
    expect(await expired()).toBe(0)
    await shop.setClock('2100-01-01T00:00:00Z')
    expect(await expired()).toBe(11)
  })

  test('explains why a coupon works or not at its own time', async () => {
    const { setClock, admin, customer, series, coupon } = await openSandbox(context, app)
    const { code } = await coupon(await series(), await customer(), {
      validUntil: new Date('2030-06-30T23:59:59Z'),
    })
    await setClock('2030-07-01T00:00:00Z')
    const told = await admin('GET', `coupons/${code}/explain`)
    expect(told.json).toMatchObject({ judgedAt: '2030-07-01T00:00:00Z', refusal: { code: 713 } })
    expect((await admin('GET', 'coupons/NOTHING/explain')).at('judgedAt')).toBe('2030-07-01T00:00:00Z')
  })

  test('does not affect sign-ins, sessions or the audit log', async () => {
    const shop = await openSandbox(context, app)
    await shop.setClock('2040-01-01T00:00:00Z')
    // No till, whatever its group, may read the audit log.
    const office = await signInAsClient(context, app, shop, 'administrator')
    const log = await shop.call('GET', '/admin/v1/audit?action=organisation.changed', undefined, office)
    const [entry] = log.at('entries') as {
      at: string
      before: object
      after: object
      actor: object
    }[]
    expect(entry).toMatchObject({
      actor: { kind: 'till' },
      before: { clockAt: null },
      after: { clockAt: '2040-01-01T00:00:00+00:00' },
    })
    expect(Math.abs(Date.parse(entry?.at ?? '') - Date.now())).toBeLessThan(60_000)
  })
})

describe('another organisation', () => {
  test('that is not a sandbox is refused, and nothing in it changes', async () => {
    const { admin, customer, series, coupon, history, orgId } = await openSandbox(context, app, {
      isSandbox: false,
    })
    const customerId = await customer()
    await coupon(await series(), customerId)
    for (const [method, path, body] of [
      ['GET', 'sandbox/clock', undefined],
      ['PUT', 'sandbox/clock', { at: '2030-01-01' }],
      ['PUT', 'sandbox/clock', { at: null }],
      ['POST', 'sandbox/reset', {}],
      ['POST', 'sandbox/reset', { keepsSeries: false }],
    ] as const) {
      const reply = await admin(method, path, body)
      expect(reply).toMatchObject({ status: 409 })
      expect(reply.at('detail')).toContain('is no sandbox')
    }
    expect(await history(customerId)).toHaveLength(1)
    expect((await admin('GET', 'organisation')).at('isSandbox')).toBe(false)
    const { pool } = context.database
    // Nor can a bug or a manual statement set it in the database.
    for (const sql of [
      'update organisations set is_sandbox = true where org_id = $1',
      `update organisations set clock_at = now() where org_id = $1`,
      'update organisations set reset_began_at = now() where org_id = $1',
    ])
      await expect(pool.query(sql, [orgId])).rejects.toMatchObject({ code: '23514' })
    const sandbox = await openSandbox(context, app)
    await expect(
      pool.query('update organisations set is_sandbox = false where org_id = $1', [sandbox.orgId]),
    ).rejects.toMatchObject({ constraint: 'organisations__is_sandbox' })
  })

  test('is judged by real time, whatever the clock of a sandbox', async () => {
    const sandbox = await openSandbox(context, app)
    await sandbox.setClock('2098-01-01T00:00:00Z')
    const { customer, series, coupon, redeem, history } = await openShop(context, app)
    const customerId = await customer()
    const { code } = await coupon(await series(), customerId, {
      validUntil: new Date('2097-01-01T00:00:00Z'),
    })
    expect((await redeem(code, customerId)).at('redemptionStatus.code')).toBe(700)
    expect(await history(customerId, 'status=EXPIRED')).toHaveLength(0)
  })

  test('executes no additional statement for the clock', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const seriesId = await shop.series()
    const code = String((await shop.issue(seriesId, customerId)).at('code'))
    const { pool } = context.database
    const named = async () =>
      (
        await Promise.all(
          Array.from({ length: 10 }, () =>
            pool.query<{ n: number }>(
              `select count(*)::int as n from pg_prepared_statements where name in ('sandbox-now', 'sandbox-hold')`,
            ),
          ),
        )
      ).reduce((sum, { rows }) => sum + (rows[0]?.n ?? 0), 0)
    const fresh = await createTestContext({ database: { ...context.database } })
    const texts: string[] = []
    const client = await pool.connect()
    client.release()
    const watched = new Proxy(pool, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key)
        if (key === 'query')
          return (...given: [string | { text: string }]) => {
            texts.push(typeof given[0] === 'string' ? given[0] : given[0].text)
            return (value as (...given: unknown[]) => unknown).apply(target, given)
          }
        return typeof value === 'function' ? (value as () => unknown).bind(target) : value
      },
    })
    const server = await createTestServer({ ...fresh, database: { ...fresh.database, pool: watched } })
    const before = await named()
    await shop.redeem(code, customerId, {}, { app: server })
    await shop.history(customerId, '', { app: server })
    await shop.issue(seriesId, customerId, { app: server })
    expect(texts.length).toBeGreaterThan(0)
    expect(texts.filter((text) => text.includes('clock_at'))).toEqual([])
    expect(await named()).toBe(before)
  })
})
