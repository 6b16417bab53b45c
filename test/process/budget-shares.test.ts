import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { basic } from '../support/harness.ts'
import {
  ownDatabase,
  runProgram,
  setUpProcesses,
  startServer,
  stop,
  until,
} from '../support/process-harness.ts'

setUpProcesses()

/** A common code of the demo, created here. */
const code = 'SHARE5'

test('two servers that are killed while tills redeem announce each share of a budget once, and measure it', async () => {
  const dataDir = await ownDatabase()
  const env = { COUNTERFOIL_DEMO: '1' }
  const servers = [await startServer(dataDir, { env }), await startServer(dataDir)]
  const ask = async (at: number, method: string, path: string, body?: object) => {
    const answer = await fetch(`${servers[at]?.url}${path}`, {
      method,
      headers: { authorization: basic('demo.till', 'demo'), 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> }
  }
  const made = await ask(0, 'POST', '/v2/coupon/series', {
    CouponSeriesV2: {
      seriesCode: code,
      description: 'Five off',
      discountCode: code,
      discountType: 'ABS',
      discountValue: 5,
      validTillDate: '2099-12-31',
      anyUser: true,
      isMultipleUseAllowed: true,
      sameUserMultipleRedeem: true,
      clientHandlingType: 'GENERIC',
      genericCode: code,
      expiryStrategyType: 'SERIES_EXPIRY',
      smsTemplate: code,
    },
  })
  const seriesId = Number(made.json['id'])
  const customer = { mobile: '919400488244' }
  await ask(0, 'POST', '/v2/coupon/issue', { seriesId, customer })
  const path = `/admin/v1/series/${seriesId}/budget`
  await ask(0, 'PUT', path, { total: '500', alertAtPercent: [10, 50, 80, 100] })
  const redeem = (at: number) =>
    ask(at, 'POST', '/till/v1/redemptions', { codes: [code], customer, bill: { amount: 10 } }).catch(
      () => undefined,
    )
  for (const killed of [0, 1, 0]) {
    const burst = Promise.all(Array.from({ length: 30 }, (_, n) => redeem(n % 2)))
    await sleep(30)
    const server = servers[killed]
    if (server !== undefined) await stop(server, 'SIGKILL')
    await burst
    servers[killed] = await startServer(dataDir)
  }
  while ((await redeem(0))?.status === 200);
  const budget = await ask(0, 'GET', path)
  expect(budget.json).toMatchObject({ given: '500.00', left: '0.00' })
  const reached = budget.json['reached'] as { percent: number }[]
  expect(reached.map(({ percent }) => percent)).toEqual([10, 50, 80, 100])
  const log = await runProgram(['budget', '--org', 'Demo', '--series', code, '--days', '2'], dataDir)
  expect(log.stdout).toContain('100 % of the total reached at')
  expect(log.stdout.trim().split('\n').at(-1)).toMatch(
    /^\d{4}-\d\d-\d\d: given 500\.00, given back 0\.00, in total 500\.00, left 0\.00$/,
  )
  await until(
    'the metric of the budget',
    async () => {
      const text = await (await fetch(`${servers[1]?.url}/metrics`)).text()
      const name = `counterfoil_budget_share_reached{organisation="1",series="${seriesId}",per="total",measure="amount",percent="100"} 1`
      return text.includes(name) || undefined
    },
    40_000,
  )
  for (const server of servers) expect((await stop(server)).code).toBe(0)
  expect((await runProgram(['audit', '--org', 'Demo'], dataDir)).code).toBe(0)
})

test('holds are listed, shown and released on the command line', async () => {
  const dataDir = await ownDatabase()
  const server = await startServer(dataDir, { env: { COUNTERFOIL_DEMO: '1' } })
  const answer = await fetch(`${server.url}/till/v1/holds`, {
    method: 'POST',
    headers: { authorization: basic('demo.till', 'demo'), 'content-type': 'application/json' },
    body: JSON.stringify({ reference: 'cart-1', codes: ['RXYEDPREM3BRTF7U'], bill: { amount: 100 } }),
  })
  expect(answer.status).toBe(201)
  expect((await stop(server)).code).toBe(0)
  const run = (line: string, ...more: string[]) =>
    runProgram(['hold', ...line.split(' '), '--org', 'Demo', ...more], dataDir)
  expect((await run('list')).stdout).toMatch(
    /^1 cart-1: live until \S+, customer \d+, till demo\.till, 1 coupon, 12\.00\n$/,
  )
  expect((await run('list --reference order')).stdout).toBe('')
  const shown = await run('show --id 1 --json')
  expect(JSON.parse(shown.stdout)).toMatchObject({
    id: 1,
    status: 'live',
    reserves: [{ code: 'RXYEDPREM3BRTF7U', discount: '12.00' }],
  })
  expect((await run('release --id 1', '--reason', ' ')).stderr).toContain('--reason needs a text')
  expect((await run('release --id 1', '--reason', 'the till crashed')).stdout).toContain('released since')
  expect((await run('list')).stdout).toBe('')
  expect((await run('list --status ended')).stdout).toContain('1 cart-1: released since')
  expect((await run('show --id 99')).stderr).toContain('There is no such hold')
})
