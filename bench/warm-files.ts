import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Reads the files of PostgreSQL's tables and indexes once, so that the disk is not measured. */
export async function warmFiles(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    // Tables and indexes have numeric names; other files come and go.
    if (!entry.isFile() || !/^\d/.test(entry.name)) continue
    const stream = createReadStream(join(entry.parentPath, entry.name), { highWaterMark: 1024 * 1024 })
    for await (const chunk of stream) void chunk
  }
}
