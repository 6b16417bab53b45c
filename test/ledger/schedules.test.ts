import { describe, expect, test } from 'vitest'
import { openHalts } from '../support/halt-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'

const context = await createTestContext({ now: '2026-06-10T10:00:00Z' })
const app = await createTestServer(context)

async function openOne() {
  // 15:30 in the organisation.
  const shop = await openHalts(context, app, { timeZone: 'Asia/Kolkata' })
  const id = await shop.series({ is_multiple_per_customer_allowed: true })
  const { code } = await shop.coupon(id, shop.customerId)
  return { ...shop, id, code }
}

describe('a schedule to the second', () => {
  test.each([
    ['2026-06-10 15:30:00', 200],
    ['2026-06-10 15:30:01', 409],
    ['2026-06-10T10:00:00Z', 200],
    ['2026-06-10T10:00:01Z', 409],
  ])('redeems from %s on: %i', async (redeemableFrom, status) => {
    const shop = await openOne()
    expect((await shop.schedule(shop.id, { redeemableFrom, endsAt: '2026-06-30' })).status).toBe(200)
    expect((await shop.redeemOn([shop.code], 500)).status).toBe(status)
  })

  test.each([
    ['2026-06-10 15:30:00', 200],
    ['2026-06-10 15:30:01', 400],
  ])('issues from %s on: %i', async (issueFrom, status) => {
    const shop = await openOne()
    await shop.schedule(shop.id, { issueFrom, endsAt: '2026-06-30' })
    const issued = await shop.issue(shop.id)
    expect(issued.status).toBe(status)
    expect(issued.text.includes('The series does not issue coupons yet')).toBe(status === 400)
    expect((await shop.show(shop.id)).at('state')).toBe(status === 200 ? 'running' : 'coming')
    // Coupons that customers hold already work.
    expect((await shop.redeemOn([shop.code], 500)).status).toBe(200)
  })

  test('ends at its last instant, and a day means the end of the day', async () => {
    const shop = await openOne()
    await shop.schedule(shop.id, { endsAt: '2026-06-10 15:30:00' })
    expect((await shop.redeemOn([shop.code], 500)).status).toBe(200)
    expect((await shop.schedule(shop.id, { endsAt: '2026-06-12' })).json).toMatchObject({
      endsAt: '2026-06-12T23:59:59+05:30',
      validTillDateTime: '2026-06-12T23:59:59+05:30',
      issueFrom: null,
      redeemableFrom: null,
    })
  })

  test.each([
    [{ endsAt: '2026-06-10 15:29:59' }, 'endsAt'],
    [{ endsAt: '2026-06-12', issueFrom: '2026-06-13 00:00:00' }, 'issueFrom'],
    [{ endsAt: '2026-06-12', redeemableFrom: '2026-06-13' }, 'redeemableFrom'],
    [{ endsAt: 'soon' }, 'endsAt'],
    [{ endsAt: '2026-06-12', issueFrom: '25:00' }, 'issueFrom'],
  ])('%j is refused by its field', async (body, field) => {
    const shop = await openOne()
    const refused = await shop.schedule(shop.id, body)
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining(field)])
  })

  test('an edit that names the same first day keeps its time of day, and another day begins at midnight', async () => {
    const shop = await openOne()
    await shop.schedule(shop.id, { redeemableFrom: '2026-06-15 18:00:00', endsAt: '2026-06-30' })
    const { json } = await shop.admin('GET', `/v2/coupon/series?ids=${shop.id}`)
    const [series] = (json as { entity: { redemptionValidFrom: string }[] }).entity
    // The contract prints days.
    expect(series?.redemptionValidFrom).toBe('2026-06-15T00:00:00+05:30')
    const edit = (more: object) =>
      shop.admin('PUT', `/v2/coupon/series/${shop.id}`, { CouponSeriesV2: { ...series, ...more } })
    await edit({})
    expect((await shop.show(shop.id)).at('redeemableFrom')).toBe('2026-06-15T18:00:00+05:30')
    await edit({ redemptionValidFrom: '2026-06-16' })
    expect((await shop.show(shop.id)).at('redeemableFrom')).toBe('2026-06-16T00:00:00+05:30')
  })
})
