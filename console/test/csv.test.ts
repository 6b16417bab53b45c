import { expect, test } from 'vitest'
import { csvOf, readCsv, readCsvFrom } from '../src/parts/csv.ts'
import { faultOf, guessColumns, uploadFields, withColumn } from '../src/pages/series/upload-columns.ts'

test('rows are read as RFC 4180 has them, as many as are asked for', () => {
  const text = '\uFEFFcode,note\r\nA1,"a, b"\n"A ""2""","two\nlines"\n\nA3,\nA4,x'
  expect(readCsv(text, 3)).toEqual([
    ['code', 'note'],
    ['A1', 'a, b'],
    ['A "2"', 'two\nlines'],
  ])
  expect(readCsv(text, 10).slice(3)).toEqual([
    ['A3', ''],
    ['A4', 'x'],
  ])
  expect(readCsv('', 5)).toEqual([])
  expect(readCsv('a,', 5)).toEqual([['a', '']])
})

test('what is written is read again, and no spreadsheet takes a cell for a formula', async () => {
  const text = await csvOf([
    ['name', 'n'],
    ['a, "b"\nc', -2],
    ['=1+1', 0],
    ['plain', 12.5],
  ]).text()
  expect(text).toMatch(/^name,n\r\n/)
  expect(readCsv(text, 9)).toEqual([
    ['name', 'n'],
    ['a, "b"\nc', '-2'],
    ["'=1+1", '0'],
    ['plain', '12.5'],
  ])
})

test('of a long file as much is read as is shown, and no row that was cut', async () => {
  let pulls = 0
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulls += 1
      controller.enqueue(new TextEncoder().encode('code,who\nAAA,BBB\nCC'))
    },
  })
  const rows = await readCsvFrom(endless, 1_000, 100)
  expect(pulls).toBeLessThan(10)
  expect(rows.at(-1)).toEqual(['AAA', 'BBB'])
})

test('columns are told from their names, a single one holds codes', () => {
  expect(guessColumns(['Name', 'E-Mail', 'Coupon Code', 'mobile'])).toEqual(['', 'EMAIL', 'code', ''])
  expect(guessColumns(['anything'])).toEqual(['code'])
  expect(guessColumns(['Mobile number'])).toEqual(['MOBILE'])
  expect(guessColumns(['code', 'voucher'])).toEqual(['code', ''])
})

test('one column names customers and one holds codes', () => {
  expect(withColumn(['MOBILE', 'code', ''], 2, 'EMAIL')).toEqual(['', 'code', 'EMAIL'])
  expect(withColumn(['MOBILE', 'code', ''], 0, 'code')).toEqual(['code', '', ''])
  expect(uploadFields(['', ''])).toBeNull()
  expect(uploadFields(['', 'code'])).toEqual({ customerIdentifier: 'NOT_TAGGED', couponCodeColumn: '1' })
  expect(uploadFields(['EMAIL', ''])).toEqual({
    customerIdentifier: 'EMAIL',
    customerIdentifierColumn: '0',
    couponCodeColumn: 'NONE',
  })
})

test('a file that cannot be read as it is says why', () => {
  expect(
    faultOf([
      ['code', 'mobile'],
      ['A1', '94'],
    ]),
  ).toBeNull()
  expect(faultOf([['code'], ['A1']])).toBeNull()
  expect(faultOf([])).toContain('names of its columns')
  expect(faultOf([['code']])).toContain('rows below it')
  expect(faultOf([['code;mobile'], ['A1;94']])).toContain('semicolons')
  expect(faultOf([['code\tmobile'], ['A1\t94']])).toContain('tabs')
  expect(faultOf([['code'], ['A\uFFFD']])).toContain('UTF-8')
})
