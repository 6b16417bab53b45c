import { appendFile, chown, mkdir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Logger } from 'pino'
import {
  hasCluster,
  prepareDataDir,
  removeAbandonedDrafts,
} from '../../platform/embedded-postgres/cluster.ts'
import { startEmbedded } from '../../platform/embedded-postgres/embedded.ts'
import { choosePostgresUser, type PostgresUser } from '../../platform/embedded-postgres/postgres-user.ts'
import { findPostmaster, stopPostmaster } from '../../platform/embedded-postgres/postmaster.ts'
import { findProgramPackage } from '../../platform/embedded-postgres/programs.ts'
import { checkArchive, readWalArchive } from '../../platform/embedded-postgres/wal-archive.ts'
import { OperatorError } from '../../values/errors.ts'
import { copyCluster, syncPath, type Content } from './copy-cluster.ts'
import { orDiskFull } from './disk-full.ts'
import { readManifest, type Manifest } from './manifest.ts'
import { listSegments } from './list-segments.ts'
import { findGaps, isSegment, segmentBytes, segmentNumber, segmentOf } from './segment-rules.ts'
import { firstSegmentOf, verifyBackup } from './verify-backup.ts'

export interface RestoreRequest {
  /** Folder of a backup. */
  readonly from: string
  /** Absolute path of the WAL archive; undefined: restore to the end of the backup. */
  readonly archive: string | undefined
  /** With an archive: the target moment, as ISO 8601 with an offset; undefined: as far as the archive reaches. */
  readonly until: string | undefined
  /** Accept a backup without checksums. */
  readonly isUnverified: boolean
}

export interface Restored {
  /** Commit time of the last restored transaction, by the database clock; null: none in the log. */
  readonly lastCommitAt: string | null
}

/**
 * Creates a data folder from a backup, and replays the archived log up to a moment. The backup and the archive are
 * checked before anything is written. The database is built in a temporary folder and moved into place when complete: a
 * failed restore leaves nothing, and the next start removes an interrupted one.
 *
 * @throws OperatorError if a database already exists, if the backup is damaged or of another PostgreSQL version, if
 * there is not enough space, or if the log does not reach the moment or begins after it.
 */
export async function restore(dataDir: string, request: RestoreRequest, log: Logger): Promise<Restored> {
  const { from, archive, until } = request
  const manifest = await readManifest(from)
  if (until !== undefined && Date.parse(until) < Date.parse(manifest.endedAt))
    throw new OperatorError(`The backup ended at ${manifest.endedAt}: use an earlier one for ${until}`)
  const clusterDir = join(dataDir, 'postgres')
  await requireVacant(dataDir)
  const user = await choosePostgresUser(clusterDir)
  const { major } = await findProgramPackage()
  if (manifest.postgres.split('.')[0] !== major)
    throw new OperatorError(
      `The backup is of PostgreSQL ${manifest.postgres}, and this version brings ${major}`,
    )
  await verifyBackup(from, manifest, request.isUnverified)
  const gaps = archive === undefined ? [] : await checkLog(archive, from, manifest, user)
  if (until === undefined && gaps.length > 0)
    throw new OperatorError(
      `The log in ${archive} is damaged; nothing was restored:\n  ${gaps.join('\n  ')}\nTo restore the state before that, move the later segments into another folder or state --until`,
    )

  await prepareDataDir(dataDir)
  await removeAbandonedDrafts(dataDir)
  await requireRoom(dataDir, manifest)
  const draft = join(dataDir, `restore.${process.pid}.draft`)
  const cluster = join(draft, 'postgres')
  try {
    await mkdir(draft, { mode: 0o700 })
    const content = await copyCluster(join(from, 'postgres'), cluster, user, () => true)
    requireSame(content, manifest)
    if (archive !== undefined) await prepareRecovery(cluster, archive, until, user)
    const restored = await recover(draft, archive, until, log)
    await moveIn(draft, dataDir)
    return restored
  } catch (error) {
    const { pid } = await findPostmaster(cluster)
    if (pid !== undefined) await stopPostmaster(pid)
    await rename(join(draft, 'postgres.log'), join(dataDir, 'postgres.log')).catch(() => {})
    await rm(draft, { recursive: true, force: true })
    if (until !== undefined && endsTooSoon.test((error as Error).message))
      throw new OperatorError(
        [
          `The log in ${archive} does not reach ${until}. Try again in a minute, when it is archived, state an earlier moment, or leave out --until to restore all that was archived`,
          ...gaps,
        ].join('\n  '),
      )
    throw orDiskFull(error, dataDir)
  }
}

/** @throws OperatorError if the folder contains a database, or the archive of a former one. */
async function requireVacant(dataDir: string): Promise<void> {
  if (await hasCluster(dataDir))
    throw new OperatorError(`${dataDir} contains a database already: restore into another DATA_DIR`)
  const archive = await readWalArchive(dataDir)
  if (archive !== undefined)
    throw new OperatorError(
      `${dataDir} archives into ${archive}, which contains the log of another database: stop that first with npx counterfoil wal-archive --off, and set a separate archive for the restored database`,
    )
}

