import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import type { SeedSeries } from '../support/seed.ts'
import { openShop } from '../support/write-cases.ts'

const now = '2026-06-10T10:00:00Z'
const context = await createTestContext({ now })
const app = await createTestServer(context)
const { queries } = context.database

async function prepare(terms: SeedSeries = {}) {
  const shop = await openShop(context, app)
  const customerId = await shop.customer()
  const seriesId = await shop.series(terms)
  const coupon = await shop.coupon(seriesId, customerId)
  const redeem = async () => {
    const reply = await shop.redeem(coupon.code, customerId)
    return { code: reply.at('redemptionStatus.code'), id: reply.at('redemption.0.redemptionId') }
  }
  const left = async () => (await shop.history(customerId))[0]?.['redemptionsLeft']
  return { shop, customerId, seriesId, coupon, redeem, left }
}

describe('a reversal gives back', () => {
  test.each<[string, SeedSeries, number]>([
    ['the single use', { is_multiple_use_allowed: false }, 711],
    ['the use by the same customer', { is_same_user_multiple_redeem: false }, 716],
    ['the limit of the code', { max_redemptions_per_coupon: 1 }, 696],
    ['the limit of the customer', { max_redemptions_per_customer: 1 }, 736],
    ['the gap', { min_days_between_redemptions: 5 }, 738],
    ['the limit of the series', { max_redeemed: 1 }, 728],
  ])('%s, once', async (_, terms, refusal) => {
    const { shop, redeem, left } = await prepare(terms)
    const before = await left()
    const first = await redeem()
    expect(first.code).toBe(700)
    expect((await redeem()).code).toBe(refusal)
    expect((await shop.reverse([first.id])).at('success')).toBe(true)
    expect(await left()).toBe(before)
    expect((await shop.reverse([first.id])).at('success')).toBe(false)
    await shop.expectLedgerAdds()
    expect((await redeem()).code).toBe(700)
    expect((await redeem()).code).toBe(refusal)
    await shop.expectLedgerAdds()
  })

  test('the gap to the latest standing redemption, in whatever order they were imported', async () => {
    const { shop, customerId } = await prepare()
    const seriesId = await shop.series({ min_days_between_redemptions: 3 })
    const coupon = await shop.coupon(seriesId, customerId, {
      redemptions: ['2026-06-08', '2026-06-01', '2026-06-09'].map((day) => ({
        redeemedAt: new Date(`${day}T10:00:00Z`),
      })),
    })
    await shop.reverse([coupon.redemptionIds[2]])
    await shop.expectLedgerAdds()
    expect((await shop.redeem(coupon.code, customerId)).at('redemptionStatus.code')).toBe(738)
    await shop.reverse([coupon.redemptionIds[0]])
    expect((await shop.redeem(coupon.code, customerId)).at('redemptionStatus.code')).toBe(700)
    await shop.expectLedgerAdds()
  })

  test('the effects of several redemptions of one coupon, in one request', async () => {
    const { shop, redeem, customerId, left } = await prepare({ max_redeemed: 3 })
    const ids = [(await redeem()).id, (await redeem()).id, (await redeem()).id]
    expect(await left()).toBe(0)
    expect((await shop.reverse(ids)).status).toBe(200)
    expect(await left()).toBe(3)
    const [coupon] = await shop.history(customerId)
    expect(coupon).toMatchObject({ redemptions: [] })
    expect(coupon?.['reversedRedemptions']).toHaveLength(3)
    await shop.expectLedgerAdds()
  })

  test('the use of a coupon that any customer may redeem to the customer who redeemed it', async () => {
    const { shop, coupon } = await prepare({ is_any_user: true, max_redemptions_per_customer: 1 })
    const stranger = await shop.customer()
    const reply = await shop.redeem(coupon.code, stranger)
    await shop.reverse([reply.at('redemption.0.redemptionId')])
    expect((await shop.redeem(coupon.code, stranger)).status).toBe(200)
    await shop.expectLedgerAdds()
  })

  test('an expired coupon its use, though it stays expired', async () => {
    const { shop, redeem, coupon, left } = await prepare({ max_redemptions_per_coupon: 1 })
    const { id } = await redeem()
    await queries
      .updateTable('coupons')
      .set({ valid_until: new Date('2026-06-01T00:00:00Z') })
      .where('id', '=', coupon.id)
      .execute()
    expect((await shop.reverse([id])).status).toBe(200)
    expect(await left()).toBe(1)
    expect((await redeem()).code).toBe(713)
    await shop.expectLedgerAdds()
  })
})

