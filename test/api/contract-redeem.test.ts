import { describe, expect, test } from 'vitest'
import { readExample } from '../support/contract-examples.ts'
import { expectShape } from '../support/contract-shape.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop, pick } from '../support/write-cases.ts'

const context = await createTestContext({ now: '2025-09-28T09:00:00Z' })
const app = await createTestServer(context)

async function prepare(externalId: string) {
  const shop = await openShop(context, app)
  const customerId = await shop.customer({
    firstName: 'Ilse',
    lastName: 'Pohl',
    mobile: '9400488246',
    email: 'ilse@example.com',
    externalId,
  })
  const seriesId = await shop.series({ discount_type: 'PERC', discount_value: '10', discount_upto: '100' })
  return { shop, customerId, seriesId }
}

describe('POST /v2/coupon/redeem', () => {
  test('returns the id of the redemption in the history', async () => {
    const { shop, customerId, seriesId } = await prepare('696969')
    const coupon = await shop.coupon(seriesId, customerId)
    const reply = await shop.redeem(coupon.code, customerId)
    const [held] = await shop.history(customerId)
    expect(reply.at('redemption.0.redemptionId')).toBe(String(pick(held, 'redemptions.0.id')))
    await shop.expectLedgerAdds()
  })

  test('answers a refusal with 400 in the shape of a success, with the reason in the item and overall', async () => {
    const { shop, customerId, seriesId } = await prepare('696969')
    const coupon = await shop.coupon(seriesId, customerId, { validUntil: new Date('2025-09-01T00:00:00Z') })
    const reply = await shop.redeem(coupon.code, customerId)
    expect(reply.status).toBe(400)
    const { redemption, ...rest } = structuredClone(readExample('redeem', 'a coupon').answer) as unknown as {
      redemption: Record<string, unknown>[]
    }
    delete redemption[0]?.['redemptionId']
    expectShape(reply.json, { redemption, ...rest })
    const status = { status: false, code: 713, message: 'Coupon has expired' }
    expect(reply.at('redemptionStatus')).toEqual(status)
    expect(reply.at('redemption.0.redemptionStatus')).toEqual({
      statusCode: status,
      warnings: [],
      warningsAsStatusCode: [],
      message: 'Coupon has expired',
      code: 713,
      success: false,
    })
    await shop.expectLedgerAdds()
  })

  test('answers an unknown customer with 400 and the flat body', async () => {
    const { shop, customerId, seriesId } = await prepare('1')
    const coupon = await shop.coupon(seriesId, customerId)
    const { answer } = readExample('bulk-redeem', 'an unknown customer')
    for (const user of [{ externalId: 'nobody' }, { mobile: 'x' }, { id: 4_000_000 }]) {
      const reply = await shop.redeem(coupon.code, 0, { user })
      expect([reply.status, reply.json]).toEqual([400, answer])
    }
    await shop.expectLedgerAdds()
  })
})

