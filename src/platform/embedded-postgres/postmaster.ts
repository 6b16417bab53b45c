import { execFile } from 'node:child_process'
import { readFile, readlink, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A process that has ended but that its parent has not asked about yet is not alive, though it can be signalled. */
async function isZombie(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return false
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The state stands behind the name in brackets, which may itself contain brackets.
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

/** The process id in the cluster's lock file; undefined when there is none. */
async function lockedBy(clusterDir: string): Promise<number | undefined> {
  const text = await readFile(join(clusterDir, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number(text.split('\n', 1)[0])
  return Number.isInteger(pid) && pid > 0 ? pid : undefined
}

/**
 * True when the process is a PostgreSQL that serves this cluster. After a crash or in a fresh container the number
 * in a lock file may belong to any other program; PostgreSQL itself would take that for a running server.
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
 * Process id of the PostgreSQL that serves the cluster; or, when the lock file is that of a dead one, the id that stands
 * in it and may have become another program's.
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
 * Ends a PostgreSQL the fast way: sessions are closed, everything is written, the next start needs no recovery.
 * One that does not end in time is stopped at once, and what it has committed is recovered by the next start:
 * PostgreSQL 18 can wait for ever for its I/O workers when it is told to stop while it recovers from a crash.
 */
export async function stopPostmaster(pid: number): Promise<void> {
  process.kill(pid, 'SIGINT')
  if (await hasEnded(pid, fastStopMs)) return
  process.kill(pid, 'SIGQUIT')
  if (await hasEnded(pid, immediateStopMs)) return
  throw new Error(`PostgreSQL (process ${pid}) has not stopped after ${fastStopMs + immediateStopMs} ms`)
}
