import { trimmedText } from '../../values/trimmed-text.ts'

/**
 * CSV by RFC 4180. Implemented here because a refused row must report the line it begins on and must not affect the
 * rows after it: the available libraries count a quoted CRLF twice, and swallow what follows a stray quote.
 */

/** Permitted delimiters. */
export const delimiters = [',', ';', '\t'] as const
export type Delimiter = (typeof delimiters)[number]
export const delimiterNames: Readonly<Record<Delimiter, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
}

/** The delimiters that a line contains outside quotes. */
export function delimitersIn(line: string): Delimiter[] {
  const outside = line.includes('"') ? line.replaceAll(/"(?:[^"]|"")*"?/g, '') : line
  return delimiters.filter((one) => outside.includes(one))
}

/** Parses cells, or explains why the text is not a record: `open` if a quoted cell continues in the next line. */
export function parseCsvRecord(text: string, delimiter: Delimiter = ','): string[] | 'open' | 'malformed' {
  if (!text.includes('"')) return text.split(delimiter)
  const cells: string[] = []
  let at = 0
  for (;;) {
    if (text[at] === '"') {
      const [cell, end] = readQuoted(text, at + 1)
      if (end === -1) return 'open'
      if (end < text.length && text[end] !== delimiter) return 'malformed'
      cells.push(cell)
      at = end
    } else {
      const next = text.indexOf(delimiter, at)
      const end = next === -1 ? text.length : next
      const cell = text.slice(at, end)
      if (cell.includes('"')) return 'malformed'
      cells.push(cell)
      at = end
    }
    if (at === text.length) return cells
    at += 1
  }
}

/** @returns the cell and the position after its closing quote; −1 if there is none. */
function readQuoted(text: string, from: number): [cell: string, end: number] {
  let cell = ''
  let at = from
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote === -1) return [cell, -1]
    cell += text.slice(at, quote)
    if (text[quote + 1] !== '"') return [cell, quote + 1]
    cell += '"'
    at = quote + 2
  }
}

/**
 * Prefixes a cell that a spreadsheet would read as a formula with a quote; so too a cell that looks like a prefixed
 * one.
 */
export function defuseCell(cell: string): string {
  return /^'*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
}

/** Reverts `defuseCell` exactly; every other cell is unchanged. */
export function undoDefusedCell(cell: string): string {
  return cell.startsWith("'") && /^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell
}

/** The value of a cell: without the prefix against formulas, and trimmed. */
export const cellValue = (cell: string): string => trimmedText(undoDefusedCell(cell))
