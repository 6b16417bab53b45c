import { describe, expect, test } from 'vitest'
import { createClient } from '../../src/identity/organisations/create-client.ts'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { basic, createTestContext, createTestServer, password } from '../support/harness.ts'
import { openShop, send, type Reply, type Sending, type Shop } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
/** Another process on the same database. */
const second = await createTestServer(await createTestContext({ database: context.database }))

const keyed = (key: string, more: Sending = {}): Sending => ({
  ...more,
  headers: { ...more.headers, 'idempotency-key': key },
})

interface Write {
  readonly method: 'POST' | 'PUT'
  readonly url: string
  /** A request that would have an effect each time it is executed. */
  readonly body: (shop: Shop) => Promise<object>
}

const many = { is_multiple_per_customer_allowed: true }
const heldCode = async (shop: Shop) => {
  const customerId = await shop.customer()
  return { customerId, ...(await shop.coupon(await shop.series(), customerId)) }
}
const writes: Write[] = [
  {
    method: 'POST',
    url: '/v2/coupon/issue',
    body: async (shop) => ({ seriesId: await shop.series(many), customer: { id: await shop.customer() } }),
  },
  {
    method: 'POST',
    url: '/v2/coupon/bulk/issue',
    body: async (shop) => ({
      seriesIds: [await shop.series(many)],
      customer: { id: await shop.customer() },
    }),
  },
  {
    method: 'POST',
    url: '/v2/coupon/issue/multiple',
    body: async (shop) => ({
      seriesId: await shop.series(many),
      count: 2,
      customer: { id: await shop.customer() },
    }),
  },
  ...['/v2/coupon/redeem', '/v2/coupon/bulk/redeem'].map((url): Write => ({
    method: 'POST',
    url,
    body: async (shop) => {
      const { code, customerId } = await heldCode(shop)
      return { redemptionRequestList: [{ code }], user: { id: customerId }, billAmount: 1 }
    },
  })),
  {
    method: 'POST',
    url: '/v2/coupon/reactivate',
    body: async (shop) => {
      const { code, customerId } = await heldCode(shop)
      const reply = await shop.redeem(code, customerId)
      return { redemptionIds: [reply.at('redemption.0.redemptionId')] }
    },
  },
  {
    method: 'PUT',
    url: '/v2/coupon/redeem',
    body: async (shop) => {
      const { code, customerId } = await heldCode(shop)
      const reply = await shop.redeem(code, customerId)
      return {
        redemptions: [{ redemptionId: reply.at('redemption.0.redemptionId'), transactionNumber: 'T' }],
      }
    },
  },
  {
    method: 'PUT',
    url: '/v2/coupon/bulk/expiry',
    body: async (shop) => ({
      couponCodes: [{ couponCode: (await heldCode(shop)).code, expiryDate: '2098-01-01T00:00:00Z' }],
    }),
  },
  {
    method: 'POST',
    url: '/v2/coupon/revoke',
    body: async (shop) => ({ couponCodes: [(await heldCode(shop)).code] }),
  },
]

/** Number of events in the organisation's ledger. */
async function countEvents(shop: Shop): Promise<number> {
  const { n } = await context.database.queries
    .selectFrom('events')
    .select((e) => e.fn.countAll<string>().as('n'))
    .where('org_id', '=', shop.orgId)
    .executeTakeFirstOrThrow()
  return Number(n)
}

const isReplay = (reply: Reply) => reply.headers['idempotency-replayed'] === 'true'

describe.each(writes)('$method $url', ({ method, url, body }) => {
  test('repeated under its key gets the same bytes, marked as a replay, and has no second effect', async () => {
    const shop = await openShop(context, app)
    const request = await body(shop)
    const first = await shop.call(method, url, request, keyed('key 1'))
    expect(first).toMatchObject({ status: 200 })
    expect(isReplay(first)).toBe(false)
    const told = await countEvents(shop)
    for (const through of [app, second]) {
      const again = await shop.call(method, url, request, keyed('key 1', { app: through }))
      expect([again.status, again.text, isReplay(again)]).toEqual([200, first.text, true])
      expect(again.headers['content-type']).toBe(first.headers['content-type'])
    }
    expect(await countEvents(shop)).toBe(told)
    await shop.expectLedgerAdds()
  })

  test('sent six times at once to two servers has one effect, and all answers are equal', async () => {
    const shop = await openShop(context, app)
    const request = await body(shop)
    const before = await countEvents(shop)
    const replies = await Promise.all(
      [app, app, app, second, second, second].map((through) =>
        shop.call(method, url, request, keyed('at once', { app: through })),
      ),
    )
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1)
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
    expect(replies.filter((reply) => !isReplay(reply))).toHaveLength(1)
    const effects = (await countEvents(shop)) - before
    const once = url.endsWith('multiple') ? 2 : url === '/v2/coupon/redeem' && method === 'PUT' ? 0 : 1
    expect(effects).toBe(once)
    await shop.expectLedgerAdds()
  })

  test('with another body under the key of the first is refused with 422, also concurrently, and the first answer is retained', async () => {
    const shop = await openShop(context, app)
    const [one, two] = [await body(shop), await body(shop)]
    const replies = await Promise.all([
      shop.call(method, url, one, keyed('k')),
      shop.call(method, url, two, keyed('k', { app: second })),
    ])
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 422])
    const [won, winner] = replies[0].status === 200 ? [one, replies[0]] : [two, replies[1]]
    expect((await shop.call(method, url, won, keyed('k'))).text).toBe(winner.text)
    await shop.expectLedgerAdds()
  })
})

