import { describe, expect, test } from 'vitest'
import { csv } from '../support/file-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import type { SeedSeries } from '../support/seed.ts'
import { base, fieldParts, filePart, multipart, openUploads } from '../support/upload-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)

const free: SeedSeries = { is_multiple_per_customer_allowed: true }
const uploaded: SeedSeries = { ...free, client_handling_type: 'DISC_CODE_PIN' }
const couponsOf = 'coupons where org_id = $1 order by upper(code)'

describe('an upload of codes with customers', () => {
  test.each([
    ['MOBILE', { mobile: '9400488244' }, '+91 94004 88244'],
    ['EMAIL', { email: 'asha@example.com' }, 'Asha@Example.com'],
    ['EXTERNAL_ID', { externalId: 'E-1' }, 'E-1'],
    ['USER_ID', {}, 'ID'],
  ])(
    'finds customers by %s, gives each the code of the row, and refuses unknown ones',
    async (kind, person, cell) => {
      const shop = await openUploads(context, app)
      const customerId = await shop.customer(person)
      const seriesId = await shop.series(uploaded)
      const row = cell === 'ID' ? String(customerId) : cell
      const file = csv('customer,coupon code', `${row},GIVEN1`, '987654321,OTHER', ',NOBODY')
      const { job, counts, errors, successes } = await shop.codes(seriesId, file, kind)
      expect([job['uploadStatus'], counts]).toEqual(['FINISHED', '3/1/2'])
      expect(errors.map(([first, code, line, number]) => [first, code, line, number])).toEqual([
        ['customer', 'coupon code', 'refusedLine', 'refusalCode'],
        ['987654321', 'OTHER', '3', '701'],
        ['', 'NOBODY', '4', '701'],
      ])
      expect(successes).toEqual([
        ['customer', 'coupon code', 'issuedCode'],
        [row.startsWith('+') ? `'${row}` : row, 'GIVEN1', 'GIVEN1'],
      ])
      expect(await shop.rows('code, customer_id, issued_store_id', couponsOf)).toEqual([
        { code: 'GIVEN1', customer_id: customerId, issued_store_id: shop.storeId },
      ])
      await shop.expectLedgerAdds()
    },
  )

  test('accepts the column of customers by its number and the column of codes by its name', async () => {
    const shop = await openUploads(context, app)
    const customerId = await shop.customer({ externalId: 'E1' })
    const seriesId = await shop.series(free)
    const file = csv('name,Coupon_Code,who', 'Asha,A1,E1')
    expect((await shop.codes(seriesId, file, 'EXTERNAL_ID', 2)).counts).toBe('1/1/0')
    expect(await shop.rows('code, customer_id', couponsOf)).toEqual([{ code: 'A1', customer_id: customerId }])
  })

  test('accepts the column of codes by its number, and ignores the other columns', async () => {
    const shop = await openUploads(context, app)
    const customerId = await shop.customer({ externalId: 'E1' })
    const seriesId = await shop.series(free)
    const who = { customerIdentifier: 'EXTERNAL_ID', customerIdentifierColumn: '1' }
    const file = csv('code,who,note', 'x,E1,GIVEN')
    expect((await shop.run('file', seriesId, file, { ...who, couponCodeColumn: '2' })).counts).toBe('1/1/0')
    const drawn = await shop.run('file', seriesId, file, { ...who, couponCodeColumn: 'none' })
    expect(drawn.counts).toBe('1/1/0')
    expect(drawn.successes[1]?.[3]).not.toBe('GIVEN')
    expect(await shop.rows('customer_id', couponsOf)).toEqual([
      { customer_id: customerId },
      { customer_id: customerId },
    ])
  })

  test('accepts fields before and after the file, in any letter case, and a corrected file of refused rows', async () => {
    const shop = await openUploads(context, app)
    const seriesId = await shop.series(free)
    const fields = { customerIdentifier: 'external_id', customerIdentifierColumn: '0' }
    const first = await shop.run('file', seriesId, csv('who,code', 'E1,A1', 'E1,A2,more'), fields)
    expect(first.counts).toBe('2/0/2')
    expect(first.errors[2]).toEqual(['E1', 'A2', '3', '', '"it has 3 cells', ' the header has 2"', 'more'])
    await shop.customer({ externalId: 'E1' })
    const behind = [
      filePart(csv('code,who', 'A9,E9')),
      ...fieldParts({ ...fields, customerIdentifierColumn: '1' }),
    ]
    expect((await shop.postParts(`${base}/file/${seriesId}`, multipart(behind))).status).toBe(200)
    const mended = csv(...first.errors.filter((_, at) => at < 2).map((cells) => cells.join(',')))
    const second = await shop.run('file', seriesId, mended, fields)
    expect(second.counts).toBe('1/1/0')
    expect(second.successes).toEqual([
      ['who', 'code', 'issuedCode'],
      ['E1', 'A1', 'A1'],
    ])
  })
})

