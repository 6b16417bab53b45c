import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { expect, test } from 'vitest'
import { cleanUpLater } from '../support/clean-up.ts'
import {
  databaseOf,
  ownDatabase,
  runProgram,
  setUpProcesses,
  startServer,
  until,
} from '../support/process-harness.ts'

setUpProcesses()

const verifier = fileURLToPath(new URL('../../bin/verify-events.mjs', import.meta.url))
const env = { SECRET_KEYS: randomBytes(32).toString('base64') }
const events = 20_000

test('a chain survives kill -9 of a server, is exported with a checkpoint, and shows later what was changed', async () => {
  const dataDir = await ownDatabase()
  const run = (line: string, settings: Record<string, string> = env) =>
    runProgram(line.split(' '), dataDir, { env: settings })
  const { stdout: made } = await run('org create --name Brand --time-zone UTC --country IN --json')
  const { id: orgId } = JSON.parse(made) as { id: number }
  const client = new pg.Client(databaseOf(dataDir))
  // Its database is dropped before it is closed if the test fails.
  client.on('error', () => {})
  await client.connect()
  cleanUpLater(() => client.end())
  const change = (sql: string) => client.query(sql, [orgId])
  const linked = async () =>
    (await change('select count(*)::int as n from event_links where org_id = $1')).rows[0]
  await change(
    `insert into events (org_id, kind, coupon_id) select $1, 'expiry-changed', n from generate_series(1, ${events}) n`,
  )

  const server = await startServer(dataDir, { env })
  await until('some events are linked', async () => ((await linked()) as { n: number }).n > 0)
  server.child.kill('SIGKILL')
  await server.ended

  const [key, checkpoint, exported] = ['key.pem', 'checkpoint.json', 'events.ndjson'].map((name) =>
    join(dataDir, name),
  ) as [string, string, string]
  expect((await run('checkpoint export --org Brand', {})).stderr).toContain('checkpoints need SECRET_KEYS')
  expect((await run(`checkpoint key --org Brand --output ${key}`)).stderr).toContain('was made')
  expect(await run(`checkpoint export --org Brand --output ${checkpoint}`)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(
      `Signed position ${events} of the chain of organisation ${orgId} Brand\n`,
    ),
  })
  expect((await run(`checkpoint export --org Brand --output ${checkpoint}`)).stderr).toContain(
    'exists already',
  )
  expect(await run(`export events --org Brand --output ${exported}`)).toMatchObject({
    code: 0,
    stderr: `Wrote ${events} events to ${exported}\n`,
  })
  const verified = execFileSync(verifier, ['--key', key, '--checkpoint', checkpoint, exported], {
    encoding: 'utf8',
  })
  expect(verified).toMatch(
    new RegExp(`^Verified: positions 1 to ${events} of the chain of organisation ${orgId},`),
  )
  const { stdout: part } = await run('export events --org Brand --after 100 --up-to 102')
  expect(part.trimEnd().split('\n')).toEqual((await readFile(exported, 'utf8')).split('\n').slice(100, 102))
  expect((await run('export events --org Brand --up-to 20001')).stderr).toContain('ends at position 20000')

  const { rows: recorded } = await change('select action, after from audit_log where org_id = $1 order by id')
  expect(recorded.slice(-7)).toMatchObject([
    { action: 'checkpoint-key.made' },
    { action: 'checkpoint.exported', after: { position: events } },
    // The one whose file existed already.
    { action: 'checkpoint.exported' },
    { action: 'export.begun', after: { what: 'events', after: 0, up_to: events } },
    { action: 'export.ended', after: { rows: events, is_whole: true } },
    { action: 'export.begun' },
    { action: 'export.ended', after: { rows: 2 } },
  ])

  const audit = async () => {
    const { stdout } = await run(`audit --org Brand --no-indexes --checkpoint ${checkpoint}`)
    return stdout.split('\n').filter((line) => line.includes('chain') || line.startsWith('      '))
  }
  expect(await audit()).toEqual([
    `  chain: ${events} events linked, 0 later ones not yet`,
    '  ok    chain: every linked event is there, unchanged and in its place',
    '  ok    chain: no event was inserted between linked ones',
    '  ok    chain: it ends where it was last extended',
    `  ok    chain: it contains the checkpoint ${checkpoint}`,
  ])
  await change('delete from event_links where org_id = $1 and position > 19990')
  await change(
    `update event_chains c set length = 19990, hash = l.hash, last_event_id = l.event_id
     from event_links l where c.org_id = $1 and l.org_id = $1 and l.position = 19990`,
  )
  await change(
    'delete from events e using event_chains c where e.org_id = $1 and c.org_id = $1 and e.id > c.last_event_id',
  )
  expect((await audit()).filter((line) => line.startsWith('      '))).toEqual([
    expect.stringContaining(
      'a chain that ends at position 19990, should be at least position 20000: the chain was cut short',
    ),
  ])
})
