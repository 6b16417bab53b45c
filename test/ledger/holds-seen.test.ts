import { describe, expect, test } from 'vitest'
import { endExpiredHolds } from '../../src/ledger/holds/end-expired-holds.ts'
import { eraseCustomer } from '../../src/operate/erase-customer.ts'
import { openHolds } from '../support/hold-cases.ts'
import { createTestContext, createTestServer, signInAsClient } from '../support/harness.ts'
import { amount } from '../support/till-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { pool, queries } = context.database

async function openTwo() {
  const shop = await openHolds(context, app)
  const series = await shop.series(amount(10, { max_redeemed: 2 }))
  const [mine, other] = [
    await shop.coupon(series, shop.customerId),
    await shop.coupon(series, shop.customerId),
  ]
  const held = await shop.hold('cart', [mine.code])
  return { ...shop, seriesId: series, mine, other, holdId: held.at('id') }
}

const history = (shop: Awaited<ReturnType<typeof openTwo>>, query = '') =>
  shop.call('GET', `/v2/customers/coupons?id=${shop.customerId}&include=redemptionStatus${query}`)

describe('held uses are visible at once', () => {
  test('in the history: uses that are left, and which coupons work', async () => {
    const shop = await openTwo()
    expect((await history(shop)).text).toContain('"redemptionsLeft":1')
    expect((await history(shop, '&status=REDEEMABLE')).text).toContain(shop.other.code)
    await shop.hold('cart-2', [shop.other.code])
    expect((await history(shop)).text).not.toContain('"redemptionsLeft":1')
    const none = (await history(shop, '&status=REDEEMABLE')).text
    expect(none).not.toContain(shop.mine.code)
    expect(none).not.toContain(shop.other.code)
    const detailed = await shop.call('GET', `/v2/customers/${shop.customerId}/coupons`)
    expect(detailed.text).not.toContain('"redemptionsLeft":1')
    await shop.release(shop.holdId)
    expect((await history(shop)).text).toContain('"redemptionsLeft":1')
    expect((await history(shop, '&status=REDEEMABLE')).text).toContain(shop.mine.code)
  })

  test('in each history that is read while holds are made and redeemed: no use seems free that never was', async () => {
    const shop = await openHolds(context, app)
    const read = async () =>
      (await shop.call('GET', `/v2/customers/coupons?id=${shop.customerId}`)).text.match(
        /"redemptionsLeft":[^,]+/g,
      )
    for (let round = 1; round <= 8; round++) {
      const series = await shop.series(amount(10, { max_redeemed: 1 }))
      const { code } = await shop.coupon(series, shop.customerId)
      expect(await read()).toContain('"redemptionsLeft":1')
      const hold = await shop.hold(`cart-${round}`, [code])
      const paid = new AbortController()
      const reader = async () => {
        const seen = [await read()]
        while (!paid.signal.aborted) seen.push(await read())
        return seen.flat()
      }
      const readers = Array.from({ length: 6 }, reader)
      expect((await shop.pay(hold.at('id'))).status).toBe(200)
      paid.abort()
      const seen = (await Promise.all(readers)).flat()
      expect(seen.length).toBeGreaterThanOrEqual(6 * round)
      expect(new Set(seen)).toEqual(new Set(['"redemptionsLeft":0']))
    }
  })

  test('in the explanation, which distinguishes held from redeemed uses', async () => {
    const shop = await openTwo()
    await shop.hold('cart-2', [shop.other.code])
    const { headers } = await signInAsClient(context, app, shop, 'administrator')
    const reply = await shop.call('GET', `/admin/v1/coupons/${shop.mine.code}/explain`, undefined, {
      headers,
    })
    expect(reply.status).toBe(200)
    const rules = reply.at('rules') as { name: string; verdict: string; seen: object }[]
    expect(rules.find(({ name }) => name === 'seriesLimit')).toMatchObject({
      verdict: 'fail',
      seen: { redeemed: 0, held: 2, limit: 2 },
    })
  })

  test('no more once the customer is erased, and nothing of the bill is kept', async () => {
    const shop = await openTwo()
    await eraseCustomer(queries, shop.orgId, shop.customerId)
    expect(await shop.items()).toBe(0)
    expect(await shop.read(shop.holdId)).toMatchObject({
      status: 200,
      json: { status: 'released', codes: [] },
    })
    expect((await shop.pay(shop.holdId)).status).toBe(400)
  })

  test('no more after it has expired; the sweep ends it an hour later', async () => {
    const shop = await openTwo()
    const move = (interval: string) =>
      pool.query(
        `with h as (update holds set created_at = now() - interval '2 days', expires_at = now() - $2::interval
           where org_id = $1 returning id, expires_at)
         update hold_items i set expires_at = h.expires_at from h where i.org_id = $1 and i.hold_id = h.id`,
        [shop.orgId, interval],
      )
    await move('59 minutes')
    await endExpiredHolds(context, () => false)
    expect(await shop.items()).toBe(1)
    await move('61 minutes')
    await endExpiredHolds(context, () => false)
    expect(await shop.items()).toBe(0)
    expect(await shop.read(shop.holdId)).toMatchObject({ json: { status: 'expired' } })
    const { rows } = await pool.query<{ ended_as: string }>('select ended_as from holds where org_id = $1', [
      shop.orgId,
    ])
    expect(rows).toEqual([{ ended_as: 'expired' }])
    await shop.expectLedgerAdds()
  })
})
