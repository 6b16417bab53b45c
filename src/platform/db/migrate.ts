import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CompiledQuery,
  Migrator,
  type Migration,
  type MigrationResult,
  type MigrationResultSet,
} from 'kysely'
import { OperatorError } from '../../values/errors.ts'
import { packageRoot } from '../package-root.ts'
import type { Queries } from './queries.ts'

const migrationTable = 'schema_migrations'
const folder = join(packageRoot, 'migrations/')

/** Reads the SQL files of `migrations/`, in order of their names. */
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

export interface SchemaState {
  /** Migrations not yet applied to the database, in order. */
  readonly pending: readonly string[]
  /** Migrations of a later version. */
  readonly unknown: readonly string[]
  /** Those of the unknown migrations that this version is incompatible with. */
  readonly breaking: readonly string[]
}

/** The suffix of a migration that is incompatible with earlier code. */
const breakingMark = '.breaking'

/** insufficient_privilege. */
const notAllowed = '42501'
/** deadlock_detected. */
const deadlock = '40P01'
const triesPerMigration = 30
const longestPauseMs = 500

/** Reads only. */
export async function readSchemaState(queries: Queries): Promise<SchemaState> {
  const known = Object.keys(await readMigrations())
  const applied = await appliedMigrations(queries)
  const unknown = applied.filter((name) => !known.includes(name))
  return {
    pending: known.filter((name) => !applied.includes(name)),
    unknown,
    breaking: unknown.filter((name) => name.endsWith(breakingMark)),
  }
}

async function appliedMigrations(queries: Queries): Promise<string[]> {
  const isThere = await queries.executeQuery<{ there: boolean }>(
    CompiledQuery.raw(`select to_regclass('${migrationTable}') is not null as there`),
  )
  if (isThere.rows[0]?.there !== true) return []
  const { rows } = await queries.executeQuery<{ name: string }>(
    CompiledQuery.raw(`select name from ${migrationTable} order by name`),
  )
  return rows.map(({ name }) => name)
}

/** The encoding of a database cannot be changed, so it is checked before anything is created in it. */
async function requireUtf8(queries: Queries): Promise<void> {
  const { rows } = await queries.executeQuery<{ server_encoding: string }>(
    CompiledQuery.raw('show server_encoding'),
  )
  const encoding = rows[0]?.server_encoding
  if (encoding !== 'UTF8')
    throw new OperatorError(
      `the database has the encoding ${encoding}, which cannot represent every name: create one with create database … encoding 'UTF8' template template0`,
    )
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | undefined)?.code

/**
 * Applies the next migration and retries it after a deadlock with running servers; a deadlock rolls it back completely.
 */
async function applyNext(migrator: Migrator): Promise<MigrationResultSet> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await migrator.migrateUp()
    if (codeOf(outcome.error) !== deadlock || tries === triesPerMigration) return outcome
    await sleep(Math.random() * longestPauseMs)
  }
}

/**
 * Creates a new schema in one transaction. In a schema that servers use, each migration has its own transaction: the
 * accumulated locks of several would deadlock with the servers' statements.
 */
async function apply(migrator: Migrator, isNew: boolean): Promise<MigrationResultSet> {
  if (isNew) return migrator.migrateToLatest()
  const results: MigrationResult[] = []
  for (;;) {
    const outcome = await applyNext(migrator)
    results.push(...(outcome.results ?? []))
    if (outcome.error !== undefined || !outcome.results?.length) return { error: outcome.error, results }
  }
}

/**
 * Applies pending migrations while servers of the previous release run. Processes that start concurrently wait for each
 * other. If nothing is pending, nothing is written, so a role without the right to change the schema suffices. A schema
 * of a later version is left unchanged, unless one of its migrations breaks older code.
 *
 * @returns the names of the migrations just applied.
 * @throws OperatorError if this version cannot work with the schema.
 */
export async function migrate(queries: Queries): Promise<string[]> {
  const { pending, unknown, breaking } = await readSchemaState(queries)
  if (breaking.length > 0 || (unknown.length > 0 && pending.length > 0)) {
    throw new OperatorError(
      `the database was migrated by a newer version of Counterfoil, which this one cannot work with (${(breaking.length > 0 ? breaking : unknown).join(', ')})`,
    )
  }
  if (pending.length === 0) return []
  const isNew = pending.length === Object.keys(await readMigrations()).length
  if (isNew) await requireUtf8(queries)
  const { error, results } = await apply(createMigrator(queries), isNew)
  if (codeOf(error) === notAllowed) {
    throw new OperatorError(
      `migrations are to be applied, and the role of DATABASE_URL may not: run npx counterfoil migrate as the one that owns the schema (${pending.join(', ')})`,
    )
  }
  if (error instanceof Error) throw error
  return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName)
}
