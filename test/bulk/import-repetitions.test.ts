import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openRejectedFile } from '../../src/bulk/rows/rejected-file.ts'
import type { Repetition } from '../../src/bulk/rows/repetition-rules.ts'
import { csv, openImports, type ImportOptions } from '../support/file-cases.ts'
import { createTestContext } from '../support/harness.ts'
import type { SeedSeries } from '../support/seed.ts'

const context = await createTestContext()
const free: SeedSeries = { is_multiple_per_customer_allowed: true }
const pool: SeedSeries = { ...free, client_handling_type: 'DISC_CODE_PIN' }

async function open() {
  const shop = await openImports(context)
  await shop.customer({ externalId: 'E1' })
  await shop.customer({ externalId: 'E2' })
  const repeated = async (
    kind: 'codes' | 'redemptions' | 'customers',
    content: string,
    options: ImportOptions = {},
  ) => {
    const repetitions: Repetition[] = []
    const told = await shop.run(kind, content, { ...options, onRepeated: (one) => repetitions.push(one) })
    return { ...told, repetitions }
  }
  return { ...shop, repeated }
}

interface Case {
  readonly title: string
  readonly terms: SeedSeries
  readonly rows: readonly string[]
  readonly fresh: number
  readonly refused?: number
  readonly repetitions: readonly Repetition[]
}

/** Rows of the columns `code,externalId`. */
const cases: Case[] = [
  {
    title: 'the same code three times',
    terms: pool,
    rows: ['A1,', 'A1,', 'B1,', 'A1,'],
    fresh: 2,
    repetitions: [
      { line: 3, of: 2 },
      { line: 5, of: 2 },
    ],
  },
  {
    title: 'one code in two cases',
    terms: pool,
    rows: ['summer1,', 'SUMMER1,'],
    fresh: 1,
    repetitions: [{ line: 3, of: 2 }],
  },
  {
    title: 'a code and its customer twice',
    terms: free,
    rows: ['A1,E1', 'A1,E1'],
    fresh: 1,
    repetitions: [{ line: 3, of: 2 }],
  },
  {
    title: 'a code that waits and is given away further down',
    terms: pool,
    rows: ['A1,', 'A1,E1'],
    fresh: 1,
    repetitions: [{ line: 3, of: 2 }],
  },
  {
    title: 'a customer alone who gets the code of an earlier row',
    terms: pool,
    rows: ['A1,', ',E1', 'A1,E1'],
    fresh: 1,
    repetitions: [
      { line: 3, of: 2 },
      { line: 4, of: 2 },
    ],
  },
  {
    title: 'a shared code twice for one customer, and not for two',
    terms: { ...free, client_handling_type: 'GENERIC', generic_code: 'ALL' },
    rows: ['ALL,E1', 'ALL,E2', 'all,E1'],
    fresh: 2,
    repetitions: [{ line: 4, of: 2 }],
  },
  {
    title: 'one code for two customers, which is refused',
    terms: free,
    rows: ['A1,E1', 'A1,E2'],
    fresh: 1,
    refused: 1,
    repetitions: [],
  },
  {
    title: 'a code whose first row is refused, which is no repetition',
    terms: free,
    rows: ['A1,E9', 'A1,E1'],
    fresh: 1,
    refused: 1,
    repetitions: [],
  },
  {
    title: 'customers alone, each row with a coupon of its own',
    terms: free,
    rows: [',E1', ',E1', ',E2'],
    fresh: 3,
    repetitions: [],
  },
]

