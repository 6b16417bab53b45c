import { readConfig, type Config } from '../config.ts'
import { createLog } from '../context.ts'
import { bringIntoNormalForm } from '../customers/work-on-normal-form.ts'
import { openDatabase, type Database } from '../db/database.ts'

/**
 * Runs a command on the database: the one of a running server on the same DATA_DIR, or one started for this.
 *
 * @param open brings the schema up to date unless said otherwise.
 */
export async function withDatabase<Result>(
  work: (database: Database, config: Config) => Promise<Result>,
  open = openDatabase,
): Promise<Result> {
  const config = readConfig(process.env)
  // A command says what there is to say itself; the log is for what goes wrong below it.
  const log = createLog({ ...config, logLevel: process.env['LOG_LEVEL'] ? config.logLevel : 'error' }, 2)
  const database = await open(config, log)
  try {
    // A command that has brought an older database up to date looks customers up by the new form.
    if (database.migrated.length > 0) await bringIntoNormalForm({ database, log })
    return await work(database, config)
  } finally {
    await database.close()
  }
}

/** Data goes to stdout: JSON with --json, else lines for people. */
export function print(isJson: boolean | undefined, value: object, lines: readonly string[]): void {
  process.stdout.write(isJson ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`)
}
