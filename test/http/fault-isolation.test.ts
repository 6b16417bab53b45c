import { expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop, type Reply, type Shop } from '../support/write-cases.ts'

/** A row is damaged so that the database refuses one item of a batch, which must not affect the other items. */
const context = await createTestContext()
const app = await createTestServer(context)
const { queries } = context.database

const mostInteger = 2_147_483_647

/** Sets the counter of a series to its maximum, so that the next count is out of range. */
async function setCounter(
  shop: Shop,
  seriesId: number,
  set: { issued?: number; redeemed?: number },
): Promise<void> {
  await queries
    .updateTable('series_usage')
    .set(set)
    .where('org_id', '=', shop.orgId)
    .where('series_id', '=', seriesId)
    .execute()
}

/** The items are executed together, and then one by one. */
function expectOneAtFault(replies: readonly Reply[], faultAt: number): void {
  const statuses = replies.map(({ status }) => status)
  expect(statuses).toEqual(replies.map((_, at) => (at === faultAt ? 500 : 200)))
  const text = replies[faultAt]?.text ?? ''
  expect(text).toContain('"code":500')
  expect(text).not.toMatch(/range|constraint|check|sql|relation/i)
}

test('a redemption that the database refuses fails without affecting the others of its batch', async () => {
  const shop = await openShop(context, app)
  const customerId = await shop.customer()
  const [damaged, sound] = [await shop.series(), await shop.series()]
  const bad = (await shop.coupon(damaged, customerId)).code
  const codes = []
  for (let n = 0; n < 6; n++) codes.push((await shop.coupon(sound, customerId)).code)
  codes.splice(3, 0, bad)
  await setCounter(shop, damaged, { redeemed: mostInteger })
  const replies = await Promise.all(codes.map((code) => shop.redeem(code, customerId)))
  expectOneAtFault(replies, 3)
  await setCounter(shop, damaged, { redeemed: 0 })
  await shop.expectLedgerAdds()
  expect((await shop.redeem(bad, customerId)).status).toBe(200)
})

test('a bulk redemption that the database refuses in part leaves nothing behind', async () => {
  const shop = await openShop(context, app)
  const customerId = await shop.customer()
  const [damaged, sound] = [await shop.series(), await shop.series()]
  const codes = [(await shop.coupon(sound, customerId)).code, (await shop.coupon(damaged, customerId)).code]
  await setCounter(shop, damaged, { redeemed: mostInteger })
  const headers = { 'idempotency-key': 'k' }
  expect((await shop.redeemBulk(codes, customerId, {}, { headers })).status).toBe(500)
  await setCounter(shop, damaged, { redeemed: 0 })
  await shop.expectLedgerAdds()
  const retried = await shop.redeemBulk(codes, customerId, {}, { headers })
  expect([retried.status, retried.at('failureCount')]).toEqual([200, 0])
  await shop.expectLedgerAdds()
})

test('an issue that the database refuses fails without affecting the others of its batch', async () => {
  const shop = await openShop(context, app)
  const [damaged, sound] = [await shop.series(), await shop.series()]
  const customers = await Promise.all(Array.from({ length: 6 }, () => shop.customer()))
  await setCounter(shop, damaged, { issued: mostInteger })
  const replies = await Promise.all(
    customers.map((customerId, at) => shop.issue(at === 4 ? damaged : sound, customerId)),
  )
  expectOneAtFault(replies, 4)
  await setCounter(shop, damaged, { issued: 0 })
  await shop.expectLedgerAdds()
})

test('a reversal that would take a counter below zero fails without affecting the others of its batch', async () => {
  const shop = await openShop(context, app)
  const customerId = await shop.customer()
  const ids: unknown[] = []
  const coupons: { id: number }[] = []
  for (let n = 0; n < 6; n++) {
    const coupon = await shop.coupon(await shop.series(), customerId)
    coupons.push(coupon)
    ids.push((await shop.redeem(coupon.code, customerId)).at('redemption.0.redemptionId'))
  }
  const damage = (redeemed: number) =>
    queries
      .updateTable('coupons')
      .set({ redeemed })
      .where('org_id', '=', shop.orgId)
      .where('id', '=', coupons[2]?.id ?? 0)
      .execute()
  await damage(0)
  const replies = await Promise.all(ids.map((id) => shop.reverse([id])))
  expectOneAtFault(replies, 2)
  await damage(1)
  await shop.expectLedgerAdds()
  expect((await shop.reverse([ids[2]])).status).toBe(200)
  await shop.expectLedgerAdds()
})
