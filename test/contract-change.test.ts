import { describe, expect, test } from 'vitest'
import { expectShape, readExample } from './contract-shape.ts'
import { createTestContext, createTestServer } from './harness.ts'
import { openShop } from './write-cases.ts'

const now = '2025-09-20T10:00:00Z'
const context = await createTestContext({ now })
const app = await createTestServer(context)

describe('PUT /v2/coupon/redeem', () => {
  test('answers as in the published example: one redemption updated, one unknown', async () => {
    const example = readExample('update-redemption')
    const shop = await openShop(context, app)
    const customerId = await shop.customer({ firstName: 'Mira', lastName: 'Okoye', mobile: '9400488247' })
    const coupon = await shop.coupon(await shop.series(), customerId, {
      redemptions: [{ redeemedAt: new Date('2025-09-19T10:00:00Z') }],
    })
    const [first, second] = example.request['redemptions'] as [object, object]
    const [redemptionId] = coupon.redemptionIds
    const reply = await shop.put('/v2/coupon/redeem', {
      ...example.request,
      redemptions: [{ ...first, redemptionId: String(redemptionId) }, second],
    })
    expect(reply.status).toBe(200)
    expectShape(reply.json, example.answer)
    expect(reply.json).toMatchObject({
      ...example.answer,
      entity: {
        ...(example.answer['entity'] as object),
        redemptions: [
          { redemptionId, billAmount: 100, transactionNumber: 'updated-trans_for demo', billId: 10_000 },
          { redemptionId: 25_091_316, redemptionStatus: { status: false, code: 510 } },
        ],
        user: { id: customerId },
      },
    })
    await shop.expectLedgerAdds()
  })

  test('is 761 when all were updated and 510 when none was', async () => {
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
    expect(done.at('entity.user')).toBeUndefined()
    const none = await ask(4_000_000)
    expect(none.status).toBe(200)
    expect(none.at('entity.status')).toMatchObject({ status: false, code: 510 })
    expect(none.json).toMatchObject({ entity: { totalCount: 1, failedCount: 1 }, success: true })
  })
})

describe('POST /v2/coupon/reactivate', () => {
  test('answers with what was taken back', async () => {
    const example = readExample('reactivate')
    const shop = await openShop(context, app, { timeZone: 'Asia/Kolkata' })
    const coupon = await shop.coupon(await shop.series(), await shop.customer(), {
      redemptions: [{ redeemedAt: new Date(now) }, { redeemedAt: new Date(now) }],
    })
    const [one, two] = coupon.redemptionIds
    const reply = await shop.reverse([one, String(two)])
    expect(reply.status).toBe(200)
    expectShape(reply.json, example.answer)
    expect(reply.at('entity.redemptions')).toEqual(
      [one, two].map((id) => ({
        id,
        couponId: coupon.id,
        code: coupon.code,
        reversedOn: '2025-09-20T15:30:00+05:30',
      })),
    )
    await shop.expectLedgerAdds()
  })

  test('is refused with one error per bad id, which names it', async () => {
    const { refused, noId } = readExample('reactivate')
    const shop = await openShop(context, app)
    const reply = await shop.reverse([18_958_125, '18958126'])
    expect(reply.status).toBe(400)
    expectShape(reply.json, refused)
    expect(reply.json).toMatchObject({
      errors: [
        { code: 510, message: 'Invalid Redemption ids present: 18958125' },
        { code: 510, message: 'Invalid Redemption ids present: 18958126' },
      ],
    })
    for (const body of [{ redemptionIds: [] }, {}, { redemptionIds: null }]) {
      const none = await shop.post('/v2/coupon/reactivate', body)
      expect([none.status, none.json]).toEqual([400, noId])
    }
  })
})

describe('PUT /v2/coupon/bulk/expiry', () => {
  test('answers as in the published example: one coupon changed, one code unknown', async () => {
    const example = readExample('bulk-expiry')
    const shop = await openShop(context, app)
    const customerId = await shop.customer({ mobile: '9400488248' })
    const seriesId = await shop.series()
    await shop.coupon(seriesId, customerId, { code: '4716726416' })
    const reply = await shop.expire({ ...example.request, couponSeriesId: seriesId })
    expect(reply.status).toBe(200)
    expectShape(reply.json, example.answer)
    expect(reply.json).toEqual({
      ...example.answer,
      entity: {
        ...(example.answer['entity'] as object),
        userId: customerId,
        couponSeriesId: seriesId,
      },
    })
    expect((await shop.history(customerId))[0]?.['validTillDateTime']).toBe('2025-10-30T10:00:00Z')
    await shop.expectLedgerAdds()
  })
})

describe('POST /v2/coupon/revoke', () => {
  test('answers as in the published example: one coupon revoked, two codes unknown', async () => {
    const example = readExample('revoke')
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const seriesId = await shop.series()
    const code = '3H2G6OAGPAQ3FYMT5IO4ZNV49V21VEV05JBP6S3T'
    const { id } = await shop.coupon(seriesId, customerId, { code })
    const reply = await shop.revoke({ ...example.request, couponSeriesId: seriesId })
    expect(reply.status).toBe(200)
    expectShape(reply.json, example.answer)
    expect(reply.json).toEqual({
      ...example.answer,
      entity: {
        ...(example.answer['entity'] as object),
        revokedCoupons: [{ couponId: id, couponCode: code, issuedToUserId: customerId }],
      },
    })
    await shop.expectLedgerAdds()
  })

  test.each([
    ['', 'AB12', 'NONE'],
    ['?couponCodeCase=lower', 'ab12', 'none'],
    ['?couponCodeCase=AS_IT_IS', 'aB12', 'nOnE'],
  ])('prints codes in the case of the query %s', async (query, shown, unknown) => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series()
    await shop.coupon(seriesId, await shop.customer(), { code: 'aB12' })
    const body = { couponSeriesId: seriesId, couponCodes: ['Ab12', 'nOnE'] }
    const reply = await shop.post(`/v2/coupon/revoke${query}`, body)
    expect(reply.at('entity.revokedCoupons.0.couponCode')).toBe(shown)
    expect(reply.at('entity.failedToRevoke.0.couponCodes')).toEqual([unknown])
  })
})
