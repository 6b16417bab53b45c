import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { createPool } from '../src/db/database.ts'
import { migrate, pendingMigrations, readMigrations } from '../src/db/migrate.ts'
import { createQueries } from '../src/db/queries.ts'
import { OperatorError } from '../src/errors.ts'
import { isDatabaseReady } from '../src/organisations/is-database-ready.ts'
import { createTestContext, createTestDatabase, createTestServer } from './harness.ts'

const log = pino({ level: 'silent' })

async function emptyDatabase() {
  const { host, user } = inject('postgres')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const admin = createPool({ host, user, database: 'postgres' }, 1, log)
  await admin.query(`create database ${name} template template0`)
  const connect = () => {
    const pool = createPool({ host, user, database: name }, 2, log)
    return { pool, queries: createQueries(pool) }
  }
  const pools = [connect(), connect(), connect(), connect()]
  afterAll(async () => {
    for (const { pool } of pools) await pool.end()
    await admin.query(`drop database if exists ${name} with (force)`)
    await admin.end()
  })
  return pools
}

describe('migrations', () => {
  test('that four processes begin at once are applied once, and each finds the schema complete', async () => {
    const processes = await emptyDatabase()
    const names = Object.keys(await readMigrations())
    const applied = await Promise.all(
      processes.map(async ({ queries }) => {
        const mine = await migrate(queries)
        expect(await pendingMigrations(queries)).toEqual([])
        return mine
      }),
    )
    expect(applied.flat()).toEqual(names)
    const { rows } = await (processes[0] as (typeof processes)[0]).pool.query(
      'select name from schema_migrations order by name',
    )
    expect(rows.map(({ name }: { name: string }) => name)).toEqual(names)
  })

  test('stand in the order of their names, each a file of SQL', async () => {
    const names = Object.keys(await readMigrations())
    expect(names.length).toBeGreaterThan(1)
    expect(names).toEqual(names.toSorted())
    for (const [at, name] of names.entries()) {
      expect(name).toMatch(/^\d{4}_[a-z_]+$/)
      expect(Number(name.slice(0, 4))).toBe(at + 1)
    }
  })

  test('of a newer version make an older one refuse, and say so', async () => {
    const { pool, queries } = await createTestDatabase(2)
    await pool.query("insert into schema_migrations (name, timestamp) values ('9999_future', '2099')")
    const error: unknown = await migrate(queries).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(OperatorError)
    expect((error as Error).message).toContain('migrated by a newer version of Counterfoil')
    expect((error as Error).message).toContain('9999_future')
  })
})

describe('readiness', () => {
  test('is there when the database answers and has every migration, and gone when one is missing', async () => {
    const context = await createTestContext()
    const app = await createTestServer(context)
    const ready = await app.inject({ url: '/ready' })
    expect([ready.statusCode, ready.json()]).toEqual([200, { status: 'ready' }])
    await context.database.pool.query("delete from schema_migrations where name like '0002%'")
    const missing = await app.inject({ url: '/ready' })
    expect([missing.statusCode, missing.json()]).toEqual([503, { status: 'not ready' }])
    expect(missing.headers['retry-after']).toBe('1')
    expect((await app.inject({ url: '/health' })).statusCode).toBe(200)
    expect(await isDatabaseReady(context)).toBe(false)
  })
})