describe('an upload of codes alone', () => {
  test('fills the pool, from which a later list of customers gets its codes, oldest first', async () => {
    const shop = await openUploads(context, app)
    await shop.customer({ externalId: 'E1' })
    await shop.customer({ externalId: 'E2' })
    const seriesId = await shop.series(uploaded)
    const file = csv('code', 'P1', ' P2', 'p1', 'P'.repeat(101))
    const pool = await shop.codes(seriesId, file, 'NOT_TAGGED')
    expect(pool.counts).toBe('4/2/2')
    expect(pool.errors[1]?.slice(0, 4)).toEqual(['p1', '4', '', 'it repeats line 2'])
    expect(pool.errors[2]?.slice(1, 3)).toEqual(['5', '633'])
    expect(
      (await shop.call('GET', `/v2/coupon/series?ids=${seriesId}`)).at('entity.0.numUploadedTotal'),
    ).toBe(2)
    // Sent at the same time, processed in order of arrival.
    await shop.send('file', seriesId, csv('code', 'P4'), { customerIdentifier: 'NOT_TAGGED' })
    const list = await shop.codes(seriesId, csv('who', 'E1', 'E2', 'E1', 'E2'), 'EXTERNAL_ID')
    expect(list.counts).toBe('4/3/1')
    expect(list.successes).toEqual([
      ['who', 'issuedCode'],
      ['E1', 'P1'],
      ['E2', 'P2'],
      ['E1', 'P4'],
    ])
    expect(list.errors[1]?.slice(0, 3)).toEqual(['E2', '5', '5005'])
    await shop.expectLedgerAdds()
  })

  test('is refused row by row in a series without a pool', async () => {
    const shop = await openUploads(context, app)
    const seriesId = await shop.series(free)
    const { counts, errors } = await shop.codes(seriesId, csv('code', 'A'), 'NOT_TAGGED')
    expect(counts).toBe('1/0/1')
    expect(errors[1]?.join(',')).toContain('DISC_CODE_PIN')
  })
})

describe('a list of customers alone', () => {
  test('issues a generated code per line; the same content again issues nothing and returns the same codes', async () => {
    const shop = await openUploads(context, app)
    await shop.customer({ externalId: 'E1' })
    await shop.customer({ externalId: 'E2' })
    const seriesId = await shop.series(free)
    const file = csv('externalId', 'E1', 'E2', 'E1')
    const first = await shop.codes(seriesId, file, 'EXTERNAL_ID')
    expect(first.counts).toBe('3/3/0')
    const codes = first.successes.slice(1).map(([, code = '']) => code)
    expect(new Set(codes).size).toBe(3)
    expect((await shop.rows('code', couponsOf)).map(({ code }) => code)).toEqual([...codes].sort())
    const again = await shop.codes(seriesId, file, 'EXTERNAL_ID')
    expect([again.counts, again.successes]).toEqual(['3/3/0', first.successes])
    const other = await shop.codes(seriesId, `${file}E2\n`, 'EXTERNAL_ID')
    expect(other.counts).toBe('4/4/0')
    expect(await shop.rows('count(*)::int as n', 'coupons where org_id = $1')).toEqual([{ n: 7 }])
    await shop.expectLedgerAdds()
  })

  test('issues a code to a row without a code, also beside rows with codes', async () => {
    const shop = await openUploads(context, app)
    await shop.customer({ externalId: 'E1' })
    const seriesId = await shop.series(free)
    const { counts, successes } = await shop.codes(seriesId, csv('who,code', 'E1,A1', 'E1,'), 'EXTERNAL_ID')
    expect(counts).toBe('2/2/0')
    expect(successes[2]?.[2]).toMatch(/^\d{16}$/)
  })
})

