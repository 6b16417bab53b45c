import { open, readFile, stat, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * PostgreSQL's log. All its processes keep the file open and append to it, so it can be truncated while they run but
 * must not be renamed.
 */
const pathOf = (dataDir: string): string => join(dataDir, 'postgres.log')

/** The log is shortened when it exceeds this length. */
export const longestLog = 16 * 1024 ** 2
/** The length of the part that is then kept, in `postgres.log.1`. */
const keptBytes = 4 * 1024 ** 2

export function openServerLog(dataDir: string): Promise<FileHandle> {
  return open(pathOf(dataDir), 'a', 0o600)
}

/** Current size of the log in bytes. */
export async function serverLogSize(dataDir: string): Promise<number> {
  return stat(pathOf(dataDir)).then(
    ({ size }) => size,
    () => 0,
  )
}

/**
 * Why PostgreSQL did not start.
 *
 * @param from size of the log before the start: earlier content concerns earlier starts.
 * @returns undefined: nothing was logged.
 */
export async function readStartFailure(dataDir: string, from: number): Promise<string | undefined> {
  const log = await readFile(pathOf(dataDir)).catch(() => Buffer.alloc(0))
  return startFailureIn(log.subarray(from > log.length ? 0 : from).toString())
}

/** Rejections of connections that came too early. They are not the cause of a failure. */
const tooEarly = /the database system is |the database system was|terminating connection/

/** Extracts the reason why a PostgreSQL program failed from its output. Pure. */
export function startFailureIn(text: string): string | undefined {
  const lines = text.trim().split('\n').filter(Boolean)
  const errors = lines.filter((line) => /FATAL|PANIC|\berror\b/i.test(line) && !tooEarly.test(line))
  // Consequences are logged as errors too: a full disk ends in a transaction that cannot be aborted.
  const found = errors.findLast((line) => ofSystem.test(line)) ?? errors.at(-1) ?? lines.at(-1)
  // Omits the time and the process id.
  return found?.replace(/^\S+ \S+ \S+ \[\d+\] /, '')
}

/** Causes outside PostgreSQL, in the wording of the operating system. */
const ofSystem =
  /No space left|quota exceeded|Cannot allocate memory|Permission denied|Read-only file system|Input\/output error|Too many open files/i

/**
 * Truncates a log that has grown too long, and replaces the previously kept part with its end. Lines written at that
 * very moment are lost.
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
    // If the disk is full, free space matters more than old lines.
    await writeFile(`${path}.1`, end, { mode: 0o600 }).catch(() => {})
    await log.truncate()
  } finally {
    await log.close()
  }
}
