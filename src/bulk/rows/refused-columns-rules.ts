import { columnNamed, isOfRefusal } from './columns-rules.ts'

export interface RefusedColumns {
  /** The cells that are the file's own, of its header too, in their order. */
  readonly ownOf: (cells: readonly string[]) => string[]
  /** What stands behind the columns of the header, in rows that could not be read. */
  readonly extraOf: (cells: readonly string[]) => string[]
  /** The line of a row in the file that it first stood in. */
  readonly lineOf: (cells: readonly string[], line: number) => number
}

/**
 * What of a file goes into a file of its refused rows. A file of refused rows that was read again has `refusedLine` and
 * its like already: they are written anew, and the line stays that of the first file.
 */
export function refusedColumns(header: readonly string[]): RefusedColumns {
  const own = header.flatMap((name, at) => (isOfRefusal(name) ? [] : [at]))
  const lineAt = header.findIndex((name) => columnNamed(name) === 'refusedLine')
  return {
    // The header of a file is deleted when it names a person who is erased.
    ownOf: (cells) => (header.length === 0 ? [...cells] : own.map((at) => cells[at] ?? '')),
    extraOf: (cells) => (header.length === 0 ? [] : cells.slice(header.length)),
    lineOf(cells, line) {
      if (lineAt === -1) return line
      // A line whose quotes are broken stands behind the columns as one text.
      const text = cells[lineAt] || (cells[header.length] ?? '').split(/[,;\t]/)[lineAt] || ''
      return /^[1-9]\d{0,9}$/.test(text.trim()) ? Number(text) : line
    },
  }
}
