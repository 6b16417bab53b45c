import { beforeEach, describe, expect, test, vi } from 'vitest'
import { forgetOldRows } from '../../src/operate/sweeps.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import {
  browserOf,
  cookieOf,
  openOffice,
  personPassword,
  signIn,
  type Browser,
  type Office,
} from '../support/people-cases.ts'
import { send, type Reply } from '../support/write-cases.ts'

/** How people who forgot their password get in again, and how nobody else does. */

const start = '2026-05-04T08:00:00Z'
const context = await createTestContext({ now: start })
const app = await createTestServer(context)
const { pool } = context.database

let office: Office
let admin: Browser
let person: { id: number; email: string }

beforeEach(async () => {
  office = await openOffice(context, app)
  admin = await office.browser('admin')
  person = await office.person('care', 'Maya Rao')
})

const chosen = 'a whole new password'
const linkOf = (id: number) => admin.call('POST', `/admin/v1/users/${id}/password-link`)
const tokenOf = async (id: number) => (await linkOf(id)).at('token') as string
const read = (token: string, server = app) =>
  send(server, 'POST', '/admin/v1/password-link/read', {}, { token })
const use = (token: string, password = chosen, server = app) =>
  send(server, 'POST', '/admin/v1/password-link/use', {}, { token, password })
const serverAt = async (now: string) =>
  createTestServer(await createTestContext({ now, database: context.database }))
const problem = (reply: Reply) => ({ status: reply.status, detail: reply.at('detail') })
const refused = { status: 404, detail: expect.stringContaining('This link does not work') as string }

test('a link of an administrator lets the person choose a password, ends all sessions and signs in', async () => {
  const old = cookieOf(await signIn(app, person.email))
  const made = await linkOf(person.id)
  const token = made.at('token') as string
  expect(made.json).toEqual({
    id: person.id,
    token,
    path: `/console/password#${token}`,
    expiresAt: '2026-05-04T09:00:00Z',
  })
  expect((await read(token)).json).toEqual({
    name: 'Maya Rao',
    email: person.email,
    organisation: expect.stringMatching(/^Brand /) as string,
  })
  const used = await use(token)
  expect(used.at('user.id')).toBe(person.id)
  expect((await browserOf(app, cookieOf(used))('GET', '/admin/v1/session')).at('user.email')).toBe(
    person.email,
  )
  const other = await serverAt(start)
  expect((await browserOf(other, old)('GET', '/admin/v1/session')).status).toBe(401)
  expect((await signIn(app, person.email)).status).toBe(401)
  expect((await signIn(app, person.email, chosen)).status).toBe(200)
})

test('until a link is used the old password works, and reading the link does not use it', async () => {
  const token = await tokenOf(person.id)
  await read(token)
  expect((await signIn(app, person.email)).status).toBe(200)
  expect((await read(token)).status).toBe(200)
})

test('a password that is too easy to guess is refused, and the link still works', async () => {
  const token = await tokenOf(person.id)
  for (const easy of ['short', 'passwordpassword', person.email])
    expect((await use(token, easy)).status).toBe(400)
  expect((await use(token)).status).toBe(200)
})

test('making, withdrawing and using a link is recorded, by whom, without its secret', async () => {
  const first = await tokenOf(person.id)
  await admin.call('DELETE', `/admin/v1/users/${person.id}/password-link`, undefined, {
    'x-counterfoil-reason': 'wrong%20person',
  })
  const token = await tokenOf(person.id)
  await use(token)
  const { rows } = await pool.query<{ action: string; actor_id: number }>(
    `select action, actor_id, after, before from audit_log where org_id = $1 and subject_id = $2 and action like 'user.%' order by id`,
    [office.orgId, person.id],
  )
  expect(rows.map(({ action, actor_id: by }) => [action, by])).toEqual([
    ['user.created', null],
    ['user.password-link.created', admin.userId],
    ['user.password-link.deleted', admin.userId],
    ['user.password-link.created', admin.userId],
    ['user.password-link.deleted', person.id],
    ['user.changed', person.id],
  ])
  const log = await pool.query('select l::text from audit_log l where org_id = $1', [office.orgId])
  const stored = await pool.query('select * from password_links')
  for (const secret of [first, token].map((one) => one.split('.')[1] ?? ''))
    expect(JSON.stringify([log.rows, stored.rows])).not.toContain(secret)
})

