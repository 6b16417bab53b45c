import type { Pool, PoolClient } from 'pg'
import type { WritesDataset } from './dataset.ts'

/**
 * The straightforward implementation, directly through the driver: the same effect on the same tables, without HTTP.
 */
export type Floor = (pool: Pool, data: WritesDataset, code: string) => Promise<void>

const insertRedemption = `insert into redemptions (org_id, coupon_id, series_id, customer_id, store_id, till_id, bill_amount,
  transaction_number) values ($1, $2, $3, $4, $5, $6, 100, 'bill')`

interface CouponRow {
  id: number
  series_id: number
  customer_id: number
}

const lockCoupon = `select id, series_id, customer_id from coupons
  where org_id = $1 and not is_shared and code_key(code collate "C") = $2 for update`

async function inTransaction(pool: Pool, work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await work(client)
    await client.query('commit')
  } finally {
    client.release()
  }
}

/**
 * `BEGIN; SELECT … FOR UPDATE; UPDATE; INSERT; COMMIT`: only the coupon, without counters of series or customers and
 * without events.
 */
export const textbookRedeem: Floor = (pool, { orgId, storeId, tillId }, code) =>
  inTransaction(pool, async (client) => {
    const { rows } = await client.query<CouponRow>({
      name: 'lock-coupon',
      text: lockCoupon,
      values: [orgId, code],
    })
    const [coupon] = rows
    if (coupon === undefined) throw new Error(`no coupon ${code}`)
    await client.query({
      name: 'count-coupon',
      text: 'update coupons set redeemed = redeemed + 1 where org_id = $1 and id = $2',
      values: [orgId, coupon.id],
    })
    const values = [orgId, coupon.id, coupon.series_id, coupon.customer_id, storeId, tillId]
    await client.query({ name: 'insert-redemption', text: insertRedemption, values })
  })

/** The same with the counter of a series with a limit: every transaction waits for that row. */
export const textbookHot: Floor = (pool, { orgId, storeId, tillId, hotSeriesId }, code) =>
  inTransaction(pool, async (client) => {
    await client.query({
      name: 'lock-series-row',
      text: 'select redeemed, max_redeemed from series_usage where org_id = $1 and series_id = $2 for update',
      values: [orgId, hotSeriesId],
    })
    const { rows } = await client.query<CouponRow>({
      name: 'lock-coupon',
      text: lockCoupon,
      values: [orgId, code],
    })
    const [coupon] = rows
    if (coupon === undefined) throw new Error(`no coupon ${code}`)
    await client.query({
      name: 'count-coupon',
      text: 'update coupons set redeemed = redeemed + 1 where org_id = $1 and id = $2',
      values: [orgId, coupon.id],
    })
    await client.query({
      name: 'count-series',
      text: 'update series_usage set redeemed = redeemed + 1 where org_id = $1 and series_id = $2',
      values: [orgId, hotSeriesId],
    })
    const values = [orgId, coupon.id, coupon.series_id, coupon.customer_id, storeId, tillId]
    await client.query({ name: 'insert-redemption', text: insertRedemption, values })
  })

const guarded = (withSeries: boolean) => `
with c as (
  update coupons set redeemed = redeemed + 1
  where org_id = $1 and not is_shared and code_key(code collate "C") = $2 and redeemed = 0
  returning id, series_id, customer_id
)${
  withSeries
    ? `, s as (
  update series_usage u set redeemed = redeemed + 1 from c
  where u.org_id = $1 and u.series_id = c.series_id and u.redeemed < u.max_redeemed returning u.series_id
)`
    : ''
}
insert into redemptions (org_id, coupon_id, series_id, customer_id, store_id, till_id, bill_amount, transaction_number)
select $1, c.id, c.series_id, c.customer_id, $3, $4, 100, 'bill' from c ${withSeries ? 'join s using (series_id)' : ''}`

/** One statement that counts only if permitted. */
export const guardedRedeem: Floor = async (pool, { orgId, storeId, tillId }, code) => {
  await pool.query({ name: 'guarded', text: guarded(false), values: [orgId, code, storeId, tillId] })
}

export const guardedHot: Floor = async (pool, { orgId, storeId, tillId }, code) => {
  await pool.query({ name: 'guarded-hot', text: guarded(true), values: [orgId, code, storeId, tillId] })
}

/** Issues one by one: locks the counter, inserts, counts. `code` is the new one. */
export const textbookIssue: Floor = (pool, { orgId, storeId, tillId, issueSeriesId, customers }, code) =>
  inTransaction(pool, async (client) => {
    await client.query({
      name: 'lock-series-row',
      text: 'select issued, max_issued from series_usage where org_id = $1 and series_id = $2 for update',
      values: [orgId, issueSeriesId],
    })
    await client.query({
      name: 'insert-coupon',
      text: `insert into coupons (org_id, series_id, customer_id, created_at, valid_until, issued_store_id, issued_till_id, code)
        values ($1, $2, $3, date_trunc('second', now()), '2099-12-31T23:59:59Z', $4, $5, $6)`,
      values: [orgId, issueSeriesId, Math.floor(Math.random() * customers), storeId, tillId, code],
    })
    await client.query({
      name: 'count-issued-row',
      text: 'update series_usage set issued = issued + 1 where org_id = $1 and series_id = $2',
      values: [orgId, issueSeriesId],
    })
  })
