import { randomUUID } from 'node:crypto'
import { Migrator } from 'kysely'
import { pino } from 'pino'
import { describe, expect, inject, test } from 'vitest'
import { createPool } from '../../src/platform/db/database.ts'
import { migrate, readMigrations, readSchemaState } from '../../src/platform/db/migrate.ts'
import { createQueries } from '../../src/platform/db/queries.ts'
import { OperatorError } from '../../src/values/errors.ts'
import { createTestContext, createTestDatabase, createTestServer } from '../support/harness.ts'
import { openShop } from '../support/write-cases.ts'
import { cleanUpLater } from '../support/clean-up.ts'

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
  cleanUpLater(async () => {
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
        expect(await readSchemaState(queries)).toEqual({ pending: [], unknown: [], breaking: [] })
        return mine
      }),
    )
    expect(applied.flat()).toEqual(names)
    const { rows } = await (processes[0] as (typeof processes)[0]).pool.query(
      'select name from schema_migrations order by name',
    )
    expect(rows.map(({ name }: { name: string }) => name)).toEqual(names)
  })

  test('are applied beside servers that read and write what they change', async () => {
    const [first, ...servers] = await emptyDatabase()
    if (first === undefined) throw new Error('there is no connection')
    const provider = { getMigrations: readMigrations }
    const before = new Migrator({
      db: first.queries,
      provider,
      migrationTableName: 'schema_migrations',
      migrationLockTableName: 'schema_migrations_lock',
    })
    const { error } = await before.migrateTo('0016_ledger_references')
    expect(error).toBeUndefined()
    const state = { isDone: false }
    let transactions = 0
    // Each reads coupons first and writes them later, as a redemption does. The second lock is what a deadlock needs.
    const work = async ({ pool }: (typeof servers)[0]): Promise<void> => {
      while (!state.isDone) {
        await pool
          .query(
            'begin; select 1 from coupons limit 1; select pg_sleep(0.02); update coupons set id = id where false; commit',
          )
          .then(
            () => (transactions += 1),
            () => pool.query('rollback'),
          )
      }
    }
    const working = servers.map(work)
    const applied = await migrate(first.queries).finally(() => (state.isDone = true))
    await Promise.all(working)
    expect(applied).toEqual(Object.keys(await readMigrations()).slice(16))
    expect(transactions).toBeGreaterThan(0)
  }, 120_000)

  test('stand in the order of their names, each a file of SQL', async () => {
    const names = Object.keys(await readMigrations())
    expect(names.length).toBeGreaterThan(1)
    expect(names).toEqual(names.toSorted())
    for (const [at, name] of names.entries()) {
      expect(name).toMatch(/^\d{4}_[a-z_]+(\.breaking)?$/)
      expect(Number(name.slice(0, 4))).toBe(at + 1)
    }
  })

  test('of a newer version let an older one continue, during an upgrade and after a rollback', async () => {
    const { pool, queries } = await createTestDatabase(2)
    await pool.query("insert into schema_migrations (name, timestamp) values ('9999_future', '2099')")
    expect(await migrate(queries)).toEqual([])
  })

  test.each([
    ['that breaks older code', '9999_future.breaking', ''],
    [
      'beside a history that is another',
      '9999_future',
      "delete from schema_migrations where name like '0003%'",
    ],
  ])('of a newer version, one %s, make an older one refuse, and say so', async (_, name, before) => {
    const { pool, queries } = await createTestDatabase(2)
    await pool.query(
      `${before || 'select'}; insert into schema_migrations (name, timestamp) values ('${name}', '2099')`,
    )
    const error: unknown = await migrate(queries).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(OperatorError)
    expect((error as Error).message).toContain('migrated by a newer version of Counterfoil')
    expect((error as Error).message).toContain(name)
  })

  test('once applied, a role that may not change the schema serves every call', async () => {
    const owner = await createTestDatabase(2)
    const { rows } = await owner.pool.query<{ name: string }>('select current_database() as name')
    const role = `server_${randomUUID().slice(0, 8)}`
    await owner.pool.query(`
      create role ${role} login password '${role}';
      grant select, insert, update, delete on all tables in schema public to ${role};
      grant usage, select on all sequences in schema public to ${role}`)
    const { host } = inject('postgres')
    const pool = createPool({ host, user: role, password: role, database: rows[0]?.name }, 10, log)
    try {
      const database = { ...owner, pool, queries: createQueries(pool) }
      expect(await migrate(database.queries)).toEqual([])
      await expect(pool.query('create table mine ()')).rejects.toThrow('permission denied')
      const context = await createTestContext({ database })
      const app = await createTestServer(context)
      expect((await app.inject({ url: '/ready' })).statusCode).toBe(200)
      const shop = await openShop(context, app)
      const [seriesId, customerId] = [await shop.series(), await shop.customer()]
      const issued = await shop.issue(seriesId, customerId)
      expect((await shop.redeem(issued.at('code') as string, customerId)).status).toBe(200)
      await shop.expectLedgerAdds()
      await owner.pool.query(
        'delete from schema_migrations where name = (select max(name) from schema_migrations)',
      )
      const error: unknown = await migrate(database.queries).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(OperatorError)
      expect((error as Error).message).toContain('may not: run npx counterfoil migrate')
    } finally {
      await pool.end()
      await owner.pool.query(`drop owned by ${role}; drop role ${role}`)
    }
  })
})

test('a database of another encoding is refused before anything is in it', async () => {
  const owner = await createTestDatabase(2)
  const name = `latin_${randomUUID().slice(0, 8)}`
  await owner.pool.query(
    `create database ${name} encoding 'LATIN1' locale_provider libc locale 'C' template template0`,
  )
  const pool = createPool(
    { host: inject('postgres').host, user: inject('postgres').user, database: name },
    2,
    log,
  )
  try {
    await expect(migrate(createQueries(pool))).rejects.toThrow(/encoding LATIN1.*encoding 'UTF8'/)
    expect(
      (await pool.query('select from pg_class where relname = $1', ['schema_migrations'])).rowCount,
    ).toBe(0)
  } finally {
    await pool.end()
    await owner.pool.query(`drop database ${name}`)
  }
})

describe('readiness', () => {
  test('is there when the database answers and has every migration, and gone when one is missing', async () => {
    const context = await createTestContext()
    const app = await createTestServer(context)
    const ready = await app.inject({ url: '/ready' })
    expect([ready.statusCode, ready.json()]).toEqual([200, { status: 'ready' }])
    await context.database.pool.query("delete from schema_migrations where name like '0002%'")
    const missing = await app.inject({ url: '/ready' })
    expect([missing.statusCode, missing.json()]).toEqual([
      503,
      {
        status: 'not ready',
        reason: 'Migrations are to be applied to the database: run npx counterfoil migrate.',
      },
    ])
    expect(missing.headers['retry-after']).toBe('1')
    expect((await app.inject({ url: '/health' })).statusCode).toBe(200)
  })
})
