import { beforeEach, describe, expect, test } from 'vitest'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { basic, createTestContext, createTestServer } from '../support/harness.ts'
import { openSeriesShop } from '../support/series-cases.ts'
import type { Body, Method, Reply } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)

type Shop = Awaited<ReturnType<typeof openSeriesShop>>
let shop: Shop
let admin: (method: Method, path: string, body?: Body) => Promise<Reply>

/** A brand whose till has administrative permissions. */
async function openAdministered(): Promise<{ shop: Shop; admin: typeof admin }> {
  const opened = await openSeriesShop(context, app)
  const { orgId, storeCode } = opened
  const login = { code: `boss-${orgId}`, password: 'boss of areas' }
  const rights = { orgId, storeCode, isReadOnly: false, accessGroup: 'administrator' }
  await createTill(context.database.queries, { ...rights, ...login })
  const sending = { headers: { authorization: basic(login.code, login.password) } }
  return { shop: opened, admin: (method, path, body) => opened.call(method, path, body, sending) }
}

beforeEach(async () => {
  ;({ shop, admin } = await openAdministered())
})

async function createArea(kind: 'zones' | 'concepts', code: string): Promise<number> {
  const reply = await admin('POST', `/admin/v1/${kind}`, { code, name: `${code} area` })
  expect(reply).toMatchObject({ status: 200, json: { id: expect.any(Number) as number } })
  return reply.at('id') as number
}

describe('zones and concepts', () => {
  test('are each created once, are listed as locations, and can be parents of stores', async () => {
    const zoneId = await createArea('zones', 'north')
    const conceptId = await createArea('concepts', 'outlet')
    const again = await admin('POST', '/admin/v1/zones', { code: 'north' })
    expect([again.status, again.at('code')]).toEqual([400, 1207])
    expect((await admin('GET', '/v2/locations?type=ZONE')).at('data')).toEqual([
      {
        id: zoneId,
        code: 'north',
        name: 'north area',
        description: '',
        type: 'ZONE',
        isActive: true,
        externalIds: [],
      },
    ])
    const created = await admin('POST', '/v2/orgEntity/store', {
      code: 'gate',
      parentZoneId: zoneId,
      parentConceptId: conceptId,
    })
    expect(created.status).toBe(200)
    const [store] = (await admin('GET', '/v2/locations?type=STORE&entityCodes=gate')).at('data') as object[]
    expect(store).toMatchObject({ parentId: zoneId, parentType: 'ZONE' })
  })

  test('of another organisation are treated like nonexistent ones', async () => {
    const other = await openAdministered()
    const reply = await other.admin('POST', '/admin/v1/zones', { code: 'theirs' })
    const foreign = reply.at('id') as number
    for (const zoneId of [foreign, 987_654]) {
      const moved = await admin('PATCH', `/admin/v1/stores/${shop.storeId}`, { zoneId })
      expect([moved.status, moved.at('detail')]).toEqual([400, 'There is no such zone'])
      const created = await admin('POST', '/v2/orgEntity/store', { code: 'x', parentZoneId: zoneId })
      expect(created.status).toBe(400)
    }
    expect((await admin('PATCH', `/admin/v1/stores/${other.shop.storeId}`, { zoneId: null })).status).toBe(
      404,
    )
    expect((await admin('GET', '/v2/locations?type=ZONE')).at('data')).toEqual([])
  })

  test('have ids, and an impossible id is refused', async () => {
    for (const zoneId of [0, -1, 1.5, 2 ** 53, 1e19, 1e300]) {
      const moved = await admin('PATCH', `/admin/v1/stores/${shop.storeId}`, { zoneId })
      expect([zoneId, moved.status]).toEqual([zoneId, 400])
    }
  })

  test('admit a store that moves into a zone to the series of the zone from the next request on', async () => {
    const orgEntityType = 'ZONE'
    const zoneId = await createArea('zones', 'here')
    const id = await shop.created({
      isMultipleUseAllowed: true,
      sameUserMultipleRedeem: true,
      redemptionOrgEntityDetails: [{ redemptionOrgEntityType: orgEntityType, orgEntityId: zoneId }],
    })
    const customerId = await shop.customer()
    const code = (await shop.issue(id, customerId)).at('code') as string
    const redeem = async () => (await shop.redeem(code, customerId)).text
    expect(await redeem()).toContain('"code":735')
    expect((await admin('PATCH', `/admin/v1/stores/${shop.storeId}`, { zoneId })).status).toBe(200)
    expect(await redeem()).toContain('"code":700')
    await admin('PATCH', `/admin/v1/stores/${shop.storeId}`, { conceptId: null })
    expect(await redeem()).toContain('"code":700')
    await admin('PATCH', `/admin/v1/stores/${shop.storeId}`, { zoneId: null })
    expect(await redeem()).toContain('"code":735')
    // No term has changed, so no earlier version is retained.
    const { rows } = await context.database.pool.query('select from series_versions where series_id = $1', [
      id,
    ])
    expect(rows).toEqual([])
  })
})

describe('the prefix and suffix of an organisation', () => {
  test('surround the codes of series that ask for them, as they were when the series was saved', async () => {
    const set = await admin('PATCH', '/admin/v1/organisation', { couponPrefix: 'AB-', couponSuffix: 'Z' })
    expect(set.json).toMatchObject({ couponPrefix: 'AB-', couponSuffix: 'Z' })
    const id = await shop.created({ orgPrefixOverride: true, orgSuffixOverride: true })
    const cleared = await admin('PATCH', '/admin/v1/organisation', { couponPrefix: null, couponSuffix: '' })
    expect(cleared.json).toMatchObject({ couponPrefix: null, couponSuffix: null })
    const issued = await shop.issue(id, await shop.customer())
    expect(issued.at('code')).toMatch(/^AB-.+Z$/)
  })

  test.each(['ABCDEFGHIJ1', 'A B', 'Ä', '%'])('%j is refused', async (couponPrefix) => {
    const reply = await admin('PATCH', '/admin/v1/organisation', { couponPrefix })
    expect(reply.status).toBe(400)
    expect(reply.text).toContain('couponPrefix')
  })
})
