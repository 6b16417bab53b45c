import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { createTestContext } from '../support/harness.ts'
import { csv, openImports } from '../support/file-cases.ts'
import type { SeedSeries } from '../support/seed.ts'

const context = await createTestContext()
const free: SeedSeries = { is_multiple_per_customer_allowed: true }
const uploaded: SeedSeries = { ...free, client_handling_type: 'DISC_CODE_PIN' }

describe('a file of codes', () => {
  test('imports unassigned codes, codes with customers and customers without codes, each with its event and counters', async () => {
    const shop = await openImports(context)
    await shop.customer({ mobile: '9400488244' })
    await shop.customer({ email: 'asha@example.com' })
    const seriesId = await shop.series(uploaded)
    const file = csv(
      'Code,mobile,E-Mail,createdDate,validTill,issuedAt,transactionNumber',
      'WAIT1,,,,,,',
      'WAIT2,,,,,,',
      `GIVEN1,+91 94004 88244,,2026-01-02T03:04:05+05:30,2026-12-31,${shop.storeCode},bill-7`,
      ',,asha@example.com,,,,',
    )
    const first = await shop.codes(seriesId, file)
    // The customer of the last row gets the code of the first row, so there are three coupons.
    expect(first).toMatchObject({ rows: 4, fresh: 3, present: 0, repeated: 1, refused: 0 })
    expect(first.proof).toMatchObject({ redeemable: 3, repeatedRows: 1, refusedRows: 0, missing: 0 })
    const { rows } = await context.database.pool.query(
      `select code, customer_id is null as waits, created_at, valid_until, issued_store_id, transaction_number
       from coupons where org_id = $1 order by code`,
      [shop.orgId],
    )
    expect(rows).toMatchObject([
      {
        code: 'GIVEN1',
        waits: false,
        created_at: new Date('2026-01-01T21:34:05Z'),
        valid_until: new Date('2026-12-31T23:59:59Z'),
        issued_store_id: shop.storeId,
        transaction_number: 'bill-7',
      },
      { code: 'WAIT1', waits: false },
      { code: 'WAIT2', waits: true },
    ])
    expect(await shop.count('events', "kind = 'issued'")).toBe(2)
    await shop.expectLedger()
    expect(await shop.codes(seriesId, file)).toMatchObject({ fresh: 0, present: 3, repeated: 1, refused: 0 })
    expect(await shop.codes(seriesId, gzipSync(file))).toMatchObject({
      fresh: 0,
      present: 3,
      repeated: 1,
      refused: 0,
    })
    await shop.expectLedger()
  })

  test('assigns an unassigned code to the customer whom a later row or a later file names', async () => {
    const shop = await openImports(context)
    const customerId = await shop.customer({ externalId: 'E1' })
    const seriesId = await shop.series(uploaded)
    const both = await shop.codes(seriesId, csv('code,externalId', 'A1,', 'A2,', 'a1,E1'))
    expect(both).toMatchObject({ fresh: 2, repeated: 1, refused: 0 })
    const later = await shop.codes(seriesId, csv('code,externalId', 'A2,E1'))
    expect(later).toMatchObject({ fresh: 1, refused: 0 })
    expect(await shop.count('coupons', `customer_id = ${customerId}`)).toBe(2)
    await shop.expectLedger()
  })

  test('that has only customers issues once per line, even if a customer may have several coupons, and nothing when it is repeated', async () => {
    const shop = await openImports(context)
    await shop.customer({ externalId: 'E1' })
    const seriesId = await shop.series(free)
    const file = csv('externalId', 'E1', 'E1', 'E1')
    expect(await shop.codes(seriesId, file)).toMatchObject({ fresh: 3 })
    expect(await shop.codes(seriesId, file)).toMatchObject({ fresh: 0, present: 3 })
    expect(await shop.codes(seriesId, `${file}E1\n`)).toMatchObject({ fresh: 4 })
    await shop.expectLedger()
  })

  test('is judged completely in a dry run, in which rows see earlier chunks, and changes nothing', async () => {
    const shop = await openImports(context)
    await shop.customer({ externalId: 'E1' })
    const seriesId = await shop.series({ ...uploaded, max_issued: 1500 })
    const codes = Array.from({ length: 2_500 }, (_, n) => `C${n},E1`)
    const dry = await shop.codes(seriesId, csv('code,externalId', ...codes), { isDryRun: true })
    expect(dry).toMatchObject({ fresh: 1500, refused: 1000, proof: null })
    expect(dry.lines[0]).toMatchObject({ line: 1502, code: 5001 })
    expect([await shop.count('coupons'), await shop.count('events')]).toEqual([0, 0])
    const real = await shop.codes(seriesId, csv('code,externalId', ...codes))
    expect(real.lines).toEqual(dry.lines)
    expect(real).toMatchObject({ fresh: 1500, refused: 1000 })
    await shop.expectLedger()
  })
})

interface Refusal {
  readonly title: string
  readonly terms: SeedSeries
  /** Rows of the columns `code,externalId,mobile,validTill,createdDate,seriesCode`; the last row is refused. */
  readonly rows: readonly string[]
  readonly code: number | null
  readonly reason?: string
}

