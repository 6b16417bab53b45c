import { open, readFile, stat, writeFile, type FileHandle } from 'node:fs/promises'
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

/** Bytes that the log has now. */
export async function serverLogSize(dataDir: string): Promise<number> {
  return stat(pathOf(dataDir)).then(
    ({ size }) => size,
    () => 0,
  )
}

/**
 * Why PostgreSQL did not start.
 *
 * @param from size of the log before it was started: what stands before is about earlier starts.
 * @returns undefined: it has said nothing.
 */
export async function readStartFailure(dataDir: string, from: number): Promise<string | undefined> {
  const log = await readFile(pathOf(dataDir)).catch(() => Buffer.alloc(0))
  return startFailureIn(log.subarray(from > log.length ? 0 : from).toString())
}

/** Refusals of connections that came too early. They are no reason. */
const tooEarly = /the database system is |the database system was|terminating connection/

/** The reason why a program of PostgreSQL failed, out of all that it has printed. Pure. */
export function startFailureIn(text: string): string | undefined {
  const lines = text.trim().split('\n').filter(Boolean)
  const errors = lines.filter((line) => /FATAL|PANIC|\berror\b/i.test(line) && !tooEarly.test(line))
  // What follows from it is an error too: a full disk ends in a transaction that cannot be aborted.
  const found = errors.findLast((line) => ofSystem.test(line)) ?? errors.at(-1) ?? lines.at(-1)
  // Without the time and the process id.
  return found?.replace(/^\S+ \S+ \S+ \[\d+\] /, '')
}

/** Causes outside of PostgreSQL, in the words of the system. */
const ofSystem =
  /No space left|quota exceeded|Cannot allocate memory|Permission denied|Read-only file system|Input\/output error|Too many open files/i

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
