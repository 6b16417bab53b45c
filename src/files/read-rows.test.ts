import { gzipSync } from 'node:zlib'
import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeColumns, customerColumns } from './columns-rules.ts'
import { defuseCell, parseCsvRecord, undoDefusedCell } from './csv-rules.ts'
import { readRows, type FileRow } from './read-rows.ts'

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
  test('as a library writes it is read as it was meant, whatever the quoting, line ends, pieces, BOM and packing', async () => {
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
          expect(read.map(({ values }) => [values[nameAt], values[lastAt]])).toEqual(given)
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

  test('with a row that cannot be read has that row refused with its line, and the next one read', async () => {
    const rows = await readAll(
      'email,firstName\na@example.com,"A"x\nb@example.com,"B\nc@example.com,C\nd\n\ne@example.com,"E"',
    )
    expect(rows.map(({ line, fault }) => [line, fault])).toEqual([
      [2, 'a quote stands where none may stand'],
      [3, 'a quote stands where none may stand'],
      [4, null],
      [5, 'it has 1 cells, the header has 2'],
      [7, null],
    ])
  })

  test.each([
    ['email,shoe\n', 'unknown column "shoe"; allowed are customerId, mobile, email'],
    ['email,E-Mail\n', 'stands there twice'],
    ['firstName\n', 'one of the columns customerId, mobile, email, externalId is missing; allowed are'],
    ['', 'it is empty'],
  ])('whose header is %j is refused as a whole', async (content, reason) => {
    await expect(readAll(content)).rejects.toThrow(reason)
  })

  test('that is not UTF-8 is refused, naming the line, in whatever pieces it comes', async () => {
    for (const size of [1, 7, 1_000]) {
      for (let line = 2; line < 12; line += 3) {
        const lines = Array.from({ length: 12 }, (_, n) => Buffer.from(`é${n}@example.com\n`))
        lines[0] = Buffer.from('email\n')
        lines[line - 1] = Buffer.from([0x63, 0xe9, 0x40, 0x64, 0x0a])
        await expect(readAll(Buffer.concat(lines), size)).rejects.toThrow(`line ${line} is not UTF-8`)
      }
    }
  })

  test('with a line of more than a mebibyte, and gzip that is cut off, are refused', async () => {
    await expect(readAll(`email\n${'x'.repeat(1_200_000)}`)).rejects.toThrow(
      'line 2 is longer than 1048576 bytes',
    )
    const packed = gzipSync(Buffer.from(`email\n${'a@example.com\n'.repeat(1_000)}`))
    await expect(readAll(packed.subarray(0, packed.length - 20))).rejects.toThrow('cannot be unpacked')
  })
})

test('an NDJSON file is told by its content; a row that is none is refused with its line', async () => {
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

test('a cell that a spreadsheet would run is defused, and reading undoes exactly that', () => {
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
