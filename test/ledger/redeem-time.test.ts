import { describe, expect, test } from 'vitest'
import { setClientSettings } from '../../src/identity/organisations/set-client-settings.ts'
import { redemptionTimeForms } from '../../src/values/redemption-time.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import type { SeedSeries } from '../support/seed.ts'
import { openShop } from '../support/write-cases.ts'

const now = '2026-06-10T10:00:00Z'
const context = await createTestContext({ now })
const app = await createTestServer(context)

async function prepare(terms: SeedSeries = {}, timeZone = 'UTC') {
  const shop = await openShop(context, app, { timeZone })
  const customerId = await shop.customer()
  const { code } = await shop.coupon(await shop.series(terms), customerId, {
    createdAt: new Date('2026-01-01T00:00:00Z'),
  })
  const at = (redemptionTime: unknown) => shop.redeem(code, customerId, { redemptionTime })
  return { shop, customerId, code, at }
}

describe('redemptionTime', () => {
  test.each([
    ['ISO 8601 with an offset', '2026-06-10T15:30:00+05:30'],
    ['ISO 8601 with an offset to the west', '2026-06-10T05:00:00-05:00'],
    ['ISO 8601 in UTC', '2026-06-10T09:00:00Z'],
    ['ISO 8601 with fractions of a second', '2026-06-10T09:00:00.123Z'],
    ['wall clock', '2026-06-10 09:00:00'],
    ['wall clock with a T', '2026-06-10T09:00:00'],
    ['a day', '2026-06-10'],
    ['month, day and year', '06/10/2026 09:00:00'],
    ['epoch milliseconds', '1781085600000'],
  ])('is read as %s, and its text is stored unchanged', async (_, given) => {
    const { shop, at } = await prepare()
    expect((await at(given)).status).toBe(200)
    const [row] = await context.database.queries
      .selectFrom('redemptions')
      .select(['redeemed_at', 'redemption_time_given'])
      .where('org_id', '=', shop.orgId)
      .execute()
    expect(row).toEqual({ redeemed_at: new Date(now), redemption_time_given: given })
    await shop.expectLedgerAdds()
  })

  test.each(['', null])('counts as omitted if it is %j', async (given) => {
    const { at } = await prepare()
    expect((await at(given)).status).toBe(200)
  })

  test.each([
    'yesterday',
    '2026-02-30T00:00:00Z',
    '2026-02-30',
    '2026-06-10 25:00:00',
    '2026-06-10T09:00:00+99:00',
  ])('is refused as %s, with the accepted formats', async (given) => {
    const { shop, at } = await prepare()
    const reply = await at(given)
    expect(reply.json).toEqual({
      status: false,
      code: 400,
      message: `Invalid value "${given}" for redemptionTime: ${redemptionTimeForms}`,
    })
    expect(reply.status).toBe(400)
    await shop.expectLedgerAdds()
  })

  test.each([
    ['2026-06-03T10:00:00Z', false],
    ['2026-06-03T09:59:59Z', true],
    ['2026-06-10T10:05:00Z', false],
    ['2026-06-10T10:05:01Z', true],
    ['2031-01-01', true],
    ['2026-06-04', false],
  ])('never stops a sale: %s is ignored with a warning: %s', async (given, isPassedOver) => {
    const { shop, customerId, at } = await prepare()
    const warning = { status: true, code: 739, message: expect.stringContaining('current time') }
    const reply = await at(given)
    expect([reply.status, reply.at('warnings')]).toEqual([200, isPassedOver ? [warning] : []])
    const { code } = await shop.coupon(await shop.series(), customerId)
    const bulk = await shop.redeemBulk([code], customerId, { redemptionTime: given })
    expect([bulk.status, bulk.at('response.0.warnings')]).toEqual([200, isPassedOver ? [warning] : undefined])
    await shop.expectLedgerAdds()
  })

  test('that is ignored causes the same warning when the request is repeated under its key', async () => {
    const { shop, customerId, code } = await prepare()
    const send = () =>
      shop.redeem(code, customerId, { redemptionTime: '2031-01-01' }, { headers: { 'idempotency-key': 'a' } })
    const [first, again] = [await send(), await send()]
    expect(first.at('warnings.0.code')).toBe(739)
    expect(again.text).toBe(first.text)
  })

  test('without an offset is UTC or local time, whichever is closer to now, else UTC, unless a setting decides', async () => {
    const terms = { redemption_hours: [15] }
    const asked = async (redemptionTime: string, naiveTime?: 'utc' | 'org') => {
      const { shop, at } = await prepare(terms, 'Asia/Kolkata')
      if (naiveTime !== undefined)
        await setClientSettings(context.database.queries, shop.orgId, { kind: 'organisation' }, { naiveTime })
      return (await at(redemptionTime)).at('redemptionStatus.code')
    }
    expect(await asked('2026-06-10 10:00:30')).toBe(700)
    expect(await asked('2026-06-10 15:30:30')).toBe(700)
    expect(await asked('2026-06-09 15:30:00')).toBe(729)
    expect(await asked('2026-06-09 15:30:00', 'org')).toBe(700)
    expect(await asked('2026-06-09 10:00:00', 'utc')).toBe(700)
  })

  test('decides about the expiry of coupon and series, so that an offline till can report a redemption later', async () => {
    const { shop, customerId } = await prepare()
    const seriesId = await shop.series({ valid_until: new Date('2026-06-09T23:59:59Z') })
    const { code } = await shop.coupon(seriesId, customerId, { validUntil: new Date('2026-06-08T23:59:59Z') })
    const ask = async (redemptionTime?: string) =>
      (await shop.redeem(code, customerId, { redemptionTime })).at('redemptionStatus.code')
    expect(await ask()).toBe(712)
    expect(await ask('2026-06-09T23:59:59Z')).toBe(713)
    expect(await ask('2026-06-08T23:59:59Z')).toBe(700)
    await shop.expectLedgerAdds()
  })

  test('decides about windows and the first day, in the time zone of the organisation', async () => {
    const { at } = await prepare({ redemption_hours: [9] }, 'Asia/Kolkata')
    expect((await at('2026-06-10T08:59:59+05:30')).at('redemptionStatus.code')).toBe(729)
    expect((await at('2026-06-10T03:29:59Z')).at('redemptionStatus.code')).toBe(729)
    expect((await at('2026-06-10T09:00:00+05:30')).at('redemptionStatus.code')).toBe(700)
    const { at: atLater } = await prepare({ redemption_valid_from: new Date('2026-06-10T00:00:00Z') })
    expect((await atLater('2026-06-09T23:59:59Z')).at('redemptionStatus.code')).toBe(739)
    expect((await atLater('2026-06-10T00:00:00Z')).at('redemptionStatus.code')).toBe(700)
  })

  test('does not decide about the gap between redemptions, and starts no gap in the past', async () => {
    const { shop, at } = await prepare({ min_days_between_redemptions: 3 })
    expect((await at('2026-06-04T10:00:00Z')).status).toBe(200)
    expect((await at('2026-06-10T10:00:00Z')).at('redemptionStatus.code')).toBe(738)
    await shop.expectLedgerAdds()
  })

  test('of an offline till does not restart a gap that is over by now', async () => {
    const { shop, customerId } = await prepare()
    const { code } = await shop.coupon(await shop.series({ min_days_between_redemptions: 3 }), customerId, {
      redemptions: [{ redeemedAt: new Date('2026-06-07T10:00:00Z') }],
    })
    const reply = await shop.redeem(code, customerId, { redemptionTime: '2026-06-09' })
    expect(reply.at('redemptionStatus.code')).toBe(700)
    await shop.expectLedgerAdds()
  })

  test('decides a bulk redemption and its check in the same way', async () => {
    const { shop, customerId } = await prepare()
    const { code } = await shop.coupon(await shop.series(), customerId, {
      validUntil: new Date('2026-06-08T23:59:59Z'),
    })
    const extra = { redemptionTime: '2026-06-08' }
    const check = await shop.post('/v2/coupon/bulk/redeem?is_redeemable=true', {
      redemptionRequestList: [{ code }],
      user: { id: customerId },
      billAmount: 1,
      ...extra,
    })
    expect(check.at('failureCount')).toBe(0)
    expect((await shop.redeemBulk([code], customerId)).at('response.0.errors.0.code')).toBe(713)
    expect((await shop.redeemBulk([code], customerId, extra)).at('failureCount')).toBe(0)
    await shop.expectLedgerAdds()
  })
})

