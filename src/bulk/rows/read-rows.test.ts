import { gzipSync } from 'node:zlib'
import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeColumns, customerColumns } from './columns-rules.ts'
import { defuseCell, parseCsvRecord, undoDefusedCell } from './csv-rules.ts'
import type { FileRow } from './file-row.ts'
import { readCsvRows, readRows } from './read-rows.ts'
import { trimmedText } from '../../values/trimmed-text.ts'

async function* inPieces(content: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size)
}

async function readAll(content: string | Buffer, size = 65_536): Promise<FileRow[]> {
  const all: FileRow[] = []
  const { rows } = readRows(inPieces(Buffer.from(content), size), customerColumns)
  for await (const block of rows) all.push(...block)
  return all
}

const cell = fc.string({
  unit: fc.constantFrom('a', 'é', '😀', '"', ',', '\n', ' ', "'", '=', '-', ';', '\t'),
  maxLength: 8,
})
const nameAt = customerColumns.known.indexOf('firstName')
const lastAt = customerColumns.known.indexOf('lastName')

describe('a CSV file', () => {
  test('that a library has written is read correctly with any quoting, line ends, pieces, BOM and compression', async () => {
    const rows = fc.array(fc.tuple(cell, cell), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 1, max: 50 }),
        async (given, crlf, bom, packed, size) => {
          const text = stringify(
            given.map(([first, last]) => ['E1', defuseCell(first), defuseCell(last)]),
            {
              header: true,
              columns: ['externalId', 'firstName', 'lastName'],
              record_delimiter: crlf ? '\r\n' : '\n',
              quoted: bom || crlf,
            },
          )
          const content = Buffer.from(`${bom ? '\uFEFF' : ''}${text}`)
          const read = await readAll(packed ? gzipSync(content) : content, size)
          expect(read.map(({ fault }) => fault).filter(Boolean)).toEqual([])
          expect(read.map(({ values }) => [values[nameAt], values[lastAt]])).toEqual(
            given.map((names) => names.map(trimmedText)),
          )
          const breaks = given.map(([first, last]) => `${first}${last}`.split('\n').length)
          let line = 2
          const lines = breaks.map((n) => (line += n) - n)
          expect(read.map((row) => row.line)).toEqual(lines)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('may have its columns in any order and letter case', async () => {
    for (const header of ['First Name,EMAIL', 'email,first_name', 'E-Mail,firstName']) {
      const isFirst = header.toLowerCase().startsWith('f')
      const [row] = await readAll(`${header}\n${isFirst ? 'Asha,a@example.com' : 'a@example.com,Asha'}\n`)
      expect(row?.values[nameAt]).toBe('Asha')
      expect(row?.values[customerColumns.known.indexOf('email')]).toBe('a@example.com')
    }
  })

  test('with an unreadable row has that row refused with its line, and the next one read', async () => {
    const rows = await readAll(
      'email,firstName\na@example.com,"A"x\nb@example.com,"B\nc@example.com,C\nd\n\ne@example.com,"E"',
    )
    expect(rows.map(({ line, fault }) => [line, fault])).toEqual([
      [2, 'a quote stands where none may stand'],
      [3, 'a quote stands where none may stand'],
      [4, null],
      [5, 'it has 1 cell, the header has 2'],
      [7, null],
    ])
  })

  test.each([
    ['email,shoe\n', 'unknown column "shoe"; allowed are customerId, mobile, email'],
    ['email,E-Mail\n', 'stands there twice'],
    ['firstName\n', 'one of the columns customerId, mobile, email, externalId is missing; allowed are'],
    ['', 'it is empty'],
    ['\n , ,\n;;\n', 'it is empty'],
    ['sep=;\n', 'it is empty'],
    ['"",""\n1,2\n', 'the first line names no column'],
    ['9400488244\n9400488245\n', 'the first line holds "9400488244", which is not the name of a column'],
    ['a@example.com,Asha\n', 'the first line holds "a@example.com"'],
    ['# exported today\nemail\na@example.com\n', 'it begins with the comment "# exported today"'],
    ['email|firstName\n', 'Columns are separated by commas, semicolons or tabs'],
    ['email;phone,shoe\n', 'unknown column "phone,shoe"'],
    ['mail;first,last\n', 'the first line holds commas and semicolons'],
    ['mobile,phone\n', 'the columns "mobile" and "phone" both hold mobile'],
    ['[{"email":"a@example.com"}]\n', 'it is a JSON array: write one object in each line'],
  ])('whose header is %j is refused as a whole', async (content, reason) => {
    await expect(readAll(content)).rejects.toThrow(reason)
  })

  test('that is not UTF-8 is refused with the line, in whatever pieces it arrives', async () => {
    for (const size of [1, 7, 1_000]) {
      for (let line = 2; line < 12; line += 3) {
        const lines = Array.from({ length: 12 }, (_, n) => Buffer.from(`é${n}@example.com\n`))
        lines[0] = Buffer.from('email\n')
        lines[line - 1] = Buffer.from([0x63, 0xe9, 0x40, 0x64, 0x0a])
        await expect(readAll(Buffer.concat(lines), size)).rejects.toThrow(`line ${line} is not UTF-8`)
      }
    }
  })

  test('with a line of more than a mebibyte, or of truncated gzip, is refused', async () => {
    await expect(readAll(`email\n${'x'.repeat(1_200_000)}`)).rejects.toThrow(
      'line 2 is longer than 1048576 bytes',
    )
    const packed = gzipSync(Buffer.from(`email\n${'a@example.com\n'.repeat(1_000)}`))
    await expect(readAll(packed.subarray(0, packed.length - 20))).rejects.toThrow('cannot be unpacked')
  })
})

const people = [
  ['e-mail', 'First Name', 'LAST_NAME'],
  ['a@example.com', 'Zoë', 'Rao'],
  ['b@example.com', 'Łukasz', 'Ω'],
]
const asRead = [
  ['a@example.com', 'Zoë', 'Rao'],
  ['b@example.com', 'Łukasz', 'Ω'],
]
const emailAt = customerColumns.known.indexOf('email')
const peopleOf = (rows: readonly FileRow[]): unknown =>
  rows.map(({ values }) => [values[emailAt], values[nameAt], values[lastAt]])
const lines = (between: string, end: string): string =>
  people.map((cells) => cells.join(between) + end).join('')

function utf16(text: string, isBig: boolean, bom: boolean): Buffer {
  const bytes = Buffer.from(bom ? `\uFEFF${text}` : text, 'utf16le')
  return isBig ? bytes.swap16() : bytes
}

describe('a file of the same rows gives the same result', () => {
  test.each([',', ';', '\t'])('with %j between its cells, and any line end', async (between) => {
    for (const end of ['\n', '\r\n', '\r']) {
      for (const head of ['', '\uFEFF', `sep=${between}${end}`])
        expect(peopleOf(await readAll(head + lines(between, end))), JSON.stringify([head, end])).toEqual(
          asRead,
        )
    }
  })

  test('in UTF-8 and in UTF-16 of either byte order, with and without a BOM, in whatever pieces it arrives', async () => {
    for (const isBig of [false, true])
      for (const bom of [false, true])
        for (const size of [1, 3, 1_000])
          expect(peopleOf(await readAll(utf16(lines(';', '\r\n'), isBig, bom), size))).toEqual(asRead)
  })

  test('with empty columns at the end, empty rows, and rows whose cells are all empty, which are not counted', async () => {
    const file = lines(',', ',,,\n').replaceAll('\n', '\n,,,\n\n , ;\n"",,\n')
    const rows = await readAll(`,,,\n\n${file}`)
    expect(peopleOf(rows)).toEqual(asRead)
    expect(rows.map(({ line, fault }) => [line, fault])).toEqual([
      [8, null],
      [13, null],
    ])
  })

  test('with blanks and invisible characters around its names and cells', async () => {
    const file = people.map((cells) => cells.map((cell) => `\u200B\u00A0${cell}\u200E `).join(';')).join('\n')
    expect(peopleOf(await readAll(file))).toEqual(asRead)
  })
})

test('a row is refused with its line if it repeats the header, is a comment, or does not match the header', async () => {
  const rows = await readAll(
    'email,firstName,,\na@example.com,A,,\nemail,firstName,,\n# the end\nb@example.com,B,,x\n"#c@example.com",C,,\n',
  )
  expect(rows.map(({ line, fault }) => [line, fault])).toEqual([
    [2, null],
    [3, 'it repeats the line with the names of the columns'],
    [4, 'it begins with # like a comment. Put a value that begins so into double quotes'],
    [5, 'it has 4 cells, the header has 2'],
    [6, null],
  ])
  const [inside] = await readAll('email,,firstName\na@example.com,x,A\n')
  expect(inside?.fault).toBe('there is a value in column 2, which has no name')
  const alone = await readAll('email\na@example.com;A\n"b;c@example.com"\n')
  expect(alone.map(({ fault }) => fault)).toEqual([
    'it holds semicolons, and the header has one column. Put a value that holds one into double quotes',
    null,
  ])
})

describe('a file that is not text in rows is refused with its format and a remedy', () => {
  const zip = (inside: string): Buffer => Buffer.from(`PK\u0003\u0004\u0014\0\u0006\0\b\0${inside}`, 'latin1')
  test.each([
    ['an Excel workbook', zip('[Content_Types].xml'), 'it is an Excel workbook (.xlsx). Open it in the'],
    ['an OpenDocument file', zip('mimetypeapplication/vnd.oasis.opendocument.spreadsheet'), '(.ods)'],
    ['another archive', zip('codes.csv'), 'it is a zip archive. Unpack it'],
    ['an old workbook', Buffer.from('D0CF11E0A1B11AE1', 'hex'), '(.xls)'],
    ['a PDF document', Buffer.from('%PDF-1.7'), 'it is a PDF document'],
    ['a page', Buffer.from('\uFEFF\n<!DOCTYPE html><table>'), 'it is a page in HTML'],
    ['XML', Buffer.from('<?xml version="1.0"?><Workbook>'), 'it is XML'],
    ['UTF-32', Buffer.from('FFFE000065000000', 'hex'), 'it is UTF-32'],
    ['half a UTF-16', Buffer.from('FFFE650000D8', 'hex'), 'it begins like UTF-16LE and is not'],
  ])('%s', async (_, content, says) => {
    await expect(readAll(content)).rejects.toThrow(says)
    const { rows } = readCsvRows(inPieces(content, 4) as AsyncIterable<Buffer>)
    await expect(rows[Symbol.asyncIterator]().next()).rejects.toThrow(says)
  })

  test('Windows-1252, with the line, the letter and the encoding to save it in', async () => {
    const content = Buffer.concat([
      Buffer.from('email,firstName\na@example.com,Zo'),
      Buffer.from([0xeb, 0x0a]),
    ])
    await expect(readAll(content)).rejects.toThrow(
      'line 2 is not UTF-8: it looks like Windows-1252 or Latin-1, where byte EB is "ë". Save the file as "CSV UTF-8"',
    )
  })
})

test('the refused rows of an NDJSON file are read like its lines', async () => {
  const object = '{"email":"a@example.com","firstName":"A, B"}'
  const [row] = await readAll(
    stringify([
      ['refusedLine', 'refusalCode', 'refusalReason', 'row'],
      [7, '', 'why', object],
    ]),
  )
  expect([row?.fault, row?.values[emailAt], row?.values[nameAt]]).toEqual([null, 'a@example.com', 'A, B'])
})

test('an NDJSON file is recognised by its content, and an invalid row is refused with its line', async () => {
  const rows = await readAll(
    '{"email":"a@example.com","firstName":"A","lastName":null}\n{"shoe":1}\nx\n[1]\n{"externalId":7}\n',
  )
  expect(rows.map(({ line, fault }) => [line, fault?.slice(0, 14)])).toEqual([
    [1, undefined],
    [2, 'unknown field '],
    [3, 'malformed JSON'],
    [4, 'it is not a JS'],
    [5, undefined],
  ])
  expect(rows[4]?.values[customerColumns.known.indexOf('externalId')]).toBe('7')
})

test('a cell that a spreadsheet would evaluate is defused, and reading reverts exactly that', () => {
  fc.assert(
    fc.property(cell, (text) => {
      expect(defuseCell(text)).not.toMatch(/^[=+\-@\t\r]/)
      expect(undoDefusedCell(defuseCell(text))).toBe(text)
    }),
  )
  expect(defuseCell('=HYPERLINK(1)')).toBe("'=HYPERLINK(1)")
  expect(parseCsvRecord('a,"b""c",')).toEqual(['a', 'b"c', ''])
  expect(codeColumns.known).toContain('validTill')
})
