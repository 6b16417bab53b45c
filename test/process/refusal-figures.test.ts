import { expect, test } from 'vitest'
import { basic } from '../support/harness.ts'
import {
  ownDatabase,
  setUpProcesses,
  startServer,
  stop,
  until,
  type RunningServer,
} from '../support/process-harness.ts'

setUpProcesses()

const headers = { authorization: basic('demo.till', 'demo'), 'content-type': 'application/json' }

async function refuse({ url }: RunningServer, code: string): Promise<void> {
  const answer = await fetch(`${url}/v2/coupon/redeem`, {
    method: 'POST',
    headers,
    body: JSON.stringify({
      redemptionRequestList: [{ code }],
      user: { mobile: '919400488244' },
      billAmount: 100,
    }),
  })
  expect(answer.status).toBe(400)
}

/** The number of refusals of unknown codes in the figures. */
async function unknownCodes({ url }: RunningServer): Promise<number> {
  const answer = await fetch(`${url}/admin/v1/figures/overview`, { headers })
  const { refusals } = (await answer.json()) as { refusals: { code: number; refused: number }[] }
  return refusals.find(({ code }) => code === 702)?.refused ?? 0
}

test('refusals appear in the figures within seconds, and those just before the stop of a server are not lost', async () => {
  const dataDir = await ownDatabase()
  const env = { COUNTERFOIL_DEMO: '1' }
  const server = await startServer(dataDir, { env })
  const before = await unknownCodes(server)
  await refuse(server, 'NO-SUCH-1')
  await until('the refusal is counted', async () => (await unknownCodes(server)) === before + 1)
  await refuse(server, 'NO-SUCH-2')
  await refuse(server, 'NO-SUCH-3')
  expect((await stop(server)).code).toBe(0)
  const again = await startServer(dataDir, { env })
  expect(await unknownCodes(again)).toBe(before + 3)
})
