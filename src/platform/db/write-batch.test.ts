import { beforeEach, expect, test } from 'vitest'
import { pino } from 'pino'
import { cleanUpLater } from '../../../test/support/clean-up.ts'
import { createTestDatabase } from '../../../test/support/harness.ts'
import { OutcomeUnknown } from '../outage-rules.ts'
import { createConnections } from './database.ts'
import { Line } from './line.ts'
import { runWriteBatch, type Transaction } from './write-batch.ts'

const { pool } = await createTestDatabase(4)
const silent = pino({ level: 'silent' })

beforeEach(async () => {
  await pool.query('drop table if exists probe')
  await pool.query('create table probe (n integer primary key check (n < 100))')
})

const insert = ({ client }: Transaction, n: number) => client.query('insert into probe values ($1)', [n])
const written = async () =>
  (await pool.query<{ n: number }>('select n from probe order by n')).rows.map(({ n }) => n)

test('statements that are not awaited are committed with the batch', async () => {
  const settled = await runWriteBatch(pool, [1, 2, 3], async (transaction, items) => {
    for (const item of items) transaction.unawaited(insert(transaction, item))
    return items.map((item) => item * 10)
  })
  expect(settled).toEqual([{ value: 10 }, { value: 20 }, { value: 30 }])
  expect(await written()).toEqual([1, 2, 3])
})

test('an unawaited statement that fails rolls back its own item, with its own error, and no other item', async () => {
  let attempts = 0
  const settled = await runWriteBatch(pool, [1, 100, 3], async (transaction, items) => {
    attempts += 1
    for (const item of items) transaction.unawaited(insert(transaction, item))
    return items
  })
  expect(settled).toEqual([
    { value: 1 },
    { error: expect.objectContaining({ code: '23514', constraint: 'probe_n_check' }) as unknown },
    { value: 3 },
  ])
  // First all together, then one by one: a violated rule is not retried.
  expect(attempts).toBe(4)
  expect(await written()).toEqual([1, 3])
})

test('statements that fail because of an earlier one do not hide its error: a transient failure is retried', async () => {
  let attempts = 0
  const settled = await runWriteBatch(pool, [7], async (transaction, items) => {
    attempts += 1
    const { client, unawaited } = transaction
    const raise = `do $$ begin raise exception using errcode = '40P01'; end $$`
    unawaited(client.query(attempts === 1 ? raise : 'select 1'))
    await insert(transaction, items[0] ?? 0)
    return items
  })
  expect(settled).toEqual([{ value: 7 }])
  expect(attempts).toBe(2)
  expect(await written()).toEqual([7])
})

test('a connection that is lost during a batch fails all items, and nothing is retried', async () => {
  let attempts = 0
  const settled = await runWriteBatch(pool, [1, 2], async (transaction, items) => {
    attempts += 1
    const { client, unawaited } = transaction
    unawaited(insert(transaction, 1))
    unawaited(client.query('select pg_terminate_backend(pg_backend_pid())'))
    return items
  })
  expect(settled.map((one) => 'error' in one)).toEqual([true, true])
  expect(attempts).toBe(1)
  expect(await written()).toEqual([])
})

const pidOf = async ({ client }: Transaction) =>
  (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid

test('a batch follows another on its connection, behind the commit, and is not affected if that one fails', async () => {
  const line = new Line(pool)
  const pids = new Map<string, number | undefined>()
  let second: Promise<unknown> = Promise.resolve()
  const startSecond = () => {
    second = runWriteBatch(
      pool,
      [5],
      async (transaction, items) => {
        pids.set('second', await pidOf(transaction))
        transaction.unawaited(insert(transaction, items[0] ?? 0))
        return items
      },
      { line, onCommitting: () => {} },
    )
  }
  const first = runWriteBatch(
    pool,
    [4, 100],
    async (transaction, items) => {
      if (items.length === 2) pids.set('first', await pidOf(transaction))
      for (const item of items) transaction.unawaited(insert(transaction, item))
      return items
    },
    { line, onCommitting: startSecond },
  )
  expect((await first).map((one) => 'error' in one)).toEqual([false, true])
  expect(await second).toEqual([{ value: 5 }])
  expect(pids.get('first')).toBe(pids.get('second'))
  expect(await written()).toEqual([4, 5])
  expect(pool.idleCount).toBe(pool.totalCount)
})

test('a connection that is lost during two batches fails both, and the line goes on with another connection', async () => {
  const line = new Line(pool)
  let second: Promise<unknown> = Promise.resolve()
  const first = runWriteBatch(
    pool,
    [6],
    async (transaction, items) => {
      await insert(transaction, items[0] ?? 0)
      transaction.unawaited(transaction.client.query('select pg_terminate_backend(pg_backend_pid())'))
      return items
    },
    {
      line,
      onCommitting: () => {
        second = runWriteBatch(
          pool,
          [7],
          async (transaction, items) => {
            await insert(transaction, items[0] ?? 0)
            return items
          },
          { line, onCommitting: () => {} },
        )
      },
    },
  )
  expect(await first).toEqual([
    { error: expect.objectContaining({ message: 'the outcome of a commit is unknown' }) as unknown },
  ])
  expect(await second).toEqual([{ error: expect.anything() as unknown }])
  expect(await written()).toEqual([])
  const third = runWriteBatch(
    pool,
    [8],
    async (transaction, items) => {
      await insert(transaction, items[0] ?? 0)
      return items
    },
    { line, onCommitting: () => {} },
  )
  expect(await third).toEqual([{ value: 8 }])
})

test('a lock that is held for too long fails a batch as a whole, not item by item', async () => {
  const { host, user, database } = pool.options
  const limited = createConnections({ host, user, database }, silent, 500).pool(2)
  cleanUpLater(() => limited.end())
  await pool.query('insert into probe values (1)')
  const holder = await pool.connect()
  await holder.query('begin; update probe set n = 2')
  let attempts = 0
  const settled = await runWriteBatch(limited, [3, 4, 5], async (transaction, items) => {
    attempts += 1
    await transaction.client.query('update probe set n = n + 10')
    return items
  })
  await holder.query('rollback')
  holder.release()
  expect(settled).toEqual(
    Array.from({ length: 3 }, () => ({ error: expect.objectContaining({ code: '55P03' }) as unknown })),
  )
  expect(attempts).toBe(1)
})

test('a transaction that exceeds its limit loses its connection, its outcome is unknown if the commit was sent, and the next one goes on', async () => {
  const { host, user, database } = pool.options
  const limited = createConnections({ host, user, database }, silent, 500).pool(1)
  cleanUpLater(() => limited.end())
  await pool.query('insert into probe values (1)')
  // The commit waits, as it does for an absent synchronous standby.
  await pool.query(`create or replace function wait() returns trigger language plpgsql as
    $$ begin perform pg_sleep(2.5); return null; end $$`)
  await pool.query(
    'create constraint trigger wait after update on probe deferrable initially deferred for each row execute function wait()',
  )
  const slow = await runWriteBatch(limited, [1, 2], async ({ client }, items) => {
    await client.query('update probe set n = 50')
    return items
  })
  expect(slow).toEqual(Array.from({ length: 2 }, () => ({ error: expect.any(OutcomeUnknown) as unknown })))
  const next = await runWriteBatch(limited, [7], async (transaction, items) => {
    await insert(transaction, 7)
    return items
  })
  expect(next).toEqual([{ value: 7 }])
})
