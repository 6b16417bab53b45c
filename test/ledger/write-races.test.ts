import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import type { SeedSeries } from '../support/seed.ts'
import { openShop, type Reply, type Shop } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
/** Two more processes on the same database. */
const others = [
  await createTestServer(await createTestContext({ database: context.database })),
  await createTestServer(await createTestContext({ database: context.database })),
]
const apps = [app, ...others]
const through = (n: number) => ({ app: apps[n % apps.length] ?? app })

const attempts = 60

const race = (attempt: (n: number) => Promise<Reply>) =>
  Promise.all(Array.from({ length: attempts }, (_, n) => attempt(n)))
const count = (replies: readonly Reply[], path: string) => {
  const counts: Record<string, number> = {}
  for (const reply of replies) {
    const code = `${(reply.at(path) as number | undefined) ?? 'done'}`
    counts[code] = (counts[code] ?? 0) + 1
  }
  return counts
}
const redemption = 'redemptionStatus.code'

interface Limit {
  readonly title: string
  readonly refusal: number
  readonly terms: (limit: number) => SeedSeries
  /** Creates the preconditions and returns the attempt. */
  readonly stage: (shop: Shop, seriesId: number) => Promise<(n: number) => Promise<Reply>>
}

const oneCoupon: Limit['stage'] = async (shop, seriesId) => {
  const customerId = await shop.customer()
  const { code } = await shop.coupon(seriesId, customerId)
  return (n) => shop.redeem(code, customerId, {}, through(n))
}

const limits: Limit[] = [
  {
    title: 'redemptions of a code',
    refusal: 696,
    terms: (limit) => ({ max_redemptions_per_coupon: limit }),
    stage: oneCoupon,
  },
  {
    title: 'redemptions of a code by any customer',
    refusal: 696,
    terms: (limit) => ({ max_redemptions_per_coupon: limit, is_any_user: true }),
    stage: async (shop, seriesId) => {
      const customers = await Promise.all(Array.from({ length: 20 }, () => shop.customer()))
      const { code } = await shop.coupon(seriesId, customers[0] ?? 0)
      return (n) => shop.redeem(code, customers[n % 20] ?? 0, {}, through(n))
    },
  },
  {
    title: 'redemptions by a customer in a series',
    refusal: 736,
    terms: (limit) => ({ max_redemptions_per_customer: limit }),
    stage: async (shop, seriesId) => {
      const customerId = await shop.customer()
      const codes: string[] = []
      for (let n = 0; n < 12; n++) codes.push((await shop.coupon(seriesId, customerId)).code)
      return (n) => shop.redeem(codes[n % 12] ?? '', customerId, {}, through(n))
    },
  },
  {
    title: 'redemptions in a series',
    refusal: 728,
    terms: (limit) => ({ max_redeemed: limit }),
    stage: async (shop, seriesId) => {
      const held: [string, number][] = []
      for (let n = 0; n < 12; n++) {
        const customerId = await shop.customer()
        held.push([(await shop.coupon(seriesId, customerId)).code, customerId])
      }
      return (n) => shop.redeem(...(held[n % 12] ?? ['', 0]), {}, through(n))
    },
  },
]

describe.each([1, 10])('sixty attempts at a limit of %i', (limit) => {
  test.each(limits)('$title: exactly the allowed number succeeds', async ({ refusal, terms, stage }) => {
    const shop = await openShop(context, app)
    const attempt = await stage(shop, await shop.series(terms(limit)))
    const replies = await race(attempt)
    expect(count(replies, redemption)).toEqual({ 700: limit, [refusal]: attempts - limit })
    await shop.expectLedgerAdds()
  })

  test('coupons of a series: exactly the allowed number is issued', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series({ max_issued: limit })
    const customers = await Promise.all(Array.from({ length: attempts }, () => shop.customer()))
    const replies = await race((n) => shop.issue(seriesId, customers[n] ?? 0, through(n)))
    expect(count(replies, 'errors.0.code')).toEqual({ done: limit, 5001: attempts - limit })
    await shop.expectLedgerAdds()
  })

  test('coupons of a customer: exactly the number that the series allows is issued', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series({
      is_multiple_per_customer_allowed: true,
      max_coupons_per_customer: limit,
    })
    const customerId = await shop.customer()
    const replies = await race((n) => shop.issue(seriesId, customerId, through(n)))
    expect(count(replies, 'errors.0.code')).toEqual({ done: limit, 5002: attempts - limit })
    await shop.expectLedgerAdds()
  })

  test('unassigned codes: each is given away once', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series({
      is_multiple_per_customer_allowed: true,
      client_handling_type: 'DISC_CODE_PIN',
    })
    const codes = Array.from({ length: limit }, (_, n) => `W${n}`)
    await shop.pool(seriesId, codes)
    const customerId = await shop.customer()
    const replies = await race((n) => shop.issue(seriesId, customerId, through(n)))
    const given = replies.filter(({ status }) => status === 200).map((reply) => reply.at('code'))
    expect(given).toHaveLength(limit)
    expect(new Set(given)).toEqual(new Set(codes))
    expect(count(replies, 'errors.0.code')).toEqual({ done: limit, 5005: attempts - limit })
    await shop.expectLedgerAdds()
  })
})

