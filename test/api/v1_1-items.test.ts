import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import type { SeedCoupon, SeedSeries } from '../support/seed.ts'
import { openShop, type Reply, type ShopOptions } from '../support/write-cases.ts'

/** The items of a request are executed separately, and each has its own code. */

const context = await createTestContext({ now: '2025-09-28T09:00:00Z' })
const app = await createTestServer(context)
const past = new Date('2025-09-01T00:00:00Z')

async function prepare(options: ShopOptions = {}) {
  const shop = await openShop(context, app, options)
  const customerId = await shop.customer({ mobile: '9400488270', email: 'asha@example.com' })
  const otherId = await shop.customer({ mobile: '9400488271' })
  const seriesId = await shop.series()
  const redeem = (coupon: object | object[], query = '', headers: Record<string, string> = {}) =>
    shop.post(`/v1.1/coupon/redeem${query}`, { root: { coupon } }, { headers })
  const issue = (coupon: object | object[], query = '', headers: Record<string, string> = {}) =>
    shop.post(`/v1.1/coupon/issue${query}`, { root: { coupon } }, { headers })
  return {
    shop,
    customerId,
    otherId,
    seriesId,
    redeem,
    issue,
    me: { id: customerId },
    other: { id: otherId },
  }
}

const whole = (reply: Reply) => [
  reply.status,
  reply.at('response.status.success'),
  reply.at('response.status.code'),
]
const allFailed = [200, 'false', 500]
/** Answers to issues have JSON booleans. */
const noneIssued = [200, false, 500]

