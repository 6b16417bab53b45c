import { execFile } from 'node:child_process'
import { readFile, readlink, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A process that has ended but has not been reaped by its parent is not alive, though it can be signalled. */
async function isZombie(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return false
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The state follows the name in brackets, which may itself contain brackets.
  return stat.slice(stat.lastIndexOf(')') + 1).startsWith(' Z')
}

async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return !(await isZombie(pid))
}

/** The process id in the cluster's lock file; undefined if there is none. */
async function lockedBy(clusterDir: string): Promise<number | undefined> {
  const text = await readFile(join(clusterDir, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number(text.split('\n', 1)[0])
  return Number.isInteger(pid) && pid > 0 ? pid : undefined
}

/**
 * True if the process is a PostgreSQL that serves this cluster. After a crash or in a new container, the number in a
 * lock file may belong to any other program; PostgreSQL itself would take that for a running server.
 */
async function servesCluster(pid: number, clusterDir: string): Promise<boolean> {
  if (!(await isAlive(pid))) return false
  if (process.platform === 'linux') {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined)
    if (cwd !== undefined) return cwd === (await realpath(clusterDir))
    return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).startsWith('postgres')
  }
  const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
  return stdout.includes('postgres')
}

/**
 * Process id of the PostgreSQL that serves the cluster; if the lock file is stale, the id in it, which may now belong
 * to another program.
 */
export async function findPostmaster(
  clusterDir: string,
): Promise<{ pid: number | undefined; stalePid: number | undefined }> {
  const pid = await lockedBy(clusterDir)
  if (pid === undefined || (await servesCluster(pid, clusterDir))) return { pid, stalePid: undefined }
  return { pid: undefined, stalePid: pid }
}

const fastStopMs = 20_000
const immediateStopMs = 20_000

async function hasEnded(pid: number, timeoutMs: number): Promise<boolean> {
  for (const giveUpAt = Date.now() + timeoutMs; Date.now() < giveUpAt; await sleep(20)) {
    if (!(await isAlive(pid))) return true
  }
  return false
}

/**
 * Shuts PostgreSQL down in fast mode: sessions are closed, everything is written, and the next start needs no recovery.
 * If it does not exit in time, it is stopped immediately and the next start recovers the committed data: PostgreSQL 18
 * can wait forever for its I/O workers if told to stop during crash recovery.
 */
export async function stopPostmaster(pid: number): Promise<void> {
  process.kill(pid, 'SIGINT')
  if (await hasEnded(pid, fastStopMs)) return
  process.kill(pid, 'SIGQUIT')
  if (await hasEnded(pid, immediateStopMs)) return
  throw new Error(`PostgreSQL (process ${pid}) has not stopped after ${fastStopMs + immediateStopMs} ms`)
}
