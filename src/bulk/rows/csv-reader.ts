import { OperatorError, quote } from '../../values/errors.ts'
import { delimiterOf, readHeader } from './columns-rules.ts'
import {
  cellValue,
  delimiterNames,
  delimiters,
  delimitersIn,
  parseCsvRecord,
  type Delimiter,
} from './csv-rules.ts'
import {
  isBlank,
  nulFault,
  withoutCr,
  withoutNul,
  type FileRow,
  type OnHeader,
  type Reader,
} from './file-row.ts'

/** Maximum number of lines of a quoted cell. */
const maxRecordLines = 200

/** Converts the cells of a row to values; a text explains why it cannot be read. */
export type ReadCells = (cells: readonly string[]) => readonly string[] | string

/** Selects how the rows under a header are read; a text explains what is wrong with the header. */
export type MatchHeader = (header: readonly string[]) => ReadCells | string

/**
 * Reads CSV: the first non-empty line names the columns and determines the delimiter.
 *
 * @throws OperatorError while reading, if there is no header or it lacks required columns.
 */
export function csvReader(match: MatchHeader, onHeader: OnHeader): Reader {
  let shape: CsvShape | undefined
  return (lines, first, isLast) => {
    const rows: FileRow[] = []
    let at = 0
    while (at < lines.length) {
      const line = withoutCr(lines[at] ?? '')
      // Such a line tells a spreadsheet the delimiter.
      if (isBlank(line) || (shape === undefined && first + at === 1 && /^sep=.$/i.test(line))) {
        at += 1
        continue
      }
      const delimiter = shape?.delimiter ?? delimiterUnder(lines[at - 1], line)
      let text = line
      let cells = parseCsvRecord(text, delimiter)
      let quotes = quotesIn(line)
      let next = at + 1
      while (cells === 'open' && next < lines.length && next - at < maxRecordLines) {
        quotes += quotesIn(lines[next] ?? '')
        next += 1
        // While the number of quotes is odd, no record ends: re-parsing for every line would take long.
        if (quotes % 2 === 1 && next < lines.length && next - at < maxRecordLines) continue
        text = withoutCr(lines.slice(at, next).join('\n'))
        cells = parseCsvRecord(text, delimiter)
      }
      // A cell open at the end of the block may be closed in the next one.
      if (cells === 'open' && !isLast && next - at < maxRecordLines) break
      if (shape === undefined) {
        shape = shapeOf(text, cells, delimiter, match)
        onHeader(shape.header, delimiter)
        at = next
      } else if (typeof cells === 'string') {
        const fault =
          cells === 'open' ? 'a quote is opened and not closed' : 'a quote stands where none may stand'
        rows.push({
          line: first + at,
          values: [],
          raw: unread([], [withoutNul(line)], shape.header.length),
          fault,
        })
        at += 1
      } else {
        rows.push(...toRow(first + at, text, cells, shape))
        at = next
      }
    }
    return { rows, rest: lines.slice(at) }
  }
}

const quotesIn = (line: string): number => line.split('"').length - 1

/** What the header reveals about a CSV file. */
interface CsvShape {
  readonly header: readonly string[]
  /** The header as written in the file. */
  readonly text: string
  readonly delimiter: Delimiter
  readonly read: ReadCells
}

/** @param before the line above the header. @throws OperatorError if the delimiter is undecided. */
function delimiterUnder(before: string | undefined, header: string): Delimiter {
  const stated = /^sep=(.)\r?$/i.exec(before ?? '')?.[1]
  const found = delimiters.find((one) => one === stated) ?? delimiterOf(header)
  if (found !== undefined) return found
  const names = delimitersIn(header).map((one) => delimiterNames[one])
  throw new OperatorError(
    `the first line holds ${names.join(' and ')}, and which of them separate the columns cannot be told. Put names that hold one into double quotes`,
  )
}

function shapeOf(
  text: string,
  cells: string[] | 'open' | 'malformed',
  delimiter: Delimiter,
  match: MatchHeader,
): CsvShape {
  if (typeof cells === 'string') throw new OperatorError('the first line is no CSV')
  if (isComment(text))
    throw new OperatorError(
      `it begins with the comment ${quote(text)}. Take the comments out: the first line names the columns`,
    )
  const header = readHeader(cells)
  if (typeof header === 'string') throw new OperatorError(header)
  const read = match(header)
  if (typeof read === 'string') throw new OperatorError(read)
  return { header, text, delimiter, read }
}

/** Distinguishes a comment from a column named #: a comment is longer. */
const isComment = (text: string): boolean => text.startsWith('#') && !/^#\s*[,;\t]/.test(text)

/** Marks a row that could not be read. */
const notRead = 'not read'

/** Adds more cells than the header has, so that the row of a refused file is not read as valid before it is fixed. */
const unread = (cells: readonly string[], extra: readonly string[], width: number): string[] => [
  ...Array.from({ length: width }, (_, at) => cells[at] ?? ''),
  ...extra,
]

/** Returns no row if all cells are empty. */
function toRow(line: number, text: string, cells: string[], shape: CsvShape): FileRow[] {
  const { header, read } = shape
  const filled = cells.findLastIndex((cell) => cellValue(cell) !== '') + 1
  if (filled === 0) return []
  const fault = faultOf(text, cells, filled, shape)
  if (fault !== null) {
    const extra = filled > header.length ? cells.slice(header.length) : [notRead]
    return [{ line, values: [], raw: unread(cells, extra, header.length).map(withoutNul), fault }]
  }
  const raw = cells.slice(0, header.length)
  const values = read(raw)
  if (typeof values === 'string') return [{ line, values: [], raw, fault: values }]
  return [{ line, values, raw, fault: null }]
}

/** @param filled number of cells up to the last non-empty one. */
function faultOf(text: string, cells: readonly string[], filled: number, shape: CsvShape): string | null {
  const { header, delimiter } = shape
  if (text.includes('\0')) return nulFault
  if (text === shape.text) return 'it repeats the line with the names of the columns'
  if (isComment(text)) return 'it begins with # like a comment. Put a value that begins so into double quotes'
  if (filled > header.length || cells.length < header.length)
    return `it has ${countOf(Math.max(filled, Math.min(cells.length, header.length)))}, the header has ${header.length}`
  const nameless = header.findIndex((name, at) => name === '' && cellValue(cells[at] ?? '') !== '')
  if (nameless !== -1) return `there is a value in column ${nameless + 1}, which has no name`
  // A header with a single name does not reveal the delimiter.
  const [between] = header.length === 1 && cells.length === 1 ? delimitersIn(text) : []
  return between !== undefined && between !== delimiter
    ? `it holds ${delimiterNames[between]}, and the header has one column. Put a value that holds one into double quotes`
    : null
}

const countOf = (cells: number): string => (cells === 1 ? '1 cell' : `${cells} cells`)
