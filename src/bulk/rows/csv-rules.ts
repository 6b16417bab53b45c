import { trimmedText } from '../../values/trimmed-text.ts'

/**
 * CSV as RFC 4180 has it. Written here because a refused row needs the line that it begins on and must not take the
 * rows after it along: the libraries at hand count a quoted CRLF twice, and after a stray quote swallow what follows.
 */

/** What may stand between the cells. */
export const delimiters = [',', ';', '\t'] as const
export type Delimiter = (typeof delimiters)[number]
export const delimiterNames: Readonly<Record<Delimiter, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
}

/** The delimiters that a line holds outside of quotes. */
export function delimitersIn(line: string): Delimiter[] {
  const outside = line.includes('"') ? line.replaceAll(/"(?:[^"]|"")*"?/g, '') : line
  return delimiters.filter((one) => outside.includes(one))
}

/** Cells, or why the text is no record: `open` when a quoted cell goes on in the next line. */
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

/** @returns the cell and where its closing quote is passed; −1 when there is none. */
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

/** A cell that a spreadsheet would take for a formula gets a quote in front; so does one that looks like such a cell. */
export function defuseCell(cell: string): string {
  return /^'*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
}

/** Undoes `defuseCell` exactly; every other cell stays as it is. */
export function undoDefusedCell(cell: string): string {
  return cell.startsWith("'") && /^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell
}

/** What a cell says: without the defence against spreadsheets, and without blanks around it. */
export const cellValue = (cell: string): string => trimmedText(undoDefusedCell(cell))
