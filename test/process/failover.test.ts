import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { unavailable } from '../../src/values/unavailable.ts'
import { get, issueCode, openSeries, post, redemptionOf, startTills } from '../support/busy-tills.ts'
import { startPair, startSilentProxy, timesByCode, urlOf } from '../support/own-cluster.ts'
import {
  emptyFolder,
  setUpProcesses,
  startServer,
  statusOf,
  stop,
  until,
} from '../support/process-harness.ts'
import { expectRecovery } from '../support/recovery.ts'

setUpProcesses()

test.each([
  ['hangs', 'SIGSTOP'],
  ['is killed', 'SIGKILL'],
  ['vanishes silently', undefined],
] as const)(
  'a primary that %s under load is replaced by its standby without a restart: every acknowledged redemption is there, none twice, and tills write again within ten seconds of the promotion',
  async (fault, signal) => {
    const { primary, standby } = await startPair()
    const proxy = await startSilentProxy(primary.port)
    const server = await startServer(await emptyFolder(), {
      env: {
        DATABASE_URL: urlOf([proxy.port, standby.port], '?target_session_attrs=read-write'),
        COUNTERFOIL_DEMO: '1',
        ABUSE_LIMITS: '0',
      },
    })
    const tills = await startTills(server.url, 8)
    await until('tills redeem', () => tills.acknowledged.length > 100)
    if (signal === undefined) proxy.vanish()
    else primary.signal(signal)
    await until('the server says that it is not ready', async () => (await statusOf(server.url)) === 503)
    await sleep(500)
    const promotedAtMs = Date.now()
    await standby.query('select pg_promote()')
    const recovered = await until(
      'tills write again',
      () => tills.acknowledged.find(({ atMs }) => atMs > promotedAtMs),
      30_000,
    )
    await until('the server is ready', async () => (await statusOf(server.url)) === 200)
    const before = tills.acknowledged.length
    await until('tills go on', () => tills.acknowledged.length > before + 50)
    await tills.stop()
    expectRecovery(`promotion after a primary ${fault}`, recovered.atMs - promotedAtMs)
    expect(new Set(tills.statuses.keys())).toEqual(new Set([200, 503]))
    const times = await timesByCode(standby, tills.seriesId)
    expect(tills.acknowledged.filter(({ code }) => !times.has(code))).toEqual([])
    expect(Math.max(...times.values())).toBe(1)
    expect((await stop(server)).code).toBe(0)
  },
)

test('a commit that waits for an absent standby ends with an unknown outcome, and a retry with the same key returns the outcome', async () => {
  const { primary, standby } = await startPair()
  const timeoutMs = 2_000
  const server = await startServer(await emptyFolder(), {
    env: {
      DATABASE_URL: primary.url,
      DATABASE_TIMEOUT_MS: String(timeoutMs),
      COUNTERFOIL_DEMO: '1',
      ABUSE_LIMITS: '0',
    },
  })
  const seriesId = await openSeries(server.url)
  const code = await issueCode(server.url, seriesId)
  const key = randomUUID()
  standby.signal('SIGKILL')
  const lost = await post(server.url, '/v2/coupon/redeem', redemptionOf(code), key)
  expect(lost).toMatchObject({ status: 503, retryAfter: '2' })
  expect(lost.text).toContain(unavailable.unknown.message)
  expect(lost.tookMs).toBeLessThan(6 * timeoutMs)
  const notReady = await until('the server is not ready', async () => {
    const answer = await get(server.url, '/ready')
    return answer.text.includes('synchronous standby') && answer
  })
  expect(notReady.status).toBe(503)
  // Its effects are not visible yet, and its locks are held.
  const repeated = await post(server.url, '/v2/coupon/redeem', redemptionOf(code), key)
  expect(repeated).toMatchObject({ status: 503 })
  await primary.query("alter system set synchronous_standby_names = ''")
  await primary.query('select pg_reload_conf()')
  const completedAtMs = Date.now()
  const found = await until('the key finds out', async () => {
    const answer = await post(server.url, '/v2/coupon/redeem', redemptionOf(code), key)
    return answer.status === 200 && answer
  })
  expectRecovery('absent synchronous standby', Date.now() - completedAtMs)
  expect(found.text).toContain(code)
  expect((await timesByCode(primary, seriesId)).get(code)).toBe(1)
  await until('the server is ready', async () => (await statusOf(server.url)) === 200)
  expect((await stop(server)).code).toBe(0)
})