describe('a redemption', () => {
  test('of several coupons treats each separately: refused ones have the reason, and success is partial', async () => {
    const { shop, redeem, seriesId, customerId, otherId, me, other } = await prepare()
    const mine = await shop.coupon(seriesId, customerId, { code: 'MINE' })
    await shop.coupon(seriesId, otherId, { code: 'THEIRS' })
    const reply = await redeem([
      { code: 'mine', customer: me },
      { code: 'THEIRS', customer: me },
      { code: 'THEIRS', customer: other, transaction: { number: 7, amount: '12.345' } },
      { code: 'NOPE', customer: me },
      { id: mine.id, customer: me },
    ])
    expect(whole(reply)).toEqual([200, 'partial', 201])
    const items = reply.at('response.coupons.coupon') as { item_status: { code: number }; code: string }[]
    expect(items.map((one) => [one.code, one.item_status.code])).toEqual([
      ['MINE', 700],
      ['THEIRS', 710],
      ['THEIRS', 700],
      ['NOPE', 719],
      ['MINE', 700],
    ])
    expect(await shop.history(customerId)).toMatchObject([{ code: 'MINE', redemptionCount: 2 }])
    expect(await shop.history(otherId)).toMatchObject([
      { redemptions: [{ transactionNumber: '7' }], redemptionCount: 1 },
    ])
    await shop.expectLedgerAdds()
  })

  test('of the same coupon twice in a request counts the first use for the second', async () => {
    const { shop, redeem, customerId, me } = await prepare()
    const single = await shop.series({ is_multiple_use_allowed: false })
    await shop.coupon(single, customerId, { code: 'ONCE' })
    const reply = await redeem([
      { code: 'ONCE', customer: me },
      { code: 'once', customer: me },
    ])
    expect(reply.at('response.coupons.coupon.0.item_status.code')).toBe(700)
    expect(reply.at('response.coupons.coupon.1.item_status.code')).toBe(711)
    await shop.expectLedgerAdds()
  })

  const day = new Date('2025-09-28T09:00:00Z')
  test.each<[number, SeedSeries, Partial<SeedCoupon>, ShopOptions]>([
    [660, {}, { revokedAt: past }, {}],
    [712, { valid_until: past }, {}, {}],
    [713, {}, { validUntil: past }, {}],
    [739, { redemption_valid_from: new Date('2026-01-01T00:00:00Z') }, {}, {}],
    [735, { redemption_store_ids: [999_999] }, {}, {}],
    [733, { min_bill_amount: '500' }, {}, {}],
    [729, { redemption_hours: [day.getUTCHours() + 1] }, {}, {}],
    [711, { is_multiple_use_allowed: false }, { redemptions: [{ redeemedAt: past }] }, {}],
    [716, { is_same_user_multiple_redeem: false }, { redemptions: [{ redeemedAt: past }] }, {}],
    [696, { max_redemptions_per_coupon: 1 }, { redemptions: [{ redeemedAt: past }] }, {}],
    [736, { max_redemptions_per_customer: 1 }, { redemptions: [{ redeemedAt: past }] }, {}],
    [738, { min_days_between_redemptions: 60 }, { redemptions: [{ redeemedAt: past }] }, {}],
    [728, { max_redeemed: 1 }, { redemptions: [{ redeemedAt: past }] }, {}],
    [718, {}, {}, { requiresTransactionNumber: true }],
  ])('is refused with %i, also in a check', async (code, terms, given, options) => {
    const { shop, redeem, customerId, me } = await prepare(options)
    const seriesId = await shop.series(terms)
    const coupon = await shop.coupon(seriesId, customerId, given)
    const reply = await redeem({ code: coupon.code, customer: me, transaction: { amount: 100 } })
    expect(whole(reply)).toEqual(allFailed)
    expect(reply.at('response.status.message')).toBe('All requests have failed due to errors')
    expect(reply.at('response.coupons.coupon')).toMatchObject({
      code: coupon.code,
      item_status: { success: 'false', code },
    })
    // A check has no bill that could be refused.
    const told = code === 733 || code === 718 ? 700 : code
    const asked = await shop.call('GET', `/v1.1/coupon/isredeemable?id=${customerId}&code=${coupon.code}`)
    expect(whole(asked)).toEqual(told === 700 ? [200, 'true', 200] : allFailed)
    expect(asked.at('response.coupons.redeemable')).toMatchObject({
      is_redeemable: String(told === 700),
      item_status: { success: String(told === 700), status: String(told === 700), code: told },
    })
    await shop.expectLedgerAdds()
  })

  test('by a blocked customer is refused with 742', async () => {
    const { shop, redeem, seriesId } = await prepare()
    const id = await shop.customer({ isBlocked: true })
    const { code } = await shop.coupon(seriesId, id)
    expect((await redeem({ code, customer: { id } })).at('response.coupons.coupon.item_status.code')).toBe(
      742,
    )
  })

  test('by an unknown customer is refused with 701, with the identifiers as they were sent', async () => {
    const { shop, redeem, seriesId, customerId } = await prepare()
    const { code } = await shop.coupon(seriesId, customerId)
    for (const customer of [
      { mobile: '9400488279' },
      { mobile: 'x'.repeat(300) },
      { external_id: 'nobody' },
      { user_id: 4_000_000 },
      { card_number: '1' },
      {},
    ]) {
      const reply = await redeem({ code, customer })
      expect(whole(reply), JSON.stringify(customer)).toEqual(allFailed)
      expect(reply.at('response.coupons.coupon.item_status.code')).toBe(701)
    }
    expect(
      (await redeem({ code, customer: { mobile: 9_400_488_279 } })).at('response.coupons.coupon.customer'),
    ).toEqual({
      mobile: '9400488279',
      email: null,
      external_id: null,
    })
    expect((await redeem({ code })).at('response.coupons.coupon.item_status.code')).toBe(701)
  })

  test.each([
    ['no coupon', { code: '' }, 781],
    ['an invalid id', { id: 'x' }, 400],
    ['an id that leads nowhere', { id: 4_000_000 }, 719],
    ['a code with control characters', { code: 'a\u0001' }, 400],
    ['an invalid amount', { code: 'a', transaction: { amount: 'much' } }, 400],
    ['an invalid time', { code: 'a', redemption_time: 'now' }, 400],
    [
      'too many fields',
      { code: 'a', custom_fields: { field: Array.from({ length: 51 }, (_, n) => ({ name: `${n}` })) } },
      400,
    ],
  ])('with %s fails without affecting the others', async (_, coupon, code) => {
    const { shop, redeem, seriesId, customerId, me } = await prepare()
    const good = await shop.coupon(seriesId, customerId)
    const reply = await redeem([
      { customer: me, ...coupon },
      { code: good.code, customer: me },
    ])
    expect(whole(reply), reply.text).toEqual([200, 'partial', 201])
    expect(reply.at('response.coupons.coupon.0.item_status.code')).toBe(code)
    expect(reply.at('response.coupons.coupon.1.item_status.code')).toBe(700)
    await shop.expectLedgerAdds()
  })

  test('of too many coupons for a request is refused with 1060, of none with 400', async () => {
    const { redeem, issue, me } = await prepare()
    const many = Array.from({ length: 51 }, () => ({ code: 'a', series_id: 1, customer: me }))
    for (const call of [redeem, issue]) {
      expect(whole(await call(many))).toEqual([400, 'false', 1060])
      expect(whole(await call([]))).toEqual([400, 'false', 400])
    }
  })

  test('with user_id=true returns the customer’s id', async () => {
    const { shop, redeem, seriesId, customerId, me } = await prepare()
    const { code } = await shop.coupon(seriesId, customerId)
    const reply = await redeem({ code, customer: me }, '?user_id=true')
    expect(reply.at('response.coupons.coupon.customer.user_id')).toBe(String(customerId))
  })
})

