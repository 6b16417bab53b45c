import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { TestProject } from 'vitest/node'
import { createPool } from '../../src/platform/db/database.ts'
import { startEmbedded } from '../../src/platform/embedded-postgres/embedded.ts'
import { migrate } from '../../src/platform/db/migrate.ts'
import { createQueries } from '../../src/platform/db/queries.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Host and user of the run's PostgreSQL; its database `postgres` is migrated and the template of all others. */
    postgres: { host: string; user: string; template: string }
  }
}

const template = 'counterfoil_template'

/** One embedded PostgreSQL for the whole run. Nothing it holds outlives the run, so it need not wait for the disk. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'counterfoil-test-'))
  const log = pino({ level: 'warn' })
  const server = await startEmbedded(dataDir, log)
  const { host, user } = server
  // Every process of the run inherits it, and clients take it where none is stated.
  process.env['PGPASSWORD'] = await server.password()
  const admin = createPool({ host, user, database: 'postgres' }, 1, log)
  await admin.query('alter system set fsync = off')
  await admin.query('select pg_reload_conf()')
  await admin.query(`create database ${template}`)
  await admin.end()
  const pool = createPool({ host, user, database: template }, 1, log)
  await migrate(createQueries(pool))
  // A database with connections cannot be copied.
  await pool.end()
  project.provide('postgres', { host, user, template })
  return async () => {
    await server.release()
    await rm(dataDir, { recursive: true, force: true })
  }
}
