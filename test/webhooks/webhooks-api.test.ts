import { randomBytes } from 'node:crypto'
import { expect, describe, test } from 'vitest'
import { startWebhookWork } from '../../src/webhooks/work-on-webhooks.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { quickDelivery, startReceiver, subscribe, taken } from '../support/webhook-cases.ts'
import { openShop, type Reply } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const base = '/admin/v1/webhooks'
const wanted = { name: 'ledger', url: 'https://example.com/hook', eventNames: ['CouponIssue'] }

const detail = (reply: Reply) => [reply.status, reply.at('detail')]

describe('/admin/v1/webhooks', () => {
  test('creates a webhook and shows its secret once', async () => {
    const shop = await openShop(context, app)
    const made = await shop.post(base, { ...wanted, headers: { authorization: 'Bearer hush' } })
    expect(made).toMatchObject({ status: 200 })
    const id = Number(made.at('id'))
    expect(made.json).toEqual({
      id,
      ...wanted,
      state: 'active',
      stoppedBecause: null,
      headerNames: ['authorization'],
      maxConnections: 10,
      identifiers: [],
      failures: 0,
      failingSince: null,
      heldUntil: null,
      formerSecretUntil: null,
      isReplaying: false,
      createdAt: expect.stringMatching(/Z$/) as string,
      updatedAt: expect.stringMatching(/Z$/) as string,
      version: 1,
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/) as string,
    })
    const { secret, ...shown } = made.json as Record<string, unknown>
    expect((await shop.call('GET', `${base}/${id}`)).json).toEqual(shown)
    const list = await shop.call('GET', base)
    expect(list.json).toEqual({ webhooks: [shown] })
    expect(list.text).not.toContain(String(secret))
    expect(list.text).not.toContain('hush')
  })

  test('stores secrets and headers encrypted if a key is configured, and rotates secrets', async () => {
    const key = randomBytes(32).toString('base64')
    const sealed = await createTestContext({ env: { SECRET_KEYS: key } })
    const shop = await openShop(sealed, await createTestServer(sealed))
    const made = await shop.post(base, { ...wanted, headers: { authorization: 'Bearer hush' } })
    const path = `${base}/${Number(made.at('id'))}`
    const rotated = await shop.post(`${path}/rotate-secret`, {})
    expect(rotated.at('secret')).not.toBe(made.at('secret'))
    expect(rotated.at('formerSecretUntil')).toMatch(/Z$/)
    const { rows } = await sealed.database.pool.query<{ kept: string }>(
      'select to_jsonb(w)::text as kept from webhooks w where org_id = $1',
      [shop.orgId],
    )
    expect(rows[0]?.kept).not.toMatch(/whsec|hush/)
    expect((await shop.post(`${path}/rotate-secret`, { overlapHours: 0 })).at('formerSecretUntil')).toBeNull()
    expect((await shop.post(`${path}/rotate-secret`, { overlapHours: 721 })).status).toBe(400)
    // A server without the key.
    const keyless = await createTestServer(await createTestContext({ database: sealed.database }))
    const lost = await shop.call('GET', path, undefined, { app: keyless })
    expect([lost.status, lost.at('headerNames')]).toEqual([200, null])
  })

  test('changes the given values, and refuses invalid ones', async () => {
    const shop = await openShop(context, app)
    const path = `${base}/${Number((await shop.post(base, wanted)).at('id'))}`
    const change = (body: object) => shop.call('PATCH', path, body)
    const changed = await change({
      eventNames: ['couponredeem', 'CouponRedeem'],
      maxConnections: 3,
      identifiers: ['EMAIL'],
    })
    expect(changed.json).toMatchObject({
      eventNames: ['CouponRedeem'],
      maxConnections: 3,
      identifiers: ['email'],
      url: wanted.url,
    })
    for (const [body, text] of [
      [{ url: 'http://example.com/' }, /https/],
      [{ url: 'https://10.0.0.1/' }, /public address/],
      [{ eventNames: [] }, /at least one/],
      [{ eventNames: ['Nothing'] }, /CouponIssue/],
      [{ eventNames: ['WebhookTest'] }, /CouponIssue/],
      [{ headers: { 'Webhook-Id': '1' } }, /sets this header itself/],
      [{ headers: { 'a b': '1' } }, /name of a header/],
      [{ headers: { 'x-a': 'line\nbreak' } }, /printable/],
      [{ maxConnections: 0 }, /maxConnections/],
      [{ identifiers: ['cardnumber'] }, /mobile, email, externalId/],
      [{ name: '' }, /name/],
    ] as const) {
      const reply = await change(body)
      expect(detail(reply), JSON.stringify(body)).toEqual([400, expect.stringMatching(text)])
    }
    expect(detail(await shop.post(base, wanted))).toEqual([400, expect.stringContaining('already')])
    await shop.post(base, { ...wanted, name: 'other' })
    expect(detail(await change({ name: 'other' }))).toEqual([400, expect.stringContaining('already')])
  })

  test('pauses, resumes and deletes; a deleted webhook is not found, and its name is free', async () => {
    const shop = await openShop(context, app)
    const path = `${base}/${Number((await shop.post(base, wanted)).at('id'))}`
    expect((await shop.post(`${path}/pause`, {})).at('state')).toBe('paused')
    expect(detail(await shop.post(`${path}/test`, {}))).toEqual([409, expect.stringContaining('paused')])
    expect((await shop.post(`${path}/resume`, {})).at('state')).toBe('active')
    expect((await shop.call('DELETE', path)).at('isDeleted')).toBe(true)
    for (const [method, more, body] of [
      ['GET', '', undefined],
      ['PATCH', '', {}],
      ['DELETE', '', undefined],
      ['POST', '/pause', {}],
      ['POST', '/resume', {}],
      ['POST', '/test', {}],
      ['POST', '/rotate-secret', {}],
      ['GET', '/messages', undefined],
      ['POST', '/replay', { since: '2020-01-01T00:00:00Z' }],
      ['POST', '/replay-parked', {}],
      ['POST', '/messages/1/replay', {}],
      ['GET', '/messages/1', undefined],
    ] as const)
      expect((await shop.call(method, path + more, body)).status, more).toBe(404)
    expect((await shop.post(base, wanted)).status).toBe(200)
    expect((await shop.call('GET', base)).at('webhooks')).toHaveLength(1)
  })

  test('lists messages and attempts page by page, and refuses invalid parameters', async () => {
    const quick = await createTestContext({ env: quickDelivery, database: context.database })
    const shop = await openShop(quick, await createTestServer(quick))
    const [customerId, seriesId] = [await shop.customer(), await shop.series()]
    const receiver = await startReceiver()
    const webhook = await subscribe(shop, receiver, { eventNames: ['CouponRedeem'] })
    const { code, id: couponId } = await shop.coupon(seriesId, customerId)
    const ids = []
    for (let n = 0; n < 3; n++) {
      const reply = await shop.redeem(code, customerId, {}, { headers: { 'x-request-id': `request-${n}` } })
      ids.push(Number(reply.at('redemption.0.redemptionId')))
    }
    const stop = startWebhookWork(quick)
    await taken(receiver, 3)
    await stop()
    const page = async (query: string) => {
      const reply = await shop.call('GET', `${webhook.path}/messages?${query}`)
      return reply.at('messages') as Record<string, unknown>[]
    }
    const all = await page('')
    expect(all.map(({ requestId }) => requestId)).toEqual(['request-2', 'request-1', 'request-0'])
    expect(all[0]).toEqual({
      eventId: receiver.taken[2]?.id,
      eventName: 'CouponRedeem',
      refId: `${shop.orgId}_${seriesId}_${ids[2]}`,
      requestId: 'request-2',
      couponId,
      state: 'delivered',
      attempts: 1,
      lastOutcome: 'delivered',
      lastStatus: 200,
      occurredAt: expect.stringMatching(/Z$/) as string,
      dueAt: null,
      deliveredAt: expect.stringMatching(/Z$/) as string,
    })
    expect(await page('limit=2')).toEqual(all.slice(0, 2))
    expect(await page(`limit=2&before=${String(all[1]?.['eventId'])}`)).toEqual(all.slice(2))
    expect(await page('state=parked')).toEqual([])
    const one = await shop.call('GET', `${webhook.path}/messages/${String(all[0]?.['eventId'])}`)
    expect(one.at('attemptsMade')).toMatchObject([{ number: 1, outcome: 'delivered', httpStatus: 200 }])
    for (const query of ['state=lost', 'limit=0', 'before=x'])
      expect((await shop.call('GET', `${webhook.path}/messages?${query}`)).status).toBe(400)
    for (const body of [
      {},
      { since: 'yesterday' },
      { afterEventId: 'x' },
      { since: '2020-01-01T00:00:00Z', afterEventId: '1' },
    ])
      expect((await shop.post(`${webhook.path}/replay`, body)).status).toBe(400)

    const log = async (path: string) => {
      const reply = await shop.call('GET', `/v3/webhooks/eventLog${path}`)
      expect(reply.status).toBe(200)
      return (reply.at('data') as { requestId: string }[]).map(({ requestId }) => requestId)
    }
    expect(await log('')).toEqual(['request-2', 'request-1', 'request-0'])
    expect(await log(`?limit=1&before=${String(all[0]?.['eventId'])}`)).toEqual(['request-1'])
    expect(await log('/requestId?requestId=request-1')).toEqual(['request-1'])
    expect(await log(`/refId?refId=${shop.orgId}_${seriesId}_${ids[0]}`)).toEqual(['request-0'])
    expect(await log(`/refId?refId=${shop.orgId}_${seriesId}_${couponId}:${couponId}`)).toEqual([])
    expect(await log(`/refId?refId=${shop.orgId + 1}_${seriesId}_${ids[0]}`)).toEqual([])
    expect(await log('/refId?refId=nonsense')).toEqual([])
    expect((await shop.call('GET', '/v3/webHooks/eventLog/requestId')).json).toEqual({
      data: null,
      errors: [{ status: false, code: 400, message: 'The parameter requestId is missing' }],
    })
    const entry = (await shop.call('GET', '/v3/webHooks/eventLog/requestId?requestId=request-0')).at('data.0')
    expect(entry).toEqual({
      eventId: receiver.taken[0]?.id,
      eventName: 'CouponRedeem',
      refId: `${shop.orgId}_${seriesId}_${ids[0]}`,
      requestId: 'request-0',
      webHookId: webhook.id,
      webHookName: `receiver ${receiver.url}`,
      status: 'DELIVERED',
      attempts: 1,
      responseCode: 200,
      createdOn: expect.any(String) as string,
      deliveredOn: expect.any(String) as string,
    })
  })

  test('shows nothing of another organisation', async () => {
    const [one, other] = [await openShop(context, app), await openShop(context, app)]
    const id = Number((await one.post(base, wanted)).at('id'))
    for (const [method, path, body] of [
      ['GET', `/${id}`, undefined],
      ['PATCH', `/${id}`, { name: 'mine' }],
      ['DELETE', `/${id}`, undefined],
      ['POST', `/${id}/rotate-secret`, {}],
      ['GET', `/${id}/messages`, undefined],
    ] as const)
      expect((await other.call(method, base + path, body)).status).toBe(404)
    expect((await other.call('GET', base)).at('webhooks')).toEqual([])
    expect((await other.call('GET', '/v3/webHooks')).at('data')).toEqual([])
  })

  test('and /v3/webHooks require access to webhooks: read to list, write to change', async () => {
    const shop = await openShop(context, app)
    const allow = (access: 'none' | 'read') =>
      context.database.queries
        .updateTable('access_groups')
        .set({ webhook_access: access })
        .where('org_id', '=', shop.orgId)
        .execute()
    await allow('read')
    const statuses = async () =>
      [
        await shop.call('GET', base),
        await shop.call('GET', '/v3/webHooks'),
        await shop.call('GET', '/v3/webHooks/eventLog'),
        await shop.post(base, wanted),
        await shop.post('/v3/webHooks', { ...wanted, webHookUrl: wanted.url }),
      ].map(({ status }) => status)
    expect(await statuses()).toEqual([200, 200, 200, 403, 403])
    const stranger = await openShop(context, app)
    await context.database.queries
      .updateTable('access_groups')
      .set({ webhook_access: 'none' })
      .where('org_id', '=', stranger.orgId)
      .execute()
    expect((await stranger.call('GET', base)).status).toBe(403)
    expect((await app.inject({ url: base })).statusCode).toBe(401)
  })
})

