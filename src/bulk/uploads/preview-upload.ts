import { OperatorError, refuse } from '../../values/errors.ts'
import { columnNamed } from '../rows/columns-rules.ts'
import { cellValue, type Delimiter } from '../rows/csv-rules.ts'
import { readCsvRows } from '../rows/read-rows.ts'

/** How an upload would read a file. */
export interface Preview {
  readonly delimiter: Delimiter
  /** In the order of the file; `holds` is null if the name is unknown. */
  readonly columns: readonly { readonly name: string; readonly holds: string | null }[]
  /** The cells of the first rows. */
  readonly rows: readonly (readonly string[])[]
}

const shownRows = 5

/**
 * Reads the beginning of a file like an upload, and stores nothing.
 *
 * @param content the file, or its first bytes. @throws Refusal 400 if it cannot be read, or has no rows.
 */
export async function previewUpload(content: Buffer): Promise<Preview> {
  async function* source(): AsyncGenerator<Buffer> {
    yield content
  }
  const rows: string[][] = []
  const file = readCsvRows(source())
  try {
    // The last line may be truncated, and is not read if there are enough rows before it.
    for await (const block of file.rows) {
      for (const { raw } of block) if (rows.length < shownRows) rows.push(raw.map(cellValue))
      if (rows.length === shownRows) break
    }
    if (rows.length === 0) throw new OperatorError('it has a header and no rows below it')
  } catch (error) {
    if (error instanceof OperatorError) throw refuse.badRequest(`The file cannot be read: ${error.message}`)
    throw error
  }
  return {
    delimiter: file.delimiter ?? ',',
    columns: file.header.map((name) => ({ name, holds: columnNamed(name) ?? null })),
    rows,
  }
}
