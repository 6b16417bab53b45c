import { beforeAll, describe, expect, test } from 'vitest'
import { readsOf } from '../support/all-reads.ts'
import { changes, openAudited, type Audited } from '../support/audit-cases.ts'
import { createTestContext, createTestServer, signInAsClient } from '../support/harness.ts'
import { openOffice, type Browser } from '../support/people-cases.ts'
import { send, type Reply } from '../support/write-cases.ts'

/** No operation of the document lets one organisation read or change anything of another. */

const context = await createTestContext()
const app = await createTestServer(context)
const { pool } = context.database
const strangers: { readonly name: string; readonly call: Browser['call'] }[] = []
let tables: string[]

beforeAll(async () => {
  const stranger = await openOffice(context, app)
  const client = await signInAsClient(context, app, stranger, 'administrator')
  strangers.push(
    { name: 'an administrator', call: (await stranger.browser('admin')).call },
    {
      name: 'a client',
      call: (method, url, body, headers) => send(app, method, url, { ...client.headers, ...headers }, body),
    },
  )
  const { rows } = await pool.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'org_id' order by table_name`,
  )
  tables = rows.map(({ name }) => name)
})

/** All rows of an organisation, as one text per table. */
async function stateOf(orgId: number): Promise<Record<string, string>> {
  const digests = tables.map(
    (name) =>
      `select '${name}' as name, md5(string_agg(t::text, '|' order by t::text)) as digest from ${name} t where org_id = $1`,
  )
  const { rows } = await pool.query<{ name: string; digest: string }>(digests.join(' union all '), [orgId])
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]))
}

/** Texts that only the organisation itself may see. */
const marksOf = ({ storeCode, tillCode, clientKey }: Audited): string[] => [
  'Asha',
  'Nair',
  storeCode,
  tillCode,
  clientKey,
]

/** Those texts that are in an answer and were not in the request. */
const toldIn = (given: Audited, { text }: Reply, request: string): string[] =>
  marksOf(given).filter((mark) => text.includes(mark) && !request.includes(mark))

const hasId = (url: string): boolean => /\/(\d+|[0-9a-f]{8}-[0-9a-f-]{27})(\/|\?|$)/.test(url)

const isRefused = ({ status }: Reply): boolean => status >= 400 && status < 500

/**
 * Sends a call as another organisation. It must be refused, and reveal and change nothing of the first organisation.
 */
async function tryAsStrangers(given: Audited, ...[method, url, body, headers]: Parameters<Browser['call']>) {
  const before = await stateOf(given.orgId)
  for (const { name, call } of strangers) {
    const reply = await call(method, url, body, headers)
    const what = `${name}: ${method} ${url}: ${reply.status} ${reply.text}`
    expect(isRefused(reply) || (!hasId(url) && reply.status < 400), what).toBe(true)
    expect(toldIn(given, reply, `${url} ${JSON.stringify(body)}`), what).toEqual([])
  }
  expect(await stateOf(given.orgId), `${method} ${url}`).toEqual(before)
}

/** Calls about the caller's own session have no id of another organisation. */
const aboutOwnSession = new Set(['beginSession', 'endSession', 'changeOwnPassword'])
const writes = Object.entries(changes).filter(([id]) => !aboutOwnSession.has(id))

describe('an organisation that sends a call with ids of another', () => {
  test.each(writes)('is refused and learns nothing if the call is %s', async (_, change) => {
    const given = await openAudited(context, app, change.options)
    const call: Browser['call'] = async (...sent) => {
      if (hasId(sent[1])) await tryAsStrangers(given, ...sent)
      const reply = await given.call(...sent)
      // A call without existing ids works for every caller in their own organisation, and a name belongs to the first
      // to take it.
      if (!hasId(sent[1])) await tryAsStrangers(given, ...sent)
      return reply
    }
    const reply = await change.make({ ...given, call }, app)
    expect(reply.status, reply.text).toBeLessThan(300)
  })

  test('reads nothing of the other by any id, name or code', async () => {
    const given = await openAudited(context, app, { isSandbox: true })
    const { call } = given
    const reads = await readsOf(context, app, given)
    const seen: string[] = []
    const failed: string[] = []
    for (const { url } of reads) await tryAsStrangers(given, 'GET', url)
    for (const { id, url } of reads) {
      const own = await call('GET', url)
      if (own.status !== 200) failed.push(`${url} ${own.status} ${own.text}`)
      if (toldIn(given, own, url).length > 0) seen.push(id)
    }
    // Guards the test itself: the calls could reveal something, and the state includes all tables.
    expect(tables.length).toBeGreaterThan(30)
    expect(failed).toEqual([])
    expect(seen.length).toBeGreaterThan(15)
  }, 120_000)
})
