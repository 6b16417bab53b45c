import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { CompiledQuery, Migrator, type Migration } from 'kysely'
import { OperatorError } from '../errors.ts'
import type { Queries } from './queries.ts'

const migrationTable = 'schema_migrations'
const folder = fileURLToPath(new URL('../../migrations/', import.meta.url))

/** The plain SQL files of `migrations/`, by name, in order. */
export async function readMigrations(): Promise<Record<string, Migration>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const migrations: Record<string, Migration> = {}
  for (const name of names) {
    const text = await readFile(`${folder}${name}`, 'utf8')
    migrations[name.replace(/\.sql$/, '')] = {
      async up(db) {
        await db.executeQuery(CompiledQuery.raw(text))
      },
    }
  }
  return migrations
}

function createMigrator(queries: Queries): Migrator {
  return new Migrator({
    db: queries,
    provider: { getMigrations: readMigrations },
    migrationTableName: migrationTable,
    migrationLockTableName: 'schema_migrations_lock',
  })
}

/**
 * Applies what is missing, all in one transaction. Processes that start at once wait for the first.
 *
 * @returns names of the migrations applied now.
 * @throws OperatorError when the database has migrations that this version does not know.
 */
export async function migrate(queries: Queries): Promise<string[]> {
  const { error, results } = await createMigrator(queries).migrateToLatest()
  if (error instanceof Error) {
    if (/corrupted migrations/.test(error.message)) {
      throw new OperatorError(
        `the database was migrated by a newer version of Counterfoil (${error.message})`,
      )
    }
    throw error
  }
  return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName)
}

/** Names of the migrations that the database has seen, in order; reads only. */
export async function appliedMigrations(queries: Queries): Promise<string[]> {
  const { rows } = await queries.executeQuery<{ name: string }>(
    CompiledQuery.raw(`select name from ${migrationTable} order by name`),
  )
  return rows.map(({ name }) => name)
}

/** Names of the migrations that the database has not seen; reads only. */
export async function pendingMigrations(queries: Queries): Promise<string[]> {
  const migrations = await createMigrator(queries).getMigrations()
  return migrations
    .filter((migration) => migration.executedAt === undefined)
    .map((migration) => migration.name)
}
