import { describe, expect, test } from 'vitest'
import { createStore } from '../../src/identity/organisations/create-store.ts'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { basic, createTestContext, createTestServer, password } from '../support/harness.ts'
import { openSeriesShop } from '../support/series-cases.ts'

const now = '2026-06-01T10:00:00Z'
const context = await createTestContext({ now })
const app = await createTestServer(context)
const { queries } = context.database

describe('a series that was created', () => {
  test('with generated codes issues codes of its form, which are redeemed once', async () => {
    const shop = await openSeriesShop(context, app)
    const id = await shop.created({
      alphaNumeric: true,
      randomCodeLength: 8,
      couponPrefix: 'P-',
      couponSuffix: '-S',
      isPrefixEnabled: true,
      isSuffixEnabled: true,
    })
    const customerId = await shop.customer()
    const issued = await shop.issue(id, customerId)
    expect(issued).toMatchObject({
      status: 200,
      json: { seriesId: id, discountCode: 'TEN', detailedInfo: 'Ten off' },
    })
    expect(issued.at('code')).toMatch(/^P-[0-9A-Z]{8}-S$/)
    expect(issued.at('validTillDateTime')).toBe('2099-12-31T23:59:59Z')
    expect((await shop.redeem(issued.at('code') as string, customerId)).status).toBe(200)
    const again = await shop.redeem(issued.at('code') as string, customerId)
    expect([again.status, again.text.includes('"code":711')]).toEqual([400, true])
    await shop.expectLedgerAdds()
  })

  test('with generated codes and no stated form issues fifteen digits, the first of which is not zero', async () => {
    const shop = await openSeriesShop(context, app)
    const issued = await shop.issue(await shop.created(), await shop.customer())
    expect(issued.at('code')).toMatch(/^[1-9]\d{14}$/)
  })

  test('with one common code issues it to each customer once, and each can redeem it', async () => {
    const shop = await openSeriesShop(context, app)
    const id = await shop.created({ clientHandlingType: 'GENERIC', genericCode: 'Summer' })
    for (const customerId of [await shop.customer(), await shop.customer()]) {
      expect((await shop.issue(id, customerId)).at('code')).toBe('Summer')
      expect((await shop.redeem('SUMMER', customerId)).status).toBe(200)
    }
    expect((await shop.redeem('SUMMER', await shop.customer())).status).toBe(400)
    expect((await shop.list(`ids=${id}`))[0]).toMatchObject({
      numIssued: 2,
      numRedeemed: 2,
      numUploadedTotal: 0,
      genericCode: 'Summer',
    })
    await shop.expectLedgerAdds()
  })

  test('whose codes lapse issues coupons to the end of a day or month', async () => {
    const shop = await openSeriesShop(context, app, { timeZone: 'Asia/Kolkata' })
    const until = async (fields: object) =>
      (await shop.issue(await shop.created({ ...fields }), await shop.customer())).at('validTillDateTime')
    const days = { expiryStrategyType: 'DAYS', expiryStrategyValue: 1 }
    expect(await until(days)).toBe('2026-06-02T23:59:59+05:30')
    expect(await until({ expiryStrategyType: 'MONTHS_END', expiryStrategyValue: 0 })).toBe(
      '2026-06-30T23:59:59+05:30',
    )
    const exactly = { validTillDate: '2026-06-02', validTillDateTime: '2026-06-02T12:00:00+05:30' }
    expect(await until({ ...days, ...exactly })).toBe('2026-06-02T12:00:00+05:30')
  })

  test('that uses the organisation’s prefix and suffix issues codes with them', async () => {
    const shop = await openSeriesShop(context, app)
    await queries
      .updateTable('organisations')
      .set({ coupon_prefix: 'ORG-', coupon_suffix: '_O' })
      .where('org_id', '=', shop.orgId)
      .execute()
    const override = { orgPrefixOverride: true, orgSuffixOverride: true }
    const reply = await shop.create({ ...override, couponPrefix: 'unused', isPrefixEnabled: true })
    expect(reply.json).toMatchObject({ couponPrefix: 'ORG-', couponSuffix: '_O', ...override })
    const issued = await shop.issue(reply.at('id') as number, await shop.customer())
    expect(issued.at('code')).toMatch(/^ORG-\d{15}_O$/)
  })

  test('that excludes others issues nothing to a holder of their coupons', async () => {
    const shop = await openSeriesShop(context, app)
    const other = await shop.created()
    const id = await shop.created({ mutualExclusiveSeriesIds: JSON.stringify([other, 999_999_999]) })
    const customerId = await shop.customer()
    await shop.issue(other, customerId)
    expect((await shop.issue(id, customerId)).at('errors.0.code')).toBe(709)
    expect((await shop.issue(id, await shop.customer())).status).toBe(200)
  })

  test('has its custom properties printed with its coupons, in their order', async () => {
    const shop = await openSeriesShop(context, app)
    const id = await shop.created({ customPropertyMap: { b: 'one\ntwo', a: 3 } })
    const customerId = await shop.customer()
    await shop.issue(id, customerId)
    expect((await shop.history(customerId))[0]?.['customProperty']).toEqual([
      { name: 'b', value: 'one\ntwo' },
      { name: 'a', value: '3' },
    ])
  })

  test.each([
    [733, { minBillAmount: 100.5 }],
    [733, { maxBillAmount: 99.999 }],
    [729, { redemptionRange: '{"dow":[2,3,4,5,6,7]}' }],
    [739, { redemptionValidFrom: '2026-06-02T00:00:00Z' }],
    [739, { redemptionValidAfterDays: 1 }],
  ])('refuses with %i a redemption that its terms %j exclude', async (code, fields) => {
    const shop = await openSeriesShop(context, app)
    const customerId = await shop.customer()
    const issued = await shop.issue(await shop.created(fields), customerId)
    const reply = await shop.redeem(issued.at('code') as string, customerId)
    expect(reply.status).toBe(400)
    expect(reply.text).toContain(`"code":${code}`)
  })
})

