import { describe, expect, test, vi } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { changes, openAudited, readsOnly } from '../support/audit-cases.ts'
import { anyMobile } from '../support/customer-cases.ts'
import type { Reply } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { pool } = context.database

interface Entry {
  id: number
  at: string
  actor: { kind: string; id: number | null; name: string | null }
  action: string
  subject: { kind: string; id: number | null }
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  reason: string | null
  address: string | null
  requestId: string | null
}

const entriesOf = (reply: Reply): Entry[] => {
  if (reply.status !== 200) throw new Error(reply.text)
  return reply.at('entries') as Entry[]
}

/** All entries of an organisation in the database, oldest first. */
async function rowsOf(orgId: number) {
  const { rows } = await pool.query<{
    action: string
    actor_kind: string
    actor_id: number
    request_id: string
  }>('select * from audit_log where org_id = $1 order by id', [orgId])
  return rows
}

interface Operation {
  operationId: string
}

describe('every operation that changes something', () => {
  test('is in the table of the operations that are tried below', async () => {
    const { paths } = (await app.inject({ url: '/openapi.json' })).json<{
      paths: Record<string, Record<string, Operation>>
    }>()
    const writing = Object.values(paths).flatMap((methods) =>
      Object.entries(methods).flatMap(([method, { operationId }]) => (method === 'get' ? [] : [operationId])),
    )
    expect(writing.length).toBeGreaterThan(40)
    const tried = new Set([...Object.keys(changes), ...readsOnly])
    expect(writing.filter((one) => !tried.has(one))).toEqual([])
  })

  test.each(Object.entries(changes))(
    '%s by a person is recorded with author, action, address and request, and nothing else is',
    async (_, { make, actions, actor, options }) => {
      const given = await openAudited(context, app, options)
      const reply = await make(given, app)
      expect(reply.status, reply.text).toBeLessThan(300)
      const requestId = reply.headers['x-request-id']
      const own = (await rowsOf(given.orgId)).filter((row) => row.request_id === requestId)
      expect([...new Set(own.map((row) => row.action))].toSorted()).toEqual([...actions].toSorted())
      for (const row of own) {
        expect(row).toMatchObject({
          actor_kind: 'user',
          actor_id: actor ? actor(reply) : given.admin.userId,
          address: '127.0.0.1',
        })
      }
      const text = JSON.stringify(own)
      // The log contains no passwords, hashes, secrets, names or identifiers.
      expect(text).not.toMatch(/hidden|argon2|Asha|Nair|9140000/i)
    },
  )
})

test('a refused change is not recorded, and a repeated one is recorded once', async () => {
  const { call, orgId, seriesId, customerId } = await openAudited(context, app)
  const before = (await rowsOf(orgId)).length
  await call('POST', '/v2/coupon/issue', { seriesId: 999_999_999, customer: { id: customerId } })
  await call('POST', '/admin/v1/clients', { name: 'x', till: 'nobody' })
  expect(await rowsOf(orgId)).toHaveLength(before)
  const body = { seriesId, customer: { id: customerId } }
  const key = { 'idempotency-key': 'again' }
  const first = await call('POST', '/v2/coupon/issue', body, key)
  const second = await call('POST', '/v2/coupon/issue', body, key)
  expect([second.text, second.headers['idempotency-replayed']]).toEqual([first.text, 'true'])
  expect(await rowsOf(orgId)).toHaveLength(before + 1)
})

test('operations of tills on coupons and customers are not logged twice: their events are the record', async () => {
  const shop = await openAudited(context, app)
  const before = (await rowsOf(shop.orgId)).length
  const { status } = await shop.issue(shop.seriesId, shop.customerId)
  expect(status).toBe(200)
  const { code } = await shop.coupon(shop.seriesId, shop.customerId)
  const redemptionId = (await shop.redeem(code, shop.customerId)).at('redemption.0.redemptionId')
  expect((await shop.reverse([Number(redemptionId)])).status).toBe(200)
  expect((await shop.revoke({ couponCodes: [code] })).status).toBe(200)
  await shop.registered({ mobile: anyMobile() })
  expect(await rowsOf(shop.orgId)).toHaveLength(before)
})

