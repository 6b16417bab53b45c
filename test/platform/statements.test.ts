import { beforeAll, expect, test } from 'vitest'
import { workOnOpenBatches } from '../../src/bulk/codes/work-on-open-batches.ts'
import { workOnOpenUploads } from '../../src/bulk/uploads/work-on-open-uploads.ts'
import { startLinkingEvents } from '../../src/operate/chain/work-on-chains.ts'
import { startSweeps } from '../../src/operate/sweeps.ts'
import { startMeasuringBudgets } from '../../src/operate/work-on-budgets.ts'
import { startLimitWork } from '../../src/operate/work-on-limits.ts'
import { startWebhookWork } from '../../src/webhooks/work-on-webhooks.ts'
import { readsOf } from '../support/all-reads.ts'
import { changes, openAudited, type Audited } from '../support/audit-cases.ts'
import { createTestContext, createTestDatabase, createTestServer } from '../support/harness.ts'
import { until } from '../support/process-harness.ts'
import { crossing, outstanding } from '../support/statement-exceptions.ts'
import { faultsOf, laws, loadLaws, type Law } from '../support/statement-laws.ts'
import { recordStatements } from '../support/statement-recorder.ts'

/**
 * Every operation that changes something, every one that reads, and the work of a server in the background are carried out
 * while all statements are recorded. docs/decisions/0030-routable-statements.md has the reasons of the laws.
 */

const database = await createTestDatabase()
const recorded = recordStatements(database)
const context = await createTestContext({ database })
const app = await createTestServer(context)
const workers = [startWebhookWork, startLinkingEvents, startSweeps, startMeasuringBudgets, startLimitWork]
const listed = [...Object.keys(crossing), ...Object.keys(outstanding)]
const statementsOf = (file: string) => [...recorded.values()].filter((one) => one.file === file)

/** Makes every change, as few organisations as suffice: some changes leave one that others cannot use. */
async function changeAll(): Promise<void> {
  const offices = new Map<string, Audited>()
  for (const [id, { make, options }] of Object.entries(changes)) {
    const kind = JSON.stringify(options)
    const shared = offices.get(kind)
    const tried = shared && (await make(shared, app).catch(() => undefined))
    if (tried !== undefined && tried.status < 300) continue
    const office = await openAudited(context, app, options)
    offices.set(kind, office)
    const reply = await make(office, app)
    expect(reply.status, `${id}: ${reply.text}`).toBeLessThan(300)
  }
}

async function readAll(): Promise<void> {
  const office = await openAudited(context, app, { isSandbox: true })
  for (const { url } of await readsOf(context, app, office))
    expect((await office.call('GET', url)).status, url).toBe(200)
}

async function workInBackground(): Promise<void> {
  const stops = workers.map((start) => start(context))
  while (await workOnOpenBatches(context));
  while (await workOnOpenUploads(context));
  await until('every listed statement', () => listed.every((file) => statementsOf(file).length > 0), 30_000)
    // The tests name the files that are missing.
    .catch(() => {})
  for (const stop of stops) await stop()
}

/** The column that names the organisation, by table. */
const keys = new Map<string, string>()

beforeAll(async () => {
  await loadLaws()
  await changeAll()
  await readAll()
  await workInBackground()
  const { rows } = await database.pool.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'org_id'`,
  )
  for (const { name } of rows) keys.set(name, 'org_id')
})

/** Each law that statements of a file break, with what breaks it. */
function faultsByFile(): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { file, text } of recorded.values())
    for (const { law, what } of faultsOf(text, keys)) {
      const place = `${file}: ${law}`
      found.set(place, [...(found.get(place) ?? []), `${what} in: ${text.trim().slice(0, 200)}`])
    }
  return found
}

test('a statement that can be sent to no single server is on a list with its reason, and no list has one that obeys by now', () => {
  const found = faultsByFile()
  const allowed = [
    ...Object.keys(crossing).map((file) => `${file}: organisation`),
    ...Object.entries(outstanding).flatMap(([file, broken]) =>
      Object.keys(broken).map((law) => `${file}: ${law}`),
    ),
  ]
  const added = [...found].filter(([place]) => !allowed.includes(place))
  const explained = added.map(
    ([place, why]) => `${place} (${laws[place.split(': ')[1] as Law]})\n  ${why.join('\n  ')}`,
  )
  expect(explained.join('\n'), 'change the statement, or state why it must be so').toBe('')
  expect(
    allowed.filter((place) => !found.has(place)),
    'remove these from the list',
  ).toEqual([])
})

test('the recorded statements are those of the whole product, and each is known by the file that sends it', () => {
  expect(recorded.size).toBeGreaterThan(300)
  expect(statementsOf('unknown')).toEqual([])
  const rooms = new Set([...recorded.values()].map(({ file }) => file.split('/')[1]))
  for (const room of ['bulk', 'identity', 'ledger', 'operate', 'webhooks']) expect(rooms).toContain(room)
})

const tables = new Map(['coupons', 'series', 'events'].map((name) => [name, 'org_id']))

test.each<[string, string]>([
  ['select id from coupons where org_id = $1 and id = $2', ''],
  [
    'select 1 from coupons c join series s on s.org_id = c.org_id and s.id = c.series_id where c.org_id = $1',
    '',
  ],
  ['select 1 from coupons c left join series s using (org_id) where c.org_id = $1', ''],
  ['select 1 from coupons c where (c.org_id, c.id) = ($1, $2)', ''],
  ['select id from coupons where id = $1', 'organisation'],
  ['select id from coupons where org_id = $1 or id = $2', 'organisation'],
  ['select id from coupons where org_id = any($1)', 'organisation'],
  ['select 1 from coupons c join series s on s.id = c.series_id where c.org_id = $1', 'organisation'],
  [
    'select 1 from coupons c where c.org_id = $1 and not exists (select from series s where s.org_id = c.org_id)',
    'organisation',
  ],
  [
    'with s as (select * from series where org_id = $1) select 1 from s, coupons c where c.org_id = s.org_id',
    'organisation',
  ],
  ['select 1 from coupons where org_id = $1 union all select 1 from events', 'organisation'],
  ['select (select count(*) from events) from coupons where org_id = $1', 'organisation'],
  ['select 1 from (select id from coupons) c', 'organisation'],
  ['with coupons as (select 1) select * from coupons', ''],
  ['insert into events (org_id, kind) values ($1, $2)', ''],
  ['insert into events (kind) values ($1)', 'organisation'],
  ['insert into events (org_id) select s.org_id from series s where s.org_id = $1', ''],
  ['with x as (insert into events (org_id) values ($1) returning id) select id from x', 'insert'],
  ['delete from coupons where org_id = $1 and ctid = $2', 'ctid'],
  ["select nextval('a'), id from coupons where org_id = $1", 'nextval'],
  ["select nextval('a')", ''],
  ['update coupons set at = coalesce(at, now()) where org_id = $1', 'clock'],
  ['update coupons set at = least(at, now()) where org_id = $1', ''],
  ['update coupons set at = clock_timestamp() where org_id = $1', 'clock'],
  ['select coalesce(at, now()) from coupons where org_id = $1', ''],
  ["update coupons set id = 1 where org_id = $1 returning date_part('epoch', at)", 'returning'],
  ["select set_config('counterfoil.author', $1, true)", 'setting'],
  ["set local counterfoil.author = 'x'", ''],
])('the laws judge %j', (text, law) => {
  expect(faultsOf(text, tables).map((fault) => fault.law)).toEqual(law === '' ? [] : [law])
})
