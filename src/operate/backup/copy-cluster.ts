import { createHash } from 'node:crypto'
import { chown, mkdir, open, readdir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { PostgresUser } from '../../platform/embedded-postgres/postgres-user.ts'

/** A file of a cluster: its path relative to the cluster, its size, and the SHA-256 of its content in hexadecimal. */
export interface FileRecord {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

/** The contents of a cluster. PostgreSQL does not start if one of its folders is missing, even an empty one. */
export interface Content {
  readonly folders: string[]
  readonly files: FileRecord[]
}

/** Folders whose contents belong to the running server only; they must exist and be empty. */
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
/** Size of a read or write. */
const pieceBytes = 1024 ** 2

/**
 * Copies the files of a cluster, even while it is being written to: when the copy is started, the write-ahead log
 * repairs what changed meanwhile. Everything is on disk when it returns.
 *
 * @param owner the account that will own the copy; undefined: the current one.
 * @returns what was written.
 */
export async function copyCluster(
  from: string,
  to: string,
  owner: PostgresUser | undefined,
  isCopied: (path: string) => boolean = isOfBackup,
): Promise<Content> {
  const content: Content = { folders: [], files: [] }
  await copyFolder(from, to, '', owner, isCopied, content)
  return content
}

/** Whether a path of a running cluster belongs in a backup. */
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
  content: Content,
): Promise<void> {
  const target = join(to, below)
  await mkdir(target, { mode: 0o700 })
  if (owner) await chown(target, owner.uid, owner.gid)
  for (const entry of await readdir(join(from, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (!isCopied(path)) continue
    if (entry.isDirectory()) {
      content.folders.push(path)
      await copyFolder(from, to, path, owner, isCopied, content)
    } else if (entry.isFile()) {
      const file = await copyOne(from, to, path, owner)
      if (file !== undefined) content.files.push(file)
    }
  }
  await syncPath(target)
}

/**
 * @param path of the file, relative to both folders.
 * @returns undefined if the file has disappeared: the log also drops a table that is dropped during the copy.
 */
export async function copyOne(
  from: string,
  to: string,
  path: string,
  owner: PostgresUser | undefined,
): Promise<FileRecord | undefined> {
  const source = await openIfThere(join(from, path))
  if (source === undefined) return undefined
  try {
    const target = await open(join(to, path), 'wx', 0o600)
    try {
      const record = await readAll(source, (piece) => target.writeFile(piece))
      if (owner) await target.chown(owner.uid, owner.gid)
      await target.sync()
      return { path, ...record }
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

/** Size and checksum of a file, read in pieces. */
export async function recordOf(folder: string, path: string): Promise<FileRecord> {
  const file = await open(join(folder, path), 'r')
  try {
    return { path, ...(await readAll(file, () => Promise.resolve())) }
  } finally {
    await file.close()
  }
}

async function readAll(
  file: FileHandle,
  take: (piece: Buffer) => Promise<void>,
): Promise<Omit<FileRecord, 'path'>> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(pieceBytes)
  let bytes = 0
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, pieceBytes, null)
    if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') }
    const piece = buffer.subarray(0, bytesRead)
    hash.update(piece)
    await take(piece)
    bytes += bytesRead
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