const once: SeedSeries = { client_handling_type: 'DISC_CODE' }
const refusals: { title: string; terms: SeedSeries; rows: string[]; code: number }[] = [
  { title: 'an unknown customer', terms: free, rows: ['E9,A'], code: 701 },
  { title: 'a blocked customer', terms: free, rows: ['E3,A'], code: 742 },
  { title: 'a second coupon where a customer holds one', terms: once, rows: ['E1,A', 'E1,B'], code: 5004 },
  {
    title: 'more than the maximum of a customer',
    terms: { ...free, max_coupons_per_customer: 2 },
    rows: ['E1,A', 'E1,B', 'E1,C'],
    code: 5002,
  },
  {
    title: 'less than the gap after the last one',
    terms: { ...free, min_days_between_coupons: 7 },
    rows: ['E1,A', 'E1,B'],
    code: 709,
  },
  {
    title: 'more than the maximum of the series',
    terms: { ...free, max_issued: 2 },
    rows: ['E1,A', 'E2,B', 'E1,C'],
    code: 5001,
  },
  {
    title: 'a second shared code to a customer',
    terms: { client_handling_type: 'GENERIC', generic_code: 'ALL' },
    rows: ['E1,', 'E2,', 'E1,'],
    code: 5004,
  },
  { title: 'a code of another customer', terms: free, rows: ['E1,A', 'E2,a'], code: 703 },
]

describe('by the rules of the issue call an upload refuses', () => {
  test.each(refusals)('$title, and only that row', async ({ terms, rows, code }) => {
    const shop = await openUploads(context, app)
    await shop.customer({ externalId: 'E1' })
    await shop.customer({ externalId: 'E2' })
    await shop.customer({ externalId: 'E3', isBlocked: true })
    const seriesId = await shop.series(terms)
    const { counts, errors } = await shop.codes(seriesId, csv('who,code', ...rows), 'EXTERNAL_ID')
    expect(counts).toBe(`${rows.length}/${rows.length - 1}/1`)
    expect(errors[1]?.slice(0, 4)).toEqual([
      ...(rows.at(-1) ?? '').split(','),
      String(rows.length + 1),
      String(code),
    ])
    await shop.expectLedgerAdds()
  })
})

test('a request under an Idempotency-Key is executed once: repeated, it gets the first answer, and with another file 422', async () => {
  const shop = await openUploads(context, app)
  const seriesId = await shop.series(uploaded)
  const fields = { customerIdentifier: 'NOT_TAGGED' }
  const keyed = { headers: { 'idempotency-key': 'k' } }
  const first = await shop.send('file', seriesId, csv('code', 'A'), fields, keyed)
  const again = await shop.send('file', seriesId, csv('code', 'A'), fields, keyed)
  expect([again.status, again.text]).toEqual([200, first.text])
  expect(again.headers['idempotency-replayed']).toBe('true')
  const other = await shop.send('file', seriesId, csv('code', 'B'), fields, keyed)
  expect([other.status, other.at('errors.0.code')]).toEqual([422, 422])
  const atOnce = { headers: { 'idempotency-key': 'at once' } }
  const all = await Promise.all(
    // As many files as one organisation may send at once.
    Array.from({ length: 2 }, () => shop.send('file', seriesId, csv('code', 'C'), fields, atOnce)),
  )
  expect(new Set(all.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
  expect(await shop.rows('count(*)::int as n', 'uploads where org_id = $1')).toEqual([{ n: 2 }])
  expect(await shop.rows('count(*)::int as n', 'upload_rows where org_id = $1')).toEqual([{ n: 2 }])
})
