/** The first rows of a CSV text, by RFC 4180. The server's reading of the whole file may differ. */
export function readCsv(text: string, maxRows: number): string[][] {
  const rows: string[][] = []
  let cells: string[] = []
  let cell = ''
  let isQuoted = false
  const endCell = (): void => {
    cells.push(cell)
    cell = ''
  }
  const endRow = (): void => {
    endCell()
    if (cells.length > 1 || cells[0] !== '') rows.push(cells)
    cells = []
  }
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length && rows.length < maxRows; at += 1) {
    const character = text[at] ?? ''
    if (isQuoted) {
      if (character !== '"') cell += character
      else if (text[at + 1] === '"') {
        cell += '"'
        at += 1
      } else isQuoted = false
    } else if (character === '"' && cell === '') isQuoted = true
    else if (character === ',') endCell()
    else if (character === '\n') endRow()
    else if (character !== '\r') cell += character
  }
  if (rows.length < maxRows && (cell !== '' || cells.length > 0)) endRow()
  return rows
}

/** The first rows of a file; the rest is not read. */
export async function readCsvFrom(
  body: ReadableStream<Uint8Array> | null,
  maxRows: number,
  maxBytes = 512 * 1024,
): Promise<string[][]> {
  if (body === null) return []
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  let isWhole = false
  while (bytes < maxBytes && !isWhole) {
    const { value, done } = await reader.read()
    isWhole = done
    bytes += value?.length ?? 0
    text += decoder.decode(value, { stream: !done })
  }
  if (!isWhole) await reader.cancel()
  // The last line may be truncated.
  return readCsv(isWhole ? text : text.slice(0, text.lastIndexOf('\n') + 1), maxRows)
}

/** A cell that a spreadsheet would read as a formula is prefixed with an apostrophe, as in the server's exports. */
function cellOf(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const safe = /^'*[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** A file of rows, preceded by the column names. */
export function csvOf(rows: readonly (readonly (string | number)[])[]): Blob {
  const text = rows.map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('')
  return new Blob([text], { type: 'text/csv' })
}
