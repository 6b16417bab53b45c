import type { WriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { stringify } from 'csv-stringify/sync'
import { defuseCell, undoDefusedCell } from './csv-rules.ts'
import type { RefusedLine } from './verdicts.ts'

export interface RejectedFile {
  /** @param rows the refused lines with what stands there in the file. */
  write(
    header: readonly string[],
    rows: readonly (RefusedLine & { readonly raw: readonly string[] })[],
  ): Promise<void>
  close(): Promise<void>
}

/**
 * The refused rows as CSV: line, number and reason before what the file has there, so that it can be mended and read
 * again. The file comes into being with the first refused row.
 */
export function openRejectedFile(path: string): RejectedFile {
  let stream: WriteStream | undefined
  const put = async (lines: readonly (readonly (string | number | null)[])[]): Promise<void> => {
    if (stream && !stream.write(stringify(lines.map((line) => [...line])))) await once(stream, 'drain')
  }
  return {
    async write(header, rows) {
      if (rows.length === 0) return
      if (stream === undefined) {
        const file = await open(path, 'w', 0o600)
        // One that was there may have been readable by others.
        await file.chmod(0o600)
        stream = file.createWriteStream()
        await put([['refusedLine', 'refusalCode', 'refusalReason', ...header]])
      }
      await put(
        rows.map(({ line, code, reason, raw }) => [
          line,
          code,
          reason,
          ...raw.map((cell) => defuseCell(undoDefusedCell(cell))),
        ]),
      )
    },
    async close() {
      stream?.end()
      if (stream) await finished(stream)
    },
  }
}
