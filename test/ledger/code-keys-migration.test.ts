import { randomUUID } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { pino } from 'pino'
import { expect, inject, test } from 'vitest'
import { createConnections, createPool } from '../../src/platform/db/database.ts'
import { DatabaseWatch } from '../../src/platform/db/watch.ts'
import { createQueries } from '../../src/platform/db/queries.ts'
import { codeKey } from '../../src/values/coupon-code.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop, type Shop } from '../support/write-cases.ts'
import { cleanUpLater } from '../support/clean-up.ts'

const log = pino({ level: 'silent' })
const folder = new URL('../../migrations/', import.meta.url)
const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
const sqlOf = (name: string) => readFile(new URL(name, folder), 'utf8')

/** A database in the state of the previous release, with all migrations except that of the keys. */
async function databaseBefore() {
  const { host, user } = inject('postgres')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const admin = createPool({ host, user, database: 'postgres' }, 1, log)
  await admin.query(`create database ${name} template template0`)
  const connections = createConnections({ host, user, database: name }, log)
  const pool = connections.pool(5)
  cleanUpLater(async () => {
    await pool.end()
    await admin.query(`drop database if exists ${name} with (force)`)
    await admin.end()
  })
  // A later migration makes an index of 0017 anew, which is not there yet.
  const withoutIndex = (text: string) => text.replace(/^drop index coupons__shared_code_key;[^;]*;/m, '')
  for (const one of names.filter((one) => !one.startsWith('0017')))
    await pool.query(withoutIndex(await sqlOf(one)))
  return {
    pool,
    queries: createQueries(pool),
    connections,
    watch: new DatabaseWatch(connections, log, () => false),
    migrated: [],
    secretKeys: [],
    isDiskFull: () => false,
    close: async () => {},
  }
}