describe('a series with places of redemption', () => {
  /** A till in its own store. */
  async function openBranch(orgId: number, name: string) {
    const code = `${name}-${orgId}`
    const storeId = await createStore(queries, { orgId, code, name })
    const tillId = await createTill(queries, {
      orgId,
      storeCode: code,
      code,
      password,
      isReadOnly: false,
      accessGroup: 'default',
    })
    return { storeId, tillId, sending: { headers: { authorization: basic(code, password) } } }
  }

  test.each(['STORE', 'TILL', 'ZONE', 'CONCEPT'] as const)(
    'that names %s is refused elsewhere (735), and takes moved stores into account',
    async (redemptionOrgEntityType) => {
      const shop = await openSeriesShop(context, app)
      const { orgId } = shop
      const branch = await openBranch(orgId, 'branch')
      const table = redemptionOrgEntityType === 'CONCEPT' ? 'concepts' : 'zones'
      const column = redemptionOrgEntityType === 'CONCEPT' ? 'concept_id' : 'zone_id'
      const { id: areaId } = await queries
        .insertInto(table)
        .values({ org_id: orgId, code: 'north', name: 'North' })
        .returning('id')
        .executeTakeFirstOrThrow()
      const moveTo = (id: number | null) =>
        queries
          .updateTable('stores')
          .set({ [column]: id })
          .where('org_id', '=', orgId)
          .where('id', '=', branch.storeId)
          .execute()
      await moveTo(areaId)
      const orgEntityId = { STORE: branch.storeId, TILL: branch.tillId, ZONE: areaId, CONCEPT: areaId }
      const seriesId = await shop.created({
        isMultipleUseAllowed: true,
        sameUserMultipleRedeem: true,
        redemptionOrgEntityDetails: [
          { redemptionOrgEntityType, orgEntityId: String(orgEntityId[redemptionOrgEntityType]) },
        ],
      })
      const customerId = await shop.customer()
      const code = (await shop.issue(seriesId, customerId)).at('code') as string
      const elsewhere = await shop.redeem(code, customerId)
      expect([elsewhere.status, elsewhere.text.includes('"code":735')]).toEqual([400, true])
      expect((await shop.redeem(code, customerId, {}, branch.sending)).status).toBe(200)
      await moveTo(null)
      const isArea = redemptionOrgEntityType === 'ZONE' || redemptionOrgEntityType === 'CONCEPT'
      // An area without stores means nowhere, not everywhere.
      expect((await shop.redeem(code, customerId, {}, branch.sending)).status).toBe(isArea ? 400 : 200)
      await moveTo(areaId)
      expect((await shop.redeem(code, customerId, {}, branch.sending)).status).toBe(200)
      await shop.expectLedgerAdds()
    },
  )

  test('cannot name a place of another organisation', async () => {
    const shop = await openSeriesShop(context, app)
    const { storeId: orgEntityId } = await openSeriesShop(context, app)
    const places = [{ redemptionOrgEntityType: 'STORE', orgEntityId }]
    expect((await shop.create({ redemptionOrgEntityDetails: places })).status).toBe(400)
  })
})
