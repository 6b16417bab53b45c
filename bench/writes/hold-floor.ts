import type { Pool, PoolClient } from 'pg'
import type { WritesDataset } from './dataset.ts'

/**
 * The textbook version of a hold, directly through the driver and without HTTP: a table of reservations, the row of the
 * budget locked with `SELECT … FOR UPDATE`, and a sweep that releases expired reservations. It has no counters of
 * customers, no events, no idempotency and no references, and a reservation counts until it has been swept.
 */

const createTables = `
drop schema if exists bench cascade;
create schema bench;
create table bench.budgets (series_id bigint primary key, max_given numeric not null, given numeric not null,
  reserved numeric not null, check (given + reserved <= max_given)) with (fillfactor = 50);
create table bench.reservations (id bigint generated always as identity primary key, coupon_id bigint not null unique,
  series_id bigint not null, customer_id bigint not null, amount numeric not null, expires_at timestamptz not null);
create index on bench.reservations (expires_at)`

export async function createTextbook(
  pool: Pool,
  { hotSeriesId }: WritesDataset,
  total: number,
): Promise<void> {
  await pool.query(createTables)
  await pool.query('insert into bench.budgets values ($1, $2, 0, 0)', [hotSeriesId, total])
}

async function inTransaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } finally {
    client.release()
  }
}

const discount = 10

const lockBudget = (client: PoolClient, { hotSeriesId }: WritesDataset): Promise<unknown> =>
  client.query({
    name: 'bench-lock-budget',
    text: 'select max_given, given, reserved from bench.budgets where series_id = $1 for update',
    values: [hotSeriesId],
  })

/** @returns the id of the reservation. */
export const textbookHold = (pool: Pool, data: WritesDataset, code: string, ttlS: number): Promise<number> =>
  inTransaction(pool, async (client) => {
    await lockBudget(client, data)
    const { rows } = await client.query<{ id: number; series_id: number; customer_id: number }>({
      name: 'bench-lock-coupon',
      text: `select id, series_id, customer_id from coupons
        where org_id = $1 and not is_shared and code_key(code collate "C") = $2 and redeemed = 0 for update`,
      values: [data.orgId, code],
    })
    const [coupon] = rows
    if (coupon === undefined) throw new Error(`no coupon ${code}`)
    const made = await client.query<{ id: number }>({
      name: 'bench-reserve',
      text: `insert into bench.reservations (coupon_id, series_id, customer_id, amount, expires_at)
        values ($1, $2, $3, $4, now() + make_interval(secs => $5)) returning id`,
      values: [coupon.id, coupon.series_id, coupon.customer_id, discount, ttlS],
    })
    await client.query({
      name: 'bench-count-reserved',
      text: 'update bench.budgets set reserved = reserved + $2 where series_id = $1',
      values: [data.hotSeriesId, discount],
    })
    return made.rows[0]?.id ?? 0
  })

export const textbookRedeemHold = (pool: Pool, data: WritesDataset, id: number): Promise<void> =>
  inTransaction(pool, async (client) => {
    const { orgId, hotSeriesId, storeId, tillId } = data
    await lockBudget(client, data)
    const { rows } = await client.query<{ coupon_id: number; customer_id: number }>({
      name: 'bench-take',
      text: 'delete from bench.reservations where id = $1 returning coupon_id, customer_id',
      values: [id],
    })
    const [taken] = rows
    if (taken === undefined) throw new Error(`no reservation ${id}`)
    await client.query({
      name: 'bench-count-coupon',
      text: 'update coupons set redeemed = redeemed + 1 where org_id = $1 and id = $2',
      values: [orgId, taken.coupon_id],
    })
    await client.query({
      name: 'bench-insert-redemption',
      text: `insert into redemptions (org_id, coupon_id, series_id, customer_id, store_id, till_id, bill_amount,
        transaction_number, discount_amount) values ($1, $2, $3, $4, $5, $6, 100, 'bill', $7)`,
      values: [orgId, taken.coupon_id, hotSeriesId, taken.customer_id, storeId, tillId, discount],
    })
    await client.query({
      name: 'bench-count-given',
      text: 'update bench.budgets set reserved = reserved - $2, given = given + $2 where series_id = $1',
      values: [hotSeriesId, discount],
    })
  })

const sweepEveryMs = 1_000

/** Gives back what has expired, once a second, until it is stopped. */
export function startSweep(pool: Pool, data: WritesDataset): { stop: () => Promise<void> } {
  const state = { isStopped: false }
  const sweep = (): Promise<void> =>
    inTransaction(pool, async (client) => {
      await lockBudget(client, data)
      await client.query(
        `with gone as (delete from bench.reservations where expires_at <= now() returning amount)
         update bench.budgets set reserved = reserved - (select coalesce(sum(amount), 0) from gone) where series_id = $1`,
        [data.hotSeriesId],
      )
    })
  const work = (async () => {
    while (!state.isStopped) {
      await new Promise((done) => setTimeout(done, sweepEveryMs))
      await sweep()
    }
  })()
  return {
    stop: () => {
      state.isStopped = true
      return work
    },
  }
}