describe('POST /v2/coupon/bulk/redeem', () => {
  test.each(['is_redeemable', 'isredeemable'])(
    'checks the codes and redeems nothing with %s=true',
    async (parameter) => {
      const { shop, customerId } = await prepare('1')
      const seriesId = await shop.series({ discount_value: '122', discount_code: '123123123123' })
      const coupon = await shop.coupon(seriesId, customerId, { code: 'WWTX7NIPSDC34DFX' })
      const reply = await shop.post(`/v2/coupon/bulk/redeem?${parameter}=true`, {
        redemptionRequestList: [{ code: 'wwtx7nipsdc34dfx' }],
        user: { id: customerId },
        billAmount: 1,
      })
      expect(reply.status).toBe(200)
      expect(reply.at('response.0')).toMatchObject({
        entityId: coupon.id,
        result: { redemptionId: '-1', redemptionStatus: { message: 'Coupon isRedeem successful' } },
        errors: [],
      })
      expect((await shop.history(customerId))[0]?.['redemptions']).toEqual([])
      await shop.expectLedgerAdds()
    },
  )

  test('redeems none of fifty-one codes (629) and all of fifty', async () => {
    const { shop, customerId, seriesId } = await prepare('1')
    const coupons = []
    for (let n = 0; n < 51; n++) coupons.push(await shop.coupon(seriesId, customerId))
    const codes = coupons.map(({ code }) => code)
    const reply = await shop.redeemBulk(codes, customerId)
    expect(reply.status).toBe(400)
    expect(reply.at('response.0.errors.0.code')).toBe(629)
    await shop.expectLedgerAdds()
    expect((await shop.redeemBulk(codes.slice(1), customerId)).json).toMatchObject({
      totalCount: 50,
      failureCount: 0,
    })
    await shop.expectLedgerAdds()
  })

  test('redeems nothing if one coupon is refused: that one has the reason, every other one 749', async () => {
    const { shop, customerId, seriesId } = await prepare('1')
    const { code, id } = await shop.coupon(seriesId, customerId)
    const reply = await shop.redeemBulk([code, 'NO-SUCH-CODE'], customerId)
    expect(reply.status).toBe(200)
    expect(reply.json).toMatchObject({ totalCount: 2, failureCount: 2 })
    expect(reply.at('response.0.entityId')).toBe(id)
    expect(reply.at('response.0.result.redemptionId')).toBeUndefined()
    expect(reply.at('response.0.errors.0.code')).toBe(749)
    expect(reply.at('response.1')).toEqual({
      result: {
        currencyInput: false,
        localToBaseCurrencyExchangeRate: 0,
        warnings: [],
        appendedErrorMessage: '',
        code: 'NO-SUCH-CODE',
        isAbsolute: false,
        redemptionStatus: {
          statusCode: { status: false, code: 702, message: 'Coupon code is invalid' },
          warnings: [],
          warningsAsStatusCode: [],
          code: 702,
          success: false,
          message: 'Coupon code is invalid',
        },
      },
      errors: [{ status: false, code: 702, message: 'Coupon code is invalid' }],
    })
    await shop.expectLedgerAdds()
  })
})

describe('GET /v2/coupon/is_redeemable', () => {
  const prepareCodes = async () => {
    const { shop } = await prepare('1')
    const customerId = await shop.customer({
      firstName: 'Asha',
      lastName: 'Rao',
      email: 'asha@example.com',
      externalId: 'ext_id7601667095',
      mobile: '7601667095',
    })
    const seriesId = await shop.series({ discount_type: 'PERC' })
    for (const code of ['6B88U6ED', 'V080OLI6']) await shop.coupon(seriesId, customerId, { code })
    return { shop, customerId, seriesId }
  }

  test('answers 200 for a coupon that is not redeemable, with the reason in the item and 780 overall', async () => {
    const { shop, customerId } = await prepareCodes()
    const reply = await shop.isRedeemable(['6B88U6ED', 'NONE'], customerId)
    expect(reply.status).toBe(200)
    expect(reply.at('redemption.0.isRedeemable')).toBe(true)
    expect(reply.at('redemption.1')).toMatchObject({
      isRedeemable: false,
      code: 'NONE',
      appendedErrorMessage: 'Coupon code is invalid',
      warnings: [{ status: false, code: 702, message: 'Coupon code is invalid' }],
    })
    expect(reply.at('redemptionStatus')).toEqual({
      status: false,
      code: 780,
      message: 'Coupon isRedeem failed',
    })
  })

  test('returns the series only on request and only for a redeemable coupon', async () => {
    const { shop, customerId, seriesId } = await prepareCodes()
    const gone = await shop.coupon(seriesId, customerId, { validUntil: new Date('2025-09-01T00:00:00Z') })
    const codes = ['V080OLI6', gone.code]
    const plain = await shop.isRedeemable(codes, customerId, 'details=false')
    const detailed = await shop.isRedeemable(codes, customerId, 'details=TRUE')
    const extended = await shop.isRedeemable(codes, customerId, 'details=extended')
    expect(plain.at('redemption.0.couponseries')).toBeUndefined()
    expect(detailed.at('redemption.0.couponseries.description')).toBe('Ten off')
    expect(detailed.at('redemption.0.discountValue')).toBe(10)
    expect(detailed.at('redemption.0.couponseries.id')).toBeUndefined()
    expect(detailed.at('redemption.1.couponseries')).toBeUndefined()
    expect(extended.at('redemption.0.couponseries')).toMatchObject({
      id: seriesId,
      orgId: shop.orgId,
      brands: [],
    })
    expect((await shop.isRedeemable(codes, customerId, 'details=some')).status).toBe(400)
  })
})
