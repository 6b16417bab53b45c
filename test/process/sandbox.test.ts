import { expect, test } from 'vitest'
import { basic } from '../support/harness.ts'
import {
  madeFolder,
  runProgram,
  setUpProcesses,
  startServer,
  type RunningServer,
} from '../support/process-harness.ts'
import { least } from '../support/series-cases.ts'
import { pick } from '../support/write-cases.ts'

setUpProcesses()

test('a sandbox created on the command line has one clock at two processes, and is marked in checks of all ledgers', async () => {
  const dataDir = await madeFolder()
  const run = async (line: string) => {
    const outcome = await runProgram(line.split(' '), dataDir)
    expect(outcome).toMatchObject({ code: 0 })
    return outcome.stdout
  }
  const [first, second] = [await startServer(dataDir), await startServer(dataDir)]
  const org = await run('org create --sandbox --name CI --time-zone UTC --country IN --json')
  expect(JSON.parse(org)).toEqual({
    id: expect.any(Number),
    name: 'CI',
    sandbox: true,
    replaysTillRetries: false,
  })
  await run('org create --name Brand --time-zone UTC --country IN')
  await run('store create --org CI --code s1 --name Store')
  await run(
    'till create --org CI --store s1 --code ci.till --password sixteen-green-kites --access-group administrator',
  )
  const call = async (
    { url }: RunningServer,
    method: string,
    path: string,
    body: object,
  ): Promise<unknown> => {
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: basic('ci.till', 'sixteen-green-kites'), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return answer.json()
  }
  const setClock = (server: RunningServer, at: string) =>
    call(server, 'PUT', '/admin/v1/sandbox/clock', { at })
  const registered = await call(first, 'POST', '/v2/customers?source=INSTORE', {
    profiles: [{ identifiers: [{ type: 'mobile', value: '9400488244' }] }],
  })
  const customer = { id: pick(registered, 'createdId') }
  const series = { ...least, expiryStrategyType: 'DAYS', expiryStrategyValue: 30 }
  const made = await call(first, 'POST', '/v2/coupon/series', { CouponSeriesV2: series })
  await setClock(second, '2030-01-01T12:00:00Z')
  const issued = await call(first, 'POST', '/v2/coupon/issue', { seriesId: pick(made, 'id'), customer })
  const told = async (server: RunningServer, code: unknown) =>
    pick(
      await call(server, 'POST', '/v2/coupon/redeem', { redemptionRequestList: { code }, user: customer }),
      'redemptionStatus.code',
    )
  // Each process sets the clock, and the other one is asked at once.
  for (const [setting, asked] of [
    [first, second],
    [second, first],
  ] as const) {
    await setClock(setting, '2030-02-01T12:00:00Z')
    expect(await told(asked, pick(issued, 'code'))).toBe(713)
    await setClock(setting, '2030-01-20T12:00:00Z')
    expect(await told(asked, pick(issued, 'code'))).not.toBe(713)
  }
  expect(await told(second, 'TEST-742')).toBe(742)
  expect(await run('audit --no-indexes')).toMatch(
    /^Organisation \d+ CI \(sandbox\)$[^]*^Organisation \d+ Brand$/m,
  )
  expect(await run('doctor')).toMatch(
    /The books of \d+ CI \(sandbox\) add up[^]*The books of \d+ Brand add up/,
  )
})
