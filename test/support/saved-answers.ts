import { trimmedText } from '../../src/values/trimmed-text.ts'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import type { Context } from '../../src/ledger/context.ts'
import { importHistory, type ImportOptions } from '../../src/bulk/history/import-history.ts'
import type { ImportSummary, RefusedEntry } from '../../src/bulk/history/import-summary.ts'
import { findAnswerFiles, readAnswers, type SavedAnswer } from '../../src/bulk/history/read-answers.ts'
import { formatInstant } from '../../src/values/calendar.ts'
import type { TestOrganisation } from './harness.ts'

export const demoFolder = fileURLToPath(new URL('../../fixtures/demo/', import.meta.url))

export interface SavedCoupon {
  [key: string]: unknown
  id: number
  code: string
}

export interface SavedCustomer {
  [key: string]: unknown
  id: number
  coupons: SavedCoupon[]
}

export interface Answer {
  entity: { pagination: { limit: string; offset: string; total: number }; customers: SavedCustomer[] }
  warnings: unknown[]
  errors: unknown[]
  success: boolean
}

export async function readDemo(customerId: number): Promise<Answer> {
  return JSON.parse(await readFile(`${demoFolder}customer-${customerId}.json`, 'utf8')) as Answer
}

/** The one customer of an answer. */
export function customerIn({ entity }: Answer): SavedCustomer {
  const [customer] = entity.customers
  if (customer === undefined) throw new Error('the answer has no customer')
  return customer
}

export function answerOf(...customers: SavedCustomer[]): Answer {
  const total = customers[0]?.coupons.length ?? 0
  return {
    entity: { pagination: { limit: '100', offset: '0', total }, customers },
    warnings: [],
    errors: [],
    success: true,
  }
}

export function savedCustomer(id: number, coupons: SavedCoupon[], more: object = {}): SavedCustomer {
  return { firstname: 'Asha', lastname: 'Menon', mobile: String(919_400_000_000 + id), id, ...more, coupons }
}

export function savedCoupon(id: number, more: object = {}): SavedCoupon {
  return {
    code: `CODE${id}`,
    seriesId: 500,
    description: 'Ten off',
    validTill: '2027-06-11T00:00:00Z',
    discountType: 'ABS',
    discountValue: 10,
    discountUpto: 0,
    redemptionCount: 0,
    redemptionsLeft: 1,
    id,
    createdDate: '2025-08-19T16:52:11Z',
    transactionNumber: '0',
    issuedAt: { code: 's1', name: 'Store 1' },
    redemptions: [],
    reversedRedemptions: [],
    validTillDateTime: '2027-06-11T23:59:59Z',
    ...more,
  }
}

export function savedRedemption(id: number, more: object = {}): object {
  return {
    id,
    date: '2025-08-20T10:00:00Z',
    transactionNumber: 'bill-1',
    redeemedAt: { code: 's1', name: 'Store 1' },
    ...more,
  }
}

async function* asSaved(values: readonly unknown[]): AsyncGenerator<SavedAnswer> {
  for (const value of values) yield { file: 'answers.json', root: '$', value }
}

export interface TestImport {
  readonly summary: ImportSummary
  /** `path: reason`. */
  readonly refused: string[]
  readonly warnings: string[]
}

async function run(
  context: Context,
  { orgId }: TestOrganisation,
  answers: AsyncIterable<SavedAnswer>,
  { country = 'IN', timeZone = 'UTC', ...options }: TestImportOptions = {},
): Promise<TestImport> {
  const entries: RefusedEntry[] = []
  const warnings: string[] = []
  const summary = await importHistory(
    context.database.queries,
    { orgId, name: 'Brand', timeZone, country, currency: null, isSandbox: false },
    answers,
    { onRefused: (entry) => entries.push(entry), onWarning: (text) => warnings.push(text), ...options },
  )
  return { summary, refused: entries.map(({ path, reason }) => `${path}: ${reason}`), warnings }
}

export type TestImportOptions = ImportOptions & { country?: string; timeZone?: string }

export function importAnswers(
  context: Context,
  organisation: TestOrganisation,
  values: readonly unknown[],
  options?: TestImportOptions,
): Promise<TestImport> {
  return run(context, organisation, asSaved(values), options)
}

