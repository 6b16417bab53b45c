import { beforeEach, describe, expect, test } from 'vitest'
import { parseCsvRecord } from '../../src/bulk/rows/csv-rules.ts'
import { searchedAtOnce, selectAudit } from '../../src/identity/audit-log/list-audit.ts'
import { openAudited, type Audited } from '../support/audit-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'

/** The audit log is searched by words, names what it is about, and leaves as a file. */

const context = await createTestContext()
const app = await createTestServer(context)
const { pool } = context.database

interface Entry {
  id: number
  action: string
  subject: { kind: string; id: number; name: string | null; seriesId: number | null }
  reason: string | null
}

let given: Audited
const because = (text: string) => ({ 'x-counterfoil-reason': encodeURIComponent(text) })

beforeEach(async () => {
  given = await openAudited(context, app)
})

const search = async (query: string): Promise<Entry[]> => {
  const reply = await given.call('GET', `/admin/v1/audit?limit=200&${query}`)
  if (reply.status !== 200) throw new Error(reply.text)
  return reply.at('entries') as Entry[]
}
const actions = async (query: string) => (await search(query)).map(({ action }) => action)

/** The rows of a file whose cells contain no line breaks, by column. */
function parse(text: string): Record<string, string>[] {
  const [head = [], ...rows] = text
    .trimEnd()
    .split('\r\n')
    .map((line) => [parseCsvRecord(line)].flat())
  return rows.map((cells) => Object.fromEntries(head.map((name, at) => [name, cells[at] ?? ''])))
}

/** Entries as of years of work, without the work. */
const fill = (orgId: number, count: number) =>
  pool.query(
    `insert into audit_log (org_id, at, actor_kind, actor_id, action, subject_kind, subject_id, reason)
     select $1, now() - make_interval(mins => n), 'user', 1, 'coupon.issued', 'coupon', n, 'bulk'
     from generate_series(1, $2) n`,
    [orgId, count],
  )

describe('a search', () => {
  test('finds words of the reason, the values, the author and the subject, in any letter case and order', async () => {
    const { call, tillId, tillCode, customerId } = given
    await call(
      'POST',
      `/admin/v1/tills/${tillId}/revoke`,
      {},
      because('Ticket 4711: stolen from the counter'),
    )
    await call('PATCH', `/admin/v1/customers/${customerId}`, { isBlocked: true }, because('100% fraud'))
    await call('PATCH', '/admin/v1/organisation', { couponPrefix: 'WINTER' })
    expect(await actions('q=4711')).toEqual(['till.changed'])
    expect(await actions('q=COUNTER%20ticket')).toEqual(['till.changed'])
    expect(await actions('q=counter%20fraud')).toEqual([])
    expect(await actions('q=winter')).toEqual(['organisation.changed'])
    // The till by its name, which the entry of its revocation does not contain.
    expect(await actions(`q=stolen%20${tillCode}`)).toEqual(['till.changed'])
    expect(new Set(await actions('q=a%20admin'))).toContain('organisation.changed')
    expect(await actions('q=100%25%20fraud')).toEqual(['customer.changed'])
  })

  test('takes signs of patterns as they are', async () => {
    await given.call('PATCH', '/admin/v1/organisation', { couponPrefix: 'A_B' }, because('50% off \\ more'))
    expect(await actions('q=a_b')).toEqual(['organisation.changed'])
    expect(await actions('q=50%25')).toEqual(['organisation.changed'])
    expect(await actions('q=off%20%5C')).toEqual(['organisation.changed'])
    expect(await actions('q=a%25b')).toEqual([])
    expect(await actions('q=5__')).toEqual([])
  })

  test('is combined with the filters, and goes on page by page without a gap', async () => {
    await fill(given.orgId, 30)
    expect(await actions('q=bulk&subject=series')).toEqual([])
    expect(await actions('q=bulk&subject=coupon:7')).toHaveLength(1)
    const seen: number[] = []
    let cursor: unknown = ''
    do {
      const page = await given.call('GET', `/admin/v1/audit?limit=7&q=bulk&cursor=${String(cursor)}`)
      seen.push(...(page.at('entries') as Entry[]).map(({ id }) => id))
      cursor = page.at('nextCursor')
    } while (cursor !== null)
    expect(new Set(seen).size).toBe(30)
    expect(seen).toHaveLength(30)
  })

  test('reads a limited number of entries, says up to when, and goes on from there', async () => {
    await fill(given.orgId, searchedAtOnce + 50)
    await pool.query(
      `insert into audit_log (org_id, at, actor_kind, actor_id, action, subject_kind, subject_id, reason)
       values ($1, now() - interval '1 year', 'user', 1, 'till.changed', 'till', 1, 'the needle')`,
      [given.orgId],
    )
    const first = await given.call('GET', '/admin/v1/audit?q=needle')
    expect(first.json).toMatchObject({
      entries: [],
      searchedTo: expect.any(String),
      nextCursor: expect.any(String),
    })
    const second = await given.call(
      'GET',
      `/admin/v1/audit?q=needle&cursor=${String(first.at('nextCursor'))}`,
    )
    expect(second.json).toMatchObject({
      entries: [{ reason: 'the needle' }],
      searchedTo: null,
      nextCursor: null,
    })
    // Every entry of the first share is found in the first page, the others in the next.
    const all = await given.call('GET', `/admin/v1/audit?q=bulk&limit=200`)
    expect(all.at('searchedTo')).toBe(null)
  })

  test('reads its share through the index', async () => {
    await fill(given.orgId, 20_000)
    await pool.query('analyze audit_log')
    const query = {
      actor: undefined,
      subject: undefined,
      action: undefined,
      fromS: undefined,
      toS: undefined,
    }
    const { sql, parameters } = selectAudit(context.database.queries, given.orgId, {
      ...query,
      words: ['needle'],
      limit: 51,
      after: undefined,
    }).compile()
    const { rows } = await pool.query(`explain ${sql}`, [...parameters])
    const plan = JSON.stringify(rows)
    expect(plan).toContain('audit_log__at')
    expect(plan).not.toMatch(/Seq Scan on (audit_log|tills|clients|stores|users|series|webhooks)|Sort/)
  })

  test('finds nothing of another organisation', async () => {
    const other = await openOffice(context, app)
    const admin = await other.browser('admin')
    await admin.call('PATCH', '/admin/v1/organisation', { couponPrefix: 'THEIRS' })
    expect(await actions('q=theirs')).toEqual([])
  })

  test.each([`q=${'x'.repeat(201)}`, `q=${'a%20'.repeat(9)}`, 'q=a%00'])('refuses %s', async (query) => {
    expect((await given.call('GET', `/admin/v1/audit?${query}`)).status).toBe(400)
  })
})

