import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createConnections } from '../../src/platform/db/database.ts'
import { DatabaseWatch } from '../../src/platform/db/watch.ts'
import { get, issueCode, openSeries, post, redemptionOf, startTills } from '../support/busy-tills.ts'
import { startCluster, startSilentProxy, timesByCode, urlOf } from '../support/own-cluster.ts'
import {
  emptyFolder,
  setUpProcesses,
  startServer,
  stop,
  until,
  type RunningServer,
} from '../support/process-harness.ts'
import { expectRecovery } from '../support/recovery.ts'

setUpProcesses()

/** As short as a busy machine allows. */
const timeoutMs = 2_000

const serverOn = async (databaseUrl: string): Promise<RunningServer> =>
  startServer(await emptyFolder(), {
    env: {
      DATABASE_URL: databaseUrl,
      DATABASE_TIMEOUT_MS: String(timeoutMs),
      COUNTERFOIL_DEMO: '1',
      ABUSE_LIMITS: '0',
    },
  })

/** Lines of the log that say how the database is. */
const logged = (server: RunningServer): string[] =>
  server
    .output()
    .stdout.split('\n')
    .filter((line) => line.includes('"database":'))
    .map((line) => (JSON.parse(line) as { msg: string }).msg)

/** Each trouble is logged when it begins and when it ends, however many calls meet it. A busy machine may add one. */
function expectPairs(lines: readonly string[], begun: string): void {
  expect(lines).toContain(begun)
  expect(lines.length).toBeLessThanOrEqual(6)
  expect(lines.map((line) => /^the database works again, after \d+ s$/.test(line))).toEqual(
    lines.map((_, at) => at % 2 === 1),
  )
  expect(lines.length % 2).toBe(0)
}

test('a hanging database blocks nobody permanently: calls are answered 503, the server reports why it is not ready, logs it once, and continues when the database does; a retry with the same key returns the outcome', async () => {
  const cluster = await startCluster()
  const server = await serverOn(cluster.url)
  const tills = await startTills(server.url, 4)
  await until('tills redeem', () => tills.acknowledged.length > 20)
  const seriesId = await openSeries(server.url)
  const code = await issueCode(server.url, seriesId)
  cluster.signal('SIGSTOP')
  const key = randomUUID()
  const redeemed = await post(server.url, '/v2/coupon/redeem', redemptionOf(code), key)
  expect(redeemed).toMatchObject({ status: 503, retryAfter: expect.any(String) })
  expect(redeemed.tookMs).toBeLessThan(5 * timeoutMs)
  const ready = await until('the server is not ready', async () => {
    const answer = await get(server.url, '/ready')
    return answer.status === 503 && answer
  })
  expect(JSON.parse(ready.text)).toEqual({
    status: 'not ready',
    reason: 'The database does not answer.',
  })
  expect((await get(server.url, '/health')).status).toBe(200)
  await sleep(timeoutMs)
  cluster.signal('SIGCONT')
  const resumedAtMs = Date.now()
  const recovered = await until('tills redeem again', () =>
    tills.acknowledged.find(({ atMs }) => atMs > resumedAtMs),
  )
  expectRecovery('hung database', recovered.atMs - resumedAtMs)
  await until('the server is ready', async () => (await get(server.url, '/ready')).status === 200)
  const repeated = await post(server.url, '/v2/coupon/redeem', redemptionOf(code), key)
  expect(repeated.status, repeated.text).toBe(200)
  await tills.stop()
  expect((await timesByCode(cluster, seriesId)).get(code)).toBe(1)
  expect(new Set(tills.statuses.keys())).toEqual(new Set([200, 503]))
  expectPairs(logged(server), 'the database does not answer')
  expect((await stop(server)).code).toBe(0)
})

test('connections to a host that vanishes silently are closed, and new ones are used when it is back', async () => {
  const cluster = await startCluster()
  const proxy = await startSilentProxy(cluster.port)
  const server = await serverOn(urlOf([proxy.port]))
  const tills = await startTills(server.url, 4)
  await until('tills redeem', () => tills.acknowledged.length > 20)
  proxy.vanish()
  await until('calls are answered', () => (tills.statuses.get(503) ?? 0) > 4)
  await until('the server is not ready', async () => (await get(server.url, '/ready')).status === 503)
  await proxy.comeBack()
  const backAtMs = Date.now()
  const recovered = await until('tills redeem again', () =>
    tills.acknowledged.find(({ atMs }) => atMs > backAtMs),
  )
  expectRecovery('vanished database', recovered.atMs - backAtMs)
  expect(tills.slowestMs()).toBeLessThan(5 * timeoutMs)
  await tills.stop()
  const times = await timesByCode(cluster, tills.seriesId)
  expect(Math.max(...times.values())).toBe(1)
  expect(tills.acknowledged.filter(({ code }) => !times.has(code))).toEqual([])
  // A server stops although nobody answers it.
  proxy.vanish()
  expect(await stop(server)).toMatchObject({ code: 0 })
})

test('a server that vanishes in the middle of a redemption leaves no lock behind that stops others', async () => {
  const cluster = await startCluster()
  const proxy = await startSilentProxy(cluster.port)
  const doomed = await serverOn(urlOf([proxy.port]))
  const seriesId = await openSeries(doomed.url)
  const [first, second] = [await issueCode(doomed.url, seriesId), await issueCode(doomed.url, seriesId)]
  const other = await serverOn(cluster.url)
  // The usage of the series is locked by then.
  proxy.vanishBefore('commit\0')
  const lost = post(doomed.url, '/v2/coupon/redeem', redemptionOf(first)).catch(() => undefined)
  await until('the commit is lost', proxy.isSilent)
  doomed.child.kill('SIGKILL')
  await lost
  const fromMs = Date.now()
  const statuses = new Set<number>()
  await until('another server redeems', async () => {
    const { status, tookMs } = await post(other.url, '/v2/coupon/redeem', redemptionOf(second))
    expect(tookMs).toBeLessThan(5 * timeoutMs)
    statuses.add(status)
    return status === 200
  })
  expectRecovery('server that vanished with a lock', Date.now() - fromMs, 10 * timeoutMs)
  expect([200, 503]).toEqual(expect.arrayContaining([...statuses]))
  expect((await timesByCode(cluster, seriesId)).get(first)).toBeUndefined()
  await stop(other)
})

