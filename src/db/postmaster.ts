import { execFile } from 'node:child_process'
import { readFile, readlink, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
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
  if (!isAlive(pid)) return false
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

/** Ends a PostgreSQL the fast way: sessions are closed, everything is written, the next start needs no recovery. */
export async function stopPostmaster(pid: number, timeoutMs: number): Promise<void> {
  process.kill(pid, 'SIGINT')
  const giveUpAt = Date.now() + timeoutMs
  while (isAlive(pid)) {
    if (Date.now() > giveUpAt)
      throw new Error(`PostgreSQL (process ${pid}) has not stopped after ${timeoutMs} ms`)
    await sleep(20)
  }
}
