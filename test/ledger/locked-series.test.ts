import { expect, test } from 'vitest'
import type { PoolClient } from 'pg'
import { createServer } from '../../src/api/create-server.ts'
import { createTestContext, createTestOrganisation } from '../support/harness.ts'
import { seedCoupon, seedCustomer, seedSeries } from '../support/seed.ts'

test('a code that is created while redemptions wait is not redeemed beyond its limit', async () => {
  const context = await createTestContext()
  const { pool, queries } = context.database
  const { orgId, authorization } = await createTestOrganisation(context)
  const customerId = await seedCustomer(queries, orgId)
  const waitedFor = [await seedSeries(queries, orgId), await seedSeries(queries, orgId)]
  const codes: string[] = []
  for (const seriesId of waitedFor)
    codes.push((await seedCoupon(queries, orgId, { seriesId, customerId })).code)
  const lateSeries = await seedSeries(queries, orgId, { is_multiple_use_allowed: false })
  // Two servers, each with its own lanes.
  const servers = [
    await createServer(context),
    await createServer(await createTestContext({ database: context.database })),
  ]
  const redeem = (at: number) =>
    servers[at]?.inject({
      method: 'POST',
      url: '/v2/coupon/bulk/redeem',
      headers: { authorization },
      payload: {
        redemptionRequestList: [{ code: codes[at] }, { code: 'LATE' }],
        user: { id: customerId },
        billAmount: 100,
      },
    })

  const seriesHolder = await pool.connect()
  await seriesHolder.query('begin')
  await seriesHolder.query('select from series_usage where org_id = $1 and series_id = any($2) for update', [
    orgId,
    waitedFor,
  ])
  const answers = [redeem(0), redeem(1)].map(async (one) => (await one)?.json())
  await waitingSessions(pool, 2)
  const { id } = await seedCoupon(queries, orgId, { seriesId: lateSeries, customerId, code: 'LATE' })
  const couponHolder = await pool.connect()
  await couponHolder.query('begin')
  await couponHolder.query('select from coupons where org_id = $1 and id = $2 for update', [orgId, id])
  await seriesHolder.query('commit')
  // By now the redemption has been judged and waits to write.
  await new Promise((resolve) => setTimeout(resolve, 300))
  await couponHolder.query('commit')
  for (const client of [seriesHolder, couponHolder] as PoolClient[]) client.release()
  await Promise.all(answers)

  const { rows } = await pool.query('select redeemed from coupons where org_id = $1 and id = $2', [orgId, id])
  expect(rows[0].redeemed).toBeLessThanOrEqual(1)
})

async function waitingSessions(
  pool: { query: (sql: string) => Promise<{ rows: { n: number }[] }> },
  count: number,
) {
  const giveUpAt = Date.now() + 10_000
  while (Date.now() < giveUpAt) {
    const { rows } = await pool.query(
      `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if ((rows[0]?.n ?? 0) >= count) return
  }
  throw new Error(`${count} sessions do not wait`)
}

test('the loss of a connection during a transaction does not end the process', async () => {
  const context = await createTestContext()
  const client = await context.database.pool.connect()
  await client.query('begin')
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const ended = new Promise((resolve) => client.once('end', resolve))
  const slept = client.query('select pg_sleep(10)').catch((error: unknown) => error)
  await context.database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid])
  await ended
  client.release(new Error('lost'))
  expect(await slept).toBeInstanceOf(Error)
})
