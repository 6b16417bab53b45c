import { expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop, type Shop } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
/** Another process on the same database. */
const second = await createTestServer(await createTestContext({ database: context.database }))

/** The customer's coupons, which both servers must show identically. */
async function shown(shop: Shop, customerId: number, query = '') {
  const here = await shop.history(customerId, query)
  expect(await shop.history(customerId, query, { app: second })).toEqual(here)
  return here
}

test('an issue, redemption, reversal, extension or revocation is visible in the next read of any server', async () => {
  const shop = await openShop(context, app)
  const customerId = await shop.customer()
  const seriesId = await shop.series({ max_redemptions_per_coupon: 2 })

  const issued = await shop.issue(seriesId, customerId)
  const [code, id] = [issued.at('code') as string, issued.at('id')]
  expect(await shown(shop, customerId)).toMatchObject([{ id, code, redemptionCount: 0, redemptionsLeft: 2 }])

  const redeemed = await shop.redeem(code, customerId, { transactionNumber: 'T-1' })
  const redemptionId = Number(redeemed.at('redemption.0.redemptionId'))
  expect(await shown(shop, customerId)).toMatchObject([
    {
      redemptionCount: 1,
      redemptionsLeft: 1,
      redemptions: [{ id: redemptionId, transactionNumber: 'T-1' }],
      reversedRedemptions: [],
    },
  ])

  await shop.reverse([redemptionId], { app: second })
  expect(await shown(shop, customerId)).toMatchObject([
    { redemptionCount: 0, redemptionsLeft: 2, redemptions: [], reversedRedemptions: [{ id: redemptionId }] },
  ])

  const couponCodes = [{ couponCode: code, expiryDate: '2098-01-01T00:00:00Z' }]
  await shop.expire({ couponCodes })
  expect(await shown(shop, customerId)).toMatchObject([{ validTillDateTime: '2098-01-01T00:00:00Z' }])

  await shop.revoke({ couponCodes: [code] }, { app: second })
  expect(await shown(shop, customerId)).toEqual([])
  expect(await shown(shop, customerId, 'status=REVOKED')).toMatchObject([{ id }])
  await shop.expectLedgerAdds()
})

test('the filters of the history reflect each write', async () => {
  const shop = await openShop(context, app)
  const customerId = await shop.customer()
  const { code } = await shop.coupon(await shop.series({ is_multiple_use_allowed: false }), customerId)
  const statuses = async () => {
    const lists = []
    for (const status of ['REDEEMED', 'UNREDEEMED', 'REDEEMABLE'])
      lists.push((await shown(shop, customerId, `status=${status}`)).length)
    return lists
  }
  expect(await statuses()).toEqual([0, 1, 1])
  const reply = await shop.redeem(code, customerId)
  expect(await statuses()).toEqual([1, 0, 0])
  await shop.reverse([reply.at('redemption.0.redemptionId')])
  expect(await statuses()).toEqual([0, 1, 1])
})

test('a redemption by one server counts towards the limit at the other', async () => {
  const shop = await openShop(context, app)
  const customerId = await shop.customer()
  const { code } = await shop.coupon(await shop.series({ max_redemptions_per_coupon: 1 }), customerId)
  expect((await shop.redeem(code, customerId)).status).toBe(200)
  const elsewhere = await shop.redeem(code, customerId, {}, { app: second })
  expect(elsewhere.at('redemptionStatus.code')).toBe(696)
  await shop.expectLedgerAdds()
})

test('an issue, a redemption and a reversal contain the place of the till that made them', async () => {
  const shop = await openShop(context, app)
  const customerId = await shop.customer()
  const code = (await shop.issue(await shop.series(), customerId)).at('code') as string
  await shop.redeem(code, customerId)
  const [coupon] = await shown(shop, customerId)
  expect(coupon).toMatchObject({
    issuedAt: { code: shop.storeCode },
    redemptions: [{ redeemedAt: { code: shop.storeCode } }],
  })
})
