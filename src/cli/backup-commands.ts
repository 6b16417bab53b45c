import { dirname, resolve } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import { backUp } from '../operate/backup/back-up.ts'
import { findInterrupted } from '../operate/backup/manifest.ts'
import { restore } from '../operate/backup/restore.ts'
import { readConfig } from '../platform/config.ts'
import { createLog } from '../platform/log.ts'
import { openDatabaseAsItIs } from '../platform/db/database.ts'
import { readMissingKeys } from '../operate/sealing/missing-keys.ts'
import { requireEmbedded } from './require-embedded.ts'
import { print, withDatabase } from './run.ts'
import { addWalArchiveCommand } from './wal-archive-command.ts'

function readInstant(text: string): string {
  const isIso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
  if (!isIso || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError('It must be an instant with its offset, as in 2026-05-01T12:30:00Z.')
  return text
}

/** `backup`, `wal-archive` and `restore`: backups of the embedded database. */
export function addBackupCommands(program: Command): void {
  program
    .command('backup')
    .description('copy the embedded database into a new folder; runs beside a server')
    .requiredOption('--to <folder>', 'a folder that does not exist yet')
    .option('--json', 'print JSON')
    .action(async ({ to, json }: { to: string; json?: boolean }) => {
      const folder = resolve(to)
      requireEmbedded(readConfig(process.env))
      const { content, ...about } = await withDatabase(
        ({ pool }, config) => backUp(pool, config.dataDir, folder),
        { open: openDatabaseAsItIs, goOn: `${folder} holds no whole backup` },
      )
      print(json, { folder, ...about, files: content?.files.length }, [
        `Backed up ${(about.bytes / 1024 ** 2).toFixed(0)} MiB to ${folder}, as of ${about.endedAt}`,
      ])
      for (const left of await findInterrupted(dirname(folder)))
        process.stderr.write(`${left} is the rest of an interrupted backup: you can delete it\n`)
      process.stderr.write(
        'The backup does not contain the key that encrypts its secrets: keep a copy of secret.key in DATA_DIR, or of SECRET_KEYS, in another place\n',
      )
    })

  addWalArchiveCommand(program)

  const restoreCommand = program
    .command('restore')
    .description(
      'check every file of a backup, and restore it into DATA_DIR, which must not contain a database',
    )
    .requiredOption('--from <folder>', 'the backup')
    .option('--wal <folder>', 'the archive of the write-ahead log; without it only the backup is restored')
    .option(
      '--until <instant>',
      'with --wal: restore to this moment; without it to the end of the log',
      readInstant,
    )
    .option('--unverified', 'accept a backup of an earlier version, which has no checksums')
    .option('--json', 'print JSON')
    .action(async ({ from, wal, until, unverified, json }: RestoreOptions) => {
      if (until !== undefined && wal === undefined) restoreCommand.error('error: --until needs --wal')
      const config = readConfig(process.env)
      requireEmbedded(config)
      const request = {
        from: resolve(from),
        archive: wal && resolve(wal),
        until,
        isUnverified: unverified === true,
      }
      const log = createLog({ ...config, logLevel: process.env['LOG_LEVEL'] ? config.logLevel : 'error' }, 2)
      const { lastCommitAt } = await restore(config.dataDir, request, log)
      print(json, { dataDir: config.dataDir, lastCommitAt }, [
        lastCommitAt === null
          ? `Restored into ${config.dataDir}, to the end of the backup`
          : `Restored into ${config.dataDir}; the last restored transaction is of ${lastCommitAt}`,
      ])
      const missing = await withDatabase(({ pool, secretKeys }) => readMissingKeys(pool, secretKeys), {
        open: openDatabaseAsItIs,
      })
      if (missing.length > 0)
        process.stderr.write(
          `Secrets are encrypted with keys that are missing here (${missing.join(', ')}): copy secret.key into ${config.dataDir}, or set SECRET_KEYS, before servers start. Without the keys webhooks send nothing until their secrets and headers are set again, and clients need new access tokens; everything else works\n`,
        )
    })
}

interface RestoreOptions {
  readonly from: string
  readonly wal?: string
  readonly until?: string
  readonly unverified?: boolean
  readonly json?: boolean
}
