import { readConfig, withSecretKeys, type Config } from '../platform/config.ts'
import { createLog } from '../platform/log.ts'
import { bringIntoNormalForm } from '../ledger/customers/work-on-normal-form.ts'
import { hasCluster } from '../platform/embedded-postgres/cluster.ts'
import { openDatabase, openExistingDatabase, type Database } from '../platform/db/database.ts'
import { atMostAWhile, Interrupted, interruptible } from './interruption.ts'

interface Options {
  /** Default: requires an existing database, and migrates it. */
  readonly open?: typeof openDatabase
  /**
   * What remains if a signal ends the command, and how to continue, as half a sentence; a function if it changes with
   * the progress.
   */
  readonly goOn?: string | (() => string)
}

/**
 * Runs a command on the database: that of a running server on the same DATA_DIR, or one started for the command.
 *
 * @param work receives a signal that is aborted when the command should stop.
 * @throws OperatorError if there is no database, or it cannot be reached; Interrupted after a signal.
 */
export async function withDatabase<Result>(
  work: (database: Database, config: Config, signal: AbortSignal) => Promise<Result>,
  { open = openExistingDatabase, goOn = 'what was not reported as done may be missing' }: Options = {},
): Promise<Result> {
  const config = readConfig(process.env)
  // A command prints its own messages; the log is for faults of lower layers.
  const log = createLog({ ...config, logLevel: process.env['LOG_LEVEL'] ? config.logLevel : 'error' }, 2)
  let database: Database | undefined
  const close = async (): Promise<void> => database?.close()
  try {
    const result = await interruptible(goOn, async (signal) => {
      database = await open(config, log)
      // After migrating an older database, a command looks customers up by the new form.
      if (database.migrated.length > 0) await bringIntoNormalForm({ database, log })
      return work(database, withSecretKeys(config, database.secretKeys), signal)
    })
    await close()
    return result
  } catch (error) {
    // Work that ignores the signal keeps using connections, and closing would wait for it.
    await (error instanceof Interrupted ? atMostAWhile(close()) : close())
    throw error
  }
}

/** For commands that may be the first on a database: announces which database they create. */
export async function openOrMakeDatabase(
  ...[config, log]: Parameters<typeof openDatabase>
): Promise<Database> {
  const { isEmbedded, dataDir } = config
  if (isEmbedded && !(await hasCluster(dataDir)))
    process.stderr.write(`Creating a database in ${dataDir} (DATA_DIR), since DATABASE_URL is not set\n`)
  return openDatabase(config, log)
}

/** What remains of an import that a signal ends. */
export const keptOf = (isDryRun: boolean | undefined): string =>
  isDryRun
    ? 'nothing was kept, since this was a dry run'
    : 'what came in is kept, and the same command goes on from there'

/** Writes data to stdout: JSON with --json, else lines for people. */
export function print(isJson: boolean | undefined, value: object, lines: readonly string[]): void {
  const written = isJson ? [JSON.stringify(value)] : lines
  process.stdout.write(written.map((line) => `${line}\n`).join(''))
}
