import { expect, test } from 'vitest'
import { tellExpiringCoupons } from '../../src/webhooks/tell-expiring-coupons.ts'
import { tellNearLimits } from '../../src/webhooks/tell-near-limits.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop, type Shop } from '../support/write-cases.ts'

const context = await createTestContext({ now: '2026-06-01T10:00:00Z' })
const app = await createTestServer(context)
const { pool } = context.database

const told = async (shop: Shop, kind: string) =>
  (
    await pool.query<{ coupon_id: number | null; details: unknown }>(
      'select coupon_id, details from events where org_id = $1 and kind = $2 order by id',
      [shop.orgId, kind],
    )
  ).rows
const again = (shop: Shop) =>
  pool.query('update event_scans set due_at = now() where org_id = $1', [shop.orgId])
const at = (text: string) => ({ validUntil: new Date(text) })

test('a usable coupon is announced as expiring soon, once for each expiry that it gets', async () => {
  const shop = await openShop(context, app)
  const customerId = await shop.customer()
  const seriesId = await shop.series({ is_multiple_use_allowed: false })
  const soon = '2026-06-03T23:59:59Z'
  const coupon = await shop.coupon(seriesId, customerId, at(soon))
  await shop.coupon(seriesId, customerId, at('2026-06-20T23:59:59Z'))
  await shop.coupon(seriesId, customerId, at('2026-05-31T23:59:59Z'))
  const used = await shop.coupon(seriesId, customerId, at(soon))
  expect((await shop.redeem(used.code, customerId)).at('redemptionStatus.code')).toBe(700)
  const revoked = await shop.coupon(seriesId, customerId, at(soon))
  const revocation = await shop.revoke({ couponSeriesId: seriesId, couponCodes: [revoked.code] })
  expect(revocation.at('entity.failedCount')).toBe(0)

  expect(await tellExpiringCoupons(context, shop.orgId)).toBe(1)
  expect(await told(shop, 'expiring-soon')).toEqual([
    { coupon_id: coupon.id, details: { validUntil: '2026-06-03T23:59:59+00:00' } },
  ])
  // Nothing happens before the next round is due, in which the coupon has been announced already.
  expect(await tellExpiringCoupons(context, shop.orgId)).toBeUndefined()
  await again(shop)
  expect(await tellExpiringCoupons(context, shop.orgId)).toBe(0)
  const moved = await shop.expire({
    couponCodes: [{ couponCode: coupon.code, expiryDate: '2026-06-02T12:00:00Z' }],
  })
  expect(moved.status).toBe(200)
  await again(shop)
  expect(await tellExpiringCoupons(context, shop.orgId)).toBe(1)
  expect(await told(shop, 'expiring-soon')).toHaveLength(2)
})

test('processes that scan at once announce each coupon once', async () => {
  const shop = await openShop(context, app)
  const [customerId, seriesId] = [await shop.customer(), await shop.series()]
  for (let n = 0; n < 10; n++) await shop.coupon(seriesId, customerId, at('2026-06-02T23:59:59Z'))
  const counts = await Promise.all([1, 2, 3].map(() => tellExpiringCoupons(context, shop.orgId)))
  expect(counts.reduce<number>((sum, n) => sum + (n ?? 0), 0)).toBe(10)
  expect(await told(shop, 'expiring-soon')).toHaveLength(10)
})

test('a limit that is nearly used up is announced once, and again if it is changed', async () => {
  const shop = await openShop(context, app)
  const customerId = await shop.customer()
  const seriesId = await shop.series({
    is_multiple_per_customer_allowed: true,
    max_issued: 10,
    valid_until: new Date('2099-12-31T23:59:59Z'),
  })
  const issue = (count: number) => shop.issueMany(seriesId, count, customerId)
  await issue(8)
  expect(await tellNearLimits(context, shop.orgId)).toBe(0)
  await issue(1)
  await again(shop)
  expect(await tellNearLimits(context, shop.orgId)).toBe(1)
  await issue(1)
  await again(shop)
  expect(await tellNearLimits(context, shop.orgId)).toBe(0)
  expect(await told(shop, 'limit-near')).toEqual([
    { coupon_id: null, details: { seriesId, limit: 'maxCreate', max: 10, used: 9 } },
  ])
  await pool.query('update series_usage set max_issued = 11 where org_id = $1 and series_id = $2', [
    shop.orgId,
    seriesId,
  ])
  await again(shop)
  expect(await tellNearLimits(context, shop.orgId)).toBe(1)
})