describe('the proof of a file of codes counts coupons and holds only if every row has a coupon of its own', () => {
  test.each(cases)('$title', async ({ terms, rows, fresh, refused = 0, repetitions }) => {
    const shop = await open()
    const series = String(await shop.series(terms))
    const file = csv('code,externalId', ...rows)
    const told = { rows: rows.length, repeated: repetitions.length, refused, repetitions }
    const dry = await shop.repeated('codes', file, { series, isDryRun: true })
    expect(dry).toMatchObject({ ...told, fresh, present: 0, proof: null })
    const first = await shop.repeated('codes', file, { series })
    expect(first).toMatchObject({ ...told, fresh, present: 0 })
    const proof = {
      rows: rows.length,
      redeemable: fresh,
      repeatedRows: repetitions.length,
      refusedRows: refused,
      missing: 0,
      holds: repetitions.length + refused === 0,
    }
    expect(first.proof).toMatchObject(proof)
    const again = await shop.repeated('codes', file, { series })
    expect(again).toMatchObject({ ...told, fresh: 0, present: fresh, proof })
    await shop.expectLedger()
  })

  test('across chunks, in a dry run and after an interrupted import', async () => {
    const shop = await open()
    const series = String(await shop.series(pool))
    const rows = Array.from({ length: 2_600 }, (_, n) =>
      n === 1_800 ? 'c3,' : n === 2_500 ? 'C1700,' : `C${n},`,
    )
    const repetitions = [
      { line: 1_802, of: 5 },
      { line: 2_502, of: 1_702 },
    ]
    const dry = await shop.repeated('codes', csv('code,externalId', ...rows), { series, isDryRun: true })
    expect(dry).toMatchObject({ fresh: 2_598, repeated: 2, refused: 0, repetitions })
    // The rows that a first, interrupted attempt imported.
    await shop.repeated('codes', csv('code,externalId', ...rows.slice(0, 1_000)), { series })
    const told = await shop.repeated('codes', csv('code,externalId', ...rows), { series })
    expect(told).toMatchObject({ fresh: 1_598, present: 1_000, repeated: 2, refused: 0, repetitions })
    expect(told.proof).toMatchObject({ redeemable: 2_598, repeatedRows: 2, holds: false })
  })

  test('in a file of several series, where a code belongs to one of them', async () => {
    const shop = await open()
    await shop.series({ ...pool, code: 'S1' })
    await shop.series({ ...pool, code: 'S2' })
    const told = await shop.repeated('codes', csv('code,seriesCode', 'A1,S1', 'A1,S2', 'B1,S2', 'b1,S2'))
    expect(told).toMatchObject({ fresh: 2, repeated: 1, refused: 1, repetitions: [{ line: 5, of: 4 }] })
    expect(told.proof).toMatchObject({ redeemable: 2, repeatedRows: 1, refusedRows: 1, holds: false })
  })

  test('and the file of refused rows contains the repeated rows with both lines, to be corrected', async () => {
    const shop = await open()
    const series = String(await shop.series(pool))
    const path = join(await mkdtemp(join(tmpdir(), 'counterfoil-')), 'out.csv')
    const rejected = openRejectedFile(path)
    await shop.run('codes', csv('code,externalId', 'A1,', 'a1,'), { series, rejected })
    await rejected.close()
    expect(await readFile(path, 'utf8')).toContain('\n3,,it repeats line 2,a1,')
    await writeFile(path, '')
  })

  test('in any file: its rows are different redeemable coupons, repeated rows and refused rows', async () => {
    const shop = await open()
    const series = String(await shop.series(pool))
    let file = 0
    const row = fc.tuple(fc.constantFrom('A', 'a', 'B', 'C', ''), fc.constantFrom('', 'E1', 'E2', 'E9'))
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), async (rows) => {
        file += 1
        const lines = rows.map(([code, who]) => `${code && `${code}${file}`},${who}`)
        const content = csv('code,externalId', ...lines)
        const dry = await shop.repeated('codes', content, { series, isDryRun: true })
        const told = await shop.repeated('codes', content, { series })
        expect(told.repetitions).toEqual(dry.repetitions)
        // Rows whose cells are all empty are ignored.
        const filled = rows.filter((cells) => cells.some(Boolean)).length
        expect(told.fresh + told.present + told.repeated + told.refused).toBe(filled)
        const { proof } = told
        expect(proof && proof.redeemable + proof.repeatedRows + proof.refusedRows).toBe(filled)
        expect(proof?.missing).toBe(0)
      }),
      { numRuns: 12 },
    )
    await shop.expectLedger()
  }, 120_000)
})

describe('a row of another kind that repeats an earlier row is counted as repeated, not as present', () => {
  test('a redemption', async () => {
    const shop = await open()
    const series = await shop.series({ ...free, is_multiple_use_allowed: true })
    await shop.codes(series, csv('code,externalId', 'A1,E1'))
    const row = 'A1,E1,2026-01-02T03:04:05Z,b1'
    const file = csv(
      'code,externalId,redeemedDate,billNumber',
      row,
      row,
      'a1,E1,2026-01-02T03:04:06Z,b1',
      row,
    )
    const repetitions = [
      { line: 3, of: 2 },
      { line: 5, of: 2 },
    ]
    const dry = await shop.repeated('redemptions', file, { isDryRun: true })
    expect(dry).toMatchObject({ fresh: 2, present: 0, repeated: 2, repetitions })
    expect(await shop.repeated('redemptions', file)).toMatchObject({ fresh: 2, present: 0, repeated: 2 })
    const again = await shop.repeated('redemptions', file)
    expect(again).toMatchObject({ fresh: 0, present: 2, repeated: 2, repetitions })
    await shop.expectLedger()
  })

  test('a customer, by any identifier', async () => {
    const shop = await open()
    const file = csv(
      'mobile,email,firstName',
      '9400488244,a@example.com,Asha',
      '9400488244,,',
      ',A@example.com,',
    )
    const repetitions = [
      { line: 3, of: 2 },
      { line: 4, of: 2 },
    ]
    const dry = await shop.repeated('customers', file, { isDryRun: true })
    expect(dry).toMatchObject({ fresh: 1, present: 0, repeated: 2, repetitions })
    const first = await shop.repeated('customers', file)
    expect(first).toMatchObject({ fresh: 1, present: 0, repeated: 2, repetitions })
    const again = await shop.repeated('customers', file)
    expect(again).toMatchObject({ fresh: 0, present: 1, repeated: 2, repetitions })
  })
})
