import { chown, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Pool, PoolClient } from 'pg'
import { isThere } from '../../platform/embedded-postgres/cluster.ts'
import type { PostgresUser } from '../../platform/embedded-postgres/postgres-user.ts'
import { OperatorError } from '../../values/errors.ts'
import { copyCluster, copyOne, recordOf, syncPath } from './copy-cluster.ts'
import { orDiskFull } from './disk-full.ts'
import { draftOf, manifestName, printManifest, type Manifest } from './manifest.ts'
import { isSegment } from './segment-rules.ts'

/**
 * Copies the embedded database into a new folder while it is running. The copy includes the log written meanwhile, so
 * it can be restored by itself, to the moment at which the backup ended. Its manifest contains the checksum of every
 * file.
 *
 * @param to a folder that does not exist yet. It gets its name when it is complete. @throws OperatorError if it exists,
 * or if its disk is full.
 */
export async function backUp(pool: Pool, dataDir: string, to: string): Promise<Manifest> {
  if (await isThere(to)) throw new OperatorError(`${to} exists already: name a new folder for the backup`)
  const clusterDir = join(dataDir, 'postgres')
  const { uid, gid } = await stat(clusterDir)
  const owner = process.getuid?.() === 0 ? { uid, gid } : undefined
  const draft = draftOf(to)
  await mkdir(dirname(to), { recursive: true })
  await mkdir(draft, { mode: 0o700 })
  const client = await pool.connect()
  try {
    const manifest = await copyWhileOpen(client, clusterDir, draft, owner)
    await writeFile(join(draft, manifestName), printManifest(manifest), { mode: 0o600 })
    await syncPath(join(draft, manifestName))
    await syncPath(draft)
    await rename(draft, to)
    await syncPath(dirname(to))
    return manifest
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw orDiskFull(error, to)
  } finally {
    // The slot that retains the log, and an unfinished backup, end with the session.
    client.release(true)
  }
}

async function copyWhileOpen(
  client: PoolClient,
  clusterDir: string,
  draft: string,
  owner: PostgresUser | undefined,
): Promise<Manifest> {
  const one = async <Row extends object>(sql: string): Promise<Row> => {
    const { rows } = await client.query<Row>(sql)
    const [row] = rows
    if (row === undefined) throw new Error(`no row: ${sql}`)
    return row
  }
  // Without it PostgreSQL may remove segments that the copy needs.
  await client.query(
    `select pg_create_physical_replication_slot('counterfoil_backup_' || pg_backend_pid(), true, true)`,
  )
  const { lsn: startLsn, at: startedAt } = await one<{ lsn: string; at: string }>(
    `select pg_backup_start('counterfoil', true)::text as lsn, to_json(clock_timestamp())#>>'{}' as at`,
  )
  const cluster = join(draft, 'postgres')
  const content = await copyCluster(clusterDir, cluster, owner)
  const bytes = content.files.reduce((sum, file) => sum + file.bytes, 0)
  const stopped = await one<{ lsn: string; label: string; tablespaces: string | null }>(
    `select lsn::text as lsn, labelfile as label, spcmapfile as tablespaces from pg_backup_stop(false)`,
  )
  if (stopped.tablespaces?.trim())
    throw new OperatorError(
      'The database has tablespaces outside its folder, which this backup does not copy',
    )
  const { first, last, at, version } = await one<{
    first: string
    last: string
    at: string
    version: string
  }>(
    `select pg_walfile_name('${startLsn}') as first, pg_walfile_name('${stopped.lsn}') as last,
      to_json(clock_timestamp())#>>'{}' as at, current_setting('server_version') as version`,
  )
  for (const name of await readdir(join(clusterDir, 'pg_wal'))) {
    const isNeeded = isSegment(name) ? name >= first && name <= last : name.endsWith('.history')
    const file = isNeeded && (await copyOne(clusterDir, cluster, `pg_wal/${name}`, owner))
    if (file) content.files.push(file)
  }
  await syncPath(join(cluster, 'pg_wal'))
  const label = join(cluster, 'backup_label')
  await writeFile(label, stopped.label, { mode: 0o600 })
  if (owner) await chown(label, owner.uid, owner.gid)
  await syncPath(label)
  await syncPath(cluster)
  content.files.push(await recordOf(cluster, 'backup_label'))
  return { postgres: version, startedAt, endedAt: at, startLsn, endLsn: stopped.lsn, bytes, content }
}