describe('a reversal is refused', () => {
  test('with 510 for an unknown, a foreign, a reversed or a repeated id, and nothing is reversed', async () => {
    const { shop, redeem } = await prepare()
    const other = await prepare()
    const foreign = (await other.redeem()).id
    const reversed = (await redeem()).id
    await shop.reverse([reversed])
    const { id } = await redeem()
    for (const [ids, bad] of [
      [[id, 4_000_000], [4_000_000]],
      [[foreign, id], [foreign]],
      [[id, reversed], [reversed]],
      [[id, id], [id]],
      [
        [foreign, reversed, id],
        [foreign, reversed],
      ],
    ] as [unknown[], unknown[]][]) {
      const reply = await shop.reverse(ids)
      expect(reply.status).toBe(200)
      expect(reply.json).toEqual({
        warnings: [],
        errors: bad.map((one) => ({
          status: false,
          code: 510,
          message: `Invalid Redemption ids present: ${String(one)}`,
        })),
        success: false,
      })
      await shop.expectLedgerAdds()
    }
    expect((await shop.reverse([id])).at('success')).toBe(true)
    await other.shop.expectLedgerAdds()
  })

  test('with 660 for a redemption of a revoked coupon', async () => {
    const { shop, customerId, seriesId } = await prepare()
    const { redemptionIds } = await shop.coupon(seriesId, customerId, {
      revokedAt: new Date(now),
      redemptions: [{ redeemedAt: new Date(now) }],
    })
    const reply = await shop.reverse(redemptionIds)
    expect([reply.status, reply.at('success')]).toEqual([200, false])
    expect(reply.at('errors')).toEqual([
      { status: false, code: 660, message: `Coupon code has been revoked: ${redemptionIds[0]}` },
    ])
    await shop.expectLedgerAdds()
  })

  test('with 661 without an id', async () => {
    const { shop } = await prepare()
    const reply = await shop.reverse([])
    expect([reply.status, reply.at('errors.0.code')]).toEqual([400, 661])
  })

  test('for more than a hundred ids at once', async () => {
    const { shop } = await prepare()
    const reply = await shop.reverse(Array.from({ length: 101 }, (_, n) => n + 1))
    expect([reply.status, reply.at('errors.0.code')]).toEqual([400, 400])
  })
})

