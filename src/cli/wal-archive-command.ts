import { chown, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import { listSegments } from '../operate/backup/list-segments.ts'
import { pruneArchive } from '../operate/backup/prune-archive.ts'
import { readConfig } from '../platform/config.ts'
import { prepareDataDir } from '../platform/embedded-postgres/cluster.ts'
import { choosePostgresUser } from '../platform/embedded-postgres/postgres-user.ts'
import {
  checkArchive,
  readWalArchive,
  writeLongestS,
  writeWalArchive,
} from '../platform/embedded-postgres/wal-archive.ts'
import { OperatorError } from '../values/errors.ts'
import { requireEmbedded } from './require-embedded.ts'
import { print } from './run.ts'

interface ArchiveOptions {
  readonly to?: string
  readonly within?: number
  readonly off?: boolean
}

interface PruneOptions {
  readonly backups: string
  readonly wal?: string
  readonly dryRun?: boolean
  readonly json?: boolean
}

function readSeconds(text: string): number {
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (seconds < 1 || seconds > 3600)
    throw new InvalidArgumentError('It must be a whole number of seconds, 1 to 3600.')
  return seconds
}

const mib = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(0)} MiB`

/**
 * `wal-archive`: configures the archive of the embedded PostgreSQL's log, and deletes the part that no backup needs.
 */
export function addWalArchiveCommand(program: Command): void {
  const walArchive = program
    .command('wal-archive')
    .description('archive the write-ahead log, so that a backup can be restored to any later moment')
    .option('--to <folder>', 'archive into this folder, from the next start of PostgreSQL')
    .option(
      '--within <seconds>',
      'with --to: archive a segment at most this long after its first change, 1 to 3600 (default 60)',
      readSeconds,
    )
    .option('--off', 'archive no longer')
    .action(async ({ to, within, off }: ArchiveOptions) => {
      if (to !== undefined && off) walArchive.error('error: --to and --off exclude each other')
      if (within !== undefined && to === undefined) walArchive.error('error: --within needs --to')
      const config = readConfig(process.env)
      requireEmbedded(config)
      if (to !== undefined) {
        await beginArchive(config.dataDir, resolve(to))
        await writeLongestS(config.dataDir, within)
      }
      if (off) {
        await writeWalArchive(config.dataDir, undefined)
        await writeLongestS(config.dataDir, undefined)
      }
      const archive = await readWalArchive(config.dataDir)
      process.stdout.write(archive === undefined ? 'No archive\n' : `${archive}\n`)
      if (to !== undefined || off)
        process.stderr.write(
          'This takes effect when PostgreSQL starts again: stop all servers, and start them again\n',
        )
      else if (archive !== undefined) await tellSize(archive)
    })

  walArchive
    .command('prune')
    .description('delete the segments that no backup needs any more')
    .requiredOption('--backups <folder>', 'the folder that contains all backups')
    .option('--wal <folder>', 'the archive; default: the one of DATA_DIR')
    .option('--dry-run', 'delete nothing, and print what would be deleted')
    .option('--json', 'print JSON')
    .action(async ({ backups, wal, dryRun = false, json }: PruneOptions) => {
      const archive = wal === undefined ? await archiveOfDataDir() : resolve(wal)
      const pruned = await pruneArchive(archive, resolve(backups), dryRun)
      const verb = dryRun ? 'Would delete' : 'Deleted'
      print(json, { archive, isDry: dryRun, ...pruned }, [
        ...(dryRun ? pruned.deleted : []),
        `${verb} ${pruned.deleted.length} files, ${mib(pruned.deletedBytes)}; ${mib(pruned.keptBytes)} stay, from ${pruned.firstNeeded} on, which ${pruned.oldestBackup} needs`,
      ])
    })
}

async function archiveOfDataDir(): Promise<string> {
  const config = readConfig(process.env)
  requireEmbedded(config)
  const archive = await readWalArchive(config.dataDir)
  if (archive === undefined)
    throw new OperatorError(`DATA_DIR ${config.dataDir} has no archive: name one with --wal`)
  return archive
}

async function tellSize(archive: string): Promise<void> {
  const files = await listSegments(archive)
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  process.stderr.write(`It holds ${files.length} files, ${mib(bytes)}\n`)
}

/** The folder is created for the account of PostgreSQL, or must be empty or an existing archive. */
async function beginArchive(dataDir: string, archive: string): Promise<void> {
  await prepareDataDir(dataDir)
  const user = await choosePostgresUser(resolve(dataDir, 'postgres'))
  // Parent folders get the default permissions: PostgreSQL may run as another account, and must be able to pass
  // through.
  const madeAbove = await mkdir(dirname(archive), { recursive: true })
  const made = madeAbove ?? (await mkdir(archive, { recursive: true, mode: 0o700 }))
  try {
    if (madeAbove !== undefined) await mkdir(archive, { mode: 0o700 })
    const others = (await readdir(archive)).filter((name) => !/^[0-9A-F]{8,}(\.\w+)*$|^archtemp/.test(name))
    if (others.length > 0) throw new OperatorError(`${archive} holds something else: ${others[0]}`)
    if (user && (await stat(archive)).uid !== user.uid) await chown(archive, user.uid, user.gid)
    await checkArchive(archive, user)
    await writeWalArchive(dataDir, archive)
  } catch (error) {
    if (made !== undefined) await rm(made, { recursive: true, force: true })
    throw error
  }
}
