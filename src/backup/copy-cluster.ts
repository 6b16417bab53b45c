import { chown, copyFile, mkdir, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { PostgresUser } from '../db/postgres-user.ts'

/** Folders whose content is of the running server alone; they must be there, and empty. */
const emptied = new Set([
  'pg_wal',
  'pg_wal/archive_status',
  'pg_wal/summaries',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
])
const left =
  /^(postmaster\.(pid|opts)|backup_label(\.old)?|tablespace_map(\.old)?|.*\.signal|\.s\.PGSQL\..*)$/
const leftAnywhere = /^(pgsql_tmp.*|pg_internal\.init.*)$/

/**
 * Copies the files of a cluster, one that is being written to as well: what changes meanwhile is mended by the write-ahead
 * log when the copy is started. Everything is on disk when it returns.
 *
 * @param owner who the copy belongs to; undefined: whoever copies.
 * @returns bytes copied.
 */
export async function copyCluster(
  from: string,
  to: string,
  owner: PostgresUser | undefined,
  isCopied: (path: string) => boolean = isOfBackup,
): Promise<number> {
  return copyFolder(from, to, '', owner, isCopied)
}

/** What of a running cluster belongs into a backup. */
function isOfBackup(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')))
  if (emptied.has(folder) && !emptied.has(path)) return false
  return !leftAnywhere.test(name) && !(folder === '' && left.test(name))
}

async function copyFolder(
  from: string,
  to: string,
  below: string,
  owner: PostgresUser | undefined,
  isCopied: (path: string) => boolean,
): Promise<number> {
  const target = join(to, below)
  await mkdir(target, { mode: 0o700 })
  if (owner) await chown(target, owner.uid, owner.gid)
  let bytes = 0
  for (const entry of await readdir(join(from, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (!isCopied(path)) continue
    if (entry.isDirectory()) bytes += await copyFolder(from, to, path, owner, isCopied)
    else if (entry.isFile()) bytes += await copyOne(join(from, path), join(to, path), owner)
  }
  await syncPath(target)
  return bytes
}

/** A table that is dropped while it is copied is not there any more: the log says so too. */
export async function copyOne(from: string, to: string, owner: PostgresUser | undefined): Promise<number> {
  try {
    await copyFile(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
  if (owner) await chown(to, owner.uid, owner.gid)
  await syncPath(to)
  return (await stat(to)).size
}

export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
