import type { WriteStream } from 'node:fs'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { stringify } from 'csv-stringify/sync'
import { ofRefusal } from './columns-rules.ts'
import { defuseCell, undoDefusedCell } from './csv-rules.ts'
import { refusedColumns } from './refused-columns-rules.ts'
import type { RefusedLine } from './verdicts.ts'

export interface RejectedFile {
  /** @param rows the refused lines with their original content. */
  write(
    header: readonly string[],
    rows: readonly (RefusedLine & { readonly raw: readonly string[] })[],
  ): Promise<void>
  close(): Promise<void>
}

/**
 * Writes refused rows as CSV: line, refusal code and reason precede the original cells, so that the file can be fixed
 * and imported again any number of times. The file is created with the first refused row.
 */
export function openRejectedFile(path: string): RejectedFile {
  let stream: WriteStream | undefined
  const put = async (lines: readonly (readonly (string | number | null)[])[]): Promise<void> => {
    if (stream && !stream.write(stringify(lines.map((line) => [...line])))) await once(stream, 'drain')
  }
  return {
    async write(header, rows) {
      if (rows.length === 0) return
      const { ownOf, extraOf, lineOf } = refusedColumns(header)
      if (stream === undefined) {
        const file = await open(path, 'w', 0o600)
        // An existing file may have been readable by others.
        await file.chmod(0o600)
        stream = file.createWriteStream()
        await put([[...ofRefusal, ...ownOf(header)]])
      }
      await put(
        rows.map(({ line, code, reason, raw }) => [
          lineOf(raw, line),
          code,
          reason,
          ...[...ownOf(raw), ...extraOf(raw)].map((cell) => defuseCell(undoDefusedCell(cell))),
        ]),
      )
    },
    async close() {
      stream?.end()
      if (stream) await finished(stream)
    },
  }
}

const firstBytes = `${ofRefusal.join(',')},`

/**
 * Removes the file of refused rows of an earlier run, after a run without refusals. A file that does not begin like
 * ours is kept.
 *
 * @returns whether a file was removed.
 */
export async function removeStaleRejectedFile(path: string): Promise<boolean> {
  let file: FileHandle
  try {
    file = await open(path)
  } catch {
    return false
  }
  try {
    if (!(await file.stat()).isFile()) return false
    const { buffer, bytesRead } = await file.read(Buffer.alloc(firstBytes.length), 0, firstBytes.length, 0)
    if (buffer.toString('utf8', 0, bytesRead) !== firstBytes) return false
  } finally {
    await file.close()
  }
  await rm(path)
  return true
}