describe('an issue', () => {
  test('of several coupons to several customers treats each separately', async () => {
    const { shop, issue, seriesId, customerId, otherId, me, other } = await prepare()
    const reply = await issue([
      { series_id: seriesId, customer: me },
      { series_id: String(seriesId), customer: other },
      { series_id: 999_999_999, customer: me },
      { series_id: 'x', customer: me },
      { series_id: seriesId, customer: { mobile: '9400488279' } },
    ])
    expect(whole(reply)).toEqual([200, 'partial', 201])
    const items = reply.at('response.coupon') as { item_status: { code: number; message: string } }[]
    expect(items.map((one) => one.item_status.code)).toEqual([700, 700, 707, 707, 701])
    expect(await shop.history(customerId)).toHaveLength(1)
    expect(await shop.history(otherId)).toHaveLength(1)
    expect(reply.at('response.coupon.4')).toMatchObject({
      series_id: String(seriesId),
      customer: { mobile: '9400488279' },
      item_status: { success: false },
    })
    await shop.expectLedgerAdds()
  })

  test('counts the coupons that the same request has issued before', async () => {
    const { shop, issue, me } = await prepare()
    const seriesId = await shop.series({
      is_multiple_per_customer_allowed: true,
      max_coupons_per_customer: 2,
    })
    const one = { series_id: seriesId, customer: me }
    const reply = await issue([one, one, one])
    const items = reply.at('response.coupon') as { item_status: { code: number } }[]
    expect(items.map((each) => each.item_status.code)).toEqual([700, 700, 5002])
    await shop.expectLedgerAdds()
  })

  test.each([
    [709, { is_existing_coupon_withheld: true }, 1],
    [713, { valid_until: past }, 0],
    [5001, { max_issued: 1, is_multiple_per_customer_allowed: true }, 1],
    [5002, { max_coupons_per_customer: 1, is_multiple_per_customer_allowed: true }, 1],
    [5005, { client_handling_type: 'DISC_CODE_PIN' }, 0],
  ] as const)('is refused with %i', async (code, terms, held) => {
    const { shop, issue, customerId, me } = await prepare()
    const seriesId = await shop.series(terms)
    for (let n = 0; n < held; n++) await shop.coupon(seriesId, customerId, { createdAt: past })
    const reply = await issue({ series_id: seriesId, customer: me })
    expect(whole(reply)).toEqual(noneIssued)
    expect(reply.at('response.coupon.item_status')).toMatchObject({ success: false, code })
    await shop.expectLedgerAdds()
  })

  test('to a holder whose only coupon is used is refused with 5004, to a blocked customer with 742', async () => {
    const { shop, issue, customerId, me } = await prepare()
    const seriesId = await shop.series({ is_multiple_use_allowed: false })
    await shop.coupon(seriesId, customerId, { redemptions: [{ redeemedAt: past }] })
    expect((await issue({ series_id: seriesId, customer: me })).at('response.coupon.item_status.code')).toBe(
      5004,
    )
    const id = await shop.customer({ isBlocked: true })
    expect(
      (await issue({ series_id: seriesId, customer: { id } })).at('response.coupon.item_status.code'),
    ).toBe(742)
  })

  test('to a holder returns the coupon that is still valid', async () => {
    const { shop, issue, seriesId, customerId, me } = await prepare()
    const { code } = await shop.coupon(seriesId, customerId)
    const reply = await issue({ series_id: seriesId, customer: me })
    expect(reply.at('response.coupon.code')).toBe(code)
    await shop.expectLedgerAdds()
  })
})

