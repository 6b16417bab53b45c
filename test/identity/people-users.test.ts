import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { changeUser } from '../../src/identity/people/change-user.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openOffice, signIn, type Browser, type Office } from '../support/people-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)

let office: Office
let admin: Browser

beforeEach(async () => {
  office = await openOffice(context, app)
  admin = await office.browser('admin')
})

const given = (more: object = {}) => ({
  email: `${randomUUID()}@example.com`,
  name: 'Maya Rao',
  role: 'care',
  password: 'a fine password',
  ...more,
})

const create = (more?: object) => admin.call('POST', '/admin/v1/users', given(more))

describe('a user', () => {
  test('is created, listed, read, and signs in', async () => {
    const email = `Maya.${randomUUID()}@Example.com`
    const created = await create({ email })
    expect(created.json).toEqual({
      id: expect.any(Number),
      email: email.toLowerCase(),
      name: 'Maya Rao',
      role: 'care',
      isDisabled: false,
      createdAt: expect.stringMatching(/Z$/),
      lastSeenAt: null,
      version: 1,
    })
    expect(created.text).not.toContain('fine password')
    const id = created.at('id') as number
    expect((await admin.call('GET', `/admin/v1/users/${id}`)).json).toEqual(created.json)
    const listed = await admin.call('GET', '/admin/v1/users')
    expect((listed.at('users') as { id: number }[]).map((one) => one.id)).toEqual([admin.userId, id])
    expect((await admin.call('GET', '/admin/v1/users?limit=1&offset=1')).at('users.0')).toEqual(created.json)
    expect((await signIn(app, email, 'a fine password')).at('user.id')).toBe(id)
  })

  test('has an e-mail address that is unique across organisations, regardless of letter case', async () => {
    const email = `${randomUUID()}@example.com`
    const other = await openOffice(context, app)
    const otherAdmin = await other.browser('admin')
    expect((await create({ email })).status).toBe(200)
    for (const taken of [email, email.toUpperCase(), ` ${email} `]) {
      expect((await create({ email: taken })).at('detail')).toContain('is taken')
      const there = await otherAdmin.call('POST', '/admin/v1/users', given({ email: taken }))
      expect(there.at('detail')).toContain('is taken')
    }
    // The refused ones left nothing behind.
    expect(await otherAdmin.call('GET', '/admin/v1/users').then((all) => all.at('users.1'))).toBeUndefined()
  })

  test.each([
    { email: 'no address' },
    { email: '@example.com' },
    { email: `${'x'.repeat(320)}@example.com` },
    { name: '   ' },
    { role: 'owner' },
    { password: 'short' },
    { password: 'abababababababab' },
    { password: 'x'.repeat(1_001) },
  ])('with invalid values is refused: %j', async (nonsense) => {
    expect((await create(nonsense)).status).toBe(400)
  })

  test('is changed field by field', async () => {
    const id = (await create()).at('id') as number
    const path = `/admin/v1/users/${id}`
    expect((await admin.call('PATCH', path, { name: 'Maya R.' })).json).toMatchObject({
      name: 'Maya R.',
      role: 'care',
      isDisabled: false,
    })
    expect((await admin.call('PATCH', path, { role: 'campaign' })).at('role')).toBe('campaign')
    expect((await admin.call('PATCH', path, { isDisabled: true })).at('isDisabled')).toBe(true)
    expect((await admin.call('PATCH', path, {})).json).toMatchObject({ role: 'campaign', isDisabled: true })
    expect((await admin.call('PATCH', path, { isDisabled: false })).at('isDisabled')).toBe(false)
    expect((await admin.call('PATCH', path, { name: '' })).status).toBe(400)
  })

  test('of another organisation is not found', async () => {
    const other = await openOffice(context, app)
    const stranger = await other.browser('care')
    const path = `/admin/v1/users/${stranger.userId}`
    expect((await admin.call('GET', path)).status).toBe(404)
    expect((await admin.call('PATCH', path, { role: 'admin' })).status).toBe(404)
    expect((await admin.call('PUT', `${path}/password`, { password: 'another password' })).status).toBe(404)
    expect((await admin.call('GET', `${path}/sessions`)).status).toBe(404)
    expect((await admin.call('DELETE', `${path}/sessions`)).status).toBe(404)
    expect((await admin.call('DELETE', `${path}/sessions/1`)).status).toBe(404)
    expect((await stranger.call('GET', '/admin/v1/session')).status).toBe(200)
  })
})

describe('the last administrator', () => {
  test('can neither give up the role nor be disabled', async () => {
    const path = `/admin/v1/users/${admin.userId}`
    expect((await admin.call('PATCH', path, { role: 'auditor' })).status).toBe(409)
    expect((await admin.call('PATCH', path, { isDisabled: true })).status).toBe(409)
    expect((await admin.call('PATCH', path, { name: 'Still here' })).status).toBe(200)
    const second = await office.browser('admin')
    expect((await admin.call('PATCH', `/admin/v1/users/${second.userId}`, { isDisabled: true })).status).toBe(
      200,
    )
    // A disabled person does not count as an administrator.
    expect((await admin.call('PATCH', path, { role: 'care' })).status).toBe(409)
  })

  test('remains if all administrators lose the role at once', async () => {
    const others = await Promise.all([1, 2, 3].map(() => office.person('admin')))
    const ids = [admin.userId, ...others.map(({ id }) => id)]
    const { queries } = context.database
    const ends = await Promise.allSettled(
      ids.map((id) => changeUser(queries, office.orgId, id, { role: 'care' })),
    )
    expect(ends.map(({ status }) => status).toSorted()).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
    ])
    const left = await context.database.queries
      .selectFrom('users')
      .select('id')
      .where('org_id', '=', office.orgId)
      .where('role', '=', 'admin')
      .execute()
    expect(left).toHaveLength(1)
  })
})

describe('sessions of a user', () => {
  test('are listed, and ended one by one or all together', async () => {
    const care = await office.browser('care')
    await signIn(app, care.email, undefined, { 'user-agent': 'Firefox' })
    await signIn(app, care.email)
    const path = `/admin/v1/users/${care.userId}/sessions`
    const listed = (await admin.call('GET', path)).at('sessions') as { id: number; userAgent: string }[]
    expect(listed).toHaveLength(3)
    expect(listed[1]).toEqual({
      id: expect.any(Number),
      address: '127.0.0.1',
      userAgent: 'Firefox',
      createdAt: expect.any(String),
      lastSeenAt: expect.any(String),
    })
    const id = listed[1]?.id
    expect((await admin.call('DELETE', `${path}/${id}`)).json).toEqual({ id })
    expect((await admin.call('DELETE', `${path}/${id}`)).status).toBe(200)
    expect((await admin.call('DELETE', `${path}/999999`)).status).toBe(404)
    expect((await admin.call('GET', path)).at('sessions')).toHaveLength(2)
    expect((await admin.call('DELETE', path)).json).toEqual({ ended: 2 })
    expect((await admin.call('GET', path)).at('sessions')).toEqual([])
  })
})
