import { expect, test } from 'vitest'
import { createTestContext, createTestOrganisation } from '../support/harness.ts'
import { seedCustomer, seedSeries } from '../support/seed.ts'

const context = await createTestContext()
const { pool, queries } = context.database

/** An organisation with a coupon, and how to insert a hold of it. */
async function openShop() {
  const { orgId } = await createTestOrganisation(context)
  const [seriesId, customerId] = [await seedSeries(queries, orgId), await seedCustomer(queries, orgId)]
  const { rows } = await pool.query<{ id: number }>(
    `insert into coupons (org_id, series_id, customer_id, created_at, valid_until, code)
     values ($1, $2, $3, now(), now() + interval '1 year', 'HELD') returning id`,
    [orgId, seriesId, customerId],
  )
  const couponId = rows[0]?.id ?? 0
  const hold = (holder = customerId) =>
    pool.query(
      `insert into holds (org_id, id, owner_kind, owner_id, reference, customer_id, codes, bill, created_at, expires_at)
       values ($1, 1, 'till', 1, 'cart', $2, '[]', '{}', now(), now() + interval '1 hour')`,
      [orgId, holder],
    )
  const item = (holdId = 1, coupon = couponId) =>
    pool.query(
      `insert into hold_items (org_id, hold_id, coupon_id, series_id, customer_id, discount_amount, expires_at)
       values ($1, $2, $3, $4, $5, 1, now() + interval '1 hour')`,
      [orgId, holdId, coupon, seriesId, customerId],
    )
  const counts = async () => {
    const { rows: found } = await pool.query<{ holds: number; items: number }>(
      `select (select count(*) from holds where org_id = $1)::int as holds,
         (select count(*) from hold_items where org_id = $1)::int as items`,
      [orgId],
    )
    return found[0]
  }
  return { orgId, customerId, couponId, hold, item, counts }
}

const violation = { code: '23503' }

test('the database refuses holds and items that refer to rows that the organisation does not have', async () => {
  const [shop, other] = [await openShop(), await openShop()]
  await expect(shop.hold(other.customerId)).rejects.toMatchObject(violation)
  await expect(shop.item()).rejects.toMatchObject(violation)
  await shop.hold()
  await expect(shop.item(1, other.couponId)).rejects.toMatchObject(violation)
  await shop.item()
  expect(await shop.counts()).toEqual({ holds: 1, items: 1 })
})

test('holds and items are deleted with the customer, the hold or the coupon that they name', async () => {
  const [one, two, untouched] = [await openShop(), await openShop(), await openShop()]
  for (const shop of [one, two, untouched]) {
    await shop.hold()
    await shop.item()
  }
  await pool.query('delete from coupons where org_id = $1', [one.orgId])
  expect(await one.counts()).toEqual({ holds: 1, items: 0 })
  await pool.query('delete from coupons where org_id = $1', [two.orgId])
  await pool.query('delete from customers where org_id = $1', [two.orgId])
  expect(await two.counts()).toEqual({ holds: 0, items: 0 })
  await pool.query('delete from holds where org_id = $1', [untouched.orgId])
  expect(await untouched.counts()).toEqual({ holds: 0, items: 0 })
})
