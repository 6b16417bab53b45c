import { OperatorError } from '../errors.ts'
import { matchHeader, matchObject, type ColumnRules } from './columns-rules.ts'
import { parseCsvRecord, undoDefusedCell } from './csv-rules.ts'
import { faultOfNumbers } from './json-row-rules.ts'
import { readLines, unpack } from './file-lines.ts'

/** A row of a file. `values` stand in the order of the known columns, empty where there is nothing. */
export interface FileRow {
  /** The line that it begins on, from 1. */
  readonly line: number
  readonly values: readonly string[]
  /** As it stands in the file: cells, or one text. */
  readonly raw: readonly string[]
  /** Why it cannot be read; null: it can. */
  readonly fault: string | null
}

export interface FileRows {
  /** Names of the columns of `raw`; known once the first rows have come. */
  readonly header: readonly string[]
  readonly rows: AsyncIterable<readonly FileRow[]>
}

/** A quoted cell may go on over so many lines. */
const maxRecordLines = 200

/**
 * The rows of a CSV or NDJSON file, some hundred at a time. A row that cannot be read has a fault, and reading goes on
 * with the next line.
 *
 * @param onBlock told the unpacked bytes.
 * @throws OperatorError when the file as a whole cannot be read, or has not the columns that it needs.
 */
export function readRows(
  source: AsyncIterable<Uint8Array>,
  rules: ColumnRules,
  onBlock?: (block: Buffer) => void,
): FileRows {
  const match: MatchHeader = (header) => matchHeader(header, rules)
  return readAs(readLines(unpack(source), onBlock), (first, onHeader) =>
    first.startsWith('{') ? objectReader(rules, onHeader) : csvReader(match, onHeader),
  )
}

/**
 * The rows of a plain CSV file, whatever its columns are called: `values` are all cells.
 *
 * @param onBlock told the bytes. @throws OperatorError when the file as a whole cannot be read.
 */
export function readCsvRows(source: AsyncIterable<Buffer>, onBlock?: (block: Buffer) => void): FileRows {
  return readAs(readLines(source, onBlock), (_first, onHeader) =>
    csvReader((header) => header.map((_, at) => at), onHeader),
  )
}

type OnHeader = (header: readonly string[]) => void

function readAs(lines: AsyncIterable<string[]>, open: OpenReader): FileRows {
  const state = { header: [] as readonly string[] }
  return {
    get header() {
      return state.header
    },
    rows: read(lines, open, (header) => (state.header = header)),
  }
}

/** Where the known columns stand in the header; a text says what is wrong with it. */
type MatchHeader = (header: readonly string[]) => number[] | string

/** The reader for a file that begins with this line. */
type OpenReader = (first: string, onHeader: OnHeader) => Reader

/** Reads what is whole of the lines, the first of which has the given number. */
type Reader = (lines: string[], first: number, isLast: boolean) => { rows: FileRow[]; rest: string[] }

async function* read(
  blocks: AsyncIterable<string[]>,
  open: OpenReader,
  onHeader: OnHeader,
): AsyncGenerator<FileRow[]> {
  let reader: Reader | undefined
  let rest: string[] = []
  let line = 1
  const take = (isLast: boolean): FileRow[] => {
    if (reader === undefined) {
      while (rest.length > 0 && rest[0]?.trim() === '') {
        rest.shift()
        line += 1
      }
      if (rest.length === 0) return []
      reader = open(rest[0] ?? '', onHeader)
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
  if (reader === undefined) throw new OperatorError('it is empty: the first line names the columns')
}

const withoutCr = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)
const nulFault = 'it contains U+0000'

function csvReader(match: MatchHeader, onHeader: OnHeader): Reader {
  let places: number[] | undefined
  let width = 0
  return (lines, first, isLast) => {
    const rows: FileRow[] = []
    let at = 0
    while (at < lines.length) {
      let text = withoutCr(lines[at] ?? '')
      if (text === '') {
        at += 1
        continue
      }
      let cells = parseCsvRecord(text)
      let next = at + 1
      for (; cells === 'open' && next < lines.length && next - at < maxRecordLines; next += 1) {
        text = withoutCr(lines.slice(at, next + 1).join('\n'))
        cells = parseCsvRecord(text)
      }
      // What is open at the end of the block may be closed in the next one.
      if (cells === 'open' && !isLast && next - at < maxRecordLines) break
      if (places === undefined) {
        if (typeof cells === 'string') throw new OperatorError('the first line is no CSV')
        const matched = match(cells)
        if (typeof matched === 'string') throw new OperatorError(matched)
        places = matched
        width = cells.length
        onHeader(cells)
        at = next
        continue
      }
      if (typeof cells === 'string') {
        const fault =
          cells === 'open' ? 'a quote is opened and not closed' : 'a quote stands where none may stand'
        rows.push({ line: first + at, values: [], raw: [withoutCr(lines[at] ?? '')], fault })
        at += 1
        continue
      }
      rows.push(toRow(first + at, cells, places, width))
      at = next
    }
    return { rows, rest: lines.slice(at) }
  }
}

function toRow(line: number, cells: string[], places: readonly number[], width: number): FileRow {
  if (cells.length !== width)
    return { line, values: [], raw: cells, fault: `it has ${cells.length} cells, the header has ${width}` }
  if (cells.some((cell) => cell.includes('\0')))
    return { line, values: [], raw: cells.map((cell) => cell.replaceAll('\0', '�')), fault: nulFault }
  const values = places.map((at) => (at === -1 ? '' : undoDefusedCell(cells[at] ?? '')))
  return { line, values, raw: cells, fault: null }
}

function objectReader(rules: ColumnRules, onHeader: OnHeader): Reader {
  onHeader(['row'])
  return (lines, first) => ({
    rows: lines.flatMap((line, at) => {
      const text = withoutCr(line)
      return text.trim() === '' ? [] : [toObjectRow(first + at, text, rules)]
    }),
    rest: [],
  })
}

function toObjectRow(line: number, text: string, rules: ColumnRules): FileRow {
  const refused = (fault: string): FileRow => ({
    line,
    values: [],
    raw: [text.replaceAll('\0', '�')],
    fault,
  })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return refused(`malformed JSON: ${(error as Error).message}`)
  }
  const values = matchObject(value, rules)
  if (typeof values === 'string') return refused(values)
  const fault = faultOfNumbers(text, value, rules)
  if (fault !== undefined) return refused(fault)
  if (values.some((one) => one.includes('\0'))) return refused(nulFault)
  return { line, values, raw: [text], fault: null }
}
