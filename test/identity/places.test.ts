import { beforeEach, describe, expect, test } from 'vitest'
import { codeOf, openCustomerShop, type CustomerShop } from '../support/customer-cases.ts'
import { basic, createTestContext, createTestServer } from '../support/harness.ts'
import { send, type Sending } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)

let shop: CustomerShop
let administrator: Sending
let unique: string

beforeEach(async () => {
  shop = await openCustomerShop(context, app)
  administrator = await shop.signInAs('administrator')
  unique = String(shop.orgId)
})

const addStore = (body: object, sending = administrator) => shop.post('/v2/orgEntity/store', body, sending)
const addTill = (body: object, sending = administrator) => shop.post('/v2/orgEntity/till', body, sending)
const locations = (query: string) => shop.call('GET', `/v2/locations?${query}`)
const codesOf = async (query: string) => {
  const reply = await locations(query)
  expect(reply.status).toBe(200)
  return (reply.at('data') as { code: string }[]).map(({ code }) => code)
}

describe('a till', () => {
  test('is created and signs in', async () => {
    const name = `till-7-${unique}`
    const created = await addTill({
      name,
      password: 's3cret of tills',
      storeId: String(shop.storeId),
      accessGroup: 'default',
    })
    const authorization = basic(name, 's3cret of tills')
    const id = created.at('createdId') as number
    const told = await send(app, 'GET', `/v2/organization/till/${id}`, { authorization })
    expect(told).toMatchObject({ status: 200, json: { id, code: name, name, isActive: true } })
  })

  test('with a taken name is 1207, in a store of another organisation 1214', async () => {
    const other = await openCustomerShop(context, app)
    const cases = [
      [1207, { name: shop.tillCode, storeId: shop.storeId }],
      [1207, { name: other.tillCode, storeId: shop.storeId }],
      [1214, { name: `a-${unique}`, storeId: other.storeId }],
      [1214, { name: `a-${unique}`, storeId: 2 ** 40 }],
      [400, { name: 'has space', storeId: shop.storeId }],
    ] as const
    for (const [code, body] of cases) {
      const reply = await addTill({ password: 'a till of its own', ...body })
      expect([reply.status, codeOf(reply)]).toEqual([400, code])
    }
    for (const id of [other.tillId, 2 ** 40, 'abc'])
      expect((await shop.call('GET', `/v2/organization/till/${id}`)).status).toBe(404)
  })

  test('leaves no trace of its password in the stored outcomes', async () => {
    const headers = { ...administrator.headers, 'idempotency-key': 'k' }
    await addTill({ name: `t-${unique}`, password: 'a till of its own', storeId: shop.storeId }, { headers })
    const rows = await context.database.queries
      .selectFrom('idempotency_keys')
      .selectAll()
      .where('org_id', '=', shop.orgId)
      .execute()
    expect(rows).toEqual([])
  })
})

describe('a store', () => {
  test('is created once under a key, and its external ids attribute requests to it', async () => {
    const body = { code: `s-${unique}`, name: 'Harbour', externalIds: [`e-${unique}`, `f-${unique}`] }
    const headers = { ...administrator.headers, 'idempotency-key': 'k' }
    const created = await addStore(body, { headers })
    expect(created).toMatchObject({ status: 200, json: { warnings: [] } })
    expect((await addStore(body, { headers })).text).toBe(created.text)
    const again = await addStore(body)
    expect([again.status, codeOf(again)]).toEqual([400, 1207])
    const sameId = await addStore({ code: `t-${unique}`, externalIds: ['', `e-${unique}`] })
    expect([sameId.status, codeOf(sameId)]).toEqual([400, 1207])
    const customerId = await shop.customer()
    const { code } = await shop.coupon(await shop.series(), customerId)
    const attributed = {
      headers: {
        'x-cap-api-attribution-entity-type': 'STORE_EXTERNAL_ID_1',
        'x-cap-api-attribution-entity-code': `f-${unique}`,
      },
    }
    expect((await shop.redeem(code, customerId, {}, attributed)).status).toBe(200)
    const [coupon] = await shop.history(customerId)
    expect(JSON.stringify(coupon)).toContain('Harbour')
  })

  test('that twenty requests create at once is created once, and the others get 1207', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => addStore({ code: `race-${unique}`, name: 'Race' })),
    )
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(replies.filter((reply) => codeOf(reply) === 1207)).toHaveLength(19)
  })
})

describe('locations', () => {
  test('are found by codes, by the beginning of name, code or external id, and by whether they are active', async () => {
    await addStore({ code: `north-${unique}`, name: 'North gate', externalIds: ['n_1'] })
    await addStore({ code: `south-${unique}`, name: 'South gate', isActive: false })
    expect(await codesOf('type=STORE')).toHaveLength(3)
    expect(await codesOf(`type=store&entityCodes=north-${unique},south-${unique}`)).toHaveLength(2)
    expect(await codesOf('type=STORE&q=name:NORTH')).toEqual([`north-${unique}`])
    expect(await codesOf(`type=STORE&q=name:north,code:south`)).toHaveLength(2)
    expect(await codesOf('type=STORE&q=external_id:n_')).toEqual([`north-${unique}`])
    expect(await codesOf('type=STORE&q=external_id:n%25')).toEqual([])
    expect(await codesOf('type=STORE&isActive=false')).toEqual([`south-${unique}`])
    expect(await codesOf('type=STORE&limit=1&offset=1')).toEqual([`north-${unique}`])
    const page = await locations('type=STORE&limit=1')
    expect(page.at('pagination')).toEqual({ limit: 1, offset: 0, total: 3 })
    expect(await codesOf(`type=TILL&entityCodes=${shop.tillCode}`)).toEqual([shop.tillCode])
    for (const type of ['ZONE', 'CONCEPT']) expect(await codesOf(`type=${type}`)).toEqual([])
  })

  test('of another organisation are not found', async () => {
    const other = await openCustomerShop(context, app)
    expect(await codesOf(`type=STORE&entityCodes=${other.storeCode}`)).toEqual([])
    expect(await codesOf(`type=TILL&q=code:${other.tillCode}`)).toEqual([])
  })

  test.each([
    '',
    'type=MOON',
    'type=STORE&limit=0',
    'type=STORE&limit=101',
    'type=STORE&offset=-1',
    'type=STORE&isActive=perhaps',
    'type=STORE&q=colour:red',
    'type=STORE&q=name:',
    `type=STORE&entityCodes=${Array.from({ length: 31 }, (_, n) => n).join(',')}`,
  ])('GET /v2/locations?%s is refused with 400', async (query) => {
    const reply = await locations(query)
    expect([reply.status, codeOf(reply)]).toEqual([400, 400])
  })
})

test('places are written only with write access to the organisation', async () => {
  const till = { headers: { authorization: shop.authorization } }
  for (const reply of [
    await addStore({ code: 'x' }, till),
    await addTill({ name: 'x', password: 'a till of its own', storeId: shop.storeId }, till),
  ])
    expect([reply.status, codeOf(reply)]).toEqual([403, 403])
})