describe('/v3/webHooks', () => {
  const registration = {
    active: true,
    name: 'crm',
    eventNames: ['CouponIssue', 'CouponRedeem'],
    webHookUrl: 'https://example.com/hook',
    webHookType: 'HTTP',
    methodType: 'POST',
    webHookHeaders: { 'x-key': 'hush' },
    maxAllowedConnections: '5',
    slaInSeconds: 60,
    customerIdentifiersToBeEnriched: ['mobile', 'cardnumber'],
  }

  test('registers a webhook in the form of the contract, and returns the stored values', async () => {
    const shop = await openShop(context, app)
    const made = await shop.post('/v3/webHooks', registration)
    expect(made.status).toBe(200)
    expect(made.json).toEqual({
      data: {
        webHookId: expect.any(Number) as number,
        ...registration,
        webHookHeaders: { 'x-key': '***' },
        maxAllowedConnections: 5,
        customerIdentifiersToBeEnriched: ['mobile'],
        consumerGroupId: -1,
        noOfRetryAttempts: expect.any(Number) as number,
        tillDetailsEnrichmentEnabled: false,
        storeDetailsEnrichmentEnabled: false,
        attribution: {
          createdOn: expect.any(String) as string,
          createdBy: { id: shop.tillId },
          lastUpdatedOn: expect.any(String) as string,
        },
        signingSecret: expect.stringMatching(/^whsec_/) as string,
      },
      errors: null,
    })
    const { signingSecret, ...stored } = made.at('data') as Record<string, unknown>
    expect(signingSecret).toBeDefined()
    expect((await shop.call('GET', '/v3/webHooks')).json).toEqual({ data: [stored], errors: null })
    expect((await shop.call('GET', base)).at('webhooks.0.name')).toBe('crm')
  })

  test('registers an inactive webhook, and refuses unknown values', async () => {
    const shop = await openShop(context, app)
    const idle = await shop.post('/v3/webHooks', { ...registration, active: false })
    expect(idle.at('data.active')).toBe(false)
    expect((await shop.call('GET', base)).at('webhooks.0.state')).toBe('paused')
    for (const [change, message] of [
      [{ webHookType: 'QUEUE_INT' }, /webHookType/],
      [{ methodType: 'PUT' }, /methodType/],
      [{ eventNames: [] }, /eventNames/],
      [{ eventNames: ['transactionAdded'] }, /CouponIssue/],
      [{ webHookUrl: 'http://169.254.169.254/' }, /webHookUrl/],
      [{ maxAllowedConnections: 0 }, /maxAllowedConnections/],
      [{ webHookHeaders: { host: 'x' } }, /webHookHeaders/],
      [{ name: undefined }, /name/],
      [{ name: 'crm' }, /already/],
    ] as const) {
      const reply = await shop.post('/v3/webHooks', { ...registration, name: 'other', ...change })
      expect(reply.json, JSON.stringify(change)).toEqual({
        data: null,
        errors: [{ status: false, code: 400, message: expect.stringMatching(message) as string }],
      })
    }
  })
})
