import { beforeEach, describe, expect, test, vi } from 'vitest'
import { basic, createTestContext, createTestServer, password, signInAsClient } from '../support/harness.ts'
import { clientSettings } from '../../src/values/client-settings.ts'
import { openCustomerShop, type CustomerShop } from '../support/customer-cases.ts'
import { send, type Body, type Method, type Reply } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)

/** No client setting is stated. */
const notStated = Object.fromEntries(clientSettings.map(({ name }) => [name, null]))

/** Servers apply a change within a second; this pause is longer. */
const untilFollowed = { timeout: 5_000, interval: 100 }

let shop: CustomerShop
let admin: (method: Method, path: string, body?: Body) => Promise<Reply>

beforeEach(async () => {
  shop = await openCustomerShop(context, app)
  const administrator = await signInAsClient(context, app, shop, 'administrator')
  admin = (method, path, body) => shop.call(method, `/admin/v1/${path}`, body, administrator)
})

function expectProblem(reply: Reply, status: number): void {
  expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/)
  const { errors = [], ...problem } = reply.json as { readonly errors?: readonly { field: unknown }[] }
  expect(errors.filter(({ field }) => typeof field !== 'string')).toEqual([])
  expect(problem).toEqual({
    type: 'about:blank',
    title: expect.any(String),
    status,
    detail: expect.any(String),
    code: expect.any(Number),
    name: expect.any(String),
    requestId: reply.headers['x-request-id'],
  })
  expect(reply.status).toBe(status)
}

/** Ids of another organisation, which must not be found. */
async function foreign() {
  const other = await openCustomerShop(context, app)
  const { id: clientId } = await context.database.queries
    .selectFrom('clients')
    .select('id')
    .where('org_id', '=', other.orgId)
    .executeTakeFirstOrThrow()
  const { id: groupId } = await context.database.queries
    .selectFrom('access_groups')
    .select('id')
    .where('org_id', '=', other.orgId)
    .where('name', '=', 'default')
    .executeTakeFirstOrThrow()
  return { ...other, clientId, groupId }
}

const calls: [method: Method, path: string, body?: object][] = [
  ['GET', 'organisation'],
  ['PATCH', 'organisation', {}],
  ['GET', 'clients'],
  ['POST', 'clients', { name: 'x', till: 'x' }],
  ['POST', 'clients/1/revoke'],
  ['POST', 'clients/1/rotate-secret'],
  ['GET', 'tills'],
  ['POST', 'tills/1/revoke'],
  ['PUT', 'tills/1/password', { password: 'a till of its own' }],
  ['POST', 'zones', { code: 'x' }],
  ['POST', 'concepts', { code: 'x' }],
  ['PATCH', 'stores/1', {}],
  ['GET', 'access-groups'],
  ['POST', 'access-groups', { name: 'x' }],
  ['PATCH', 'access-groups/1', {}],
  ['PATCH', 'customers/1', { isBlocked: true }],
  ['DELETE', 'customers/1'],
]

describe('a failure is a problem document', () => {
  test.each(calls)(
    '%s /admin/v1/%s: 401 without credentials, 403 without access',
    async (method, path, body) => {
      const anonymous = await send(app, method, `/admin/v1/${path}`, {}, body)
      expectProblem(anonymous, 401)
      expect(anonymous.headers['www-authenticate']).toBe('Basic realm="counterfoil"')
      // The default group reads the organisation and does not write it.
      if (method !== 'GET' || path === 'clients')
        expectProblem(await shop.call(method, `/admin/v1/${path}`, body), 403)
      await admin('POST', 'access-groups', { name: 'outside', access: { customer: 'write' } })
      const outside = await signInAsClient(context, app, shop, 'outside')
      expectProblem(await shop.call(method, `/admin/v1/${path}`, body, outside), 403)
    },
  )

  test('400 for an invalid body, 404 for an unknown path or id, 405 for a wrong method, 415 for a body that is not JSON', async () => {
    expectProblem(await admin('PATCH', 'organisation', '{'), 400)
    expectProblem(await admin('PATCH', 'organisation', { timeZone: 7 }), 400)
    expectProblem(await admin('GET', 'nothing'), 404)
    expectProblem(await admin('POST', 'clients/abc/revoke'), 404)
    const other = await admin('DELETE', 'organisation')
    expectProblem(other, 405)
    expect(other.headers['allow']).toBe('GET, HEAD, PATCH')
  })

  test('404 for records of another organisation, which remain unchanged', async () => {
    const other = await foreign()
    for (const [method, path, body] of [
      ['POST', `clients/${other.clientId}/revoke`],
      ['POST', `clients/${other.clientId}/rotate-secret`],
      ['POST', `tills/${other.tillId}/revoke`],
      ['PUT', `tills/${other.tillId}/password`, { password: 'taken over' }],
      ['PATCH', `access-groups/${other.groupId}`, { access: { organisation: 'write' } }],
      ['PATCH', `customers/${await other.registered()}`, { isBlocked: true }],
    ] as const)
      expectProblem(await admin(method, path, body), 404)
    expect((await other.find(await other.registered())).status).toBe(200)
    expect((await other.call('PATCH', '/admin/v1/organisation', {})).status).toBe(403)
  })
})