describe('a link is refused, with one text for every reason,', () => {
  test('when it is replayed', async () => {
    const token = await tokenOf(person.id)
    expect((await use(token)).status).toBe(200)
    expect(problem(await use(token, 'another fine password'))).toEqual(refused)
    expect(problem(await read(token))).toEqual(refused)
    expect((await signIn(app, person.email, chosen)).status).toBe(200)
  })

  test('when it has expired', async () => {
    const token = await tokenOf(person.id)
    expect((await read(token, await serverAt('2026-05-04T08:59:59Z'))).status).toBe(200)
    const late = await serverAt('2026-05-04T09:00:00Z')
    expect(problem(await read(token, late))).toEqual(refused)
    expect(problem(await use(token, chosen, late))).toEqual(refused)
    expect((await signIn(app, person.email)).status).toBe(200)
  })

  test('when it is altered, or names another organisation', async () => {
    const other = await openOffice(context, app)
    const token = await tokenOf(person.id)
    const [orgId = '', secret = ''] = token.split('.')
    const altered = `${secret.startsWith('A') ? 'B' : 'A'}${secret.slice(1)}`
    for (const wrong of [
      `${orgId}.${altered}`,
      `${orgId}.${secret.slice(1)}`,
      `${orgId}.${secret}x`,
      `${other.orgId}.${secret}`,
      `${orgId}0.${secret}`,
      secret,
      `${orgId}.' or true --`,
      'x'.repeat(200),
    ]) {
      expect(problem(await read(wrong)), wrong).toEqual(refused)
      expect(problem(await use(wrong)), wrong).toEqual(refused)
    }
    expect((await use(token)).status).toBe(200)
  })

  test('when a newer one replaced it, it was withdrawn, or the password was set', async () => {
    const replaced = await tokenOf(person.id)
    const withdrawn = await tokenOf(person.id)
    expect(problem(await use(replaced))).toEqual(refused)
    const path = `/admin/v1/users/${person.id}`
    const because = { 'x-counterfoil-reason': 'sent%20to%20the%20wrong%20person' }
    const answer = await admin.call('DELETE', `${path}/password-link`, undefined, because)
    expect(answer.json).toEqual({ withdrawn: true })
    expect((await admin.call('DELETE', `${path}/password-link`, undefined, because)).json).toEqual({
      withdrawn: false,
    })
    expect(problem(await use(withdrawn))).toEqual(refused)
    const overtaken = await tokenOf(person.id)
    await admin.call('PUT', `${path}/password`, { password: 'set by the office' }, because)
    expect(problem(await use(overtaken))).toEqual(refused)
    expect((await signIn(app, person.email, 'set by the office')).status).toBe(200)
  })

  test('when the person is disabled, also after being enabled again', async () => {
    const token = await tokenOf(person.id)
    const path = `/admin/v1/users/${person.id}`
    const because = { 'x-counterfoil-reason': 'left%20us' }
    await admin.call('PATCH', path, { isDisabled: true }, because)
    expect(problem(await use(token))).toEqual(refused)
    expect((await linkOf(person.id)).status).toBe(409)
    await admin.call('PATCH', path, { isDisabled: false })
    expect(problem(await use(token))).toEqual(refused)
    expect((await linkOf(person.id)).status).toBe(200)
  })
})

test('of twenty attempts with one link at once exactly one wins', async () => {
  const token = await tokenOf(person.id)
  const attempts = Array.from({ length: 20 }, (_, n) => `password number ${n} of twenty`)
  const answers = await Promise.all(attempts.map((password) => use(token, password)))
  const won = attempts.filter((_, n) => answers[n]?.status === 200)
  expect(won).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 404)).toHaveLength(19)
  expect((await signIn(app, person.email, won[0])).status).toBe(200)
})

test('only an administrator makes links, and only for people of the own organisation', async () => {
  const other = await openOffice(context, app)
  const stranger = await other.person('care')
  expect((await linkOf(stranger.id)).status).toBe(404)
  for (const role of ['care', 'campaign', 'auditor'] as const) {
    const { call } = await office.browser(role)
    expect((await call('POST', `/admin/v1/users/${person.id}/password-link`)).status).toBe(403)
  }
  // A till never does, whatever its access group.
  expect((await office.call('POST', `/admin/v1/users/${person.id}/password-link`)).status).toBe(403)
  const { rows } = await pool.query('select from password_links where org_id = any($1)', [
    [office.orgId, other.orgId],
  ])
  expect(rows).toEqual([])
})

test('a page of another site cannot use a link in the browser of somebody', async () => {
  const token = await tokenOf(person.id)
  const body = { token, password: chosen }
  const foreign = { origin: 'https://example.com', 'sec-fetch-site': 'cross-site' }
  expect((await send(app, 'POST', '/admin/v1/password-link/use', foreign, body)).status).toBe(403)
  expect((await use(token)).status).toBe(200)
})

test('guessing links takes from the quota of sign-ins of the address', async () => {
  const limited = await createTestContext({
    database: context.database,
    env: { ABUSE_LIMITS: '1', RATE_LIMIT_SIGN_IN: '3' },
  })
  const server = await createTestServer(limited)
  const statuses: number[] = []
  for (let n = 0; n < 5; n++) statuses.push((await read(`1.${'x'.repeat(43)}`, server)).status)
  expect(statuses).toEqual([404, 404, 404, 429, 429])
})

test('a person who was locked out by failed attempts gets in by a link', async () => {
  for (let n = 0; n < 7; n++) await signIn(app, person.email, 'wrong')
  expect((await signIn(app, person.email)).status).toBe(429)
  const used = await use(await tokenOf(person.id))
  expect(used.at('user.id')).toBe(person.id)
})

test('links that nobody used are swept, which is no change by anybody', async () => {
  await tokenOf(person.id)
  const colleague = await office.person('care')
  await tokenOf(colleague.id)
  await pool.query(`update password_links set expires_at = now() - interval '2 days' where user_id = $1`, [
    person.id,
  ])
  await pool.query(`update password_links set expires_at = now() + interval '1 hour' where user_id = $1`, [
    colleague.id,
  ])
  await forgetOldRows(context)
  const { rows } = await pool.query('select user_id from password_links where org_id = $1', [office.orgId])
  expect(rows).toEqual([{ user_id: colleague.id }])
  await vi.waitFor(async () => {
    const log = await pool.query(
      `select from audit_log where org_id = $1 and action = 'user.password-link.deleted'`,
      [office.orgId],
    )
    expect(log.rowCount).toBe(0)
  })
})

test('the person cannot sign in with the password of before after a link was used', async () => {
  await use(await tokenOf(person.id))
  expect((await signIn(app, person.email, personPassword)).status).toBe(401)
})
