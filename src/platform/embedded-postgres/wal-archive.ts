import { access, constants, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClientBase } from 'pg'
import { OperatorError } from '../../values/errors.ts'
import { isReachable, type PostgresUser } from './postgres-user.ts'

/**
 * The file that names the WAL archive of the embedded PostgreSQL. It is in the data folder rather than the environment:
 * any command that starts PostgreSQL must archive too, or the archive would have an unnoticed gap.
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

/** @param archive undefined: stop archiving. */
export async function writeWalArchive(dataDir: string, archive: string | undefined): Promise<void> {
  if (archive === undefined) await rm(pathOf(dataDir), { force: true })
  else await writeFile(pathOf(dataDir), `${archive}\n`, { mode: 0o600 })
}

/**
 * @param user the account of PostgreSQL; undefined: the account of this process.
 * @throws OperatorError for a path that cannot be used in a PostgreSQL setting, or that the account cannot reach.
 */
export async function checkArchive(archive: string, user: PostgresUser | undefined): Promise<void> {
  if (!/^\/[\w./ @:+-]+$/.test(archive))
    throw new OperatorError(
      `${archive}: the path of an archive may contain only letters, digits and . _ - + @ :`,
    )
  const isThere = await access(archive, constants.R_OK).then(
    () => true,
    () => false,
  )
  if (!isThere) throw new OperatorError(`${archive} is not a readable folder`)
  if (user && !(await isReachable(archive, user)))
    throw new OperatorError(
      `the account that PostgreSQL runs as (user id ${user.uid}) cannot reach ${archive}: choose a folder that is not inside a private one`,
    )
}

/** A segment is archived when it is full, and at the latest this long after its first change. */
const usualLongestS = 60

/** The interval is in a separate file, because the previous release reads only the path from the other one. */
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

/** Settings that make PostgreSQL archive by itself; each file gets its name only when it is complete and on disk. */
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
 * Makes PostgreSQL apply `archive_timeout`. Its checkpointer starts before recovery has ended and then sleeps for
 * `checkpoint_timeout` (five minutes) unless it is woken.
 */
export async function wakeArchiving(client: Pick<ClientBase, 'query'>): Promise<void> {
  await client.query(`select pg_reload_conf() where current_setting('archive_mode') <> 'off'`)
}
