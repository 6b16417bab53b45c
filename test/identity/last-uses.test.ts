import { describe, expect, test } from 'vitest'
import { writeLastUses } from '../../src/identity/credentials/keep-last-uses.ts'
import { selectClients, selectTills } from '../../src/identity/organisations/list-logins.ts'
import { selectUsers } from '../../src/identity/people/list-users.ts'
import { createTestContext, createTestServer, signInAsClient } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'
import { send } from '../support/write-cases.ts'

/** When tills, clients and people were last seen, without a write for each of their requests. */

const context = await createTestContext({ now: '2026-05-04T08:00:00Z' })
const app = await createTestServer(context)
const { pool } = context.database

const at = async (now: string) => {
  const later = await createTestContext({ now, database: context.database })
  return { context: later, app: await createTestServer(later) }
}

interface Listed {
  id: number
  lastUsedAt: string | null
}

describe('the last use', () => {
  test('of a till, a client and a person is shown in their lists, a minute late at most', async () => {
    const office = await openOffice(context, app)
    const admin = await office.browser('admin')
    const list = async (what: 'tills' | 'clients') =>
      (await admin.call('GET', `/admin/v1/${what}`)).at(what) as Listed[]
    expect((await list('tills'))[0]?.lastUsedAt).toBe(null)
    const client = await signInAsClient(context, app, office, 'administrator')
    await send(app, 'GET', '/v2/coupon/series', client.headers)
    await office.call('GET', '/v2/coupon/series')
    await writeLastUses(context)
    expect((await list('tills'))[0]?.lastUsedAt).toBe('2026-05-04T08:00:00Z')
    const clients = await list('clients')
    // The client of the shop has never asked for anything.
    expect(clients.map(({ lastUsedAt }) => lastUsedAt)).toEqual([null, '2026-05-04T08:00:00Z'])
    expect((await admin.call('GET', '/admin/v1/users')).at('users.0.lastSeenAt')).toBe('2026-05-04T08:00:00Z')
  })

  test('of a person is known after the sessions were deleted', async () => {
    const office = await openOffice(context, app)
    const admin = await office.browser('admin')
    await admin.call('GET', '/admin/v1/tills')
    await writeLastUses(context)
    await pool.query(`delete from user_sessions where org_id = $1`, [office.orgId])
    const again = await office.browser('admin')
    const users = (await again.call('GET', '/admin/v1/users')).at('users') as { lastSeenAt: string }[]
    expect(users[0]?.lastSeenAt).toBe('2026-05-04T08:00:00Z')
  })

  test('is the latest of all servers, whichever writes last', async () => {
    const office = await openOffice(context, app)
    const later = await at('2026-05-04T09:30:00Z')
    await office.call('GET', '/v2/coupon/series')
    await office.call('GET', '/v2/coupon/series', undefined, { app: later.app })
    await writeLastUses(later.context)
    await writeLastUses(context)
    const { rows } = await pool.query('select used_at from last_uses where org_id = $1', [office.orgId])
    expect(rows).toEqual([{ used_at: new Date('2026-05-04T09:30:00Z') }])
  })

  test('is not counted for wrong credentials', async () => {
    const office = await openOffice(context, app)
    await send(app, 'GET', '/v2/coupon/series', { authorization: 'Basic eDp5' })
    await writeLastUses(context)
    const { rows } = await pool.query('select from last_uses where org_id = $1', [office.orgId])
    expect(rows).toEqual([])
  })
})

test('a thousand requests write nothing, and then one row', async () => {
  const office = await openOffice(context, app)
  const written = async () => {
    const { rows } = await pool.query<{ used: number }>(
      'select count(*)::int as used from last_uses where org_id = $1',
      [office.orgId],
    )
    return rows[0]?.used
  }
  for (let n = 0; n < 1_000; n++)
    context.lastUses.note({ orgId: office.orgId, kind: 'till', holderId: office.tillId }, n)
  await office.call('GET', '/v2/coupon/series')
  expect(await written()).toBe(0)
  await writeLastUses(context)
  expect(await written()).toBe(1)
})

test('uses that cannot be written are kept for the next attempt, and do not replace later ones', async () => {
  const office = await openOffice(context, app)
  const { database } = context
  await office.call('GET', '/v2/coupon/series')
  const broken = {
    ...context,
    database: { ...database, pool: { query: () => Promise.reject(new Error('gone')) } },
  }
  await expect(writeLastUses(broken as never)).rejects.toThrow('gone')
  await writeLastUses(context)
  const { rows } = await pool.query('select used_at from last_uses where org_id = $1', [office.orgId])
  expect(rows).toEqual([{ used_at: new Date('2026-05-04T08:00:00Z') }])
})

test('uses of an organisation that was deleted meanwhile are dropped', async () => {
  context.lastUses.note({ orgId: 999_999_999, kind: 'till', holderId: 1 }, 0)
  await writeLastUses(context)
  expect(context.lastUses.take().size).toBe(0)
})

test('the lists of tills, clients and people read the last uses and the sessions through their indexes', async () => {
  const office = await openOffice(context, app)
  const { orgId, tillId } = office
  const { queries } = context.database
  await pool.query(
    `insert into last_uses (org_id, kind, holder_id, used_at)
     select $1, kind, n, now() from generate_series(1000000, 1005000) n, unnest(array['till', 'client', 'user']) kind`,
    [orgId],
  )
  const { id } = await office.person('care')
  await pool.query(
    `insert into user_sessions (org_id, user_id, token_hash, address, user_agent, created_at, last_seen_at)
     select $1, $2, sha256(n::text::bytea), '127.0.0.1', '', now(), now() from generate_series(1, 3000) n`,
    [orgId, (await office.person('admin')).id],
  )
  await pool.query('vacuum analyze last_uses, user_sessions, tills, clients, users')
  const page = { limit: 100, offset: 0, only: tillId }
  const lists = [
    selectTills(queries, orgId, page),
    selectClients(queries, orgId, { ...page, only: 1 }),
    selectUsers(queries, orgId).where('u.id', '=', id),
  ]
  for (const list of lists) {
    const { sql, parameters } = list.compile()
    const { rows } = await pool.query(`explain ${sql}`, [...parameters])
    const plan = JSON.stringify(rows)
    expect(plan).toContain('last_uses__pkey')
    expect(plan).not.toMatch(/Seq Scan on (last_uses|user_sessions)/)
  }
})
