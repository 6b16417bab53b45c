import { constants, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Logger } from 'pino'
import { OperatorError } from '../../values/errors.ts'
import { passwordOf } from './client-authentication.ts'
import { createCluster, databaseUser, isThere, prepareDataDir, removeAbandonedDrafts } from './cluster.ts'
import { attachOrStart, stopIfLast, takeLease, type Cluster, type Endpoint } from './lease.ts'
import { choosePostgresUser } from './postgres-user.ts'
import { findPostmaster } from './postmaster.ts'
import { findProgramPackage, keepPrograms } from './programs.ts'
import { hasNoRoom } from './room.ts'
import { shortenServerLog } from './server-log.ts'

const releaseTimeoutMs = 60_000
/** Another process may be starting it, or backends of a killed one may still be exiting. */
const triesToStart = 20
const renewalPauseMs = 1_000
const logCheckMs = 60_000

export interface EmbeddedDatabase extends Endpoint {
  /** Whether PostgreSQL is down because its disk is full. */
  isDiskFull(): boolean
  /** Ends the use of the cluster. Its last user stops it. */
  release(): Promise<void>
}

/**
 * A Unix socket's path is limited to about 100 characters; on Linux, a longer one can be reached through an open
 * folder.
 */
async function socketHost(clusterDir: string): Promise<string> {
  if (Buffer.byteLength(join(clusterDir, '.s.PGSQL.5432')) <= 100) return clusterDir
  if (process.platform !== 'linux') throw new OperatorError(`the path of DATA_DIR is too long: ${clusterDir}`)
  const folder = await open(clusterDir, constants.O_RDONLY | constants.O_DIRECTORY)
  keptFolders.push(folder)
  return `/proc/self/fd/${folder.fd}`
}

/** Referenced so that garbage collection does not close them. */
const keptFolders: unknown[] = []

/** Returns the cluster of a data folder, created if necessary. @throws OperatorError if it cannot be run. */
async function prepareCluster(dataDir: string): Promise<Cluster> {
  const clusterDir = join(dataDir, 'postgres')
  const user = await choosePostgresUser(clusterDir)
  const found = await findProgramPackage()

  const major = await readFile(join(clusterDir, 'PG_VERSION'), 'utf8').catch(() => undefined)
  if (major !== undefined && major.trim() !== found.major) {
    throw new OperatorError(
      `${clusterDir} was created by PostgreSQL ${major.trim()}, but this version contains PostgreSQL ${found.major}; docs/operations.md describes how to move it`,
    )
  }
  const programs = await keepPrograms(found, dataDir, user)
  if (major === undefined) {
    await createCluster(clusterDir, programs, user)
    if (!(await isThere(join(clusterDir, 'PG_VERSION'))))
      throw new OperatorError(
        `${clusterDir} is not empty and does not contain a database: move it away, or set another DATA_DIR`,
      )
  }

  const endpoint: Endpoint = {
    host: await socketHost(clusterDir),
    user: databaseUser,
    password: () => passwordOf(dataDir),
  }
  return { dir: clusterDir, programs, user, endpoint }
}

/**
 * Provides the embedded PostgreSQL of a data folder: creates it, recovers it, or joins one that is already running
 * (started by a server or a command, or left behind by a killed server), and supervises it until `release`.
 *
 * @param tries how often PostgreSQL may exit while it starts.
 * @throws OperatorError if the folder cannot be used or holds a cluster of another PostgreSQL version.
 */
export async function startEmbedded(
  dataDir: string,
  log: Logger,
  tries = triesToStart,
): Promise<EmbeddedDatabase> {
  await prepareDataDir(dataDir)
  await removeAbandonedDrafts(dataDir)
  const shortenLog = (): Promise<void> =>
    shortenServerLog(dataDir).catch((error: unknown) => {
      log.warn({ err: error }, 'cannot shorten the log of the embedded PostgreSQL')
    })
  await shortenLog()
  const cluster = await prepareCluster(dataDir)
  let lease = await attachOrStart(cluster, tries)
  let isReleased = false
  let isDiskFull = false
  let renewal = Promise.resolve()

  /** Restarts PostgreSQL when it dies (a crash, the kernel's out-of-memory killer). */
  const watch = (): void => {
    lease.once('end', () => {
      if (isReleased) return
      log.error('the embedded PostgreSQL has stopped; restarting it')
      renewal = renew()
    })
  }
  const renew = async (): Promise<void> => {
    for (;;) {
      if (isReleased) return
      isDiskFull = await hasNoRoom(dataDir)
      try {
        lease = await attachOrStart(cluster, triesToStart)
        isDiskFull = false
        watch()
        log.info('the embedded PostgreSQL is running again')
        return
      } catch (error) {
        log.fatal({ err: error }, 'cannot restart the embedded PostgreSQL; trying again')
        await sleep(renewalPauseMs)
      }
    }
  }
  watch()
  const logCheck = setInterval(() => void shortenLog(), logCheckMs).unref()

  return {
    ...cluster.endpoint,
    isDiskFull: () => isDiskFull,
    async release() {
      isReleased = true
      clearInterval(logCheck)
      await renewal
      const giveUpAt = Date.now() + releaseTimeoutMs
      for (;;) {
        try {
          await stopIfLast(lease, cluster.dir)
          await lease.end().catch(() => {})
          return
        } catch (error) {
          await lease.end().catch(() => {})
          // The session is lost. A dead server need not be stopped; one that closed its sessions because one of them
          // crashed comes back, and a new lease is needed.
          if ((await findPostmaster(cluster.dir)).pid === undefined) return
          if (Date.now() > giveUpAt) throw error
          await sleep(50)
          const taken = await takeLease(cluster.endpoint)
          if (taken instanceof pg.Client) lease = taken
        }
      }
    },
  }
}