test('two codes that become one by the new key both work after the migration, which records its changes', async () => {
  const database = await databaseBefore()
  const { pool } = database
  const context = await createTestContext({ database })
  const app = await createTestServer(context)
  const shop = await openShop(context, app)
  const [seriesId, customerId] = [await shop.series({ is_any_user: true }), await shop.customer()]
  const coupon = (code: string, given: Parameters<Shop['coupon']>[2] = {}) =>
    shop.coupon(seriesId, customerId, { code, ...given })
  // The older coupon has expired, so the redeemable one keeps the code.
  const expired = await coupon('über', { validUntil: new Date('2020-01-01') })
  const working = await coupon('ÜBER')
  // Both work, so the older one keeps the code. A third coupon already has the code that would replace it.
  const older = await coupon('gruß')
  const plain = await coupon('GRUSS')
  await coupon('gruss-2')
  const marked = await coupon('e\u0301-1')
  const composed = await coupon('É-1')
  const long = await coupon('é'.repeat(100))
  const longer = await coupon('É'.repeat(100))
  // The keys of these are unique.
  const alone = await coupon(' pasted\u200B ')
  await coupon('ASCII')
  await shop.pool(seriesId, ['Σ1'])
  const given = await coupon('ς1')
  const commonId = await shop.generic('Straße', { is_any_user: true })
  const otherCommonId = await shop.generic('STRASSE', { is_any_user: true })
  const issue = async (id: number) =>
    pool.query(
      `insert into coupons (org_id, series_id, customer_id, created_at, valid_until, code, is_shared)
       select $1, id, $2, now(), '2099-01-01', generic_code, true from series where id = $3 returning id`,
      [shop.orgId, customerId, id],
    )
  await issue(commonId)
  await issue(otherCommonId)
  const stranger = await openShop(context, app)
  await stranger.coupon(await stranger.series(), await stranger.customer(), { code: 'über' })
  const before = await pool.query<{ id: number; code: string }>('select id, code from coupons order by id')

  await pool.query(await sqlOf(names.find((name) => name.startsWith('0017')) ?? ''))

  const after = await pool.query<{ id: number; code: string }>('select id, code from coupons order by id')
  expect(after.rows.map(({ id }) => id)).toEqual(before.rows.map(({ id }) => id))
  const { rows: renamed } = await pool.query<{ id: number; before: string; now: string }>(
    'select coupon_id as id, code_before as before, code_now as now from renamed_codes where org_id = $1 order by coupon_id',
    [shop.orgId],
  )
  const { rows: changed } = await pool.query<{ id: number; code: string }>(
    'select id, code from coupons where id = any($1) order by id',
    [renamed.map(({ id }) => id)],
  )
  expect(changed).toEqual(renamed.map(({ id, now }) => ({ id, code: now })))
  const { rows: waiting } = await pool.query<{ id: number }>(`select id from coupons where code = 'Σ1-2'`)
  expect(renamed.slice(0, 5)).toEqual([
    { id: expired.id, before: 'über', now: 'über-2' },
    { id: plain.id, before: 'GRUSS', now: 'GRUSS-3' },
    { id: composed.id, before: 'É-1', now: 'É-1-2' },
    { id: longer.id, before: 'É'.repeat(100), now: `${'É'.repeat(98)}-2` },
    { id: waiting[0]?.id, before: 'Σ1', now: 'Σ1-2' },
  ])
  expect(renamed.slice(5).map(({ before, now }) => [before, now])).toEqual([
    ['STRASSE', 'STRASSE-2'],
    ['STRASSE', 'STRASSE-2'],
  ])
  // From now on the common code that the series keeps is issued.
  const { rows: common } = await pool.query(
    'select generic_code as code from series where id = any($1) order by id',
    [[commonId, otherCommonId]],
  )
  expect(common).toEqual([{ code: 'Straße' }, { code: 'STRASSE-2' }])

  for (const [code, id] of [
    ['über', working.id],
    ['GRUß', older.id],
    ['gruss-3', plain.id],
    ['É-1', marked.id],
    ['é-1-2', composed.id],
    ['é'.repeat(100), long.id],
    ['pasted', alone.id],
    ['σ1', given.id],
  ] as const) {
    const redeemed = await shop.redeem(code, customerId)
    expect([redeemed.status, redeemed.at('redemption.0.id') ?? redeemed.text], code).toEqual([200, id])
  }
  expect((await shop.redeem('über-2', customerId)).at('redemptionStatus.code')).toBe(713)
  for (const code of ['strasse', 'straße-2', 'ascii'])
    expect(await shop.redeem(code, customerId), code).toMatchObject({ status: 200 })
  const { rows } = await pool.query<{ code: string; key: string }>(
    'select code, code_key(code collate "C") as key from coupons',
  )
  expect(rows.filter(({ code, key }) => codeKey(code) !== key)).toEqual([])
})

test('statements of the previous release still find codes and skip existing ones', async () => {
  const context = await createTestContext()
  const shop = await openShop(context, await createTestServer(context))
  const [seriesId, customerId] = [await shop.series(), await shop.customer()]
  const { pool } = context.database
  await shop.coupon(seriesId, customerId, { code: 'Über1' })
  const insert = (code: string) =>
    pool.query(
      `insert into coupons (org_id, series_id, created_at, valid_until, code) values ($1, $2, now(), '2099-01-01', $3)
       on conflict (org_id, upper(code collate "C")) where not is_shared do nothing`,
      [shop.orgId, seriesId, code],
    )
  expect((await insert('ÜBER1')).rowCount).toBe(0)
  expect((await insert('NEW1')).rowCount).toBe(1)
  expect((await insert('new1')).rowCount).toBe(0)
  await expect(insert('ü\u200BBER1')).rejects.toMatchObject({ constraint: 'coupons__code_key' })
  const found = await pool.query(
    `select from coupons where org_id = $1 and upper(code collate "C") = 'NEW1'`,
    [shop.orgId],
  )
  expect(found.rowCount).toBe(1)
})
