import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { seedSeries, type SeedSeries } from '../support/seed.ts'
import { openShop } from '../support/write-cases.ts'

const now = '2026-06-01T10:00:00Z'
const context = await createTestContext({ now })
const app = await createTestServer(context)
const { queries } = context.database

test('of several faults the first in the documented order is reported', async () => {
  const shop = await openShop(context, app, { requiresTransactionNumber: true })
  const { orgId } = shop
  const holder = await shop.customer()
  const customerId = await shop.customer({ isBlocked: true })
  const used = { redeemedAt: new Date('2026-06-01T09:00:00Z'), customerId }
  const seriesId = await shop.series({
    valid_until: new Date('2026-05-31T23:59:59Z'),
    redemption_valid_from: new Date('2026-07-01T00:00:00Z'),
    redemption_store_ids: [4_000_000],
    min_bill_amount: '1000',
    redemption_hours: [23],
    is_multiple_use_allowed: true,
    is_same_user_multiple_redeem: false,
    max_redemptions_per_coupon: 1,
    max_redemptions_per_customer: 1,
    min_days_between_redemptions: 7,
    max_redeemed: 1,
  })
  const { id, code } = await shop.coupon(seriesId, holder, {
    createdAt: new Date('2026-01-01T00:00:00Z'),
    validUntil: new Date('2026-05-01T00:00:00Z'),
    revokedAt: new Date(now),
    redemptions: [used],
    maxRedeemed: 1,
  })
  const series = (set: SeedSeries) => async () => {
    await queries
      .updateTable('series')
      .set(set)
      .where('org_id', '=', orgId)
      .where('id', '=', seriesId)
      .execute()
  }
  const coupon = (set: object) => async () => {
    await queries.updateTable('coupons').set(set).where('org_id', '=', orgId).where('id', '=', id).execute()
  }
  const later = new Date('2099-01-01T00:00:00Z')
  let body = { user: { id: customerId }, billAmount: 1, transactionNumber: '' }
  const steps: [code: number, mend: () => Promise<unknown>][] = [
    [660, coupon({ revoked_at: null })],
    [712, series({ valid_until: later })],
    [713, coupon({ valid_until: later })],
    [739, series({ redemption_valid_from: null })],
    [703, series({ is_any_user: true })],
    [
      742,
      () => queries.updateTable('customers').set({ blocked_at: null }).where('id', '=', customerId).execute(),
    ],
    [735, series({ redemption_store_ids: null })],
    [733, async () => (body = { ...body, billAmount: 5_000 })],
    [729, series({ redemption_hours: null })],
    [718, async () => (body = { ...body, transactionNumber: 'T' })],
    [711, coupon({ max_redeemed: null })],
    [716, series({ is_same_user_multiple_redeem: true })],
    [696, series({ max_redemptions_per_coupon: null })],
    [736, series({ max_redemptions_per_customer: null })],
    [738, series({ min_days_between_redemptions: null })],
    [
      728,
      () =>
        queries
          .updateTable('series_usage')
          .set({ max_redeemed: null })
          .where('series_id', '=', seriesId)
          .execute(),
    ],
  ]
  const told: unknown[] = []
  for (const [, mend] of steps) {
    told.push((await shop.redeem(code, 0, body)).at('redemptionStatus.code'))
    await mend()
  }
  expect(told).toEqual(steps.map(([refusal]) => refusal))
  expect((await shop.redeem(code, 0, body)).status).toBe(200)
})

test('changed terms and limits apply to the next redemption', async () => {
  const shop = await openShop(context, app)
  const customerId = await shop.customer()
  const seriesId = await shop.series()
  const { code } = await shop.coupon(seriesId, customerId)
  expect((await shop.redeem(code, customerId)).status).toBe(200)
  await queries
    .updateTable('series')
    .set({ max_redemptions_per_coupon: 1 })
    .where('id', '=', seriesId)
    .execute()
  expect((await shop.redeem(code, customerId)).at('redemptionStatus.code')).toBe(696)
  await shop.expectLedgerAdds()
})