const once: SeedSeries = { client_handling_type: 'DISC_CODE' }
const refusals: Refusal[] = [
  { title: 'an unknown customer', terms: free, rows: [',E9,,,,'], code: 701 },
  { title: 'an invalid mobile number', terms: free, rows: [',,abc,,,'], code: 701 },
  { title: 'identifiers of different customers', terms: free, rows: [',E1,9400488245,,,'], code: null },
  { title: 'a blocked customer', terms: free, rows: [',E3,,,,'], code: 742 },
  {
    title: 'a second coupon where a customer holds one',
    terms: once,
    rows: ['A,E1,,,,', 'B,E1,,,,'],
    code: 5004,
  },
  {
    title: 'a second coupon where nothing is sent again',
    terms: { ...once, is_existing_coupon_withheld: true },
    rows: ['A,E1,,,,', 'B,E1,,,,'],
    code: 709,
  },
  {
    title: 'more than the maximum of a customer',
    terms: { ...free, max_coupons_per_customer: 2 },
    rows: ['A,E1,,,,', 'B,E1,,,,', 'C,E1,,,,'],
    code: 5002,
  },
  {
    title: 'less than the gap after the last one, counted from the dates of the rows',
    terms: { ...free, min_days_between_coupons: 7 },
    rows: ['A,E1,,,2026-01-01,', 'B,E1,,,2026-01-08,', 'C,E1,,,2026-01-14,'],
    code: 709,
  },
  {
    title: 'more than the maximum of the series',
    terms: { ...free, max_issued: 2 },
    rows: ['A,E1,,,,', 'B,E2,,,,', 'C,E1,,,,'],
    code: 5001,
  },
  {
    title: 'a series that has ended',
    terms: { ...free, valid_until: new Date('2026-01-01T00:00:00Z') },
    rows: ['A,E1,,,2025-12-01,'],
    code: 713,
  },
  {
    title: 'a second shared code to a customer',
    terms: { client_handling_type: 'GENERIC', generic_code: 'ALL' },
    rows: [',E1,,,,', ',E2,,,,', ',E1,,,,'],
    code: 5004,
  },
  {
    title: 'another code than the shared one',
    terms: { client_handling_type: 'GENERIC', generic_code: 'ALL' },
    rows: ['OTHER,E1,,,,'],
    code: 633,
  },
  { title: 'an empty pool', terms: uploaded, rows: ['A,,,,,', ',E1,,,,', ',E1,,,,'], code: 5005 },
  { title: 'a code of another customer', terms: free, rows: ['A,E1,,,,', 'a,E2,,,,'], code: 703 },
  { title: 'a waiting code of a series without a pool', terms: free, rows: ['A,,,,,'], code: null },
  { title: 'an end after that of the series', terms: free, rows: ['A,E1,,2100-01-01,,'], code: 691 },
  { title: 'a date that does not exist', terms: free, rows: ['A,E1,,2026-02-30,,'], code: null },
  { title: 'a date of issue in the future', terms: free, rows: ['A,E1,,,2098-01-01,'], code: null },
  { title: 'another series than the one that was named', terms: free, rows: ['A,E1,,,,X'], code: 707 },
  { title: 'neither a code nor a customer', terms: free, rows: [',,,2026-01-01,,'], code: null },
  { title: 'a row with a cell too many', terms: free, rows: ['A,E1,,,,,x'], code: null },
  { title: 'a day that may be a month', terms: free, rows: ['A,E1,,05/06/2026,,'], code: null },
  { title: 'a quote that is not closed', terms: free, rows: ['"A,E1,,,,'], code: null },
]

describe('an import refuses', () => {
  test.each(refusals)('$title, and only that row', async ({ terms, rows, code }) => {
    const shop = await openImports(context)
    await shop.customer({ externalId: 'E1' })
    await shop.customer({ externalId: 'E2', mobile: '9400488245' })
    await shop.customer({ externalId: 'E3', isBlocked: true })
    const seriesId = await shop.series(terms)
    const file = csv('code,externalId,mobile,validTill,createdDate,seriesCode', ...rows, 'LAST,E2,,,,')
    const { lines, fresh, proof } = await shop.codes(seriesId, file)
    const ours = lines.filter(({ line }) => line === rows.length + 1)
    expect(ours).toMatchObject([{ code }])
    expect(ours[0]?.reason).toBeTruthy()
    expect(lines.filter(({ line }) => line <= rows.length)).toEqual([])
    expect(fresh).toBeGreaterThanOrEqual(rows.length - 1)
    expect(proof?.missing).toBe(0)
    await shop.expectLedger()
    expect(await shop.codes(seriesId, file)).toMatchObject({ fresh: 0, present: fresh })
    await shop.expectLedger()
  })

  test('a coupon of a series that excludes another one of the customer, also one from an earlier row', async () => {
    const shop = await openImports(context)
    await shop.customer({ externalId: 'E1' })
    const one = await shop.series({ ...free, code: 'ONE' })
    await shop.series({ ...free, code: 'TWO', mutually_exclusive_series_ids: [one] })
    const file = csv('seriesCode,code,externalId', 'ONE,A,E1', 'TWO,B,E1', 'THREE,C,E1', ',D,E1')
    const { fresh, lines } = await shop.run('codes', file)
    expect(fresh).toBe(1)
    expect(lines).toMatchObject([
      { line: 3, code: 709 },
      { line: 4, code: 707 },
      { line: 5, code: 707 },
    ])
    await shop.expectLedger()
  })

  test('a series of another organisation like a nonexistent one', async () => {
    const [shop, other] = [await openImports(context), await openImports(context)]
    const seriesId = await other.series(free)
    await expect(shop.codes(seriesId, csv('code', 'A'))).rejects.toMatchObject({ code: 707 })
    expect(await other.count('coupons')).toBe(0)
  })
})
