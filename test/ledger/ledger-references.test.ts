import { expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { pool } = context.database

/** A brand with one coupon that was redeemed in its store. */
async function openLedger() {
  const shop = await openShop(context, app)
  const [seriesId, customerId] = [await shop.series(), await shop.customer()]
  const coupon = await shop.coupon(seriesId, customerId)
  expect((await shop.redeem(coupon.code, customerId)).status).toBe(200)
  const { rows } = await pool.query<Record<'coupon_id' | 'customer_id' | 'store_id', number>>(
    'select coupon_id, customer_id, store_id from redemptions where org_id = $1',
    [shop.orgId],
  )
  const [named] = rows
  if (named === undefined) throw new Error('there is no redemption')
  return { shop, seriesId, named }
}

const violation = { code: '23503' }

test.each(['coupon_id', 'customer_id', 'store_id'] as const)(
  'the database refuses the whole statement of a redemption whose %s is not of the organisation',
  async (column) => {
    const [{ shop, seriesId, named }, other] = [await openLedger(), await openLedger()]
    const insert = (last: typeof named) =>
      pool.query(
        `insert into redemptions (org_id, series_id, coupon_id, customer_id, store_id)
         select $1, $2, x.* from unnest($3::bigint[], $4::bigint[], $5::bigint[]) x`,
        [
          shop.orgId,
          seriesId,
          [named.coupon_id, last.coupon_id],
          [named.customer_id, last.customer_id],
          [named.store_id, last.store_id],
        ],
      )
    for (const strange of [2 ** 52, other.named[column]])
      await expect(insert({ ...named, [column]: strange })).rejects.toMatchObject(violation)
    const { rows } = await pool.query('select from redemptions where org_id = $1', [shop.orgId])
    expect(rows).toHaveLength(1)
    // The same statement succeeds with existing references; the store may be unknown.
    await insert(named)
    await pool.query(
      'insert into redemptions (org_id, series_id, coupon_id, customer_id) values ($1, $2, $3, $4)',
      [shop.orgId, seriesId, named.coupon_id, named.customer_id],
    )
  },
)

test.each([
  ['coupons', 'coupon_id'],
  ['customers', 'customer_id'],
  ['stores', 'store_id'],
] as const)(
  'rows of %s that a redemption refers to cannot be deleted, unlike others',
  async (table, column) => {
    const { shop, seriesId, named } = await openLedger()
    const insertSql = {
      coupons: `insert into coupons (org_id, series_id, created_at, valid_until, code)
      select $1, series_id, now(), now(), 'X' || n from generate_series(1, 2) n, series_usage where org_id = $1 returning id`,
      customers: `insert into customers (org_id) select $1 from generate_series(1, 2) returning id`,
      stores: `insert into stores (org_id, code, name) select $1, 'x' || n, 'X' from generate_series(1, 2) n returning id`,
    }[table]
    const { rows } = await pool.query<{ id: number }>(insertSql, [shop.orgId])
    const redeemed = { ...named, [column]: rows[0]?.id }
    await pool.query(
      'insert into redemptions (org_id, series_id, coupon_id, customer_id, store_id) values ($1, $2, $3, $4, $5)',
      [shop.orgId, seriesId, redeemed.coupon_id, redeemed.customer_id, redeemed.store_id],
    )
    const remove = (ids: (number | undefined)[]) =>
      pool.query(`delete from ${table} where org_id = $1 and id = any($2)`, [shop.orgId, ids])
    await expect(remove(rows.map(({ id }) => id))).rejects.toMatchObject({
      ...violation,
      table,
      message: expect.stringContaining('is named by a redemption'),
    })
    expect((await remove([rows[1]?.id])).rowCount).toBe(1)
  },
)
