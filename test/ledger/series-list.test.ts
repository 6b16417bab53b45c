import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openSeriesShop } from '../support/series-cases.ts'
import type { Reply } from '../support/write-cases.ts'

const now = '2026-06-01T10:00:00Z'
const nowMs = Date.parse(now)
const context = await createTestContext({ now })
const app = await createTestServer(context)
const { queries } = context.database

const idsOf = (series: readonly Record<string, unknown>[]) => series.map(({ id }) => id)

async function createZone(orgId: number, table: 'zones' | 'concepts'): Promise<number> {
  const { id } = await queries
    .insertInto(table)
    .values({ org_id: orgId, code: 'north', name: 'North' })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

describe('GET /v2/coupon/series', () => {
  test('returns the requested series by id, and no row for unknown ids and those of another brand', async () => {
    const shop = await openSeriesShop(context, app)
    const [one, two, three] = [await shop.created(), await shop.created(), await shop.created()]
    const foreign = await (await openSeriesShop(context, app)).created()
    expect(idsOf(await shop.list())).toEqual([one, two, three])
    expect(idsOf(await shop.list(`ids=${three}&ids=${one}`))).toEqual([one, three])
    expect(idsOf(await shop.list(`ids=${three},${foreign},999999999,${one}`))).toEqual([one, three])
    expect(await shop.list(`ids=${foreign}`)).toEqual([])
  })

  test('filters by series code and by whether the series has ended', async () => {
    const shop = await openSeriesShop(context, app)
    const ended = await shop.series({ valid_until: new Date('2026-06-01T09:59:59Z'), code: 'A' })
    const last = await shop.series({ valid_until: new Date(now), code: 'B' })
    expect(idsOf(await shop.list('status=ACTIVE'))).toEqual([last])
    expect(idsOf(await shop.list('status=expired'))).toEqual([ended])
    expect(idsOf(await shop.list('status=ACTIVE,EXPIRED'))).toEqual([ended, last])
    expect(idsOf(await shop.list('seriesCode=A'))).toEqual([ended])
    expect(idsOf(await shop.list('seriesCode=A&seriesCode=B,C'))).toEqual([ended, last])
    expect(await shop.list('seriesCode=a')).toEqual([])
    expect(await shop.list('seriesCode=A&status=ACTIVE')).toEqual([])
  })

  test('returns pages by limit and offset', async () => {
    const shop = await openSeriesShop(context, app)
    const all: number[] = []
    for (let n = 0; n < 101; n++) all.push(await shop.series())
    expect(idsOf(await shop.list())).toEqual(all.slice(0, 100))
    expect(idsOf(await shop.list('limit=2&offset=99'))).toEqual(all.slice(99))
    expect(idsOf(await shop.list('limit=1000'))).toEqual(all)
    expect(await shop.list('offset=101')).toEqual([])
  })

  test('returns the series that name the place itself, not those that name a containing one', async () => {
    const shop = await openSeriesShop(context, app)
    const zoneId = await createZone(shop.orgId, 'zones')
    const conceptId = await createZone(shop.orgId, 'concepts')
    await queries.updateTable('stores').set({ zone_id: zoneId }).where('org_id', '=', shop.orgId).execute()
    const tiedTo = (...places: [string, number][]) =>
      shop.created({
        redemptionOrgEntityDetails: places.map(([redemptionOrgEntityType, orgEntityId]) => ({
          redemptionOrgEntityType,
          orgEntityId,
        })),
      })
    const inZone = await tiedTo(['zone', zoneId])
    const inStore = await tiedTo(['STORE', shop.storeId])
    const inBoth = await tiedTo(['TILL', shop.tillId], ['CONCEPT', conceptId])
    await shop.created()
    expect(idsOf(await shop.list(`orgEntityType=Zone&orgEntityIds=${zoneId}&orgEntityIds=7`))).toEqual([
      inZone,
    ])
    expect(idsOf(await shop.list(`orgEntityType=Stores&orgEntityIds=${shop.storeId}`))).toEqual([inStore])
    expect(idsOf(await shop.list(`orgEntityType=Till&orgEntityIds=${shop.tillId}`))).toEqual([inBoth])
    expect(idsOf(await shop.list(`orgEntityType=Concept&orgEntityIds=${conceptId}`))).toEqual([inBoth])
    expect((await shop.list(`ids=${inBoth}`))[0]).toMatchObject({
      redemptionOrgEntityDetails: [
        { redemptionOrgEntityType: 'CONCEPT', orgEntityId: conceptId },
        { redemptionOrgEntityType: 'TILL', orgEntityId: shop.tillId },
      ],
    })
  })

  test.each([
    ['ids=x'],
    ['ids=0'],
    ['limit=0'],
    ['limit=1001'],
    ['offset=-1'],
    ['status=OPEN'],
    ['orgEntityType=Zone'],
    ['orgEntityIds=1'],
    ['orgEntityType=City&orgEntityIds=1'],
    [`ids=${'1,'.repeat(1_001)}`],
  ])('refuses %s', async (query) => {
    const shop = await openSeriesShop(context, app)
    const reply: Reply = await shop.call('GET', `/v2/coupon/series?${query}`)
    expect(reply).toMatchObject({ status: 400, json: { errors: [{ code: 400 }], success: false } })
  })

  test('counts issued, redeemed and unassigned coupons, and returns when they last changed', async () => {
    const shop = await openSeriesShop(context, app)
    const fields = {
      clientHandlingType: 'DISC_CODE_PIN',
      isMultipleVouchersPerUserAllowed: true,
      maxCreate: 9,
    }
    const id = await shop.created({ ...fields, isMultipleUseAllowed: true, sameUserMultipleRedeem: true })
    await shop.pool(id, ['L1', 'L2', 'L3'])
    expect((await shop.list(`ids=${id}`))[0]).toMatchObject({
      numIssued: 0,
      numUploadedNonIssued: 3,
      numUploadedTotal: 3,
      latestIssualTime: 0,
      latestRedemptionTime: 0,
      numTotal: 9,
    })
    const customerId = await shop.customer()
    expect((await shop.issue(id, customerId)).at('code')).toBe('L1')
    const redeemed = await shop.redeem('L1', customerId)
    await shop.redeem('L1', customerId)
    expect((await shop.reverse([redeemed.at('redemption.0.redemptionId')])).status).toBe(200)
    expect((await shop.list(`ids=${id}`))[0]).toMatchObject({
      numIssued: 1,
      numRedeemed: 1,
      numUploadedNonIssued: 2,
      numUploadedTotal: 3,
      latestIssualTime: nowMs,
      latestRedemptionTime: nowMs,
    })
    await shop.expectLedgerAdds()
  })
})
