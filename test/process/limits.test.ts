import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { basic } from '../support/harness.ts'
import {
  ownDatabase,
  runProgram,
  setUpProcesses,
  startServer,
  stop,
  until,
  type RunningServer,
} from '../support/process-harness.ts'

setUpProcesses()

const authorization = basic('till', 'a till of Acme')

async function prepare(): Promise<string> {
  const folder = await ownDatabase()
  const run = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await runProgram(args, folder)
    if (code !== 0) throw new Error(stderr)
  }
  await run('org', 'create', '--name', 'Acme', '--time-zone', 'UTC', '--country', 'IN')
  await run('store', 'create', '--org', 'Acme', '--code', 'S1', '--name', 'Store')
  await run(
    'till',
    'create',
    '--org',
    'Acme',
    '--store',
    'S1',
    '--code',
    'till',
    '--password',
    'a till of Acme',
  )
  return folder
}

async function ask({ url }: RunningServer): Promise<Response> {
  const answer = await fetch(`${url}/v2/coupon?couponCodes=${randomUUID()}`, { headers: { authorization } })
  await answer.arrayBuffer()
  return answer
}

test('a till that is limited at one process is also limited at others, and at one that starts after all have stopped', async () => {
  const folder = await prepare()
  const env = { FAILED_LOOKUPS_TILL: '30', RATE_LIMIT_WRITES: '10' }
  const [one, two] = [await startServer(folder, { env }), await startServer(folder, { env })]
  expect((await ask(two)).status).toBe(200)
  // Enough for a long wait, because each one beyond the ten free ones doubles it.
  const codes = Array.from({ length: 18 }, () => randomUUID()).join(',')
  await fetch(`${one.url}/v2/coupon?couponCodes=${codes}`, { headers: { authorization } })
  const refused = await ask(one)
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60)
  await until('the other process knows', async () => (await ask(two)).status === 429, 10_000)
  await Promise.all([stop(one), stop(two, 'SIGTERM')])
  const three = await startServer(folder, { env })
  await until('a new process knows', async () => (await ask(three)).status === 429, 10_000)
  expect((await stop(three)).code).toBe(0)
})