describe('several coupons in one request', () => {
  const prepare = async (terms: SeedSeries, count = 3) => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const seriesId = await seedSeries(queries, shop.orgId, terms)
    const codes = []
    for (let n = 0; n < count; n++) codes.push((await shop.coupon(seriesId, customerId)).code)
    return { shop, customerId, codes }
  }

  test.each<[string, SeedSeries, number]>([
    ['a limit of the series', { max_redeemed: 2 }, 728],
    ['a limit of the customer', { max_redemptions_per_customer: 2 }, 736],
  ])('count together towards %s: none is redeemed if one is too many', async (_, terms, refusal) => {
    const { shop, customerId, codes } = await prepare(terms)
    const reply = await shop.redeemBulk(codes, customerId)
    const refusals = [0, 1, 2].map((at) => reply.at(`response.${at}.errors.0.code`))
    expect(refusals).toEqual([749, 749, refusal])
    await shop.expectLedgerAdds()
    expect(await shop.history(customerId)).toMatchObject(codes.map(() => ({ redemptions: [] })))
    expect((await shop.redeemBulk(codes.slice(1), customerId)).at('failureCount')).toBe(0)
    await shop.expectLedgerAdds()
  })

  test('of a series with a gap between redemptions are refused together', async () => {
    const { shop, customerId, codes } = await prepare({ min_days_between_redemptions: 1 })
    const reply = await shop.redeem(codes, customerId)
    expect(reply.status).toBe(400)
    expect(reply.at('redemptionStatus.code')).toBe(738)
    await shop.expectLedgerAdds()
  })

  test('of different series are redeemed together, each with its own redemption', async () => {
    const { shop, customerId, codes } = await prepare({}, 1)
    const other = await shop.coupon(await shop.series(), customerId)
    const reply = await shop.redeem([...codes, other.code], customerId)
    expect(reply.status).toBe(200)
    const ids = [reply.at('redemption.0.redemptionId'), reply.at('redemption.1.redemptionId')]
    expect(new Set(ids).size).toBe(2)
    await shop.expectLedgerAdds()
  })

  test('get from a check the verdict of the redemption, without being redeemed', async () => {
    const { shop, customerId, codes } = await prepare({ max_redeemed: 2 })
    const url = '/v2/coupon/bulk/redeem?is_redeemable=true'
    const ask = (some: string[]) =>
      shop.post(url, {
        redemptionRequestList: some.map((code) => ({ code })),
        user: { id: customerId },
        billAmount: 1,
      })
    expect((await ask(codes)).at('response.2.errors.0.code')).toBe(728)
    expect((await ask(codes.slice(1))).at('failureCount')).toBe(0)
    expect((await ask(codes.slice(1))).at('response.0.result.redemptionId')).toBe('-1')
    await shop.expectLedgerAdds()
  })
})

describe('the remaining uses', () => {
  test('are returned before anything is redeemed, together with the customer’s redemptions', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const { code } = await shop.coupon(await shop.series({ max_redemptions_per_coupon: 3 }), customerId)
    expect((await shop.isRedeemable([code], customerId)).at('redemption.0')).toMatchObject({
      redemptionsLeft: 3,
      numberOfRedemptionsByUser: 0,
    })
    await shop.redeem(code, customerId)
    expect((await shop.isRedeemable([code], customerId)).at('redemption.0')).toMatchObject({
      redemptionsLeft: 2,
      numberOfRedemptionsByUser: 1,
    })
  })

  test('are checked for each code separately', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const seriesId = await shop.series({ max_redeemed: 1 })
    const codes = [
      (await shop.coupon(seriesId, customerId)).code,
      (await shop.coupon(seriesId, customerId)).code,
    ]
    const reply = await shop.isRedeemable(codes, customerId)
    expect([reply.at('redemption.0.isRedeemable'), reply.at('redemption.1.isRedeemable')]).toEqual([
      true,
      true,
    ])
  })
})
