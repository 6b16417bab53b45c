import { spawn, type ChildProcess } from 'node:child_process'
import { totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { OperatorError } from '../../values/errors.ts'
import { admitOwner, prepareAuthentication, setPassword } from './client-authentication.ts'
import { clusterArgument } from './cluster.ts'
import type { PostgresUser } from './postgres-user.ts'
import { findPostmaster, stopPostmaster } from './postmaster.ts'
import type { Programs } from './programs.ts'
import { hasNoRoom, isOutOfRoom } from './room.ts'
import { openServerLog, readStartFailure, serverLogSize } from './server-log.ts'
import { readArchiveSettings, wakeArchiving } from './wal-archive.ts'

/** An arbitrary number that nothing else in the database locks. */
const leaseLock = 6_020_417
const startTimeoutMs = 300_000
const leaseTimeoutMs = 10_000
/** On a full disk further attempts are useless, and the user of a command should learn the reason soon. */
const triesOnFullDisk = 2
/** A running PostgreSQL takes a moment to reload its rules. */
const maxRefusals = 50

/** How the server's own clients reach the embedded database. */
export interface Endpoint {
  readonly host: string
  readonly user: string
  /** Called for each connection. */
  readonly password: () => Promise<string>
}

/** An embedded cluster and what is needed to run it. */
export interface Cluster {
  readonly dir: string
  readonly programs: Programs
  /** The account of PostgreSQL; undefined: the account of this process. */
  readonly user: PostgresUser | undefined
  readonly endpoint: Endpoint
}

/** An eighth of the memory that the process may use, within bounds: untouched memory costs nothing. */
function sharedBuffersMiB(): number {
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY
  const memoryMiB = Math.min(limit, totalmem()) / 1024 ** 2
  return Math.round(Math.min(2_048, Math.max(128, memoryMiB / 8)))
}

/** Settings of the embedded server that differ from PostgreSQL's own defaults. */
const serverSettings = {
  listen_addresses: '',
  unix_socket_directories: '.',
  unix_socket_permissions: '0700',
  shared_buffers: `${sharedBuffersMiB()}MB`,
  max_connections: '200',
  max_wal_size: '2GB',
  random_page_cost: '1.1',
  // Short transactions on few rows: compiling a query or starting workers costs more than it saves.
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  log_checkpoints: 'off',
  // Omits the details of errors, which contain row values: the log must not contain personal data.
  log_error_verbosity: 'terse',
}

async function spawnPostgres(
  clusterDir: string,
  programs: Programs,
  user: PostgresUser | undefined,
  stalePid: number | undefined,
): Promise<ChildProcess> {
  const log = await openServerLog(dirname(clusterDir))
  try {
    const archive = await readArchiveSettings(dirname(clusterDir))
    const settings = Object.entries({ ...serverSettings, ...archive }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ])
    const child = spawn(
      join(programs.native, 'bin', 'postgres'),
      ['-D', clusterArgument(clusterDir, user), ...settings],
      {
        cwd: clusterDir,
        env: {
          PATH: process.env['PATH'],
          TZ: 'UTC',
          // PostgreSQL ignores a lock file that holds the number of its own grandparent. It thus replaces the stale
          // file itself, and only if no session of the dead server is left; deleting the file would skip that check.
          ...(stalePid !== undefined && { PG_GRANDPARENT_PID: String(stalePid) }),
        },
        // A process group of its own: Ctrl-C in the terminal reaches only the server, which stops the database when it
        // is done.
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        ...user,
      },
    )
    child.unref()
    return child
  } finally {
    await log.close()
  }
}

/** PostgreSQL is running and rejects the password that was sent, or requires one that does not exist. */
const isRefused = (error: unknown): boolean => (error as { code?: string }).code?.startsWith('28') === true

/**
 * Opens a session that marks this process as a user of the cluster.
 *
 * @returns undefined if the cluster does not answer yet; `refused` if it rejects the login.
 */
export async function takeLease(endpoint: Endpoint): Promise<pg.Client | 'refused' | undefined> {
  const client = new pg.Client({
    ...endpoint,
    database: 'postgres',
    application_name: 'counterfoil lease',
    connectionTimeoutMillis: leaseTimeoutMs,
    // A PostgreSQL that hangs must not keep a server from stopping.
    query_timeout: leaseTimeoutMs,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select pg_advisory_lock_shared($1)', [leaseLock])
    await wakeArchiving(client)
    return client
  } catch (error) {
    await client.end().catch(() => {})
    if (error instanceof OperatorError) throw error
    return isRefused(error) ? 'refused' : undefined
  }
}

/**
 * Recovers from a lost password file, or a cluster copied from elsewhere. The owner of the cluster may admit itself and
 * set another password; see `setPassword`.
 */
async function letIn({ dir, user }: Cluster): Promise<void> {
  const { pid } = await findPostmaster(dir)
  if (pid === undefined) return
  await admitOwner(dir, user)
  process.kill(pid, 'SIGHUP')
}

/** Attaches to the PostgreSQL that serves the cluster, or starts one, and waits until it answers. */
export async function attachOrStart(cluster: Cluster, tries: number): Promise<pg.Client> {
  const { dir, endpoint, user } = cluster
  const dataDir = dirname(dir)
  const giveUpAt = Date.now() + startTimeoutMs
  const logFrom = await serverLogSize(dataDir)
  let child: ChildProcess | undefined
  let spawnFailure: string | undefined
  let failures = 0
  let refusals = 0
  while (Date.now() < giveUpAt && refusals < maxRefusals) {
    const lease = await takeLease(endpoint)
    if (lease instanceof pg.Client) {
      await setPassword(lease, dir, user)
      return lease
    }
    if (lease === 'refused') {
      refusals += 1
      await letIn(cluster)
      await sleep(100)
      continue
    }
    const hasEnded =
      child === undefined || child.exitCode !== null || child.signalCode !== null || child.pid === undefined
    const { pid, stalePid } = await findPostmaster(dir)
    if (hasEnded && pid === undefined) {
      if (child && ++failures > ((await hasNoRoom(dataDir)) ? triesOnFullDisk : tries)) break
      try {
        await prepareAuthentication(dir, user)
        child = await spawnPostgres(dir, cluster.programs, user, stalePid)
      } catch (error) {
        if (!isOutOfRoom(error)) throw error
        spawnFailure = (error as Error).message
        break
      }
      child.on('error', ({ message }) => (spawnFailure = message))
    }
    await sleep(50 + failures * 50)
  }
  const said = spawnFailure ?? (await readStartFailure(dataDir, logFrom))
  const reason = said ?? `it does not answer within ${startTimeoutMs / 1000} seconds`
  const remedy = (await hasNoRoom(dataDir)) ? `. The disk of ${dataDir} is full: free some space` : ''
  throw new OperatorError(`cannot start the embedded PostgreSQL: ${reason}${remedy}`)
}

/** Stops PostgreSQL if no other process holds a lease on it. */
export async function stopIfLast(lease: pg.Client, clusterDir: string): Promise<void> {
  const { rows } = await lease.query<{ is_last: boolean }>(
    'select pg_advisory_unlock_shared($1), pg_try_advisory_lock($1) as is_last',
    [leaseLock],
  )
  // While this session holds the lock alone, no other process can take a lease on a server that is about to stop.
  const { pid } = await findPostmaster(clusterDir)
  if (rows[0]?.is_last && pid !== undefined) await stopPostmaster(pid)
}
