import { chown, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import { backUp } from '../backup/back-up.ts'
import { restore } from '../backup/restore.ts'
import { readConfig, type Config } from '../config.ts'
import { createLog } from '../context.ts'
import { prepareDataDir } from '../db/cluster.ts'
import { openDatabaseAsItIs } from '../db/database.ts'
import { choosePostgresUser } from '../db/postgres-user.ts'
import { checkArchive, readWalArchive, writeWalArchive } from '../db/wal-archive.ts'
import { OperatorError } from '../errors.ts'
import { readMissingKeys } from '../sealing/missing-keys.ts'
import { print, withDatabase } from './run.ts'

function readInstant(text: string): string {
  const isIso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
  if (!isIso || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError('It must be an instant with its offset, as in 2026-05-01T12:30:00Z.')
  return text
}

function requireEmbedded({ databaseUrl }: Config): void {
  if (databaseUrl !== undefined)
    throw new OperatorError(
      'This is for the embedded database; a PostgreSQL of your own is backed up with pg_basebackup (docs/operations.md)',
    )
}

/** `backup`, `wal-archive` and `restore`: the embedded database, kept safe. */
export function addBackupCommands(program: Command): void {
  program
    .command('backup')
    .description('copy the embedded database into a new folder, beside a running server too')
    .requiredOption('--to <folder>', 'a folder that is not there yet')
    .option('--json', 'print JSON')
    .action(async ({ to, json }: { to: string; json?: boolean }) => {
      const folder = resolve(to)
      requireEmbedded(readConfig(process.env))
      const manifest = await withDatabase(
        ({ pool }, config) => backUp(pool, config.dataDir, folder),
        openDatabaseAsItIs,
      )
      print(json, { folder, ...manifest }, [
        `Backed up ${(manifest.bytes / 1024 ** 2).toFixed(0)} MiB to ${folder}, as of ${manifest.endedAt}`,
      ])
      process.stderr.write(
        'The backup does not hold the key that secrets in it are encrypted with: keep a copy of secret.key in DATA_DIR, or of SECRET_KEYS, in another place\n',
      )
    })

  const walArchive = program
    .command('wal-archive')
    .description('put the write-ahead log aside, so that a backup can be played on to any moment')
    .option('--to <folder>', 'archive into this folder from the next start of PostgreSQL on')
    .option('--off', 'archive no longer')
    .action(async ({ to, off }: { to?: string; off?: boolean }) => {
      if (to !== undefined && off) walArchive.error('error: --to and --off exclude each other')
      const config = readConfig(process.env)
      requireEmbedded(config)
      if (to !== undefined) await beginArchive(config.dataDir, resolve(to))
      if (off) await writeWalArchive(config.dataDir, undefined)
      const archive = await readWalArchive(config.dataDir)
      process.stdout.write(archive === undefined ? 'No archive\n' : `${archive}\n`)
      if (to !== undefined || off)
        process.stderr.write(
          'It holds from the next start of PostgreSQL on: stop all servers, and start them\n',
        )
    })

  const restoreCommand = program
    .command('restore')
    .description('make DATA_DIR, which must hold no database, from a backup')
    .requiredOption('--from <folder>', 'the backup')
    .option('--wal <folder>', 'the archive of the write-ahead log; without it to the end of the backup')
    .option(
      '--until <instant>',
      'with --wal: to this moment; without it as far as the log reaches',
      readInstant,
    )
    .option('--json', 'print JSON')
    .action(async ({ from, wal, until, json }: RestoreOptions) => {
      if (until !== undefined && wal === undefined) restoreCommand.error('error: --until needs --wal')
      const config = readConfig(process.env)
      requireEmbedded(config)
      const request = { from: resolve(from), archive: wal && resolve(wal), until }
      const log = createLog({ ...config, logLevel: process.env['LOG_LEVEL'] ? config.logLevel : 'error' }, 2)
      const { lastCommitAt } = await restore(config.dataDir, request, log)
      print(json, { dataDir: config.dataDir, lastCommitAt }, [
        `Restored into ${config.dataDir}; the last transaction in the log is of ${lastCommitAt ?? 'before the backup'}`,
      ])
      const missing = await withDatabase(
        ({ pool, secretKeys }) => readMissingKeys(pool, secretKeys),
        openDatabaseAsItIs,
      )
      if (missing.length > 0)
        process.stderr.write(
          `Secrets are encrypted with keys that are not here (${missing.join(', ')}): copy secret.key into ${config.dataDir}, or set SECRET_KEYS, before servers start. Without the keys webhooks send nothing until their secrets and headers are set anew, and clients need new access tokens; all else works\n`,
        )
    })
}

interface RestoreOptions {
  readonly from: string
  readonly wal?: string
  readonly until?: string
  readonly json?: boolean
}

/** The folder is made for the account of PostgreSQL, or must be empty or an archive already. */
async function beginArchive(dataDir: string, archive: string): Promise<void> {
  await prepareDataDir(dataDir)
  const user = await choosePostgresUser(resolve(dataDir, 'postgres'))
  // Those above as anybody would make them: PostgreSQL may run as another account, and must get through.
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
