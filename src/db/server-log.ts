import { open, readFile, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * What PostgreSQL says. It appends to a file that stays open in all its processes, so that the file can be emptied under
 * them, and must not be renamed.
 */
const pathOf = (dataDir: string): string => join(dataDir, 'postgres.log')

/** Longer than this it does not stay. */
export const longestLog = 16 * 1024 ** 2
/** What is kept of it then, in `postgres.log.1`. */
const keptBytes = 4 * 1024 ** 2

export function openServerLog(dataDir: string): Promise<FileHandle> {
  return open(pathOf(dataDir), 'a', 0o600)
}

/** What it says about why it does not start; empty when there is none. */
export async function lastLogLine(dataDir: string): Promise<string> {
  const log = await readFile(pathOf(dataDir), 'utf8').catch(() => '')
  const lines = log.trim().split('\n')
  return lines.findLast((line) => /FATAL|PANIC|error/i.test(line)) ?? lines.at(-1) ?? ''
}

/**
 * Empties a log that has grown too long, and puts the end of it in the place of the one before. Lines that come at that very
 * moment are lost.
 */
export async function shortenServerLog(dataDir: string): Promise<void> {
  const path = pathOf(dataDir)
  const log = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (log === undefined) return
  try {
    const { size } = await log.stat()
    if (size <= longestLog) return
    const { buffer, bytesRead } = await log.read(Buffer.alloc(keptBytes), 0, keptBytes, size - keptBytes)
    const end = buffer.subarray(buffer.indexOf('\n') + 1, bytesRead)
    // Where the disk is full, room is worth more than old lines.
    await writeFile(`${path}.1`, end, { mode: 0o600 }).catch(() => {})
    await log.truncate()
  } finally {
    await log.close()
  }
}
