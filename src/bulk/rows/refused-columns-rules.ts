import { columnNamed, isOfRefusal } from './columns-rules.ts'

export interface RefusedColumns {
  /** The file's own cells, also of its header, in order. */
  readonly ownOf: (cells: readonly string[]) => string[]
  /** Additional cells after the columns of the header, in rows that could not be read. */
  readonly extraOf: (cells: readonly string[]) => string[]
  /** The line of a row in the original file. */
  readonly lineOf: (cells: readonly string[], line: number) => number
}

/**
 * Determines which columns of a file go into its file of refused rows. A file of refused rows that was imported again
 * already has `refusedLine` and the related columns: they are rewritten, and the line remains that of the original
 * file.
 */
export function refusedColumns(header: readonly string[]): RefusedColumns {
  const own = header.flatMap((name, at) => (isOfRefusal(name) ? [] : [at]))
  const lineAt = header.findIndex((name) => columnNamed(name) === 'refusedLine')
  return {
    // The header of a file is deleted if it names a person who is erased.
    ownOf: (cells) => (header.length === 0 ? [...cells] : own.map((at) => cells[at] ?? '')),
    extraOf: (cells) => (header.length === 0 ? [] : cells.slice(header.length)),
    lineOf(cells, line) {
      if (lineAt === -1) return line
      // A line with broken quotes follows the columns as one text.
      const text = cells[lineAt] || (cells[header.length] ?? '').split(/[,;\t]/)[lineAt] || ''
      return /^[1-9]\d{0,9}$/.test(text.trim()) ? Number(text) : line
    },
  }
}
