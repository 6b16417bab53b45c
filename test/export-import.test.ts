import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { exportRows } from '../src/files/export-rows.ts'
import type { ExportKind } from '../src/files/export-sql.ts'
import { openImports } from './file-cases.ts'
import { createTestContext, createTestServer } from './harness.ts'
import { customerIn, type Answer } from './saved-answers.ts'
import { seedCoupon } from './seed.ts'

const context = await createTestContext({ now: '2026-01-01T00:00:00Z' })
const app = await createTestServer(context)
const { pool } = context.database
type Shop = Awaited<ReturnType<typeof openImports>>

async function exported(orgId: number, kind: ExportKind, format: 'csv' | 'ndjson'): Promise<Buffer> {
  const chunks: Buffer[] = []
  const target = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  const filter = { orgId, seriesId: undefined, statuses: [], fromS: undefined, toS: undefined }
  await exportRows({ database: context.database, kind, format, isGzip: false, filter, target })
  return Buffer.concat(chunks)
}

/** The same series and stores: they do not come in by files. */
async function copyTerms(from: number, to: number): Promise<void> {
  const columns = async (table: string) => {
    const { rows } = await pool.query<{ name: string }>(
      `select string_agg(quote_ident(attname), ', ' order by attnum) as name from pg_attribute
       where attrelid = $1::regclass and attnum > 0 and not attisdropped and attname <> 'org_id'`,
      [table],
    )
    return rows[0]?.name ?? ''
  }
  for (const table of ['stores', 'series']) {
    const names = await columns(table)
    await pool.query(
      `insert into ${table} (org_id, ${names}) select $2, ${names} from ${table} where org_id = $1 on conflict do nothing`,
      [from, to],
    )
  }
  await pool.query(
    `insert into series_usage (org_id, series_id, max_issued, max_redeemed)
     select $2, series_id, max_issued, max_redeemed from series_usage where org_id = $1`,
    [from, to],
  )
}

/** What a customer is shown, but for the ids of coupons and redemptions. */
async function history({ authorization }: Shop, mobile: string): Promise<unknown> {
  const url = `/v2/customers/coupons?mobile=${mobile}&limit=1000`
  const answer = await app.inject({ url, headers: { authorization } })
  expect(answer.statusCode).toBe(200)
  const { coupons, ...customer } = customerIn(answer.json<Answer>())
  const anonymous = (one: object): object => ({ ...one, id: 0 })
  const shown = coupons.map((coupon) => ({
    ...anonymous(coupon),
    redemptions: (coupon['redemptions'] as object[]).map(anonymous),
    reversedRedemptions: (coupon['reversedRedemptions'] as object[]).map(anonymous),
  }))
  return { ...customer, coupons: shown.map((coupon) => JSON.stringify(coupon)).toSorted() }
}

/** Two customers with coupons that spreadsheets would like to run, used, taken back and waiting. */
async function fill(shop: Shop): Promise<void> {
  const one = { is_multiple_per_customer_allowed: true, is_any_user: true }
  const generated = await shop.series({
    ...one,
    custom_properties: JSON.stringify([{ name: 'a', value: '=1' }]),
  })
  const uploaded = await shop.series({ ...one, client_handling_type: 'DISC_CODE_PIN' })
  const [asha, ravi] = [
    await shop.customer({ mobile: '9400488244', firstName: '=SUM(1)', lastName: 'Menon, "A"' }),
    await shop.customer({ mobile: '7003222195', email: 'ravi@example.com', externalId: '+77' }),
  ]
  const coupon = (seriesId: number, customerId: number, rest: object) =>
    seedCoupon(context.database.queries, shop.orgId, { seriesId, customerId, ...rest })
  const at = (day: number) => new Date(Date.UTC(2025, 10, day, 9, 30, day))
  await coupon(generated, asha, { code: '-A1', createdAt: at(1), transactionNumber: '@bill' })
  await coupon(generated, asha, {
    code: 'used,"twice"',
    createdAt: at(2),
    storeId: shop.storeId,
    redemptions: [
      { redeemedAt: at(3), storeId: shop.storeId, transactionNumber: '=b1' },
      { redeemedAt: at(4), transactionNumber: 'b2', customerId: ravi },
      { redeemedAt: at(5), transactionNumber: 'b3', reversedAt: at(6) },
    ],
  })
  await coupon(uploaded, ravi, {
    code: 'given',
    createdAt: at(7),
    validUntil: new Date('2030-01-31T23:59:59Z'),
  })
  await shop.codes(uploaded, 'code\nwaits-1\nwaits-2\n')
}

test.each(['csv', 'ndjson'] as const)(
  'what an export writes as %s, an import reads into another organisation: the histories are the same',
  async (format) => {
    const [from, to] = [await openImports(context), await openImports(context)]
    await fill(from)
    await copyTerms(from.orgId, to.orgId)
    for (const [exportKind, kind] of [
      ['customers', 'customers'],
      ['coupons', 'codes'],
      ['redemptions', 'redemptions'],
    ] as const) {
      const content = await exported(from.orgId, exportKind, format)
      const summary = await to.run(kind, content)
      expect(summary.lines, kind).toEqual([])
      expect(summary.fresh, kind).toBe({ customers: 2, codes: 5, redemptions: 3 }[kind])
      expect(await to.run(kind, content)).toMatchObject({ fresh: 0, present: summary.fresh, refused: 0 })
    }
    expect(await to.count('coupons', 'customer_id is null')).toBe(2)
    for (const mobile of ['919400488244', '917003222195']) {
      expect(await history(to, mobile)).toEqual(await history(from, mobile))
    }
    await to.expectLedger()
  },
)
