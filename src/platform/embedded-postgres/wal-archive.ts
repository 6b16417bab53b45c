import { access, constants, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClientBase } from 'pg'
import { OperatorError } from '../../values/errors.ts'
import { isReachable, type PostgresUser } from './postgres-user.ts'

/**
 * Where the embedded PostgreSQL puts its write-ahead log aside. It stands in the data folder and not in the environment:
 * whichever command starts PostgreSQL next must archive too, or the archive has a gap that nobody notices.
 */
const pathOf = (dataDir: string): string => join(dataDir, 'wal-archive')

/** Absolute path of the archive; undefined: none. */
export async function readWalArchive(dataDir: string): Promise<string | undefined> {
  const text = await readFile(pathOf(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text.trim() || undefined
}

/** @param archive undefined: archive no longer. */
export async function writeWalArchive(dataDir: string, archive: string | undefined): Promise<void> {
  if (archive === undefined) await rm(pathOf(dataDir), { force: true })
  else await writeFile(pathOf(dataDir), `${archive}\n`, { mode: 0o600 })
}

/**
 * @param user the account of PostgreSQL; undefined: one's own.
 * @throws OperatorError for a path that cannot stand in a setting of PostgreSQL, or that its account does not reach.
 */
export async function checkArchive(archive: string, user: PostgresUser | undefined): Promise<void> {
  if (!/^\/[\w./ @:+-]+$/.test(archive))
    throw new OperatorError(`${archive}: the path of an archive has letters, digits and . _ - + @ : only`)
  const isThere = await access(archive, constants.R_OK).then(
    () => true,
    () => false,
  )
  if (!isThere) throw new OperatorError(`${archive} is not a folder that can be read`)
  if (user && !(await isReachable(archive, user)))
    throw new OperatorError(
      `${archive} cannot be reached by the account that PostgreSQL runs as (user id ${user.uid}): choose a folder that is not below a private one`,
    )
}

/** A segment is archived when it is full, and this long after its first change at the latest. */
const usualLongestS = 60

/** How long that is stands in a file of its own: the release before knows only the path. */
const longestPathOf = (dataDir: string): string => join(dataDir, 'wal-archive-within')

async function readLongestS(dataDir: string): Promise<number> {
  const text = await readFile(longestPathOf(dataDir), 'utf8').catch(() => '')
  return /^[1-9]\d{0,3}\n$/.test(text) ? Number(text) : usualLongestS
}

/** @param longestS in whole seconds; undefined: a minute. */
export async function writeLongestS(dataDir: string, longestS: number | undefined): Promise<void> {
  if (longestS === undefined) await rm(longestPathOf(dataDir), { force: true })
  else await writeFile(longestPathOf(dataDir), `${longestS}\n`, { mode: 0o600 })
}

/** Settings with which PostgreSQL archives by itself, each file whole and on disk before it has its name. */
export async function readArchiveSettings(dataDir: string): Promise<Record<string, string>> {
  const archive = await readWalArchive(dataDir)
  if (archive === undefined) return {}
  return {
    archive_mode: 'on',
    archive_library: 'basic_archive',
    'basic_archive.archive_directory': archive,
    archive_timeout: `${await readLongestS(dataDir)}s`,
  }
}

/**
 * Has PostgreSQL begin to count `archive_timeout`. Its checkpointer starts before recovery has ended, and sleeps for
 * `checkpoint_timeout` (five minutes) then, unless something wakes it.
 */
export async function wakeArchiving(client: Pick<ClientBase, 'query'>): Promise<void> {
  await client.query(`select pg_reload_conf() where current_setting('archive_mode') <> 'off'`)
}