export async function importFiles(
  context: Context,
  organisation: TestOrganisation,
  names: readonly string[],
  stdin?: AsyncIterable<Uint8Array>,
): Promise<TestImport> {
  return run(context, organisation, readAnswers(await findAnswerFiles(names), stdin))
}

const pad = (n: number): string => String(n).padStart(6, '0')

/**
 * Answers as an organisation in `timeZone` prints them. Each has its own customer, ids and codes are unique, and
 * several coupons and redemptions share a second.
 */
export function anyAnswers(timeZone: string): fc.Arbitrary<Answer[]> {
  const startS = Date.UTC(2025, 0) / 1000
  const instant = (epochS: number) => formatInstant(timeZone, epochS)
  const dayS = fc.integer({ min: 0, max: 30 })
  // Names are stored without surrounding blanks.
  const name = fc.string({ unit: 'grapheme', maxLength: 12 }).map(trimmedText)
  const use = fc.record({ atS: dayS, isReversed: fc.boolean(), number: fc.constantFrom('', 'bill-1', 'Ü 2') })
  const coupon = fc.record({
    createdS: dayS,
    series: fc.integer({ min: 1, max: 3 }),
    left: fc.constantFrom(-1, 0, 1, 7),
    number: fc.constantFrom('0', 'T-1', ''),
    uses: fc.array(use, { maxLength: 4 }),
    store: fc.constantFrom(undefined, 'a', 'b'),
    validDay: fc.integer({ min: 0, max: 400 }),
  })
  const customer = fc.record({
    firstname: name,
    lastname: name,
    coupons: fc.array(coupon, { maxLength: 12 }),
    isAscendingInSecond: fc.boolean(),
    hasMail: fc.boolean(),
  })
  let next = 0
  const take = () => (next += 1)
  return fc.array(customer, { minLength: 1, maxLength: 4 }).map((customers) =>
    customers.map((given) => {
      const id = take()
      const rows = given.coupons.sort((one, other) => other.createdS - one.createdS)
      const coupons = rows.map((row) => {
        const place = (key: string) => row.store && { [key]: { code: row.store, name: `Store ${row.store}` } }
        const couponId = given.isAscendingInSecond ? take() : 1_000_000_000 - take()
        const uses = row.uses.sort((one, other) => one.atS - other.atS)
        const dates = (atS: number) => ({ id: take(), date: instant(startS + 86_400 + atS) })
        const redemptions = uses
          .filter((one) => !one.isReversed)
          .map((one) => ({ ...dates(one.atS), transactionNumber: one.number, ...place('redeemedAt') }))
        const reversedRedemptions = uses
          .filter((one) => one.isReversed)
          .map((one) => ({
            ...dates(one.atS),
            reversedOn: instant(startS + 172_800),
            ...place('redeemedAt'),
          }))
        const endS = endOfDayAfter(timeZone, row.validDay)
        return {
          code: `R${pad(couponId)}`,
          seriesId: row.series,
          description: `Series ${row.series}`,
          validTill: endS.midnight,
          discountType: row.series === 1 ? 'PERC' : 'ABS',
          discountValue: row.series + 0.125,
          discountUpto: row.series === 1 ? 99.5 : 0,
          redemptionCount: redemptions.length,
          redemptionsLeft: row.left,
          id: couponId,
          createdDate: instant(startS + row.createdS),
          transactionNumber: row.number,
          ...place('issuedAt'),
          ...(row.series === 2 && {
            customProperty: [
              { name: 'z', value: '' },
              { name: 'a', value: 'ß"' },
            ],
          }),
          redemptions,
          reversedRedemptions,
          validTillDateTime: endS.end,
        }
      })
      const { firstname, lastname, hasMail } = given
      return answerOf({
        firstname,
        lastname,
        ...(hasMail && { email: `Person.${id}@example.com` }),
        mobile: String(919_500_000_000 + id),
        id,
        coupons,
      })
    }),
  )
}

function endOfDayAfter(timeZone: string, days: number): { midnight: string; end: string } {
  const day = new Date(Date.UTC(2025, 5, 1 + days)).toISOString().slice(0, 10)
  // The time zones of these tests have the same offset all year.
  const suffix = formatInstant(timeZone, 0).slice(19)
  return { midnight: `${day}T00:00:00${suffix}`, end: `${day}T23:59:59${suffix}` }
}
