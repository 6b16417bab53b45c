import pg from 'pg'
import { expect, test } from 'vitest'
import {
  databaseOf,
  ownDatabase,
  runProgram,
  setUpProcesses,
  spawnProgram,
  startServer,
  stop,
  until,
  uploadedSeries,
} from '../support/process-harness.ts'
import { basic } from '../support/harness.ts'

setUpProcesses()

async function run(dataDir: string, line: string): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await runProgram(`${line} --json`.split(' '), dataDir)
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as Record<string, unknown>
}

/** A brand with a till and a series of unassigned codes, created through the API of a server that keeps running. */
/** Codes have fifteen digits; their strength is computed below. */
const digitsAlone = { CouponSeriesV2: { ...uploadedSeries.CouponSeriesV2, alphaNumeric: false } }

async function openBrand(dataDir: string) {
  await run(dataDir, 'org create --name Brand --time-zone UTC --country IN')
  await run(dataDir, 'store create --org Brand --code main --name Main')
  await run(
    dataDir,
    'till create --org Brand --store main --code main.till --password sixteen-green-kites --access-group default',
  )
  const server = await startServer(dataDir)
  const authorization = basic('main.till', 'sixteen-green-kites')
  const call = async (method: string, path: string, body?: object, { url } = server) => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        authorization,
        'x-counterfoil-reason': 'ordered%20twice',
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    return (await answer.json()) as Record<string, unknown>
  }
  const { id } = await call('POST', '/v2/coupon/series', digitsAlone)
  return { server, call, seriesId: Number(id) }
}

/** Queries the database directly. */
async function look(dataDir: string, sql: string): Promise<Record<string, unknown>> {
  const client = new pg.Client(databaseOf(dataDir))
  await client.connect()
  try {
    return ((await client.query(sql)).rows[0] ?? {}) as Record<string, unknown>
  } finally {
    await client.end()
  }
}

const countsSql = `select count(*)::int as rows, count(distinct upper(code))::int as codes,
  (select made from code_batches) as made, (select state from code_batches) as state
from coupons where batch_id = (select id from code_batches)`
const madeOf = async (dataDir: string) =>
  Number((await look(dataDir, 'select made from code_batches'))['made'] ?? 0)

test('a generation that is killed twice ends with exactly the ordered number of codes, all different', async () => {
  const dataDir = await ownDatabase()
  const { server, seriesId } = await openBrand(dataDir)
  // No other process may work on the batch of the process to be killed.
  await stop(server)
  const first = spawnProgram(
    ['generate', '--org', 'Brand', '--series', String(seriesId), '--count', '200000'],
    dataDir,
  )
  await until('codes are made', async () => (await madeOf(dataDir).catch(() => 0)) > 0)
  expect((await stop(first, 'SIGKILL')).signal).toBe('SIGKILL')
  const afterFirst = await madeOf(dataDir)
  expect(afterFirst).toBeLessThan(200_000)

  const second = spawnProgram(['generate', '--org', 'Brand', '--batch', '1'], dataDir)
  await until('more codes are made', async () => (await madeOf(dataDir)) > afterFirst)
  expect((await stop(second, 'SIGKILL')).signal).toBe('SIGKILL')
  const afterSecond = await madeOf(dataDir)
  expect(afterSecond).toBeLessThan(200_000)
  expect(await look(dataDir, countsSql)).toEqual({
    rows: afterSecond,
    codes: afterSecond,
    made: afterSecond,
    state: 'making',
  })

  // A server continues open batches on its own.
  const last = await startServer(dataDir)
  await until('the batch is done', async () => (await look(dataDir, countsSql))['state'] === 'done')
  expect(await look(dataDir, countsSql)).toEqual({
    rows: 200_000,
    codes: 200_000,
    made: 200_000,
    state: 'done',
  })
  expect((await stop(last)).code).toBe(0)
})

test('a server that is killed during a generation continues it when it is started again', async () => {
  const dataDir = await ownDatabase()
  const { server, call, seriesId } = await openBrand(dataDir)
  await call('POST', `/admin/v1/series/${seriesId}/codes`, { count: 100_000 })
  await until('codes are made', async () => (await madeOf(dataDir)) > 0)
  await stop(server, 'SIGKILL')
  const next = await startServer(dataDir)
  await until('the batch is done', async () => (await look(dataDir, countsSql))['state'] === 'done')
  expect(await look(dataDir, countsSql)).toEqual({
    rows: 100_000,
    codes: 100_000,
    made: 100_000,
    state: 'done',
  })
  expect((await stop(next)).code).toBe(0)
})

test('a stopping server suspends a batch after the current chunk', async () => {
  const dataDir = await ownDatabase()
  const { server, call, seriesId } = await openBrand(dataDir)
  await call('POST', `/admin/v1/series/${seriesId}/codes`, { count: 1_000_000 })
  await until('codes are made', async () => (await madeOf(dataDir)) > 0)
  expect((await stop(server)).code).toBe(0)
  const next = await startServer(dataDir)
  const { rows, codes, made, state } = await look(dataDir, countsSql)
  expect({ codes, made, state }).toEqual({ codes: rows, made: rows, state: 'making' })
  const path = '/admin/v1/code-batches/1/cancel'
  expect(await call('POST', path, undefined, next)).toMatchObject({ state: 'cancelled' })
  expect((await stop(next)).code).toBe(0)
})

test('the command waits for its codes beside a running server, reports their strength, and refuses weak ones', async () => {
  const dataDir = await ownDatabase()
  const { server, seriesId } = await openBrand(dataDir)
  const at = ['--org', 'Brand', '--series', String(seriesId)]
  const people = await runProgram(['generate', ...at, '--count', '1000'], dataDir)
  expect(people).toMatchObject({ code: 0 })
  expect(people.stdout).toBe(
    `Batch 1 of series ${seriesId} is done: 1000 of 1000 codes made\n` +
      'Proof: 1000 made = 1000 redeemable\n' +
      '1000 live codes among 1000000000000000: one hit in 1000000000000 guesses, 1157407 days at 10 a second\n',
  )
  expect(await run(dataDir, `generate ${at.join(' ')} --count 20000`)).toMatchObject({
    id: 2,
    state: 'done',
    made: 20_000,
    proof: { redeemable: 20_000, refusedNow: {} },
    strength: { liveCodes: '21000', weak: false },
  })
  expect(
    await run(dataDir, `code-form ${at.join(' ')} --alphabet unambiguous --pattern A-#### --check-character`),
  ).toMatchObject({
    pattern: 'A-####',
    checkCharacter: true,
    keyspace: '1048576',
  })
  const weak = await runProgram(['generate', ...at, '--count', '100'], dataDir)
  expect(weak).toMatchObject({ code: 1, stdout: '' })
  expect(weak.stderr).toContain('counterfoil: The codes would be weak: 21100 that work among 1048576')
  expect(await run(dataDir, `generate ${at.join(' ')} --count 100 --allow-weak`)).toMatchObject({ made: 100 })
  const full = await runProgram(['generate', ...at, '--count', '600000', '--allow-weak'], dataDir)
  expect([full.code, full.stderr]).toEqual([1, expect.stringContaining('more than 50 % of them would be')])
  for (const wrong of [['--count', 'x'], [], ['--count', '5', '--batch', '1']]) {
    expect((await runProgram(['generate', ...at, ...wrong], dataDir)).code).toBe(2)
  }
  expect((await stop(server)).code).toBe(0)
})
