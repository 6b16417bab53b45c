import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop, type Shop } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { queries, pool } = context.database
const headers = { 'idempotency-key': 'k' }

const redeemItem = (shop: Shop, body: object, format: 'json' | 'xml') =>
  shop.post(`/v1.1/coupon/redeem?format=${format}`, body, { headers })

/** Stores the text of the answer under the key, as the previous release did. */
const storeAsBefore = (shop: Shop, httpStatus: number, text: string) =>
  queries
    .updateTable('idempotency_keys')
    .set({ outcome: null, http_status: httpStatus, body: text })
    .where('org_id', '=', shop.orgId)
    .execute()

const storedOf = async (shop: Shop) => {
  const { rows } = await pool.query<{ http_status: number; body: string; outcome: unknown }>(
    'select http_status, body, outcome from idempotency_keys where org_id = $1',
    [shop.orgId],
  )
  return rows
}

describe('an answer that the previous release stored', () => {
  test.each(['json', 'xml'] as const)('is returned unchanged, in %s', async (format) => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const { code } = await shop.coupon(await shop.series(), customerId)
    const body = { root: { coupon: [{ code, customer: { id: customerId } }] } }
    const first = await redeemItem(shop, body, format)
    expect(first.status).toBe(200)
    const text = first.text.replace('Success', 'Success of old')
    await storeAsBefore(shop, 200, text)
    const again = await redeemItem(shop, body, format)
    expect([again.status, again.text]).toEqual([200, text])
    expect(again.headers).toMatchObject({
      'idempotency-replayed': 'true',
      'content-type': first.headers['content-type'],
    })
    await shop.expectLedgerAdds()
  })

  test('keeps its HTTP status, and is refused with 422 to another request', async () => {
    const shop = await openShop(context, app)
    const body = { seriesId: await shop.series(), customer: { id: await shop.customer() } }
    await shop.post('/v2/coupon/issue', body, { headers })
    await storeAsBefore(shop, 400, '{"errors":[]}')
    expect(await shop.post('/v2/coupon/issue', body, { headers })).toMatchObject({
      status: 400,
      text: '{"errors":[]}',
    })
    const other = { ...body, seriesId: await shop.series() }
    expect((await shop.post('/v2/coupon/issue', other, { headers })).status).toBe(422)
    await shop.expectLedgerAdds()
  })
})

describe('a stored outcome', () => {
  test('is presented in the form of the first answer, whatever form the repeated request asks for', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const { code } = await shop.coupon(await shop.series(), customerId)
    const body = { root: { coupon: [{ code, customer: { id: customerId } }] } }
    const redeem = (accept: string) =>
      shop.post('/v1.1/coupon/redeem', body, { headers: { ...headers, accept } })
    const first = await redeem('application/xml')
    const again = await redeem('application/json')
    expect(first.text).toMatch(/^</)
    expect([again.text, again.headers['content-type']]).toEqual([first.text, first.headers['content-type']])
  })

  test('has a body that asks for a retry, for processes of the previous release, which read only the body', async () => {
    const shop = await openShop(context, app)
    const body = { seriesId: await shop.series(), customer: { id: await shop.customer() } }
    await shop.post('/v2/coupon/issue', body, { headers })
    const [row, ...others] = await storedOf(shop)
    expect(others).toEqual([])
    expect(row).toMatchObject({ http_status: 503, outcome: { requests: [{ asked: 1, refusal: null }] } })
    expect(JSON.parse(row?.body ?? '')).toMatchObject({ status: false, code: 503 })
  })

  test('is deleted when a process of the previous release erases the body', async () => {
    const shop = await openShop(context, app)
    const body = { seriesId: await shop.series(), customer: { id: await shop.customer() } }
    await shop.post('/v2/coupon/issue', body, { headers })
    await pool.query(`update idempotency_keys set body = '', request_hash = '' where org_id = $1`, [
      shop.orgId,
    ])
    expect(await storedOf(shop)).toMatchObject([{ body: '', outcome: null }])
    expect((await shop.post('/v2/coupon/issue', body, { headers })).status).toBe(404)
  })

  test('contains the items that could not be read, so that the answer stays the same whatever their ids lead to later', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer()
    const seriesId = await shop.series()
    const later = { mobile: '9400488244' }
    const coupon = [
      { series_id: seriesId, customer: { ...later, external_id: 'both' } },
      { series_id: seriesId, customer: { id: customerId } },
    ]
    const first = await shop.post('/v1.1/coupon/issue', { root: { coupon } }, { headers })
    expect(first.at('response.coupon.0.item_status.code')).toBe(701)
    expect(first.at('response.coupon.1.item_status.code')).toBe(700)
    await shop.customer({ ...later, externalId: 'both' })
    const again = await shop.post('/v1.1/coupon/issue', { root: { coupon } }, { headers })
    expect([again.text, again.headers['idempotency-replayed']]).toEqual([first.text, 'true'])
    await shop.expectLedgerAdds()
  })
})
