import { beforeEach, expect, test } from 'vitest'
import { createTestDatabase } from '../../test/harness.ts'
import { runWriteBatch, type Transaction } from './write-batch.ts'

const { pool } = await createTestDatabase(4)

beforeEach(async () => {
  await pool.query('drop table if exists probe')
  await pool.query('create table probe (n integer primary key check (n < 100))')
})

const insert = ({ client }: Transaction, n: number) => client.query('insert into probe values ($1)', [n])
const written = async () =>
  (await pool.query<{ n: number }>('select n from probe order by n')).rows.map(({ n }) => n)

test('statements that nobody waits for are committed with the batch', async () => {
  const settled = await runWriteBatch(pool, [1, 2, 3], async (transaction, items) => {
    for (const item of items) transaction.unawaited(insert(transaction, item))
    return items.map((item) => item * 10)
  })
  expect(settled).toEqual([{ value: 10 }, { value: 20 }, { value: 30 }])
  expect(await written()).toEqual([1, 2, 3])
})

test('an unawaited statement that fails takes its item back, with its own error, and no other item', async () => {
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
  // Together, then one by one: a broken rule is not tried again.
  expect(attempts).toBe(4)
  expect(await written()).toEqual([1, 3])
})

test('what a failed statement makes fail behind it does not hide why: a passing failure is tried again', async () => {
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

test('a connection that is lost on the way fails all items, and nothing is tried again', async () => {
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
