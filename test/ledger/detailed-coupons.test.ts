import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openSeriesShop } from '../support/series-cases.ts'

const now = '2026-06-01T10:00:00Z'
const context = await createTestContext({ now })
const app = await createTestServer(context)
const shop = await openSeriesShop(context, app)
const manyEach = { isMultipleVouchersPerUserAllowed: true }

type Coupon = Record<string, unknown> & { series: Record<string, unknown> }

async function detailed(customerId: number, query = ''): Promise<Coupon[]> {
  const reply = await shop.call('GET', `/v2/customers/${customerId}/coupons?${query}`)
  expect(reply).toMatchObject({ status: 200, json: { warnings: [], errors: [], success: true } })
  expect(Object.keys(reply.json as object)).toEqual(['entity', 'warnings', 'errors', 'success'])
  return reply.at('entity') as Coupon[]
}

async function issue(seriesId: number, customerId: number): Promise<string> {
  const reply = await shop.issue(seriesId, customerId)
  expect(reply).toMatchObject({ status: 200 })
  return reply.at('code') as string
}

describe('the detailed coupons of a customer', () => {
  test.each([
    [{}, now],
    [{ redemptionValidFrom: '2026-01-01T00:00:00Z' }, now],
    [{ redemptionValidFrom: '2026-07-01T00:00:00Z' }, '2026-07-01T00:00:00Z'],
    [{ redemptionValidAfterDays: 3 }, '2026-06-04T00:00:00Z'],
  ])('are active from the first instant at which they may be redeemed: %j', async (terms, activeFrom) => {
    const customerId = await shop.customer()
    await issue(await shop.created(terms), customerId)
    expect(await detailed(customerId)).toMatchObject([{ createdDate: now, activeFrom }])
  })

  test('show a redemption and a reversal in the next request', async () => {
    const customerId = await shop.customer()
    const code = await issue(await shop.created(), customerId)
    const redeemed = await shop.redeem(code, customerId)
    const redemptionId = Number(redeemed.at('redemption.0.redemptionId'))
    const [used] = await detailed(customerId)
    expect(used).toMatchObject({
      isRedeemed: true,
      redeemed: true,
      redemptionsLeft: 0,
      reversedRedemptionInfo: [],
    })
    expect(used?.['redemptionInfo']).toMatchObject([
      {
        id: redemptionId,
        redeemedOn: now,
        redeemedOnISO: now,
        redeemedBy: shop.tillId,
        redeemedByUser: customerId,
      },
    ])
    await shop.post('/v2/coupon/reactivate', { redemptionIds: [redemptionId] })
    const [free] = await detailed(customerId)
    expect(free).toMatchObject({ isRedeemed: false, redemptionsLeft: 1, redemptionInfo: [] })
    expect(free?.['reversedRedemptionInfo']).toMatchObject([{ id: redemptionId, reversedOn: now }])
  })

  test('are all listed newest first without a limit, and page by page with a limit', async () => {
    const customerId = await shop.customer()
    const seriesId = await shop.created(manyEach)
    await context.database.pool.query(
      `insert into coupons (org_id, series_id, customer_id, created_at, valid_until, code)
       select $1, $2, $3, timestamptz '2026-01-01' + (n / 3) * interval '1 second', '2099-12-31', $4 || n
       from generate_series(1, 701) n`,
      [shop.orgId, seriesId, customerId, `DETAIL${shop.orgId}-`],
    )
    const all = await detailed(customerId)
    const order = all.map(({ id, createdDate }) => [createdDate as string, id as number] as const)
    expect(order).toHaveLength(701)
    expect(order).toEqual(order.toSorted((a, b) => (a[0] === b[0] ? b[1] - a[1] : a[0] < b[0] ? 1 : -1)))
    expect(new Set(order.map(([, id]) => id)).size).toBe(701)
    const ids = all.map(({ id }) => id)
    const page = await detailed(customerId, 'limit=250&offset=190')
    expect(page.map(({ id }) => id)).toEqual(ids.slice(190, 440))
    expect(await detailed(customerId, 'limit=5&offset=701')).toEqual([])
  })

  test('are refused with 8015 for an unknown customer and one of another organisation, and an empty list for a customer without coupons', async () => {
    const other = await openSeriesShop(context, app)
    for (const id of ['0', 'x', '999999999', String(await other.customer())]) {
      const reply = await shop.call('GET', `/v2/customers/${id}/coupons`)
      expect([reply.status, reply.at('errors.0.code')]).toEqual([404, 8015])
    }
    expect(await detailed(await shop.customer())).toEqual([])
    const bad = await shop.call('GET', `/v2/customers/${await shop.customer()}/coupons?limit=0`)
    expect(bad.status).toBe(400)
  })
})
