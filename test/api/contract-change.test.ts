import { describe, expect, test } from 'vitest'
import { readExample } from '../support/contract-examples.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop } from '../support/write-cases.ts'

const now = '2025-09-20T10:00:00Z'
const context = await createTestContext({ now })
const app = await createTestServer(context)

describe('PUT /v2/coupon/redeem', () => {
  test('answers 761 when all redemptions were updated and 510 when none was', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const { redemptionIds } = await shop.coupon(await shop.series(), customerId, {
      redemptions: [{ redeemedAt: new Date(now) }],
    })
    const ask = (redemptionId: unknown) =>
      shop.put('/v2/coupon/redeem', { redemptions: [{ redemptionId, billAmount: 5 }] })
    const done = await ask(redemptionIds[0])
    expect(done.at('entity.status')).toEqual({
      status: true,
      code: 761,
      message: 'Coupon redemption update successful',
    })
    expect(done.at('entity.user.id')).toBe(customerId)
    const none = await ask(4_000_000)
    expect(none.status).toBe(200)
    expect(none.at('entity.status')).toMatchObject({ status: false, code: 510 })
    expect(none.json).toMatchObject({ entity: { totalCount: 1, failedCount: 1 }, success: true })
  })
})

describe('POST /v2/coupon/reactivate', () => {
  test('returns the time of the reversal in the time zone of the organisation', async () => {
    const shop = await openShop(context, app, { timeZone: 'Asia/Kolkata' })
    const coupon = await shop.coupon(await shop.series(), await shop.customer(), {
      redemptions: [{ redeemedAt: new Date(now) }],
    })
    const reply = await shop.reverse(coupon.redemptionIds)
    expect(reply.at('entity.redemptions.0.reversedOn')).toBe('2025-09-20T15:30:00+05:30')
    await shop.expectLedgerAdds()
  })

  test.each([{}, { redemptionIds: null }])('answers 661 to a request without an id: %j', async (body) => {
    const shop = await openShop(context, app)
    const reply = await shop.post('/v2/coupon/reactivate', body)
    expect([reply.status, reply.json]).toEqual([400, readExample('reactivate', 'no id').answer])
  })
})

describe('POST /v2/coupon/revoke', () => {
  test.each([
    ['', 'AB12', 'NONE'],
    ['?couponCodeCase=lower', 'ab12', 'none'],
    ['?couponCodeCase=AS_IT_IS', 'aB12', 'nOnE'],
  ])('prints codes in the letter case that the query %s asks for', async (query, shown, unknown) => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series()
    await shop.coupon(seriesId, await shop.customer(), { code: 'aB12' })
    const body = { couponSeriesId: seriesId, couponCodes: ['Ab12', 'nOnE'] }
    const reply = await shop.post(`/v2/coupon/revoke${query}`, body)
    expect(reply.at('entity.revokedCoupons.0.couponCode')).toBe(shown)
    expect(reply.at('entity.failedToRevoke.0.couponCodes')).toEqual([unknown])
  })
})
