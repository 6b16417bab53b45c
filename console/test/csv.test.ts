import { expect, test } from 'vitest'
import { csvOf, readCsv, readCsvFrom } from '../src/parts/csv.ts'
import { kindsOf, uploadFields, withColumn } from '../src/pages/series/upload-columns.ts'

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

test('columns are told from what the server makes of their names, and nothing else is guessed', () => {
  const kinds = (...holds: (string | null)[]) => kindsOf(holds.map((one) => ({ holds: one })))
  expect(kinds(null, 'email', 'code', 'mobile')).toEqual(['', 'EMAIL', 'code', ''])
  expect(kinds(null)).toEqual([''])
  expect(kinds('mobile')).toEqual(['MOBILE'])
  expect(kinds('code', 'code', 'validTill')).toEqual(['code', '', ''])
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
