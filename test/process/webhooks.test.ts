import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import { basic } from '../support/harness.ts'
import {
  databaseOf,
  ownDatabase,
  runProgram,
  setUpProcesses,
  startServer,
  stop,
  until,
  uploadedSeries,
  type RunningServer,
} from '../support/process-harness.ts'
import { disorder, eventOf, Receiver } from '../support/receiver.ts'
import { couponEvents, quickDelivery } from '../support/webhook-cases.ts'
import { pick } from '../support/write-cases.ts'

setUpProcesses()

const env = { ...quickDelivery, COUNTERFOIL_DEMO: '1' }
const authorization = basic('demo.till', 'demo')
const user = { mobile: '919400488244' }

/** A call of the till; undefined if the server ended during it. */
async function post(url: string, path: string, body: object): Promise<unknown> {
  try {
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    })
    return await answer.json()
  } catch {
    return undefined
  }
}

/** A till that issues, redeems and reverses until it is stopped. */
async function sell(urlOf: () => string, seriesId: number, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const issued = await post(urlOf(), '/v2/coupon/issue', { seriesId, customer: user })
    const code = pick(issued, 'code')
    for (let n = 0; n < (typeof code === 'string' ? 3 : 0); n++) {
      const redeemed = await post(urlOf(), '/v2/coupon/redeem', {
        redemptionRequestList: [{ code }],
        user,
        billAmount: 10,
      })
      const id = pick(redeemed, 'redemption.0.redemptionId')
      if (n === 1 && id !== undefined) await post(urlOf(), '/v2/coupon/reactivate', { redemptionIds: [id] })
    }
    await sleep(10)
  }
}

test('servers that are killed under load lose no event: each arrives, once after de-duplication, in order per coupon', async () => {
  const dataDir = await ownDatabase()
  const servers = [await startServer(dataDir, { env }), await startServer(dataDir, { env })]
  const receiver = await new Receiver().start()
  const urlOf = (n: number) => servers[n % servers.length]?.url ?? ''
  const hook = await post(urlOf(0), '/admin/v1/webhooks', {
    name: 'proof',
    url: receiver.url,
    eventNames: couponEvents,
  })
  receiver.trust(String(pick(hook, 'secret')))
  const series = await post(urlOf(0), '/v2/coupon/series', {
    CouponSeriesV2: {
      ...uploadedSeries.CouponSeriesV2,
      clientHandlingType: 'DISC_CODE',
      isMultipleUseAllowed: true,
      sameUserMultipleRedeem: true,
      isMultipleVouchersPerUserAllowed: true,
      doNotResendExistingVoucher: true,
    },
  })
  const seriesId = Number(pick(series, 'id'))
  let n = 0
  receiver.react = () => (n++ % 50 === 7 ? 'reset' : n % 31 === 0 ? 500 : 200)

  let isOver = false
  const tills = Array.from({ length: 6 }, (_, at) =>
    sell(
      () => urlOf(at),
      seriesId,
      () => isOver,
    ),
  )
  for (let round = 0; round < 3; round++) {
    await sleep(1_500)
    const at = round % 2
    await stop(servers[at] as RunningServer, 'SIGKILL')
    if (round === 1) {
      await receiver.stop()
      await sleep(300)
      await receiver.start()
    }
    servers[at] = await startServer(dataDir, { env })
  }
  isOver = true
  await Promise.all(tills)

  const database = new pg.Client(databaseOf(dataDir))
  await database.connect()
  try {
    const events = await database.query<{ id: string; kind: string }>(
      `select e.id, e.kind from events e join coupons c on c.org_id = e.org_id and c.id = e.coupon_id
       where e.org_id = 1 and c.series_id = $1 order by e.id`,
      [seriesId],
    )
    const expected = events.rows.map(({ id }) => Number(id))
    expect(new Set(events.rows.map(({ kind }) => kind))).toEqual(new Set(['issued', 'redeemed', 'reversed']))
    expect(expected.length).toBeGreaterThan(100)
    await until('every event has arrived', () => receiver.unique.length >= expected.length, 45_000)
    const { unique } = receiver
    expect(unique.map(eventOf).toSorted((a, b) => a - b)).toEqual(expected)
    expect(disorder(unique)).toEqual([])
    expect(receiver.forged).toEqual([])

    const listed = await runProgram(['webhook', 'list', '--org', '1', '--json'], dataDir)
    expect(JSON.parse(listed.stdout)).toMatchObject({ webhooks: [{ id: 1, name: 'proof', state: 'active' }] })
    const again = unique[0]?.id ?? ''
    const times = () => receiver.taken.filter(({ id }) => id === again).length
    const before = times()
    const replay = ['webhook', 'replay', '--org', '1', '--webhook', '1']
    expect(await runProgram([...replay, '--event', again], dataDir)).toMatchObject({ code: 0 })
    await until('it is sent again', () => times() > before)
    expect((await runProgram([...replay, '--event', 'x'], dataDir)).code).toBe(1)
    for (const wrong of [[], ['--parked', '--event', again], ['--since', 'yesterday']])
      expect((await runProgram([...replay, ...wrong], dataDir)).code).toBe(2)
  } finally {
    await database.end()
    await receiver.stop()
  }
  for (const server of servers) expect((await stop(server)).code).toBe(0)
})
