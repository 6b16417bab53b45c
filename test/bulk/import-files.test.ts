import { expect, test } from 'vitest'
import { Writable } from 'node:stream'
import { exportRows } from '../../src/bulk/rows/export-rows.ts'
import type { ExportKind } from '../../src/bulk/rows/export-columns.ts'
import { csv, openImports } from '../support/file-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { customerIn, type Answer } from '../support/saved-answers.ts'
import { seedCoupon } from '../support/seed.ts'

const context = await createTestContext()
const app = await createTestServer(context)

test('customers are imported with normalised identifiers; a row that contradicts an existing customer is refused and changes nothing', async () => {
  const shop = await openImports(context)
  const file = csv(
    'customerId,mobile,email,externalId,firstName,lastName',
    '5001,94004 88244,Asha@Example.com,E1,Asha,Rao',
    ',,,E2,Ravi,',
    ',+919400488244,,,Asha,',
    ',9400488244,,E2,,',
    ',9400488244,,,Other,',
    ',,none,,X,',
    '5001,,new@example.com,,,',
    ',,,,X,Y',
  )
  const first = await shop.run('customers', file)
  expect(first).toMatchObject({ rows: 8, fresh: 2, present: 0, repeated: 1, refused: 5 })
  expect(first.lines.map(({ line }) => line)).toEqual([5, 6, 7, 8, 9])
  const { rows } = await context.database.pool.query(
    'select customer_id, type, value, shown from customer_identifiers where org_id = $1 order by type, value',
    [shop.orgId],
  )
  expect(rows).toMatchObject([
    { customer_id: 5001, type: 'email', value: 'asha@example.com', shown: 'Asha@Example.com' },
    { type: 'externalId', value: 'E1' },
    { type: 'externalId', value: 'E2' },
    { type: 'mobile', value: '919400488244' },
  ])
  const again = await shop.run('customers', file)
  expect(again).toMatchObject({ fresh: 0, present: 2, repeated: 1, refused: 5 })
  expect(await shop.customer()).toBeGreaterThan(5001)
  const dry = await shop.run('customers', csv('externalId', 'E3', 'E3'), { isDryRun: true })
  expect(dry).toMatchObject({ fresh: 1, present: 0, repeated: 1 })
  expect(await shop.count('customer_identifiers', "value = 'E3'")).toBe(0)
})

test('redemptions are imported once as history; a row that the ledger cannot contain is refused with its code', async () => {
  const shop = await openImports(context)
  const holder = await shop.customer({ externalId: 'E1' })
  await shop.customer({ externalId: 'E2' })
  const seriesId = await shop.series({
    max_redemptions_per_coupon: 3,
    max_redemptions_per_customer: 4,
    min_days_between_redemptions: 30,
    max_redeemed: 5,
    min_bill_amount: '1000',
  })
  const other = await openImports(context)
  const theirs = await other.series()
  await seedCoupon(context.database.queries, other.orgId, {
    seriesId: theirs,
    customerId: await other.customer(),
    code: 'THEIRS',
  })
  const { queries } = context.database
  await seedCoupon(queries, shop.orgId, { seriesId, customerId: holder, code: 'A' })
  const { id } = await seedCoupon(queries, shop.orgId, { seriesId, customerId: holder, code: 'B' })
  await seedCoupon(queries, shop.orgId, { seriesId, customerId: holder, code: 'GONE', revokedAt: new Date() })
  const file = csv(
    'code,couponId,externalId,redeemedDate,redeemedAt,till,billNumber,billAmount,reversedDate',
    `a,,E1,2026-01-01T10:00:00Z,${shop.storeCode},${shop.tillCode},b1,12.50,`,
    'A,,E1,2026-01-01T10:00:00Z,,,b1,,',
    'A,,E1,2026-01-01T10:00:00Z,,,b2,,',
    'A,,E1,2026-01-02,,,b3,,',
    'A,,E1,2026-01-03,,,b4,,',
    `,${id},E1,2026-01-04,,,b5,,2026-01-05`,
    `,${id},E1,2026-01-06,,,b6,,`,
    `,${id},E1,2026-01-07,,,b7,,`,
    'A,,E2,2026-01-01,,,c1,,',
    'NONE,,E1,2026-01-01,,,c2,,',
    'A,,E9,2026-01-01,,,c3,,',
    'GONE,,E1,2026-01-01,,,c4,,',
    'THEIRS,,E1,2026-01-01,,,c5,,',
    'A,,E1,2026-13-01,,,c6,,',
    'A,,E1,2026-01-01,nowhere,,c7,,',
    'A,,E1,2026-01-01,,,c8,1e12,',
  )
  const dry = await shop.run('redemptions', file, { isDryRun: true })
  expect(await shop.count('redemptions')).toBe(0)
  const first = await shop.run('redemptions', file)
  expect({ ...first, lines: [] }).toEqual({ ...dry, lines: [] })
  expect(first).toMatchObject({ rows: 16, fresh: 5, present: 0, repeated: 1 })
  expect(first.lines.map(({ line, code }) => [line, code])).toEqual([
    [6, 696],
    [9, 736],
    [10, 703],
    [11, 702],
    [12, 701],
    [13, 660],
    [14, 702],
    [15, null],
    [16, null],
    [17, 733],
  ])
  expect(await shop.count('events', "kind = 'redeemed'")).toBe(5)
  expect(await shop.count('events', "kind = 'reversed'")).toBe(1)
  await shop.expectLedger()
  expect(await shop.run('redemptions', file)).toMatchObject({
    fresh: 0,
    present: 5,
    repeated: 1,
    refused: 10,
  })
  expect(await shop.count('redemptions')).toBe(5)
  await shop.expectLedger()
})