describe('settings', () => {
  test('are returned and changed, individually or together', async () => {
    const before = await admin('GET', 'organisation')
    expect(Object.keys(before.json as object)).toEqual([
      'id',
      'name',
      'timeZone',
      'country',
      'currency',
      'requiresTransactionNumber',
      'replaysTillRetries',
      'couponPrefix',
      'couponSuffix',
      'clientSettings',
      'isSandbox',
      'version',
    ])
    const one = await admin('PATCH', 'organisation', { currency: 'inr' })
    expect(one.json).toEqual({ ...(before.json as object), currency: 'INR', version: 2 })
    const all = {
      name: `Renamed ${shop.orgId}`,
      timeZone: 'Asia/Kolkata',
      country: 'DE',
      currency: null,
      requiresTransactionNumber: true,
      replaysTillRetries: true,
      couponPrefix: 'AB-',
      couponSuffix: null,
      clientSettings: { ...notStated, v1Types: 'typed', v2RefusalStatus: '200' },
    }
    expect((await admin('PATCH', 'organisation', all)).json).toEqual({
      id: shop.orgId,
      ...all,
      isSandbox: false,
      version: 3,
    })
    expect((await admin('GET', 'organisation')).json).toEqual({
      id: shop.orgId,
      ...all,
      isSandbox: false,
      version: 3,
    })
  })

  test('apply to redemptions within a second', async () => {
    const customerId = await shop.customer()
    const { code } = await shop.coupon(await shop.series(), customerId)
    await admin('PATCH', 'organisation', { requiresTransactionNumber: true })
    await vi.waitFor(async () => {
      expect((await shop.redeem(code, customerId)).at('redemptionStatus.code')).toBe(718)
    }, untilFollowed)
  })

  test.each([
    [{ timeZone: 'Mars/Olympus' }],
    [{ country: 'ZZ' }],
    [{ currency: 'R1' }],
    [{ name: ' ' }],
    [{ name: '12' }],
    [{ name: 'x'.repeat(201) }],
  ])('%j is refused and nothing changes', async (change) => {
    const before = await admin('GET', 'organisation')
    expectProblem(await admin('PATCH', 'organisation', change), 400)
    expect((await admin('GET', 'organisation')).json).toEqual(before.json)
  })

  test('cannot include the name of another organisation', async () => {
    const other = await foreign()
    const { name } = await context.database.queries
      .selectFrom('organisations')
      .select('name')
      .where('org_id', '=', other.orgId)
      .executeTakeFirstOrThrow()
    expectProblem(await admin('PATCH', 'organisation', { name }), 400)
  })
})

