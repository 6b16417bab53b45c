import { gzipSync } from 'node:zlib'
import fc from 'fast-check'

/** A file of codes as other programs write it, more or less damaged. */
export interface DamagedFile {
  readonly content: Buffer
  /** The intended codes of the column of codes. */
  readonly codes: ReadonlySet<string>
  /** Rows that are not empty, below the header. */
  readonly rows: number
  /** Whether the first line that is not empty names the columns. */
  readonly hasHeader: boolean
}

const codeNames = ['code', 'Coupon Code', 'VOUCHER', 'promo_code', 'coupon-no']
const alphabet = 'ABCDEFGHJK23456789'.split('')

const code = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 3, maxLength: 10 })
const note = fc.constantFrom(
  '',
  'x',
  'a note',
  'with "quotes"',
  'one, two',
  'one; two',
  'two\nlines',
  '9400488244',
)

interface Line {
  readonly kind: 'row' | 'blank' | 'commas' | 'comment' | 'header' | 'broken' | 'short' | 'long'
  readonly code: string
  readonly note: string
  readonly isQuoted: boolean
  readonly blanks: string
}

const line: fc.Arbitrary<Line> = fc.record({
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant<Line['kind']>('row') },
    {
      weight: 6,
      arbitrary: fc.constantFrom<Line['kind'][]>(
        'blank',
        'commas',
        'comment',
        'header',
        'broken',
        'short',
        'long',
      ),
    },
  ),
  code,
  note,
  isQuoted: fc.boolean(),
  blanks: fc.constantFrom('', '', ' ', '\u00A0', '\u200B'),
})

const shape = fc.record({
  name: fc.constantFrom(...codeNames),
  delimiter: fc.constantFrom(',', ';', '\t'),
  end: fc.constantFrom('\n', '\r\n', '\r'),
  encoding: fc.constantFrom('utf8', 'utf8', 'utf16le', 'utf16be'),
  bom: fc.boolean(),
  trailing: fc.nat({ max: 3 }),
  /** The lines above the rows. */
  top: fc.constantFrom('header', 'header', 'header', 'blanks', 'comment', 'nothing'),
  isCodeFirst: fc.boolean(),
  isPacked: fc.boolean(),
})

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`

/** Random files of codes with a column of notes. @param mayBePacked only the command reads gzip. */
export const damagedFile = (mayBePacked: boolean): fc.Arbitrary<DamagedFile> =>
  fc.tuple(shape, fc.array(line, { minLength: 1, maxLength: 12 })).map(([given, lines]) => {
    const { delimiter, end, trailing, isCodeFirst } = given
    const joined = (cells: readonly string[]): string => cells.join(delimiter) + delimiter.repeat(trailing)
    const pair = (first: string, second: string): string =>
      joined(isCodeFirst ? [first, second] : [second, first])
    const header = pair(given.name, 'transactionNumber')
    const codes = new Set<string>()
    let rows = 0
    const texts = lines.map((one, at) => {
      // Each line has its own code, which shows its kind.
      const text = `${one.code}${at}`
      // Line breaks in cells are those of the file.
      const beside =
        one.isQuoted || /[",;\t\n]/.test(one.note) ? quoted(one.note.replaceAll('\n', end)) : one.note
      if (one.kind === 'blank') return one.blanks
      if (one.kind === 'commas') return delimiter.repeat(1 + trailing)
      rows += 1
      if (one.kind === 'comment') return `# ${text}`
      if (one.kind === 'header') return header
      if (one.kind === 'broken') return joined([`"${text}"x`, `"${text}"y`])
      if (one.kind === 'short') return `SHORT${text}`
      if (one.kind === 'long') return `${pair(text, beside)}${delimiter}LONG${text}`
      codes.add(text)
      const cell = one.blanks + text + one.blanks
      return pair(one.isQuoted ? quoted(cell) : cell, beside)
    })
    const top = {
      header: [header],
      blanks: ['', delimiter, header],
      comment: [`# ${header}`, header],
      nothing: [],
    }
    const above = top[given.top]
    // A header among the rows is the header of the file if nothing is above it.
    const first = lines.find(({ kind }) => kind !== 'blank' && kind !== 'commas')
    const isHeaderByChance = given.top === 'nothing' && first?.kind === 'header'
    const text = [...above, ...texts].join(end) + end
    const bytes =
      given.encoding === 'utf8'
        ? Buffer.from(given.bom ? `\uFEFF${text}` : text)
        : Buffer.from(given.bom ? `\uFEFF${text}` : text, 'utf16le')
    if (given.encoding === 'utf16be') bytes.swap16()
    return {
      content: mayBePacked && given.isPacked ? gzipSync(bytes) : bytes,
      codes,
      rows: isHeaderByChance ? rows - 1 : rows,
      hasHeader: given.top === 'header' || given.top === 'blanks' || isHeaderByChance,
    }
  })
