import { OperatorError } from '../../values/errors.ts'
import { trimmedText } from '../../values/trimmed-text.ts'
import { isOfRefusal, matchHeader, matchObject, type ColumnRules } from './columns-rules.ts'
import { csvReader, type ReadCells } from './csv-reader.ts'
import { cellValue, type Delimiter } from './csv-rules.ts'
import { faultOfNumbers } from './json-row-rules.ts'
import { readLines, textOf, unpack } from './file-lines.ts'
import {
  isBlank,
  nulFault,
  withoutCr,
  withoutNul,
  type FileRow,
  type OnHeader,
  type Reader,
} from './file-row.ts'

export interface FileRows {
  /** Column names of `raw`; known once the first rows have been read. */
  readonly header: readonly string[]
  /** The delimiter; null: the file is NDJSON. */
  readonly delimiter: Delimiter | null
  readonly rows: AsyncIterable<readonly FileRow[]>
}

/**
 * Reads the rows of a CSV or NDJSON file, some hundred at a time. A row that cannot be read has a fault, and reading
 * continues with the next line. Empty rows are skipped.
 *
 * @param onBlock called with the decompressed bytes.
 * @throws OperatorError if the file as a whole cannot be read, or lacks required columns.
 */
export function readRows(
  source: AsyncIterable<Uint8Array>,
  rules: ColumnRules,
  onBlock?: (block: Buffer) => void,
): FileRows {
  return readAs(readLines(textOf(unpack(source)), onBlock), (first, onHeader) => {
    if (first.startsWith('{')) return objectReader(rules, onHeader)
    if (first.startsWith('[')) throw new OperatorError('it is a JSON array: write one object in each line')
    return csvReader((header) => matchCsv(header, rules), onHeader)
  })
}

/**
 * Reads the rows of a plain CSV file with any columns: `values` are the cells as written.
 *
 * @param onBlock called with the bytes. @throws OperatorError if the file as a whole cannot be read.
 */
export function readCsvRows(source: AsyncIterable<Buffer>, onBlock?: (block: Buffer) => void): FileRows {
  return readAs(readLines(textOf(source), onBlock), (first, onHeader) => {
    if (/^[{[]/.test(first)) throw new OperatorError('it is JSON: send CSV')
    return csvReader(() => (cells) => cells, onHeader)
  })
}

/** The column that contains a refused row of an NDJSON file. */
const objectColumn = 'row'

/** The known columns of a CSV file; refused rows of an NDJSON file are objects in a single column. */
function matchCsv(header: readonly string[], rules: ColumnRules): ReadCells | string {
  const own = header.filter((name) => !isOfRefusal(name))
  if (own.length === 1 && own[0] === objectColumn) {
    const at = header.indexOf(objectColumn)
    return (cells) => readObject(cells[at] ?? '', rules)
  }
  const places = matchHeader(header, rules)
  if (typeof places === 'string') return places
  return (cells) => places.map((at) => (at === -1 ? '' : cellValue(cells[at] ?? '')))
}

function readAs(lines: AsyncIterable<string[]>, open: OpenReader): FileRows {
  let names: readonly string[] = []
  let between: Delimiter | null = null
  const rows = read(lines, open, (header, delimiter) => {
    names = header
    between = delimiter
  })
  return {
    get header() {
      return names
    },
    get delimiter() {
      return between
    },
    rows,
  }
}

/** The reader for a file that begins with this line. */
type OpenReader = (first: string, onHeader: OnHeader) => Reader

async function* read(
  blocks: AsyncIterable<string[]>,
  open: OpenReader,
  onHeader: OnHeader,
): AsyncGenerator<FileRow[]> {
  let reader: Reader | undefined
  let hasHeader = false
  let rest: string[] = []
  let line = 1
  const take = (isLast: boolean): FileRow[] => {
    if (reader === undefined) {
      const begin = rest.findIndex((one) => !isBlank(one))
      line += begin === -1 ? rest.length : begin
      rest = begin === -1 ? [] : rest.slice(begin)
      if (rest.length === 0) return []
      reader = open(rest[0] ?? '', (...given) => {
        hasHeader = true
        onHeader(...given)
      })
    }
    const taken = reader(rest, line, isLast)
    line += rest.length - taken.rest.length
    rest = taken.rest
    return taken.rows
  }
  for await (const lines of blocks) {
    rest = rest.length === 0 ? lines : [...rest, ...lines]
    const rows = take(false)
    if (rows.length > 0) yield rows
  }
  const last = take(true)
  if (last.length > 0) yield last
  if (!hasHeader) throw new OperatorError('it is empty: the first line names the columns')
}

function objectReader(rules: ColumnRules, onHeader: OnHeader): Reader {
  onHeader([objectColumn], null)
  return (lines, first) => ({
    rows: lines.flatMap((line, at): FileRow[] => {
      const text = withoutCr(line)
      if (text.trim() === '') return []
      const values = readObject(text, rules)
      const isRead = typeof values !== 'string'
      const row = { line: first + at, raw: [withoutNul(text)] }
      return [isRead ? { ...row, values, fault: null } : { ...row, values: [], fault: values }]
    }),
    rest: [],
  })
}

/** Reads the values of an object in a text; a returned text explains why it cannot be read. */
function readObject(text: string, rules: ColumnRules): string[] | string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return `malformed JSON: ${(error as Error).message}`
  }
  const values = matchObject(value, rules)
  if (typeof values === 'string') return values
  const fault = faultOfNumbers(text, value, rules)
  if (fault !== undefined) return fault
  return values.some((one) => one.includes('\0')) ? nulFault : values.map(trimmedText)
}