test('a database that accepts no writes is reported as such: reads continue, writes are answered 503 in every form, and the server reports it until it is over', async () => {
  const cluster = await startCluster()
  const server = await serverOn(cluster.url)
  const seriesId = await openSeries(server.url)
  const code = await issueCode(server.url, seriesId)
  const history = '/v2/customers/coupons?mobile=919400488244'
  expect((await get(server.url, history)).status).toBe(200)
  await cluster.query('alter system set default_transaction_read_only = on')
  await cluster.query('select pg_reload_conf()')
  const notReady = await until('the server is not ready', async () => {
    const answer = await get(server.url, '/ready')
    return answer.status === 503 && answer
  })
  expect(JSON.parse(notReady.text)).toMatchObject({
    reason: 'The database takes no writes: it is a standby, or set to read only.',
  })
  const customer = { mobile: '919400488244' }
  const message = 'The database takes no writes at the moment; try again'
  for (const [path, body] of [
    ['/v2/coupon/redeem', redemptionOf(code)],
    ['/v2/coupon/issue', { seriesId, customer }],
    [
      '/v1.1/coupon/redeem?format=json',
      { root: { coupon: { code, customer, transaction: { number: '1', amount: 5 } } } },
    ],
    [
      '/v1.1/coupon/redeem?format=xml',
      { root: { coupon: { code, customer, transaction: { number: '1', amount: 5 } } } },
    ],
    ['/till/v1/redemptions', { codes: [code], customer, bill: { amount: '5' } }],
  ] as const) {
    const answer = await post(server.url, path, body)
    expect({ path, ...answer }).toMatchObject({ path, status: 503, retryAfter: '5' })
    expect(answer.text).toContain(message)
  }
  expect((await get(server.url, history)).status).toBe(200)
  await cluster.query('alter system reset default_transaction_read_only')
  await cluster.query('select pg_reload_conf()')
  const writableAtMs = Date.now()
  await until(
    'tills redeem',
    async () => (await post(server.url, '/v2/coupon/redeem', redemptionOf(code))).status === 200,
  )
  expectRecovery('database without writes', Date.now() - writableAtMs)
  await until('the server is ready', async () => (await get(server.url, '/ready')).status === 200)
  expectPairs(logged(server), 'the database takes no writes')
  expect((await stop(server)).code).toBe(0)
})

test('a PostgreSQL without free connections is reported as such, and used again when there are some', async () => {
  const cluster = await startCluster({ max_connections: '24', superuser_reserved_connections: '0' })
  const server = await serverOn(cluster.url)
  const others: pg.Client[] = []
  await until('no connection is left', async () => {
    // The server would otherwise go on with those that it has.
    await others[0]?.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name ~ '^counterfoil'",
    )
    for (;;) {
      const client = new pg.Client({ connectionString: cluster.url })
      client.on('error', () => {})
      try {
        await client.connect()
      } catch {
        break
      }
      others.push(client)
    }
    const { status, text } = await get(server.url, '/ready')
    return status === 503 && text.includes('The database has no connection left')
  })
  expect(await get(server.url, '/v2/customers/coupons?mobile=919400488244')).toMatchObject({
    status: 503,
    retryAfter: '1',
  })
  for (const client of others) await client.end()
  const freedAtMs = Date.now()
  await until('tills write', async () => {
    const { status } = await post(server.url, '/v2/customers', {
      profiles: [{ identifiers: [{ type: 'mobile', value: '919400488244' }] }],
    })
    return status !== 503
  })
  expectRecovery('no free connections', Date.now() - freedAtMs)
  await until('the server is ready', async () => (await get(server.url, '/ready')).status === 200)
  expect((await get(server.url, '/v2/customers/coupons?mobile=919400488244')).status).toBe(200)
  expect((await stop(server)).code).toBe(0)
})

test('a connection that was answered after the probe began to wait is closed as soon as the probe gives up', async () => {
  const cluster = await startCluster()
  const proxy = await startSilentProxy(cluster.port)
  const log = pino({ level: 'silent' })
  const connections = createConnections({ connectionString: urlOf([proxy.port]) }, log, timeoutMs)
  const watch = new DatabaseWatch(connections, log, () => false)
  watch.start()
  watch.serve()
  const client = await connections.connect()
  const busy = (async () => {
    for (;;) await client.query('select 1')
  })()
  const failed = busy.catch((error: Error) => ({ message: error.message, atMs: performance.now() }))
  await sleep(timeoutMs)
  const probes = await cluster.query<{ pid: number }>(
    "select pid from pg_stat_activity where application_name ~ '^counterfoil' and pid <> $1",
    [client.backendPid],
  )
  expect(probes).toHaveLength(1)
  process.kill(probes[0]?.pid ?? 0, 'SIGSTOP')
  // The watch probes every half second.
  await sleep(650)
  proxy.vanish()
  const fromMs = performance.now()
  const { message, atMs } = await failed
  expect(message).toBe('the database has not answered for 2 seconds')
  expect(atMs - fromMs).toBeLessThan(1.75 * timeoutMs)
  await watch.stop()
  connections.close()
})