describe('clients', () => {
  const tokenOf = (key: unknown, secret: unknown) =>
    send(app, 'POST', '/v3/oauth/token/generate', {}, { key: String(key), secret: String(secret) })

  test('are created with a secret that is shown once, and act with their access group', async () => {
    const created = await admin('POST', 'clients', {
      name: 'care',
      till: shop.tillCode,
      accessGroup: 'administrator',
    })
    expect(created.status).toBe(200)
    const { text } = await admin('GET', 'clients')
    expect(text).toContain('"care"')
    expect(text).not.toContain(String(created.at('secret')))
    const token = await tokenOf(created.at('key'), created.at('secret'))
    const headers = { 'x-cap-api-oauth-token': token.at('data.accessToken') as string }
    expect((await send(app, 'PATCH', '/admin/v1/organisation', headers, {})).status).toBe(200)
  })

  test('with a taken name, an unknown till or group, or another organisation’s till are refused', async () => {
    const other = await foreign()
    for (const body of [
      { name: 'shop', till: shop.tillCode },
      { name: 'x', till: 'nowhere' },
      { name: 'x', till: other.tillCode },
      { name: 'x', till: shop.tillCode, accessGroup: 'nobody' },
    ])
      expectProblem(await admin('POST', 'clients', body), 400)
  })

  test('get a new secret, which invalidates the old one; a revoked client gets none', async () => {
    const created = await admin('POST', 'clients', { name: 'rotated', till: shop.tillCode })
    const path = `clients/${String(created.at('id'))}`
    const rotated = await admin('POST', `${path}/rotate-secret`)
    expect(Object.keys(rotated.json as object)).toEqual(['id', 'name', 'key', 'secret'])
    expect(rotated.at('key')).toBe(created.at('key'))
    expect((await tokenOf(created.at('key'), created.at('secret'))).status).toBe(401)
    expect((await tokenOf(created.at('key'), rotated.at('secret'))).status).toBe(200)
    expect((await admin('POST', `${path}/revoke`)).json).toEqual({ id: created.at('id'), isRevoked: true })
    expect((await tokenOf(created.at('key'), rotated.at('secret'))).status).toBe(401)
    expectProblem(await admin('POST', `${path}/rotate-secret`), 404)
    expect((await admin('GET', 'clients?limit=1&offset=2')).at('clients')).toMatchObject([
      { name: 'rotated', isRevoked: true },
    ])
  })
})

describe('tills', () => {
  test('are listed, get a new password and are revoked, within a second', async () => {
    const listed = (await admin('GET', 'tills')).at('tills')
    expect(listed).toContainEqual({
      id: shop.tillId,
      code: shop.tillCode,
      store: shop.storeCode,
      accessGroup: 'default',
      isRevoked: false,
      lastUsedAt: null,
      limits: null,
      lookups: [],
      clientSettings: notStated,
      version: 1,
    })
    const signIn = async (word: string) =>
      (await send(app, 'GET', '/v2/locations?type=TILL', { authorization: basic(shop.tillCode, word) }))
        .status
    expect(await signIn(password)).toBe(200)
    expect((await admin('PUT', `tills/${shop.tillId}/password`, { password: 'another word' })).status).toBe(
      200,
    )
    await vi.waitFor(async () => expect(await signIn('another word')).toBe(200), untilFollowed)
    expect(await signIn(password)).toBe(401)
    await admin('POST', `tills/${shop.tillId}/revoke`)
    await vi.waitFor(async () => expect(await signIn('another word')).toBe(401), untilFollowed)
  })
})

describe('access groups', () => {
  test('are created, renamed and changed; omitted access is none at creation and unchanged later', async () => {
    const created = await admin('POST', 'access-groups', { name: 'desk', access: { coupon: 'read' } })
    const none = { customer: 'none', coupon: 'none', series: 'none', organisation: 'none', webhook: 'none' }
    expect(created.json).toEqual({
      id: expect.any(Number),
      name: 'desk',
      access: { ...none, coupon: 'read' },
      version: 1,
    })
    const path = `access-groups/${String(created.at('id'))}`
    const changed = await admin('PATCH', path, { name: 'till desk', access: { customer: 'write' } })
    const access = { ...none, coupon: 'read', customer: 'write' }
    expect(changed.json).toEqual({ id: created.at('id'), name: 'till desk', access, version: 2 })
    expect((await admin('PATCH', path, {})).json).toEqual(changed.json)
    const { json } = await admin('GET', 'access-groups')
    expect(
      (json as { accessGroups: { name: string }[] }).accessGroups.map(({ name }) => name).sort(),
    ).toEqual(['administrator', 'default', 'read-only', 'till', 'till desk'])
  })

  test('affect their tills within a second', async () => {
    const created = await admin('POST', 'access-groups', { name: 'desk', access: { customer: 'write' } })
    const desk = await shop.signInAs('desk')
    const id = await shop.registered()
    expect((await shop.update(id, {}, desk)).status).toBe(200)
    await admin('PATCH', `access-groups/${String(created.at('id'))}`, { access: { customer: 'none' } })
    await vi.waitFor(async () => expect((await shop.update(id, {}, desk)).status).toBe(403), untilFollowed)
  })

  test('with a taken name or an invalid level are refused', async () => {
    expectProblem(await admin('POST', 'access-groups', { name: 'default' }), 400)
    expectProblem(await admin('POST', 'access-groups', { name: 'x', access: { coupon: 'all' } }), 400)
    expectProblem(await admin('PATCH', 'access-groups/999999', { name: 'x' }), 404)
  })
})
