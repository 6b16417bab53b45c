import { expect, describe, test } from 'vitest'
import { workOnBatch } from '../../src/bulk/codes/work-on-batch.ts'
import { auditLedger } from '../../src/operate/integrity/audit-ledger.ts'
import { checkIndexes } from '../../src/operate/integrity/check-indexes.ts'
import { openCodeShop } from '../support/code-cases.ts'
import { createTestContext, createTestDatabase, createTestServer } from '../support/harness.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { pool } = context.database

/** Executes everything that moves a counter or writes an event, once. */
async function openBooks() {
  const shop = await openCodeShop(context, app)
  const customerId = await shop.customer()
  const seriesId = await shop.series({ is_multiple_per_customer_allowed: true })
  const issue = async () => (await shop.issue(seriesId, customerId)).at('code') as string
  const [kept, reversed, revoked, extended] = [await issue(), await issue(), await issue(), await issue()]
  await shop.redeem(kept, customerId)
  const redeemed = await shop.redeem(reversed, customerId)
  await shop.post('/v2/coupon/reactivate', { redemptionIds: [redeemed.at('redemption.0.redemptionId')] })
  await shop.post('/v2/coupon/revoke', { couponSeriesId: seriesId, couponCodes: [revoked] })
  await shop.put('/v2/coupon/bulk/expiry', {
    couponSeriesId: seriesId,
    couponCodes: [{ couponCode: extended, expiryDate: '2031-01-31T23:59:59Z' }],
  })
  const batchId = (await shop.order(await shop.poolSeries(), 20)).at('id') as number
  await workOnBatch(pool, shop.orgId, batchId)
  const faults = async () =>
    (await auditLedger(pool, shop.orgId)).flatMap(({ examples }) =>
      examples.map(({ subject, found, expected }) => `${subject}: ${found}, should be ${expected}`),
    )
  const idOf = async (code: string) =>
    (
      await pool.query<{ id: number }>('select id from coupons where org_id = $1 and code = $2', [
        shop.orgId,
        code,
      ])
    ).rows[0]?.id ?? 0
  return {
    shop,
    orgId: shop.orgId,
    customerId,
    seriesId,
    batchId,
    faults,
    ids: await Promise.all([kept, reversed, revoked, extended].map(idOf)),
  }
}
type Books = Awaited<ReturnType<typeof openBooks>>