describe('a coupon', () => {
  test('works in its last second and not afterwards', async () => {
    for (const [validUntil, code] of [
      ['2026-06-10T10:00:00Z', 700],
      ['2026-06-10T09:59:59Z', 713],
    ] as const) {
      const { shop, customerId } = await prepare()
      const coupon = await shop.coupon(await shop.series(), customerId, { validUntil: new Date(validUntil) })
      expect((await shop.redeem(coupon.code, customerId)).at('redemptionStatus.code')).toBe(code)
    }
  })

  test('works from the n-th midnight after its issue, also where midnight is an hour late', async () => {
    const shop = await openShop(context, app, { timeZone: 'America/Santiago' })
    const customerId = await shop.customer()
    const seriesId = await shop.series({ redemption_valid_after_days: 2 })
    const redeem = async (createdAt: string) =>
      (
        await shop.redeem(
          (await shop.coupon(seriesId, customerId, { createdAt: new Date(createdAt) })).code,
          customerId,
        )
      ).at('redemptionStatus.code')
    // It is 06:00 on 10 June there.
    expect(await redeem('2026-06-09T03:59:59Z')).toBe(700)
    expect(await redeem('2026-06-09T04:00:00Z')).toBe(739)
  })
})

describe('a gap between redemptions', () => {
  test('ends to the second when its days have passed', async () => {
    for (const [redeemedAt, code] of [
      ['2026-06-08T10:00:00Z', 700],
      ['2026-06-08T10:00:01Z', 738],
    ] as const) {
      const shop = await openShop(context, app)
      const customerId = await shop.customer()
      const coupon = await shop.coupon(await shop.series({ min_days_between_redemptions: 2 }), customerId, {
        redemptions: [{ redeemedAt: new Date(redeemedAt) }],
      })
      expect((await shop.redeem(coupon.code, customerId)).at('redemptionStatus.code')).toBe(code)
      await shop.expectLedgerAdds()
    }
  })

  test('does not apply to coupons for single use', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const seriesId = await shop.series({ min_days_between_redemptions: 2, is_multiple_use_allowed: false })
    for (let n = 0; n < 2; n++) {
      const { code } = await shop.coupon(seriesId, customerId)
      expect((await shop.redeem(code, customerId)).status).toBe(200)
    }
    await shop.expectLedgerAdds()
  })
})
