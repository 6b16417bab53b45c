import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { describe, expect, test } from 'vitest'
import { authenticate } from '../../src/http/authenticate.ts'
import { createStore } from '../../src/identity/organisations/create-store.ts'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { setTillLookups } from '../../src/identity/organisations/till-lookups.ts'
import { revokeLogin } from '../../src/identity/organisations/revoke-login.ts'
import { createTestContext, createTestOrganisation, createTestServer, password } from '../support/harness.ts'
import { seedCustomer } from '../support/seed.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { queries } = context.database

const entity = (type: string | undefined, code: string) => ({
  ...(type !== undefined && { 'x-cap-api-attribution-entity-type': type }),
  'x-cap-api-attribution-entity-code': code,
})
const lookup = (type: string | undefined, value: string) => ({
  ...(type !== undefined && { 'x-cap-api-attribution-lookup-type': type }),
  'x-cap-api-attribution-lookup': value,
})

const idsOf = ({ tillId, storeId }: { tillId: number; storeId: number }) => ({ tillId, storeId })

async function prepare() {
  const org = await createTestOrganisation(context)
  const { orgId, authorization } = org
  await seedCustomer(queries, orgId, { mobile: '9400488244' })
  const unique = randomUUID().slice(0, 8)
  const storeId = await createStore(queries, { orgId, code: `Mall-${unique}`, name: `The Mall ${unique}` })
  await queries
    .updateTable('stores')
    .set({ external_id: 'E0', external_id_1: 'E1', external_id_2: 'E2' })
    .where('org_id', '=', orgId)
    .where('id', '=', storeId)
    .execute()
  const tillCode = `mall-till-${unique}`
  const tillId = await createTill(queries, {
    orgId,
    storeCode: `Mall-${unique}`,
    code: tillCode,
    password,
    isReadOnly: false,
    accessGroup: 'default',
  })
  const placeOf = async (headers: Record<string, string>) => {
    const caller = await authenticate(
      context,
      { headers: { authorization, ...headers } } as unknown as FastifyRequest,
      '127.0.0.1',
    )
    return { tillId: caller.tillId, storeId: caller.storeId, orgId: caller.orgId }
  }
  const ask = async (headers: Record<string, string>) => {
    const answer = await app.inject({
      url: '/v2/customers/coupons?mobile=9400488244',
      headers: { authorization, ...headers },
    })
    const { errors } = answer.json<{ errors: { code: number; message: string }[] }>()
    return { ...errors[0], status: answer.statusCode }
  }
  return { ...org, home: org, mall: { storeId, tillId, tillCode, unique }, placeOf, ask }
}

describe('a request is attributed', () => {
  test('to the calling till if it names nothing', async () => {
    const { placeOf, orgId, home } = await prepare()
    expect(await placeOf({})).toEqual({ orgId, tillId: home.tillId, storeId: home.storeId })
  })

  test('to a till or store of any type that it names, in each pair of headers', async () => {
    const { placeOf, orgId, mall, ask } = await prepare()
    const till = { orgId, tillId: mall.tillId, storeId: mall.storeId }
    const store = { orgId, tillId: null, storeId: mall.storeId }
    for (const [type, value, expected] of [
      ['TILL', mall.tillCode, till],
      ['TILL_CODE', mall.tillCode, till],
      ['till_code', mall.tillCode, till],
      ['STORE_CODE', `Mall-${mall.unique}`, store],
      ['STORE_NAME', `The Mall ${mall.unique}`, store],
      ['STORE_EXTERNAL_ID', 'E0', store],
      ['STORE_EXTERNAL_ID_1', 'E1', store],
      ['STORE_EXTERNAL_ID_2', 'E2', store],
    ] as const) {
      expect(await placeOf(entity(type, value)), type).toEqual(expected)
      expect(await placeOf(lookup(type, value)), type).toEqual(expected)
      expect((await ask(entity(type, value))).status).toBe(200)
    }
    expect(await placeOf(entity(undefined, mall.tillCode)), 'TILL is the default').toEqual(till)
    expect(await placeOf({ 'x-cap-api-attribution-till-code': mall.tillCode }), 'older header').toEqual(till)
  })
})