/** PostgreSQL writes some segments of its own before it is ready. */
const roomBesideBytes = 8 * segmentBytes

async function requireRoom(dataDir: string, { bytes, content }: Manifest): Promise<void> {
  const wanted = (content?.files.reduce((sum, file) => sum + file.bytes, 0) ?? bytes) + roomBesideBytes
  const { bavail, bsize } = await statfs(dataDir)
  const mib = (value: number): string => `${Math.ceil(value / 1024 ** 2)} MiB`
  if (bavail * bsize < wanted)
    throw new OperatorError(
      `The disk of ${dataDir} has ${mib(bavail * bsize)} free, and the backup needs ${mib(wanted)}`,
    )
}

/** Detects faults of the archive that PostgreSQL would take for its end. */
async function checkLog(
  archive: string,
  from: string,
  manifest: Manifest,
  user: PostgresUser | undefined,
): Promise<string[]> {
  await checkArchive(archive, user)
  const first = await firstSegmentOf(join(from, 'postgres'))
  if (first === undefined)
    throw new OperatorError(`The backup in ${from} is damaged: backup_label cannot be read`)
  return findGaps(await listSegments(archive), first, segmentOf(manifest.endLsn))
}

/** Compares the copy with the manifest: a disk may read differently the second time. */
function requireSame(content: Content, manifest: Manifest): void {
  if (manifest.content === undefined) return
  const expected = new Map(manifest.content.files.map(({ path, sha256 }) => [path, sha256]))
  const different = content.files.find(({ path, sha256 }) => expected.get(path) !== sha256)
  if (different !== undefined || content.files.length !== expected.size)
    throw new OperatorError(
      `The backup has changed while it was copied${different ? `: ${different.path}` : ''}; nothing was restored`,
    )
}

/** PostgreSQL's own message. */
const endsTooSoon = /recovery ended before configured recovery target was reached/

/** Settings for the recovery only; they are removed after it. */
const recoverySettings = ['restore_command', 'recovery_target_time', 'recovery_target_action'] as const

async function prepareRecovery(
  cluster: string,
  archive: string,
  until: string | undefined,
  owner: PostgresUser | undefined,
): Promise<void> {
  // Where this is parsed, PostgreSQL knows no time zone names, not even Z.
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

/** Starts PostgreSQL and waits until it has replayed the log and accepts writes. */
async function recover(
  draft: string,
  archive: string | undefined,
  until: string | undefined,
  log: Logger,
): Promise<Restored> {
  // No other process knows the folder yet, so a retry would fail the same way.
  const embedded = await startEmbedded(draft, log, 1)
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
      const { rows } = await client.query<{ isOpen: boolean; at: string | null; lsn: string | null }>(
        `select not pg_is_in_recovery() as "isOpen", to_json(pg_last_xact_replay_timestamp())#>>'{}' as at,
          pg_last_wal_replay_lsn()::text as lsn`,
      )
      const [row] = rows
      if (row?.isOpen === true) {
        if (archive !== undefined && until === undefined) await requireEnd(archive, row.lsn)
        if (archive !== undefined)
          for (const name of recoverySettings) await client.query(`alter system reset ${name}`)
        await client.query('checkpoint')
        return { lastCommitAt: row.at }
      }
      await sleep(200)
    }
  } catch (error) {
    if (error instanceof OperatorError) throw error
    throw new OperatorError(`The log could not be replayed: ${(error as Error).message}; see postgres.log`)
  } finally {
    await client.end().catch(() => {})
    await embedded.release()
  }
}

/** PostgreSQL takes a damaged record for the end of the log, and does not report what follows it. */
async function requireEnd(archive: string, replayed: string | null): Promise<void> {
  const last = (await listSegments(archive))
    .map(({ name }) => name)
    .filter(isSegment)
    .toSorted((one, other) => (segmentNumber(one) < segmentNumber(other) ? -1 : 1))
    .at(-1)
  if (last === undefined || replayed === null || segmentOf(replayed) >= segmentNumber(last)) return
  throw new OperatorError(
    `The log in ${archive} is damaged at ${replayed}: it continues to ${last}, which cannot be replayed. Nothing was restored; --until restores a moment before the damage`,
  )
}

/** The cluster is moved last: with it the folder contains a database. */
async function moveIn(draft: string, dataDir: string): Promise<void> {
  const others = (await readdir(draft)).filter((name) => name !== 'postgres')
  for (const name of others) {
    // Leftovers of a former database.
    await rm(join(dataDir, name), { recursive: true, force: true })
    await rename(join(draft, name), join(dataDir, name))
  }
  await rename(join(draft, 'postgres'), join(dataDir, 'postgres'))
  await syncPath(dataDir)
  await rm(draft, { recursive: true, force: true })
}