describe('PUT /v2/coupon/redeem', () => {
  test('changes only the given values, so that a bill can be reported in parts', async () => {
    const { shop, redeem } = await prepare()
    const redemptionId = (await redeem()).id
    const update = (fields: object) =>
      shop.put('/v2/coupon/redeem', { redemptions: [{ redemptionId, ...fields }] })
    await update({ billAmount: '99.5', customFields: { a: 'x', n: 1 } })
    await update({ transactionNumber: 'T-9', billId: 7, billAmount: null })
    await update({ customFields: [{ b: true }, { a: 'y' }], transactionNumber: null, billId: '' })
    const [row] = await queries
      .selectFrom('redemptions')
      .select(['bill_amount', 'transaction_number', 'bill_id', 'custom_fields'])
      .where('id', '=', Number(redemptionId))
      .execute()
    expect(row).toEqual({
      bill_amount: '99.500',
      transaction_number: 'T-9',
      bill_id: 7,
      custom_fields: { a: 'y', n: '1', b: 'true' },
    })
    await shop.expectLedgerAdds()
  })

  test('makes the transaction number appear in the history at once', async () => {
    const { shop, redeem, customerId } = await prepare()
    const redemptionId = (await redeem()).id
    await shop.put('/v2/coupon/redeem', { redemptions: [{ redemptionId, transactionNumber: 'T-77' }] })
    expect((await shop.history(customerId))[0]?.['redemptions']).toMatchObject([
      { transactionNumber: 'T-77' },
    ])
  })

  test('executes the last of several updates of one redemption', async () => {
    const { shop, redeem, customerId } = await prepare()
    const redemptionId = (await redeem()).id
    const redemptions = ['A', 'B'].map((transactionNumber) => ({ redemptionId, transactionNumber }))
    expect((await shop.put('/v2/coupon/redeem', { redemptions })).at('entity.failedCount')).toBe(0)
    expect((await shop.history(customerId))[0]?.['redemptions']).toMatchObject([{ transactionNumber: 'B' }])
  })

  test('refuses a redemption of another organisation with 510', async () => {
    const { shop } = await prepare()
    const other = await prepare()
    const redemptionId = (await other.redeem()).id
    const reply = await shop.put('/v2/coupon/redeem', {
      redemptions: [{ redemptionId, transactionNumber: 'stolen' }],
    })
    expect(reply.at('entity.redemptions.0.redemptionStatus.code')).toBe(510)
    expect((await other.shop.history(other.customerId))[0]?.['redemptions']).toMatchObject([
      { transactionNumber: '' },
    ])
  })

  test('refuses a redemption of a customer other than the named one with 510, and changes the others', async () => {
    const { shop, redeem, customerId } = await prepare()
    const own = (await redeem()).id
    const stranger = await shop.customer()
    const { code } = await shop.coupon(await shop.series(), stranger)
    const foreign = (await shop.redeem(code, stranger)).at('redemption.0.redemptionId')
    const reply = await shop.put('/v2/coupon/redeem', {
      redemptions: [own, foreign].map((redemptionId) => ({ redemptionId, transactionNumber: 'T' })),
      user: { id: customerId },
    })
    expect(reply.at('entity.status.code')).toBe(762)
    expect(reply.at('entity.redemptions.1.redemptionStatus')).toEqual({
      status: false,
      code: 510,
      message: 'Invalid Redemption ids present',
    })
    expect((await shop.history(stranger))[0]?.['redemptions']).toMatchObject([{ transactionNumber: '' }])
    expect((await shop.history(customerId))[0]?.['redemptions']).toMatchObject([{ transactionNumber: 'T' }])
  })

  test('returns the stored values, and the customer of the redemptions if none is named', async () => {
    const { shop, customerId } = await prepare()
    const { code } = await shop.coupon(await shop.series(), customerId)
    const item = { code, customFields: { counter: 4, note: null } }
    const redeemed = await shop.redeem([], customerId, {
      redemptionRequestList: [item],
      billAmount: 120.5,
      transactionNumber: 'B-1',
    })
    const redemptionId = redeemed.at('redemption.0.redemptionId')
    const update = {
      redemptionId,
      customFields: [{ name: 'note', value: 'gift' }, { clerk: true }],
    }
    const reply = await shop.put('/v2/coupon/redeem', { redemptions: [update] })
    expect(reply.at('entity.redemptions.0')).toMatchObject({
      redemptionId: Number(redemptionId),
      billAmount: 120.5,
      transactionNumber: 'B-1',
      customFields: { counter: '4', note: 'gift', clerk: 'true' },
    })
    expect(reply.at('entity.user.id')).toBe(customerId)
    await shop.expectLedgerAdds()
  })

  test.each([{}, { redemptions: [] }, { redemptions: null }])(
    'answers 661 without a redemption: %j',
    async (body) => {
      const { shop } = await prepare()
      const reply = await shop.put('/v2/coupon/redeem', body)
      expect(reply.status).toBe(400)
      expect(reply.json).toEqual({
        warnings: [],
        errors: [{ status: false, code: 661, message: 'No Redemption id passed' }],
        success: false,
      })
    },
  )

  test('answers 701 for an unknown user, and changes nothing', async () => {
    const { shop, redeem, customerId } = await prepare()
    const redemptionId = (await redeem()).id
    const reply = await shop.put('/v2/coupon/redeem', {
      redemptions: [{ redemptionId, transactionNumber: 'T' }],
      user: { email: 'nobody@example.com' },
    })
    expect([reply.status, reply.at('code')]).toEqual([400, 701])
    expect((await shop.history(customerId))[0]?.['redemptions']).toMatchObject([{ transactionNumber: '' }])
  })
})
