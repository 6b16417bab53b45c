import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises'
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
    /**
     * Host, user and password of the PostgreSQL of the run, whose migrated database `template` is copied for all
     * others.
     */
    postgres: { host: string; user: string; password: string; template: string }
    /** A folder that is removed when the run ends. */
    scratch: string
  }
}

const template = 'counterfoil_template'

/** Room for the databases of all tests that run at the same time, in bytes. */
const enoughMemory = 8 * 2 ** 30

/**
 * The folder for temporary data. It is in memory if there is room, since tests constantly create, copy and drop
 * databases, none of which outlives the run.
 */
async function makeTemporaryFolder(): Promise<string> {
  const memory = '/dev/shm'
  const room = await statfs(memory).catch(() => undefined)
  const parent = room !== undefined && room.bavail * room.bsize > enoughMemory ? memory : tmpdir()
  const folder = await mkdtemp(join(parent, 'counterfoil-run-'))
  // Tests run programs as other users too.
  await chmod(folder, 0o711)
  return folder
}

/** Settings of a server whose data need not survive. */
const settings = ['fsync = off', "max_wal_size = '4GB'", "checkpoint_timeout = '1h'"]

/** One embedded PostgreSQL for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await makeTemporaryFolder()
  // Workers inherit it.
  process.env['TMPDIR'] = folder
  const dataDir = await mkdtemp(join(folder, 'postgres-'))
  const log = pino({ level: 'warn' })
  const server = await startEmbedded(dataDir, log)
  const { host, user } = server
  // Every process of the run inherits it, and clients use it as the default.
  const password = await server.password()
  process.env['PGPASSWORD'] = password
  const admin = createPool({ host, user, database: 'postgres' }, 1, log)
  for (const setting of settings) await admin.query(`alter system set ${setting}`)
  await admin.query('select pg_reload_conf()')
  await admin.query(`create database ${template}`)
  await admin.end()
  const pool = createPool({ host, user, database: template }, 1, log)
  await migrate(createQueries(pool))
  // A database with connections cannot be copied.
  await pool.end()
  project.provide('postgres', { host, user, password, template })
  const scratch = await mkdtemp(join(folder, 'scratch-'))
  project.provide('scratch', scratch)
  return async () => {
    await server.release()
    await rm(folder, { recursive: true, force: true })
  }
}
