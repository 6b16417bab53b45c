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
    /** Host, user and password of the run's PostgreSQL; its database `template` is migrated and copied for all others. */
    postgres: { host: string; user: string; password: string; template: string }
    /** A folder that is removed when the run ends. */
    scratch: string
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
  const password = await server.password()
  process.env['PGPASSWORD'] = password
  const admin = createPool({ host, user, database: 'postgres' }, 1, log)
  await admin.query('alter system set fsync = off')
  await admin.query('select pg_reload_conf()')
  await admin.query(`create database ${template}`)
  await admin.end()
  const pool = createPool({ host, user, database: template }, 1, log)
  await migrate(createQueries(pool))
  // A database with connections cannot be copied.
  await pool.end()
  project.provide('postgres', { host, user, password, template })
  const scratch = await mkdtemp(join(tmpdir(), 'counterfoil-scratch-'))
  project.provide('scratch', scratch)
  return async () => {
    await server.release()
    await rm(dataDir, { recursive: true, force: true })
    await rm(scratch, { recursive: true, force: true })
  }
}
