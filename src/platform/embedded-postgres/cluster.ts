import { execFile } from 'node:child_process'
import { access, chown, constants, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { OperatorError } from '../../values/errors.ts'
import type { PostgresUser } from './postgres-user.ts'
import { findPostmaster, stopPostmaster } from './postmaster.ts'
import type { Programs } from './programs.ts'
import { startFailureIn } from './server-log.ts'

const run = promisify(execFile)

/** The superuser of an embedded cluster. */
export const databaseUser = 'counterfoil'

/**
 * Creates a folder and its parents. Node's recursive option never returns where the system does not create folders, as
 * in /proc.
 */
async function makeFolder(path: string): Promise<void> {
  if (await isThere(path)) return
  if (!(await isThere(dirname(path)))) await makeFolder(dirname(path))
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    // A concurrently starting process has just created it.
    if (error.code !== 'EEXIST') throw error
  })
}

export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** Whether the data folder contains a database, running or not. A folder that cannot be read may contain one. */
export function hasCluster(dataDir: string): Promise<boolean> {
  return access(join(dataDir, 'postgres')).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  )
}

/** @throws OperatorError if the folder cannot be created or written to. */
export async function prepareDataDir(dataDir: string): Promise<void> {
  try {
    await makeFolder(dataDir)
    await access(dataDir, constants.W_OK | constants.X_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new OperatorError(
      `DATA_DIR ${dataDir} is not a folder that ${userInfo().username} can write to (${code})`,
    )
  }
}

/**
 * The path of the cluster for PostgreSQL. As root on Linux it is given through the working directory, which is entered
 * before privileges are dropped: the parent folders may then be closed to the account of PostgreSQL.
 */
export function clusterArgument(clusterDir: string, user: PostgresUser | undefined): string {
  return user && process.platform === 'linux' ? '/proc/self/cwd' : clusterDir
}

/**
 * Creates the cluster in a temporary folder and renames it: it exists completely or not at all, even with concurrent
 * attempts.
 */
export async function createCluster(
  clusterDir: string,
  programs: Programs,
  user: PostgresUser | undefined,
): Promise<void> {
  const draft = `${clusterDir}.${process.pid}.draft`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  if (user) await chown(draft, user.uid, user.gid)
  try {
    await run(
      join(programs.native, 'bin', 'initdb'),
      [
        '-D',
        clusterArgument(draft, user),
        '-U',
        databaseUser,
        // Our own rules are in place before it is started for the first time.
        '--auth-local=peer',
        '--auth-host=reject',
        '--encoding=UTF8',
        '--no-instructions',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
      ],
      { cwd: draft, env: { PATH: process.env['PATH'], TZ: 'UTC' }, ...user },
    )
    await rename(draft, clusterDir)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string }
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return
    const reason = startFailureIn(stderr ?? '') ?? (error as Error).message
    throw new OperatorError(`cannot create a database in ${clusterDir}: ${reason}`)
  }
}

/** Removes leftovers of a process that was killed while it created or restored a cluster, or copied programs. */
export async function removeAbandonedDrafts(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const pid = /^(?:postgres|restore|postgresql-[\w.-]+)\.(\d+)\.draft$/.exec(name)?.[1]
    if (pid === undefined || isRunning(Number(pid))) continue
    // A killed restore leaves its PostgreSQL running.
    const postmaster = await findPostmaster(join(dataDir, name, 'postgres'))
    if (postmaster.pid !== undefined) await stopPostmaster(postmaster.pid)
    await rm(join(dataDir, name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
