import { appendFile, chown, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Logger } from 'pino'
import { findPrograms, hasCluster, prepareDataDir } from '../db/cluster.ts'
import { startEmbedded } from '../db/embedded.ts'
import { choosePostgresUser, type PostgresUser } from '../db/postgres-user.ts'
import { findPostmaster, stopPostmaster } from '../db/postmaster.ts'
import { checkArchive } from '../db/wal-archive.ts'
import { OperatorError } from '../errors.ts'
import { copyCluster } from './copy-cluster.ts'
import { readManifest } from './manifest.ts'

export interface RestoreRequest {
  /** Folder of a backup. */
  readonly from: string
  /** Absolute path of the archive of the write-ahead log; undefined: to the end of the backup. */
  readonly archive: string | undefined
  /** With an archive: the moment to go to, as ISO 8601 with an offset; undefined: as far as it reaches. */
  readonly until: string | undefined
}

export interface Restored {
  /** When the last transaction was committed that is there, by the clock of the database; null: none in the log. */
  readonly lastCommitAt: string | null
}

/**
 * Makes a data folder from a backup, and plays the archived log into it up to a moment. Nothing is left of what fails.
 *
 * @throws OperatorError when there is a database already, when the backup is of another PostgreSQL, or when the log does
 * not reach the moment, or begins behind it.
 */
export async function restore(
  dataDir: string,
  { from, archive, until }: RestoreRequest,
  log: Logger,
): Promise<Restored> {
  const manifest = await readManifest(from)
  if (until !== undefined && Date.parse(until) < Date.parse(manifest.endedAt))
    throw new OperatorError(`The backup ended at ${manifest.endedAt}: take an earlier one for ${until}`)
  await prepareDataDir(dataDir)
  const clusterDir = join(dataDir, 'postgres')
  if (await hasCluster(dataDir))
    throw new OperatorError(`${dataDir} holds a database already: restore into another DATA_DIR`)
  const user = await choosePostgresUser(clusterDir)
  const { major } = await findPrograms(user)
  if (manifest.postgres.split('.')[0] !== major)
    throw new OperatorError(
      `The backup is of PostgreSQL ${manifest.postgres}, and this version brings ${major}`,
    )
  if (archive !== undefined) await checkArchive(archive, user)

  const draft = `${clusterDir}.${process.pid}.draft`
  try {
    await copyCluster(join(from, 'postgres'), draft, user, () => true)
    if (archive !== undefined) await prepareRecovery(draft, archive, until, user)
    await rename(draft, clusterDir)
    return await recover(dataDir, archive !== undefined, log)
  } catch (error) {
    const { pid } = await findPostmaster(clusterDir)
    if (pid !== undefined) await stopPostmaster(pid)
    await rm(draft, { recursive: true, force: true })
    await rm(clusterDir, { recursive: true, force: true })
    if (until !== undefined && endsTooSoon.test((error as Error).message))
      throw new OperatorError(
        `The log in ${archive} does not reach ${until}: take an earlier moment, or none for all that was archived`,
      )
    throw error
  }
}

/** PostgreSQL's own words. */
const endsTooSoon = /recovery ended before configured recovery target was reached/

/** These hold for the recovery alone and are taken back after it. */
const recoverySettings = ['restore_command', 'recovery_target_time', 'recovery_target_action'] as const

async function prepareRecovery(
  cluster: string,
  archive: string,
  until: string | undefined,
  owner: PostgresUser | undefined,
): Promise<void> {
  // Where this is read, PostgreSQL knows no names of zones, not even Z.
  const lines = [
    `restore_command = 'cp "${archive}/%f" "%p"'`,
    ...(until === undefined
      ? []
      : [`recovery_target_time = '${until.replace('T', ' ').replace('Z', '+00:00')}'`]),
    `recovery_target_action = 'promote'`,
  ]
  await appendFile(join(cluster, 'postgresql.auto.conf'), `${lines.join('\n')}\n`)
  const signal = join(cluster, 'recovery.signal')
  await writeFile(signal, '', { mode: 0o600 })
  if (owner) await chown(signal, owner.uid, owner.gid)
}

/** Starts PostgreSQL on it and waits until it has played the log and takes writes. */
async function recover(dataDir: string, isArchived: boolean, log: Logger): Promise<Restored> {
  // Nobody else knows the folder yet: what fails once fails again.
  const embedded = await startEmbedded(dataDir, log, 1)
  const client = new pg.Client({
    host: embedded.host,
    user: embedded.user,
    password: embedded.password,
    database: 'postgres',
  })
  client.on('error', () => {})
  try {
    await client.connect()
    for (;;) {
      const { rows } = await client.query<{ isOpen: boolean; at: string | null }>(
        `select not pg_is_in_recovery() as "isOpen", to_json(pg_last_xact_replay_timestamp())#>>'{}' as at`,
      )
      const [row] = rows
      if (row?.isOpen === true) {
        if (isArchived) for (const name of recoverySettings) await client.query(`alter system reset ${name}`)
        await client.query('checkpoint')
        return { lastCommitAt: row.at }
      }
      await sleep(200)
    }
  } catch (error) {
    throw new OperatorError(`The log could not be played: ${(error as Error).message}; see postgres.log`)
  } finally {
    await client.end().catch(() => {})
    await embedded.release()
  }
}
