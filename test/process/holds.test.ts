import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { basic } from '../support/harness.ts'
import { ownDatabase, runProgram, setUpProcesses, startServer, stop } from '../support/process-harness.ts'

setUpProcesses()

/** A coupon of the demo that may be used once. */
const code = 'RXYEDPREM3BRTF7U'

test('a checkout whose server was killed gets what it had reserved under the same reference, and nobody else does', async () => {
  const dataDir = await ownDatabase()
  let server = await startServer(dataDir, { env: { COUNTERFOIL_DEMO: '1' } })
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${server.url}/till/v1${path}`, {
      method,
      headers: { authorization: basic('demo.till', 'demo'), 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> }
  }
  const hold = (reference: string) =>
    ask('POST', '/holds', { reference, codes: [code], bill: { amount: 100 } })
  let id: unknown
  for (const delayMs of [0, 5, 20, 60]) {
    const asked = hold('cart').catch(() => undefined)
    await sleep(delayMs)
    await stop(server, 'SIGKILL')
    await asked
    server = await startServer(dataDir)
    const before = await ask('GET', '/holds?reference=cart')
    expect([200, 404]).toContain(before.status)
    const other = before.status === 200 ? await hold('other') : { status: 409 }
    expect(other.status).toBe(409)
    const again = await hold('cart')
    expect(again.status).toBe(before.status === 200 ? 200 : 201)
    expect((await hold('other')).status).toBe(409)
    id = again.json['id']
  }
  expect((await ask('POST', '/redemptions', { holdId: id })).status).toBe(200)
  expect((await ask('POST', '/redemptions', { holdId: id })).json['code']).toBe(9012)
  expect((await stop(server)).code).toBe(0)
  expect((await runProgram(['audit', '--org', 'Demo'], dataDir)).code).toBe(0)
})
