import { describe, expect, test } from 'vitest'
import { codeGenerator } from '../../src/ledger/coupons/generate-code.ts'
import { alphabets, isFormAtRisk, type CodeForm } from '../../src/values/code-form.ts'
import { isAtRiskInSpreadsheet } from '../../src/values/spreadsheet-notation.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { least } from '../support/series-cases.ts'
import { openShop } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)

const form = (alphabet: string, length: number, rest: Partial<CodeForm> = {}): CodeForm => ({
  alphabet,
  pattern: '#'.repeat(length),
  prefix: '',
  suffix: '',
  hasCheckCharacter: false,
  ...rest,
})

describe('generated codes survive a spreadsheet', () => {
  test.each([
    ['capitals and digits', form(alphabets.alphanumeric, 16)],
    ['few of them', form(alphabets.alphanumeric, 4)],
    ['unambiguous', form(alphabets.unambiguous, 8)],
    ['fifteen digits', form(alphabets.numeric, 15)],
    ['digits behind a word', form(alphabets.numeric, 16, { prefix: 'TEN-' })],
    ['few digits beside E', form('0123456789E', 5)],
  ])('%s', (_, given) => {
    expect(isFormAtRisk(given)).toBe(false)
    const make = codeGenerator(given)
    const codes = Array.from({ length: 20_000 }, make)
    expect(codes.filter(isAtRiskInSpreadsheet)).toEqual([])
  })

  test('unless their form is one that is recognised as at risk', () => {
    expect(isFormAtRisk(form(alphabets.numeric, 16))).toBe(true)
    expect(isFormAtRisk(form(alphabets.numeric, 15, { hasCheckCharacter: true }))).toBe(true)
    expect(isFormAtRisk(form(alphabets.numeric, 8, { pattern: '##-##' }))).toBe(true)
  })
})

test.each([
  ['nothing', {}, /^[1-9]\d{14}$/, false],
  ['digits', { alphaNumeric: false }, /^[1-9]\d{14}$/, false],
  ['sixteen digits', { alphaNumeric: false, randomCodeLength: 16 }, /^\d{16}$/, true],
])(
  'a series that states %s for its codes gets such codes, and its batches report the risk',
  async (_, stated, like, risk) => {
    const shop = await openShop(context, app)
    const CouponSeriesV2 = { ...least, ...stated, clientHandlingType: 'DISC_CODE', anyUser: true }
    const created = await shop.post('/v2/coupon/series', { CouponSeriesV2 })
    expect(created.status).toBe(200)
    const seriesId = Number(created.at('id'))
    const issued = await shop.issue(seriesId, await shop.customer())
    expect(issued.at('code')).toMatch(like)
    const batch = await shop.post(`/admin/v1/series/${seriesId}/codes`, { count: 1 })
    expect(batch.at('spreadsheetRisk')).toBe(risk)
  },
)