test('an operation of a till that states a reason is recorded with it', async () => {
  const shop = await openAudited(context, app)
  const { code } = await shop.coupon(shop.seriesId, shop.customerId)
  const stated = { headers: { 'x-counterfoil-reason': encodeURIComponent('printed twice') } }
  const { status, headers } = await shop.revoke({ couponCodes: [code] }, stated)
  expect(status).toBe(200)
  const row = (await rowsOf(shop.orgId)).find((one) => one.request_id === headers['x-request-id'])
  expect(row).toMatchObject({ action: 'coupon.revoked', actor_kind: 'till', reason: 'printed twice' })
})

test('changes by tills and clients to the setup of an organisation are recorded in their name', async () => {
  const shop = await openAudited(context, app)
  const administrator = await shop.signInAs('administrator')
  const created = await shop.call('POST', '/admin/v1/zones', { code: 'x' })
  expect(created.status).toBe(200)
  const byTill = await shop.post('/v2/orgEntity/store', { code: 'mall' }, administrator)
  const row = (await rowsOf(shop.orgId)).find((one) => one.request_id === byTill.headers['x-request-id'])
  const till = `administrator-${shop.orgId}`
  expect(row).toMatchObject({ action: 'store.created', actor_kind: 'till' })
  const listed = entriesOf(await shop.admin.call('GET', '/admin/v1/audit?actor=till'))
  expect(listed[0]?.actor).toEqual({ kind: 'till', id: row?.actor_id, name: till })
  // An author without a request is a command, which works directly on the database.
  const line = entriesOf(await shop.admin.call('GET', '/admin/v1/audit?actor=command-line&limit=1'))
  expect(line[0]?.actor).toEqual({ kind: 'command-line', id: null, name: null })
})

describe('an entry', () => {
  test('contains the old and new values of what changed', async () => {
    const { call, admin, orgId, storeCode } = await openAudited(context, app)
    const why = 'Kundin rief an: „Karte weg“\nTicket 7'
    await call(
      'PATCH',
      '/admin/v1/organisation',
      { currency: 'INR', requiresTransactionNumber: true },
      {
        'x-counterfoil-reason': encodeURIComponent(why),
        'x-request-id': 'mine-7',
      },
    )
    const [entry] = entriesOf(await call('GET', '/admin/v1/audit?limit=1'))
    expect(entry).toEqual({
      id: expect.any(Number),
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      actor: { kind: 'user', id: admin.userId, name: 'A admin' },
      action: 'organisation.changed',
      subject: { kind: 'organisation', id: orgId, name: null, seriesId: null },
      before: { currency: null, requiresTransactionNumber: false },
      after: { currency: 'INR', requiresTransactionNumber: true },
      reason: why,
      address: '127.0.0.1',
      requestId: 'mine-7',
    })
    expect(storeCode).toBeTruthy()
  })

  test('of a coupon contains code, customer, store, bill and expiry', async () => {
    const { call, coupon, seriesId, customerId, storeId, storeCode } = await openAudited(context, app)
    const { id, code } = await coupon(seriesId, customerId)
    const at = {
      'x-cap-api-attribution-entity-type': 'STORE_CODE',
      'x-cap-api-attribution-entity-code': storeCode,
    }
    const body = { redemptionRequestList: [{ code }], user: { id: customerId }, billAmount: 99.5 }
    const redemptionId = (
      await call('POST', '/v2/coupon/redeem', { ...body, transactionNumber: 'T-9' }, at)
    ).at('redemption.0.redemptionId')
    await call('PUT', '/v2/coupon/bulk/expiry', {
      couponCodes: [{ couponCode: code, expiryDate: '2098-12-31T00:00:00Z' }],
    })
    const entries = entriesOf(await call('GET', `/admin/v1/audit?subject=coupon:${id}`))
    expect(entries.map(({ action, before, after }) => ({ action, before, after }))).toEqual([
      {
        action: 'coupon.expiry-changed',
        before: { validUntil: '2099-12-31T23:59:59+00:00' },
        after: { code, seriesId, customerId, validUntil: '2098-12-31T00:00:00+00:00' },
      },
      {
        action: 'coupon.redeemed',
        before: null,
        after: {
          code,
          seriesId,
          customerId,
          storeId,
          redemptionId: Number(redemptionId),
          billAmount: 99.5,
          discountAmount: 10,
          transactionNumber: 'T-9',
        },
      },
    ])
  })

  test.each([
    ['%', 400],
    ['%FF%FE', 400],
    [encodeURIComponent('x'.repeat(501)), 400],
    [encodeURIComponent('a\0b'), 400],
    [encodeURIComponent('ü'.repeat(500)), 200],
    ['', 200],
  ])('has a reason of at most 500 characters, UTF-8 and URL-encoded: %s', async (reason, status) => {
    const { call } = await openAudited(context, app)
    const reply = await call(
      'PATCH',
      '/admin/v1/organisation',
      { currency: 'INR' },
      {
        'x-counterfoil-reason': reason,
      },
    )
    expect(reply.status).toBe(status)
  })
})