describe('the names of things', () => {
  test('are with the entries, of the subject and of the ids among the values', async () => {
    const { call, orgId, tillId, tillCode, storeId, seriesId, poolSeriesId } = given
    await call('PUT', `/admin/v1/tills/${tillId}/password`, { password: 'seven green kites' })
    const zoneId = (await call('POST', '/admin/v1/zones', { code: 'south', name: 'The South' })).at('id')
    await call('PATCH', `/admin/v1/stores/${storeId}`, { zoneId })
    await call('POST', `/admin/v1/series/${poolSeriesId}/codes`, { count: 5 })
    const reply = await call('GET', '/admin/v1/audit?limit=200')
    const entries = reply.at('entries') as Entry[]
    const named = (action: string) => entries.find((one) => one.action === action)?.subject
    expect(named('till.changed')).toMatchObject({ id: tillId, name: tillCode })
    expect(named('store.changed')?.name).toMatch(/^Store /)
    expect(named('organisation.created') ?? { id: orgId }).toMatchObject({ id: orgId })
    expect(named('code-batch.created')).toMatchObject({ seriesId: poolSeriesId, name: expect.any(String) })
    expect(named('series.created')?.id).toBeGreaterThanOrEqual(seriesId)
    expect((reply.at('names') as Record<string, string>)[`zone:${String(zoneId)}`]).toBe('The South')
  })

  test('contain none of a customer, and none of another organisation with the same id', async () => {
    const reply = await given.call('GET', '/admin/v1/audit?limit=200')
    expect(reply.text).not.toMatch(/Asha|Nair/)
    const other = await openAudited(context, app)
    await pool.query(
      `insert into audit_log (org_id, actor_kind, actor_id, action, subject_kind, subject_id)
       values ($1, 'user', 1, 'till.changed', 'till', $2)`,
      [given.orgId, other.tillId],
    )
    const [entry] = await search(`subject=till:${other.tillId}`)
    expect(entry?.subject.name).toBe(null)
  })
})

describe('the file', () => {
  test('has every entry that fits, with names, as CSV that is safe to open in a spreadsheet', async () => {
    const { call, tillId, tillCode, orgId } = given
    await call(
      'PUT',
      `/admin/v1/tills/${tillId}/password`,
      { password: 'seven green kites' },
      because('=1+1, "urgent"'),
    )
    await fill(orgId, 2_300)
    // The file is of the log before it: its own entry is not in it.
    const { rows: counted } = await pool.query<{ n: number }>(
      'select count(*)::int as n from audit_log where org_id = $1',
      [orgId],
    )
    const reply = await call('GET', '/admin/v1/audit.csv')
    expect(reply.headers['content-type']).toBe('text/csv; charset=utf-8')
    const rows = parse(reply.text)
    expect(rows).toHaveLength(counted[0]?.n ?? 0)
    expect(rows.find(({ action }) => action === 'till.changed')).toMatchObject({
      actorKind: 'user',
      actor: 'A admin',
      subject: tillCode,
      subjectId: String(tillId),
      reason: `'=1+1, "urgent"`,
      before: '{"passwordHash":"(not kept)"}',
      after: '{"passwordHash":"(not kept)"}',
    })
    const some = await call('GET', '/admin/v1/audit.csv?q=urgent&subject=till')
    expect(parse(some.text)).toHaveLength(1)
  })

  test('is recorded with its filter before its first line', async () => {
    await given.call('GET', '/admin/v1/audit.csv?subject=till&q=urgent')
    const [entry] = await search('action=export.begun')
    expect(entry).toMatchObject({ after: { what: 'audit-log', format: 'csv', subject: 'till', q: 'urgent' } })
  })

  test('is for people who may read the log', async () => {
    const care = await given.browser('care')
    expect((await care.call('GET', '/admin/v1/audit.csv')).status).toBe(403)
    const auditor = await given.browser('auditor')
    expect((await auditor.call('GET', '/admin/v1/audit.csv')).status).toBe(200)
    expect((await given.call('GET', '/admin/v1/audit.csv?actor=nobody')).status).toBe(400)
  })
})
