import { openOrMakeDatabase, withDatabase } from './run.ts'

/** `migrate`: prints the name of each migration it applies. */
export function runMigrate(): Promise<void> {
  return withDatabase(
    async ({ migrated }) => {
      for (const name of migrated) process.stdout.write(`${name}\n`)
      process.stderr.write(
        migrated.length === 0 ? 'The database is up to date\n' : `Applied ${migrated.length} migrations\n`,
      )
    },
    { open: openOrMakeDatabase },
  )
}