describe('the list', () => {
  test('is filtered by author, action, subject and time, and paged without gaps', async () => {
    const given = await openAudited(context, app)
    const { call, admin, browser, orgId, customerId } = given
    const care = await browser('care')
    for (const isBlocked of [true, false, true, false, true])
      await call('PATCH', `/admin/v1/customers/${customerId}`, { isBlocked })
    await care.call('POST', '/v2/coupon/issue', { seriesId: given.seriesId, customer: { id: customerId } })
    const all = await rowsOf(orgId)
    const ids = async (query: string) =>
      entriesOf(await call('GET', `/admin/v1/audit?limit=200&${query}`)).map(({ id }) => id)
    const expected = (keep: (row: (typeof all)[number] & Record<string, unknown>) => boolean) =>
      all
        .filter(keep)
        .map((row) => (row as unknown as { id: number }).id)
        .toReversed()
    expect(await ids('')).toEqual(expected(() => true))
    expect(await ids(`actor=user:${care.userId}`)).toEqual(
      expected((row) => row.actor_kind === 'user' && row.actor_id === care.userId),
    )
    expect(await ids('action=coupon.issued')).toEqual(expected((row) => row.action === 'coupon.issued'))
    expect(await ids(`subject=customer:${customerId}`)).toHaveLength(5)
    expect(await ids(`subject=customer&actor=user:${admin.userId}`)).toHaveLength(5)
    expect(await ids('from=2099-01-01')).toEqual([])
    expect(await ids('to=2020-01-01')).toEqual([])
    expect(await ids('from=2020-01-01&to=2099-01-01')).toEqual(await ids(''))
    const paged: number[] = []
    let cursor: unknown = ''
    do {
      const page = await call('GET', `/admin/v1/audit?limit=3&subject=customer&cursor=${String(cursor)}`)
      paged.push(...entriesOf(page).map(({ id }) => id))
      cursor = page.at('nextCursor')
    } while (cursor !== null)
    expect(paged).toEqual(await ids('subject=customer'))
  })

  test.each([
    'actor=somebody',
    'actor=user:x',
    'subject=a:b',
    'from=today',
    'limit=0',
    'limit=201',
    'cursor=x',
  ])('refuses %s', async (query) => {
    const { call } = await openAudited(context, app)
    expect((await call('GET', `/admin/v1/audit?${query}`)).status).toBe(400)
  })

  test('shows nothing of another organisation', async () => {
    const [own, other] = [await openAudited(context, app), await openAudited(context, app)]
    const foreign = new Set((await rowsOf(other.orgId)).map((row) => (row as unknown as { id: number }).id))
    const listed = entriesOf(await own.call('GET', '/admin/v1/audit?limit=200'))
    expect(listed.filter(({ id }) => foreign.has(id))).toEqual([])
  })

  test.each([
    ['actor=user:1', 'audit_log__actor_id'],
    ['subject=coupon:1', 'audit_log__subject_id'],
    ['action=coupon.issued', 'audit_log__action'],
    ['', 'audit_log__at'],
  ])('reads %s through its index', async (query, index) => {
    const { selectAudit } = await import('../../src/identity/audit-log/list-audit.ts')
    const { orgId } = await openAudited(context, app)
    await pool.query(
      `insert into audit_log (org_id, actor_kind, actor_id, action, subject_kind, subject_id)
       select $1, 'user', n % 50 + 2, 'a.' || n % 40, case n % 2 when 0 then 'coupon' else 'series' end, n
       from generate_series(1, 20000) n`,
      [orgId],
    )
    await pool.query('analyze audit_log')
    const [name = '', value = ''] = query.split('=')
    const [kind = '', id] = value.split(':')
    const { sql, parameters } = selectAudit(context.database.queries, orgId, {
      actor: name === 'actor' ? { kind: 'user', id: Number(id) } : undefined,
      subject: name === 'subject' ? { kind, id: Number(id) } : undefined,
      action: name === 'action' ? value : undefined,
      fromS: undefined,
      toS: undefined,
      limit: 51,
      after: undefined,
    }).compile()
    const { rows } = await pool.query(`explain ${sql}`, [...parameters])
    const plan = JSON.stringify(rows)
    expect(plan).toContain(index)
    expect(plan).not.toMatch(/Seq Scan on audit_log|Sort/)
  })
})

