import { sql } from 'kysely'
import { randomUUID } from 'node:crypto'
import { readFile, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../../../test/support/harness.ts'

test('a connection that is lost while it is in use fails only its own work', async () => {
  const { pool, queries } = await createTestDatabase(2)
  const failed = queries.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(transaction)
    await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid])
    // The connection is idle now: an error can only come from its loss.
    await sleep(100)
    await sql`select 1`.execute(transaction)
  })
  await expect(failed).rejects.toThrow(/terminat|not queryable|closed/i)
  const [first, second] = await Promise.all([1, 2].map((n) => pool.query('select $1::int as n', [n])))
  expect([first?.rows, second?.rows]).toEqual([[{ n: 1 }], [{ n: 2 }]])
})

test('ids are numbers and amounts are text, alone and in arrays', async () => {
  const { pool } = await createTestDatabase(1)
  const { rows } = await pool.query(
    "select 9007199254740991::bigint as id, '{1,2}'::bigint[] as ids, '{}'::bigint[] as none, 0.10::numeric as amount",
  )
  expect(rows).toEqual([{ id: 9_007_199_254_740_991, ids: [1, 2], none: [], amount: '0.10' }])
})

test('a statement that fails leaves no value of a row in the log of PostgreSQL', async () => {
  const { pool } = await createTestDatabase(1)
  await pool.query('create table people (email text constraint people__pkey primary key)')
  const email = `${randomUUID()}@example.com`
  const insert = () => pool.query('insert into people values ($1)', [email])
  await insert()
  await expect(insert()).rejects.toMatchObject({ detail: expect.stringContaining(email) as string })
  const log = await readFile(join(dirname(await realpath(pool.options.host ?? '')), 'postgres.log'), 'utf8')
  expect(log).toContain('people__pkey')
  expect(log).not.toContain(email)
})