describe('among several pairs of headers', () => {
  test('the newest one with a value counts, each with its own type', async () => {
    const { placeOf, orgId, mall, home } = await prepare()
    const till = { orgId, tillId: mall.tillId, storeId: mall.storeId }
    const store = { orgId, tillId: null, storeId: mall.storeId }
    const older = { 'x-cap-api-attribution-till-code': home.tillCode }
    const mallByCode = `Mall-${mall.unique}`
    for (const [headers, expected] of [
      [{ ...entity('TILL', mall.tillCode), ...lookup('STORE_CODE', mallByCode) }, till],
      [{ ...entity(undefined, mall.tillCode), ...lookup('STORE_CODE', mallByCode) }, till],
      [{ ...entity('STORE_CODE', mallByCode), ...lookup('TILL', home.tillCode) }, store],
      [{ ...older, ...lookup('STORE_CODE', mallByCode) }, store],
      [{ ...older, ...entity('TILL', mall.tillCode) }, till],
      [
        { ...older, 'x-cap-api-attribution-entity-type': 'TILL' },
        { ...till, ...idsOf(home) },
      ],
      [{ 'x-cap-api-attribution-entity-type': 'TILL' }, { ...till, ...idsOf(home) }],
    ] as const) {
      expect(await placeOf(headers), JSON.stringify(headers)).toEqual(expected)
    }
  })

  test('a store type without a value is refused, even beside another pair', async () => {
    const { ask, mall } = await prepare()
    for (const headers of [
      { 'x-cap-api-attribution-entity-type': 'STORE_CODE' },
      { 'x-cap-api-attribution-entity-type': 'STORE_CODE', 'x-cap-api-attribution-till-code': mall.tillCode },
    ]) {
      const answer = await ask(headers)
      expect(answer, JSON.stringify(headers)).toMatchObject({ status: 400, code: 400 })
      expect(answer.message).toMatch(/^The attribution type STORE_(CODE|NAME) needs a value beside it$/)
    }
  })
})

describe('a code of another system', () => {
  test('leads to the till that it stands for, else to the till with that code', async () => {
    const { placeOf, orgId, mall, home, ask } = await prepare()
    const till = { orgId, tillId: mall.tillId, storeId: mall.storeId }
    await setTillLookups(queries, orgId, mall.tillId, [{ type: 'WECHAT', lookup: 'wx-9' }])
    expect(await placeOf(lookup('WECHAT', 'wx-9'))).toEqual(till)
    expect(await placeOf(lookup('wechat', 'wx-9'))).toEqual(till)
    expect(await placeOf(lookup('MOBILE_TRIGGER', mall.tillCode))).toEqual(till)
    for (const [type, value] of [
      ['WECHAT', 'WX-9'],
      ['MOBILE_TRIGGER', 'wx-9'],
    ] as const)
      expect(await ask(lookup(type, value))).toEqual({
        status: 400,
        code: 400,
        message: `No ${type} "${value}" to attribute the request to`,
      })
    await setTillLookups(queries, orgId, home.tillId, [{ type: 'WECHAT', lookup: home.tillCode }])
    await expect(
      setTillLookups(queries, orgId, home.tillId, [{ type: 'WECHAT', lookup: 'wx-9' }]),
    ).rejects.toMatchObject({ code: 1207 })
  })

  test('is required: a type alone attributes nothing', async () => {
    const { placeOf, ask, orgId, home } = await prepare()
    for (const type of ['MOBILE_TRIGGER', 'WECHAT', 'STORE_NAME', 'ZONE']) {
      const headers = { 'x-cap-api-attribution-lookup-type': type }
      expect(await placeOf(headers)).toEqual({ orgId, ...idsOf(home) })
      expect((await ask(headers)).status).toBe(200)
    }
  })
})