test('entries of the log cannot be changed or deleted', async () => {
  const { orgId } = await openAudited(context, app)
  for (const statement of [
    `update audit_log set action = 'x.y' where org_id = ${orgId}`,
    `update audit_log set reason = null where org_id = ${orgId}`,
    `delete from audit_log where org_id = ${orgId}`,
    'truncate audit_log',
    `begin; set local counterfoil.erasing = '1'; update audit_log set actor_id = 1 where org_id = ${orgId}; commit`,
    `begin; set local counterfoil.erasing = '1'; delete from audit_log where org_id = ${orgId}; commit`,
  ]) {
    const client = await pool.connect()
    await expect(client.query(statement), statement).rejects.toThrow('the audit log is not changed')
    client.release(true)
  }
})

test('erasing a person removes the free texts about it, and leaves the author and action of each entry', async () => {
  const { call, orgId, customerId, registered, coupon, series, seriesId } = await openAudited(context, app)
  const other = await registered()
  const because = (text: string) => ({ 'x-counterfoil-reason': encodeURIComponent(text) })
  // Several customers in one request share one reason.
  const again = await series({ is_multiple_per_customer_allowed: true })
  const both = await call(
    'POST',
    '/v1.1/coupon/issue?format=json',
    {
      root: { coupon: [customerId, other].map((id) => ({ series_id: String(again), customer: { id } })) },
    },
    because('Asha and the other'),
  )
  expect(both.status).toBe(200)
  const { code } = await coupon(seriesId, customerId)
  await call(
    'POST',
    '/v2/coupon/redeem',
    { redemptionRequestList: [{ code }], user: { id: customerId } },
    because('Asha'),
  )
  await call('PATCH', `/admin/v1/customers/${customerId}`, { isBlocked: true }, because('Asha again'))
  await call('PATCH', `/admin/v1/customers/${other}`, { isBlocked: true }, because('somebody else'))
  const before = await rowsOf(orgId)
  const erased = await call(
    'DELETE',
    `/admin/v1/customers/${customerId}`,
    undefined,
    because('Asha asked for it'),
  )
  expect(erased.status).toBe(200)
  const after = await rowsOf(orgId)
  expect(JSON.stringify(after)).not.toMatch(/Asha|Nair/)
  expect(JSON.stringify(after)).toContain('somebody else')
  const withoutReason = (rows: object[]) => rows.map((row) => ({ ...row, reason: null }))
  expect(withoutReason(after.slice(0, before.length))).toEqual(withoutReason(before))
})

test('an operation on a customer during its erasure stores no reason', async () => {
  const { call, orgId, customerId, coupon, seriesId } = await openAudited(context, app)
  const { code } = await coupon(seriesId, customerId)
  const client = await pool.connect()
  await client.query('begin')
  // As in the erasure, no new reference to the customer is possible until it is done.
  await client.query('select from customers where id = $1 for update', [customerId])
  await client.query(
    `update customers set first_name = '', last_name = '', erased_at = now() where id = $1`,
    [customerId],
  )
  const body = { redemptionRequestList: [{ code }], user: { id: customerId } }
  const redeeming = call('POST', '/v2/coupon/redeem', body, { 'x-counterfoil-reason': 'for%20Asha' })
  await vi.waitFor(
    async () => {
      const { rows } = await pool.query(`select from pg_locks where not granted`)
      expect(rows.length).toBeGreaterThan(0)
    },
    { timeout: 10_000, interval: 20 },
  )
  await client.query('commit')
  client.release()
  expect((await redeeming).status).toBe(200)
  const { rows } = await pool.query(
    `select reason from audit_log where org_id = $1 and action = 'coupon.redeemed'`,
    [orgId],
  )
  expect(rows).toEqual([{ reason: null }])
})