describe('sixty attempts at once', () => {
  test.each<[string, SeedSeries, number]>([
    ['a single use', { is_multiple_use_allowed: false }, 711],
    ['one use by each customer', { is_same_user_multiple_redeem: false }, 716],
    ['a gap between redemptions', { min_days_between_redemptions: 1 }, 738],
  ])('of %s: one succeeds', async (_, terms, refusal) => {
    const shop = await openShop(context, app)
    const attempt = await oneCoupon(shop, await shop.series(terms))
    expect(count(await race(attempt), redemption)).toEqual({ 700: 1, [refusal]: attempts - 1 })
    await shop.expectLedgerAdds()
  })

  test('to issue the only coupon that a customer may have: one is issued, and all answers contain it', async () => {
    const shop = await openShop(context, app)
    const [seriesId, generic] = [await shop.series(), await shop.generic('WELCOME')]
    const customerId = await shop.customer()
    for (const id of [seriesId, generic]) {
      const replies = await race((n) => shop.issue(id, customerId, through(n)))
      expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
      expect(replies[0]?.status).toBe(200)
    }
    expect(await shop.history(customerId)).toHaveLength(2)
    await shop.expectLedgerAdds()
  })

  test('to issue coupons of two series that exclude each other: the customer gets a coupon of one of them', async () => {
    const shop = await openShop(context, app)
    const first = await shop.series()
    const other = await shop.series({ mutually_exclusive_series_ids: [first] })
    await context.database.queries
      .updateTable('series')
      .set({ mutually_exclusive_series_ids: [other] })
      .where('id', '=', first)
      .execute()
    const customerId = await shop.customer()
    await race((n) => shop.issue(n % 2 === 0 ? first : other, customerId, through(n)))
    expect(await shop.history(customerId)).toHaveLength(1)
    await shop.expectLedgerAdds()
  })

  test('to reverse one redemption: one succeeds', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const { code } = await shop.coupon(await shop.series(), customerId)
    const id = (await shop.redeem(code, customerId)).at('redemption.0.redemptionId')
    const replies = await race((n) => shop.reverse([id], through(n)))
    expect(count(replies, 'errors.0.code')).toEqual({ done: 1, 510: attempts - 1 })
    await shop.expectLedgerAdds()
  })

  test('to revoke or redeem a coupon: it is redeemed or revoked, never both', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const seriesId = await shop.series({ max_redemptions_per_coupon: 1 })
    const { code } = await shop.coupon(seriesId, customerId)
    const replies = await race((n) =>
      n % 2 === 0
        ? shop.redeem(code, customerId, {}, through(n))
        : shop.revoke({ couponCodes: [code] }, through(n)),
    )
    const redeemed = replies.filter((reply) => reply.at(redemption) === 700).length
    const revoked = replies.filter((reply) => reply.at('entity.revokedCoupons.0.couponId') !== undefined)
    expect(redeemed + revoked.length).toBe(1)
    await shop.expectLedgerAdds()
  })

  test('of bulk redemptions that share coupons in every order: each is all or nothing', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const codes: string[] = []
    for (let n = 0; n < 4; n++) {
      const seriesId = await shop.series({ max_redemptions_per_coupon: 7 })
      codes.push((await shop.coupon(seriesId, customerId)).code)
    }
    const replies = await race((n) => {
      const own = codes.filter((_, at) => at !== n % 4)
      return shop.redeemBulk(n % 3 === 0 ? own.toReversed() : own, customerId, {}, through(n))
    })
    for (const reply of replies) expect([0, 3]).toContain(reply.at('failureCount'))
    const whole = replies.filter((reply) => reply.at('failureCount') === 0).length
    const used = (await shop.history(customerId)).map((one) => one['redemptionCount'] as number)
    expect(used.reduce((sum, n) => sum + n, 0)).toBe(whole * 3)
    expect(Math.max(...used)).toBe(7)
    await shop.expectLedgerAdds()
  })

  test('to redeem and to reverse, mixed: the limit holds at every moment, and the ledger balances', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const seriesId = await shop.series({ max_redeemed: 5, max_redemptions_per_customer: 4 })
    const codes: string[] = []
    for (let n = 0; n < 3; n++) codes.push((await shop.coupon(seriesId, customerId)).code)
    const won: unknown[] = []
    let reversals = 0
    await race(async (n) => {
      const reply = await shop.redeem(codes[n % 3] ?? '', customerId, {}, through(n))
      if (reply.status === 200) won.push(reply.at('redemption.0.redemptionId'))
      const back = n % 2 === 0 ? won.shift() : undefined
      if (back !== undefined && (await shop.reverse([back], through(n + 1))).status === 200) reversals++
      return reply
    })
    const { redeemed } = await context.database.queries
      .selectFrom('series_usage')
      .select('redeemed')
      .where('series_id', '=', seriesId)
      .executeTakeFirstOrThrow()
    expect(redeemed).toBe(won.length)
    expect(redeemed).toBeLessThanOrEqual(4)
    expect(reversals).toBeGreaterThan(0)
    await shop.expectLedgerAdds()
  })
})

test('of 250 redemptions at one server, which share large batches, exactly the allowed number succeeds', async () => {
  const shop = await openShop(context, app)
  const seriesId = await shop.series({ max_redeemed: 200, is_any_user: true, is_multiple_use_allowed: true })
  const customers = await Promise.all(Array.from({ length: 250 }, () => shop.customer()))
  const { code } = await shop.coupon(seriesId, customers[0] ?? 0)
  const replies = await Promise.all(customers.map((customerId) => shop.redeem(code, customerId)))
  expect(count(replies, redemption)).toEqual({ 700: 200, 728: 50 })
  const { values } = await context.metrics.writeBatchSize.get()
  const upTo = (le: number) =>
    values.find(({ labels }) => labels.kind === 'redeem' && (labels as { le?: number }).le === le)?.value ?? 0
  expect(upTo(256), 'a batch of more than 128').toBeGreaterThan(upTo(128))
  await shop.expectLedgerAdds()
})