test('a store is found by a name outside ASCII, sent as UTF-8 or as Latin-1', async () => {
  const { placeOf, orgId } = await prepare()
  const name = `Café Größe ${randomUUID()}`
  const storeId = await createStore(queries, { orgId, code: randomUUID(), name })
  // Node passes on the bytes of headers as Latin-1.
  const asUtf8 = Buffer.from(name).toString('latin1')
  for (const sent of [asUtf8, name]) {
    expect(await placeOf(entity('STORE_NAME', sent))).toEqual({ orgId, tillId: null, storeId })
  }
})

describe('an attribution is refused with 400', () => {
  test('if its value, which is compared exactly, names nothing', async () => {
    const { ask, mall } = await prepare()
    for (const [type, value] of [
      ['TILL', 'nobody'],
      ['TILL', mall.tillCode.toUpperCase()],
      ['STORE_CODE', mall.tillCode],
      ['STORE_CODE', `mall-${mall.unique}`],
      ['STORE_NAME', 'The Mall'],
      ['STORE_EXTERNAL_ID', 'E1'],
      ['STORE_EXTERNAL_ID_1', 'E2'],
      ['STORE_EXTERNAL_ID_2', 'E0'],
    ] as const) {
      expect(await ask(entity(type, value)), `${type} ${value}`).toEqual({
        status: 400,
        code: 400,
        message: `No ${type} "${value}" to attribute the request to`,
      })
    }
    expect(await ask(entity('TILL', `a\u0001${'x'.repeat(100)}`))).toMatchObject({ status: 400 })
  })

  test('for an unknown type, with the known ones in the message; with code 1061 for a look-up without a type', async () => {
    const { ask, mall } = await prepare()
    const allowed =
      'TILL, TILL_CODE, STORE_CODE, STORE_NAME, STORE_EXTERNAL_ID, STORE_EXTERNAL_ID_1, STORE_EXTERNAL_ID_2'
    for (const [headers, types] of [
      [entity('ZONE', 'x'), allowed],
      [lookup('ZONE', 'x'), `WECHAT, MOBILE_TRIGGER, ${allowed}`],
    ] as const) {
      expect(await ask(headers)).toEqual({
        status: 400,
        code: 400,
        message: `Invalid value "ZONE" for the attribution type: one of ${types}`,
      })
    }
    expect(await ask(lookup(undefined, mall.tillCode))).toMatchObject({ status: 400, code: 1061 })
    expect((await ask(lookup(undefined, ''))).status, 'an empty one is absent').toBe(200)
  })

  test('if it names a till or store of another organisation', async () => {
    const [here, there] = [await prepare(), await prepare()]
    for (const [type, value] of [
      ['TILL', there.mall.tillCode],
      ['TILL', there.home.tillCode],
      ['STORE_CODE', `Mall-${there.mall.unique}`],
      ['STORE_NAME', `The Mall ${there.mall.unique}`],
    ] as const) {
      // The owner asks first, because a cached answer must not serve other organisations.
      expect((await there.ask(entity(type, value))).status).toBe(200)
      expect(await here.ask(entity(type, value))).toMatchObject({
        status: 400,
        message: `No ${type} "${value}" to attribute the request to`,
      })
    }
  })

  test('if it names a revoked till, or a name that two stores have', async () => {
    const { ask, mall, orgId } = await prepare()
    await revokeLogin(queries, orgId, 'till', mall.tillCode)
    expect((await ask(entity('TILL', mall.tillCode))).status).toBe(400)
    await createStore(queries, { orgId, code: 'twin', name: `The Mall ${mall.unique}` })
    expect((await ask(entity('STORE_NAME', `The Mall ${mall.unique}`))).status).toBe(400)
  })
})
