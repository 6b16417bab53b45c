import { expect, test } from 'vitest'
import { measureChains } from '../../src/operate/chain/measure-chains.ts'
import { diagnose } from '../../src/operate/doctor/diagnose-rules.ts'
import { readFacts } from '../../src/operate/doctor/read-facts.ts'
import { readConfig } from '../../src/platform/config.ts'
import { openChain, writeEvents } from '../support/chain-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openSandbox } from '../support/sandbox-cases.ts'

const context = await createTestContext({
  env: { SECRET_KEYS: Buffer.alloc(32, 7).toString('base64') },
})
const app = await createTestServer(context)
const { database, metrics } = context

/** What doctor finds about the chain of an organisation. */
async function found(orgId: number) {
  const findings = diagnose(await readFacts(database, readConfig({ DATA_DIR: '.' })))
  return findings.filter(({ what }) => what.startsWith(`The chain of events of ${orgId} `))
}

async function measured(orgId: number): Promise<string[]> {
  await measureChains(context)
  const text = await metrics.registry.metrics()
  return [...text.matchAll(/^counterfoil_chain_(\w+)\{organisation="(\d+)"\} (\S+)$/gm)]
    .filter(([, , organisation]) => organisation === String(orgId))
    .map(([, name, , value]) => `${name} ${Math.round(Number(value))}`)
}

test('doctor and the metrics say where a chain ends, and that nothing waits', async () => {
  const { orgId, ids } = await openChain(context, 3)
  expect(await measured(orgId)).toEqual(['position 3', 'events_waiting 0', 'lag_seconds 0'])
  expect(await found(orgId)).toMatchObject([
    { verdict: 'ok', what: expect.stringMatching(new RegExp(` ends at position 3, event ${ids[2]}$`)) },
  ])
})

test('events that wait are counted, and a warning tells what to do once one has waited for long', async () => {
  const { orgId } = await openChain(context, 1)
  await writeEvents(context, orgId, 2)
  expect(await found(orgId)).toMatchObject([
    { verdict: 'ok', what: expect.stringContaining('2 events are not linked yet') },
  ])
  await database.pool.query(
    `update events set occurred_at = now() - interval '20 minutes' where org_id = $1 and id = (
       select max(id) from events where org_id = $1)`,
    [orgId],
  )
  expect(await measured(orgId)).toEqual(['position 1', 'events_waiting 2', 'lag_seconds 1200'])
  expect(await found(orgId)).toMatchObject([
    {
      verdict: 'warning',
      what: expect.stringContaining('2 events are not linked yet, the oldest for 20 minutes'),
      advice: expect.stringContaining('start one'),
    },
  ])
})

test('an imported event that happened years ago does not look like a chain that stands still', async () => {
  const { orgId } = await openChain(context, 1)
  await writeEvents(context, orgId, 1)
  await database.pool.query(
    `update events set occurred_at = '2020-01-01', imported = 'quiet' where org_id = $1 and id = (
       select max(id) from events where org_id = $1)`,
    [orgId],
  )
  expect(await measured(orgId)).toEqual(['position 1', 'events_waiting 1', 'lag_seconds 0'])
  expect(await found(orgId)).toMatchObject([{ verdict: 'ok' }])
})

test.each([
  ['the end of the chain is moved back', 'update event_chains set length = length - 1 where org_id = $1'],
  [
    'the last link is changed',
    `update event_links set hash = sha256(hash) where org_id = $1 and position = (
       select length from event_chains where org_id = $1)`,
  ],
  ['the links are removed', 'delete from event_links where org_id = $1'],
])('doctor finds a fault if %s', async (_, tamper) => {
  const { orgId } = await openChain(context, 3)
  await database.pool.query(tamper, [orgId])
  expect(await found(orgId)).toMatchObject([
    { verdict: 'fault', advice: expect.stringContaining(`audit --chain --org ${orgId}`) },
  ])
})

test('sandboxes are not measured', async () => {
  const { orgId } = await openSandbox(context, app)
  await writeEvents(context, orgId, 1)
  expect(await measured(orgId)).toEqual([])
})
