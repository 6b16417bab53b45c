import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { printed, readRows, sampleIn, startExample } from '../support/examples.ts'
import { startLossyProxy } from '../support/lossy-proxy.ts'
import {
  emptyFolder,
  freePort,
  ownDatabase,
  setUpProcesses,
  startServer,
} from '../support/process-harness.ts'

setUpProcesses()

test('sales of a till survive a dead line, lost answers and kill -9: each is redeemed exactly once', async () => {
  const dataDir = await ownDatabase()
  const { till, orgId } = await sampleIn(dataDir, 300)
  const coupons = await readRows<{ code: string; mobile: string }>(
    dataDir,
    `select c.code, i.value as mobile from coupons c
     join customer_identifiers i on i.org_id = c.org_id and i.customer_id = c.customer_id and i.type = 'mobile'
     where c.org_id = $1 and c.redeemed = 0 and c.valid_until > now() + interval '1 day' order by c.id limit 14`,
    [orgId],
  )
  expect(coupons.length).toBe(14)
  const sales = coupons.map((coupon, at) =>
    JSON.stringify({ number: `S1-${at + 1}`, ...coupon, amount: '5000.00' }),
  )
  const queue = join(await emptyFolder(), 'queue.ndjson')
  const env = { TILL_CODE: till.code, TILL_PASSWORD: till.password, QUEUE: queue, TIMEOUT_MS: '2000' }
  const startTill = (url: string) =>
    startExample('till/till.js', dataDir, { env: { ...env, COUNTERFOIL_URL: url }, stdin: 'pipe' })

  // Nobody listens: the till sells, and is killed while it writes.
  const offline = await startTill(`http://127.0.0.1:${await freePort()}`)
  offline.child.stdin?.write(`${sales.slice(0, 10).join('\n')}\nno sale\n`)
  await printed(offline, 'queued ', 10)
  await printed(offline, 'not a sale')
  offline.child.kill('SIGKILL')
  await offline.ended
  await appendFile(queue, '{"kind":"sale","number":"S1-9')

  // The line is back, and bad. What was queued is handed over again with new sales, among them one of a coupon that is used by then.
  const server = await startServer(dataDir)
  const proxy = await startLossyProxy(server.url)
  proxy.plan(
    'lose',
    'cut',
    { status: 503, headers: { 'retry-after': '0' } },
    'pass',
    'lose',
    'pass',
    'pass',
    'lose',
  )
  const online = await startTill(proxy.url)
  const used = JSON.stringify({ number: 'S1-used', ...coupons[0], amount: '5000.00' })
  const unknown = JSON.stringify({
    number: 'S1-unknown',
    code: coupons[0]?.code,
    mobile: '12',
    amount: '10.00',
  })
  online.child.stdin?.write(`${[...sales.slice(8), used, unknown].join('\n')}\n`)
  await printed(online, 'redeemed ', 4)
  online.child.kill('SIGKILL')
  await online.ended

  const last = await startTill(proxy.url)
  last.child.stdin?.end()
  expect((await last.ended).code).toBe(0)
  proxy.close()
  const answers = (await readFile(queue, 'utf8'))
    .split('\n')
    .filter((line) => line.includes('"answer"'))
    .map((line) => JSON.parse(line) as { number: string; outcome: string })
  const outcomes = new Map(answers.map(({ number, outcome }) => [number, outcome]))
  const expected = [
    ...sales.map((_, at) => [`S1-${at + 1}`, 'redeemed'] as const),
    ['S1-used', 'refused'],
    ['S1-unknown', 'invalid'],
  ] as const
  expect(Object.fromEntries(outcomes)).toEqual(Object.fromEntries(expected))
  const redeemed = await readRows<{ number: string; n: number }>(
    dataDir,
    `select transaction_number as number, count(*)::int as n from redemptions
     where org_id = $1 and transaction_number like 'S1-%' group by 1`,
    [orgId],
  )
  expect(redeemed.length).toBe(14)
  expect(redeemed.filter(({ n }) => n !== 1)).toEqual([])
})