describe('a key', () => {
  const issueBody = async (shop: Shop) => ({
    seriesId: await shop.series(many),
    customer: { id: await shop.customer() },
  })

  test('of another till, client, route or organisation is another key', async () => {
    const shop = await openShop(context, app)
    const { orgId, storeCode, tillCode } = shop
    const { queries } = context.database
    await createTill(queries, {
      orgId,
      storeCode,
      code: `b-${orgId}`,
      password,
      isReadOnly: false,
      accessGroup: 'default',
    })
    const client = await createClient(queries, { orgId, tillCode, name: 'other' })
    const tokenOf = async (key: string, secret: string) => {
      const reply = await send(app, 'POST', '/v3/oauth/token/generate', {}, { key, secret })
      return { 'x-cap-api-oauth-token': reply.at('data.accessToken') as string }
    }
    const request = await issueBody(shop)
    const callers: Record<string, string>[] = [
      { authorization: shop.authorization },
      { authorization: basic(`b-${orgId}`, password) },
      await tokenOf(shop.clientKey, shop.clientSecret),
      await tokenOf(client.key, client.secret),
    ]
    const codes = new Set()
    for (const caller of callers) {
      const headers = { ...caller, 'idempotency-key': 'shared' }
      const first = await send(app, 'POST', '/v2/coupon/issue', headers, request)
      const again = await send(app, 'POST', '/v2/coupon/issue', headers, request)
      expect([isReplay(first), isReplay(again)]).toEqual([false, true])
      codes.add(first.at('code'))
    }
    expect(codes.size).toBe(callers.length)
    const elsewhere = await shop.post('/v2/coupon/issue/multiple', request, keyed('shared'))
    expect([elsewhere.status, isReplay(elsewhere)]).toEqual([200, false])
    const other = await openShop(context, app)
    const foreign = await other.post('/v2/coupon/issue', await issueBody(other), keyed('shared'))
    expect([foreign.status, isReplay(foreign)]).toEqual([200, false])
    await shop.expectLedgerAdds()
    await other.expectLedgerAdds()
  })

  test('returns a stored refusal even if its reason no longer exists', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const { code } = await shop.coupon(await shop.series({ max_redemptions_per_coupon: 1 }), customerId)
    const first = await shop.redeem(code, customerId)
    const refused = await shop.redeem(code, customerId, {}, keyed('k'))
    expect(refused.at('redemptionStatus.code')).toBe(696)
    await shop.reverse([first.at('redemption.0.redemptionId')])
    const again = await shop.redeem(code, customerId, {}, keyed('k'))
    expect([again.status, again.text, isReplay(again)]).toEqual([400, refused.text, true])
    await shop.expectLedgerAdds()
  })

  test('does not retain the answer of a request that could not be executed', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series()
    const customer = { mobile: '9400488244' }
    for (const bad of [
      { seriesId, customer: [] },
      { seriesId: [], customer },
      { customer },
      { seriesId, customer },
    ]) {
      const reply = await shop.post('/v2/coupon/issue', bad, keyed('k'))
      expect([reply.status, isReplay(reply)]).toEqual([400, false])
    }
    await shop.customer(customer)
    const reply = await shop.post('/v2/coupon/issue', { seriesId, customer }, keyed('k'))
    expect([reply.status, isReplay(reply)]).toEqual([200, false])
    const { code } = reply.json as { code: string }
    const user = { email: 'new@example.com' }
    expect((await shop.redeem(code, 0, { user }, keyed('k'))).at('code')).toBe(701)
    const id = await shop.customer(user)
    expect((await shop.redeem(code, 0, { user }, keyed('k'))).at('redemptionStatus.code')).toBe(703)
    expect(id).toBeGreaterThan(0)
    await shop.expectLedgerAdds()
  })

  test('belongs to one query and one body, and is refused with 422 under another query', async () => {
    const shop = await openShop(context, app)
    const { code } = await heldCode(shop)
    const body = { couponCodes: [code] }
    await shop.post('/v2/coupon/revoke', body, keyed('k'))
    const reply = await shop.post('/v2/coupon/revoke?couponCodeCase=LOWER', body, keyed('k'))
    expect(reply.status).toBe(422)
    await shop.expectLedgerAdds()
  })

  test.each(['', 'tab\tinside', 'k'.repeat(256)])(
    'is refused if it is invalid, and ignored if it is empty: %j',
    async (key) => {
      const shop = await openShop(context, app)
      const reply = await shop.post('/v2/coupon/issue', await issueBody(shop), keyed(key))
      expect(reply.status).toBe(key === '' ? 200 : 400)
      expect(reply.text.includes('for Idempotency-Key: ')).toBe(key !== '')
      await shop.expectLedgerAdds()
    },
  )

  test('is optional: without one, each request has its own effect', async () => {
    const shop = await openShop(context, app)
    const request = await issueBody(shop)
    const replies = [
      await shop.post('/v2/coupon/issue', request),
      await shop.post('/v2/coupon/issue', request),
    ]
    expect(replies[0]?.at('code')).not.toBe(replies[1]?.at('code'))
    await shop.expectLedgerAdds()
  })
})