describe('a check of the ledger', () => {
  test('finds nothing in a ledger that only the server has written', async () => {
    const books = await openBooks()
    expect(await books.faults()).toEqual([])
    await books.shop.expectLedgerAdds()
  })

  test.each<[string, string, (books: Books) => string[]]>([
    [
      'a coupon that counts one use too many',
      'update coupons set redeemed = 1 where org_id = $1 and redeemed = 0 and revoked_at is not null',
      ({ ids }) => [`coupon ${ids[2]}: 1, should be 0`],
    ],
    [
      'a series that does not count an issue',
      'update series_usage set issued = issued - 1 where org_id = $1 and issued = 4',
      ({ seriesId }) => [`series ${seriesId}: issued 3, redeemed 1, should be issued 4, redeemed 1`],
    ],
    [
      'a customer without counters',
      'delete from customer_series_usage where org_id = $1',
      ({ customerId, seriesId }) => [
        expect.stringMatching(
          new RegExp(
            `^customer ${customerId} in series ${seriesId}: issued  .*, should be issued 4 .*revoked 1, redeemed 1 `,
          ),
        ),
      ],
    ],
    [
      'a batch that counts one code too many',
      'update code_batches set asked = 21, made = 21 where org_id = $1',
      ({ batchId }) => [`code batch ${batchId}: 21 made, should be 20 codes`],
    ],
    [
      'an event that was written twice',
      `insert into events (org_id, kind, coupon_id) select org_id, kind, coupon_id from events
       where org_id = $1 and kind = 'revoked'`,
      ({ ids }) => [`revoked of coupon ${ids[2]}: 2 events, should be one`],
    ],
    [
      'an event without an effect',
      `insert into events (org_id, kind, coupon_id) select org_id, 'revoked', coupon_id from events
       where org_id = $1 and kind = 'redeemed' order by id limit 1`,
      ({ ids }) => [`revoked of coupon ${ids[0]}: 1 events, should be none`],
    ],
    [
      'a revocation without an event',
      `delete from events where org_id = $1 and kind = 'revoked'`,
      ({ ids }) => [`revoked of coupon ${ids[2]}: no event, should be one`],
    ],
    [
      'an expiry that differs from the last event',
      `update coupons set valid_until = '2031-02-01T00:00:00Z' where org_id = $1 and valid_until < '2032-01-01'`,
      ({ ids }) => [expect.stringMatching(`^coupon ${ids[3]}: 2031-02-01 .*, should be 2031-01-31 `)],
    ],
  ])('finds %s, and nothing else', async (_, sql, expected) => {
    const [books, other] = [await openBooks(), await openBooks()]
    await pool.query(sql, [books.orgId])
    expect(await books.faults()).toEqual(expected(books))
    expect(await other.faults()).toEqual([])
  })

  test('finds redemptions whose store is missing', async () => {
    const [books, other] = [await openBooks(), await openBooks()]
    const client = await pool.connect()
    try {
      await client.query('begin')
      // As a restore or an expert could do.
      await client.query('set local session_replication_role = replica')
      const { rows } = await client.query<{ id: number; store_id: number }>(
        `update redemptions set store_id = store_id + 2 ^ 40 where org_id = $1 returning id, store_id`,
        [books.orgId],
      )
      await client.query('commit')
      expect(await books.faults()).toEqual(
        rows.map(({ id, store_id }) => `redemption ${id}: none, should be store ${store_id}`),
      )
      expect(rows.length).toBeGreaterThan(0)
      expect(await other.faults()).toEqual([])
    } finally {
      client.release()
    }
  })

  test('finds a reversal without an effect, and of many faults shows twenty and counts all', async () => {
    const { shop, orgId, faults } = await openBooks()
    await pool.query(
      `insert into reversals (org_id, redemption_id) select org_id, id from redemptions r where org_id = $1
       and not exists (select from reversals v where v.org_id = r.org_id and v.redemption_id = r.id)`,
      [orgId],
    )
    expect(await faults()).toHaveLength(4)
    const seriesId = await shop.series()
    await pool.query(
      `insert into coupons (org_id, series_id, created_at, valid_until, code, redeemed)
       select $1, $2, now(), now(), 'X' || n, 1 from generate_series(1, 50) n`,
      [orgId, seriesId],
    )
    const [uses] = await auditLedger(pool, orgId)
    expect([uses?.faults, uses?.examples.length]).toEqual([51, 20])
  })
})

describe('the check of indexes', () => {
  test('finds and names an index that lacks a row, and leaves nothing behind', async () => {
    const database = await createTestDatabase()
    const { results, hindrance } = await checkIndexes(database.pool)
    expect(hindrance).toBeNull()
    expect(results.length).toBeGreaterThan(60)
    expect(results.filter(({ fault }) => fault !== null)).toEqual([])

    const isReady = (value: boolean) =>
      database.pool.query(`update pg_index set indisready = $1 where indexrelid = 'stores__name'::regclass`, [
        value,
      ])
    await isReady(false)
    await database.pool.query(`
      with o as (insert into organisations (name, time_zone, country) values ('Brand', 'UTC', 'IN') returning org_id)
      insert into stores (org_id, code, name) select org_id, 'S', 'Unknown to the index' from o`)
    await isReady(true)
    const broken = (await checkIndexes(database.pool)).results.filter(({ fault }) => fault !== null)
    expect(broken).toMatchObject([
      { index: 'stores__name', fault: expect.stringContaining('lacks matching index tuple') },
    ])
    const { rows } = await database.pool.query(`select extname from pg_extension where extname = 'amcheck'`)
    expect(rows).toEqual([])
  })

  test('reports why it could not run if the database role lacks the permission', async () => {
    const { pool: limited } = await createTestDatabase(1)
    await limited.query('create role auditor_without_rights; set role auditor_without_rights')
    try {
      const { results, hindrance } = await checkIndexes(limited)
      expect(results).toEqual([])
      expect(hindrance).toMatch(/permission denied/)
    } finally {
      await limited.query('reset role; drop role auditor_without_rights')
    }
  })
})