async function exported(orgId: number, kind: ExportKind, format: 'csv' | 'ndjson', isGzip: boolean) {
  const chunks: Buffer[] = []
  const target = new Writable({ write: (chunk: Buffer, _, done) => (chunks.push(chunk), done()) })
  const { database } = context
  await exportRows({ database, kind, format, isGzip, filter: { orgId }, target })
  return Buffer.concat(chunks)
}

/** The history call's answer for a customer, without the ids of coupons and redemptions. */
async function told({ authorization }: { authorization: string }, customerId: number): Promise<unknown> {
  const url = `/v2/customers/coupons?id=${customerId}&limit=1000`
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

test.each([
  ['csv', false],
  ['csv', true],
  ['ndjson', false],
  ['ndjson', true],
] as const)(
  'an export as %s (compressed: %s) can be imported elsewhere and gives the same history',
  async (format, isGzip) => {
    const shop = await openImports(context)
    const { queries, pool } = context.database
    const mobile = '9400488244'
    const asha = await shop.customer({
      firstName: '=cmd|1',
      lastName: '"Rao",\n\\N',
      mobile,
      email: 'Asha@example.com',
    })
    const ravi = await shop.customer({ firstName: '😀', externalId: '-E\\1' })
    const many = await shop.series({ code: 'MANY', is_multiple_per_customer_allowed: true })
    const pool2 = await shop.series({
      code: '@POOL',
      client_handling_type: 'DISC_CODE_PIN',
      is_multiple_per_customer_allowed: true,
      is_any_user: true,
    })
    for (let n = 0; n < 40; n++)
      await seedCoupon(queries, shop.orgId, {
        seriesId: n % 10 === 0 ? pool2 : many,
        customerId: n % 10 === 0 ? (n < 10 ? asha : ravi) : n % 3 ? asha : ravi,
        code: `+C-${n}`,
        createdAt: new Date(Date.UTC(2026, 0, 1 + (n % 20), 10)),
        validUntil: new Date(n % 4 ? '2099-12-31T23:59:59Z' : '2026-05-05T23:59:59Z'),
        storeId: n % 2 ? shop.storeId : null,
        maxRedeemed: n % 5 ? null : 3,
        transactionNumber: n % 3 ? `=${n}` : null,
        redemptions: Array.from({ length: n % 4 }, (_, k) => ({
          redeemedAt: new Date(Date.UTC(2026, 1, 1 + k, 9)),
          reversedAt: k === 2 ? new Date(Date.UTC(2026, 3, 1)) : null,
          storeId: shop.storeId,
          transactionNumber: `@bill${k}`,
        })),
      })
    await shop.codes(pool2, csv('code', 'waits-1', 'waits-2'))
    const target = await openImports(context)
    await pool.query(
      'update stores s set code = o.code, name = o.name from stores o where s.org_id = $1 and o.org_id = $2',
      [target.orgId, shop.orgId],
    )
    await pool.query(
      `insert into series select (x).* from (select jsonb_populate_record(s, jsonb_build_object('org_id', $2::bigint)) as x
     from series s where s.org_id = $1) y`,
      [shop.orgId, target.orgId],
    )
    await pool.query(
      'insert into series_usage (org_id, series_id) select org_id, id from series where org_id = $1',
      [target.orgId],
    )
    for (const [what, kind] of [
      ['customers', 'customers'],
      ['coupons', 'codes'],
      ['redemptions', 'redemptions'],
    ] as const) {
      const file = await exported(shop.orgId, what, format, isGzip)
      const result = await target.run(kind, file)
      expect(result.lines).toEqual([])
      expect(result).toMatchObject({ present: 0, refused: 0 })
      expect(await target.run(kind, file)).toMatchObject({ fresh: 0, refused: 0 })
    }
    const history = async (orgId: number): Promise<unknown[]> => {
      const text = `select cu.first_name, cu.last_name, c.code, s.code as series, c.created_at, c.valid_until, c.redeemed,
        c.max_redeemed, c.transaction_number, st.code as store,
        (select json_agg(json_build_array(r.redeemed_at, r.transaction_number, rs.code, v.reversed_at) order by r.redeemed_at)
          from redemptions r left join stores rs on rs.org_id = r.org_id and rs.id = r.store_id
          left join reversals v on v.org_id = r.org_id and v.redemption_id = r.id
          where r.org_id = c.org_id and r.coupon_id = c.id) as redemptions
      from coupons c left join customers cu on cu.org_id = c.org_id and cu.id = c.customer_id
      join series s on s.org_id = c.org_id and s.id = c.series_id
      left join stores st on st.org_id = c.org_id and st.id = c.issued_store_id
      where c.org_id = $1 order by c.customer_id, c.created_at, c.id`
      return (await pool.query(text, [orgId])).rows
    }
    const expected = await history(shop.orgId)
    expect(expected.length).toBeGreaterThan(20)
    expect(await history(target.orgId)).toEqual(expected)
    for (const id of [asha, ravi]) expect(await told(target, id)).toEqual(await told(shop, id))
    expect(await target.count('coupons', 'customer_id is null')).toBe(2)
    await target.expectLedger()
  },
)