describe('a repeated request', () => {
  test.each(['json', 'xml'])('under its key gets the same bytes and has no effect (%s)', async (format) => {
    const { shop, redeem, issue, seriesId, customerId, otherId, me, other } = await prepare()
    const [a, b] = [await shop.coupon(seriesId, customerId), await shop.coupon(seriesId, otherId)]
    const headers = { 'idempotency-key': 'k' }
    const coupons = [
      { code: a.code, customer: me },
      { code: b.code, customer: other },
      { code: 'NOPE', customer: me },
    ]
    const unlimited = await shop.series({ is_multiple_per_customer_allowed: true })
    for (const call of [
      () => redeem(coupons, `?format=${format}`, headers),
      () =>
        issue(
          [
            { series_id: unlimited, customer: me },
            { series_id: unlimited, customer: other },
          ],
          `?format=${format}`,
          headers,
        ),
    ]) {
      const first = await call()
      const again = await call()
      expect(first.status).toBe(200)
      expect(again.text).toBe(first.text)
      expect(again.headers['content-type']).toBe(first.headers['content-type'])
      expect(again.headers['idempotency-replayed']).toBe('true')
    }
    expect(await shop.history(customerId)).toHaveLength(2)
    // An answer in one format is not replayed in another.
    const inOther = await redeem(coupons, `?format=${format === 'xml' ? 'json' : 'xml'}`, headers)
    expect(inOther.status).toBe(422)
    const differing = await redeem(coupons.slice(1), `?format=${format}`, headers)
    expect(differing.status).toBe(422)
    await shop.expectLedgerAdds()
  })

  test('is executed anew if no customer was known', async () => {
    const { shop, redeem, seriesId } = await prepare()
    const headers = { 'idempotency-key': 'k' }
    const coupon = { code: 'LATE', customer: { mobile: '9400488277' } }
    expect(whole(await redeem(coupon, '', headers))).toEqual(allFailed)
    await shop.coupon(seriesId, await shop.customer({ mobile: '9400488277' }), { code: 'LATE' })
    expect(whole(await redeem(coupon, '', headers))).toEqual([200, 'true', 200])
    await shop.expectLedgerAdds()
  })

  test('of a till that lost the answer gets the first redemption, if the organisation has chosen so', async () => {
    const { shop, redeem, seriesId, customerId, me } = await prepare({ replaysTillRetries: true })
    const { code } = await shop.coupon(seriesId, customerId)
    const coupon = { code, customer: me, transaction: { number: 'T1', amount: 5 } }
    const first = await redeem(coupon)
    expect((await redeem(coupon)).at('response.coupons.coupon.redemption_id')).toBe(
      first.at('response.coupons.coupon.redemption_id'),
    )
    expect(await shop.history(customerId)).toMatchObject([{ redemptionCount: 1 }])
    await shop.expectLedgerAdds()
  })

  test('reveals nothing about its customers after any of them was erased', async () => {
    const { shop, redeem, seriesId, customerId, otherId, me, other } = await prepare()
    await context.database.queries
      .updateTable('access_groups')
      .set({ organisation_access: 'write' })
      .where('org_id', '=', shop.orgId)
      .execute()
    const [a, b] = [await shop.coupon(seriesId, customerId), await shop.coupon(seriesId, otherId)]
    const coupons = [
      { code: a.code, customer: me },
      { code: b.code, customer: other },
    ]
    const headers = { 'idempotency-key': 'k' }
    expect((await redeem(coupons, '', headers)).text).toContain('919400488271')
    const erased = await shop.call('DELETE', `/admin/v1/customers/${otherId}`)
    expect(erased.status, erased.text).toBeLessThan(300)
    const { rows } = await context.database.pool.query<{ row: string }>(
      'select k::text as row from idempotency_keys k where org_id = $1',
      [shop.orgId],
    )
    expect(rows.map(({ row }) => row).join()).not.toContain('9400488271')
    const again = await redeem(coupons, '', headers)
    expect([again.status, again.at('response.status.code')]).toEqual([404, 8015])
    await shop.expectLedgerAdds()
  })
})
