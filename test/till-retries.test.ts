import { describe, expect, test } from 'vitest'
import { createTill } from '../src/organisations/create-till.ts'
import { basic, createTestContext, createTestServer, password } from './harness.ts'
import type { SeedSeries } from './seed.ts'
import { openShop } from './write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const second = await createTestServer(await createTestContext({ database: context.database }))

const single = { is_multiple_use_allowed: false }
const sale = { transactionNumber: 'T-1' }

async function prepare(replaysTillRetries: boolean, terms: SeedSeries = single) {
  const shop = await openShop(context, app, { replaysTillRetries })
  const customerId = await shop.customer()
  const seriesId = await shop.series(terms)
  const { code } = await shop.coupon(seriesId, customerId)
  return { shop, customerId, seriesId, code }
}

describe('an organisation that answers repeated redemptions with the first', () => {
  test('does so for the same till, transaction, code and customer', async () => {
    const { shop, customerId, code } = await prepare(true)
    const first = await shop.redeem(code, customerId, sale)
    const again = await shop.redeem(code.toLowerCase(), customerId, sale, { app: second })
    expect([again.status, again.text]).toEqual([200, first.text])
    const bulk = await shop.redeemBulk([code], customerId, sale)
    expect(bulk.at('response.0.result.redemptionId')).toBe(first.at('redemption.0.redemptionId'))
    await shop.expectLedgerAdds()
  })

  test('does so for twenty of them at once on two servers: one redemption, one answer', async () => {
    const { shop, customerId, code } = await prepare(true, {})
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        shop.redeem(code, customerId, sale, { app: n % 2 === 0 ? app : second }),
      ),
    )
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1)
    expect(replies[0]?.status).toBe(200)
    expect((await shop.history(customerId))[0]?.['redemptionCount']).toBe(1)
    await shop.expectLedgerAdds()
  })

  test('does so for bulk, and redeems what was not yet redeemed beside it', async () => {
    const { shop, customerId, seriesId, code } = await prepare(true)
    const other = await shop.coupon(seriesId, customerId)
    const first = await shop.redeemBulk([code], customerId, sale)
    const both = await shop.redeemBulk([code, other.code], customerId, sale)
    expect(both.at('failureCount')).toBe(0)
    expect(both.at('response.0.result.redemptionId')).toBe(first.at('response.0.result.redemptionId'))
    expect((await shop.redeemBulk([code, other.code], customerId, sale)).text).toBe(both.text)
    await shop.expectLedgerAdds()
  })

  test('refuses another transaction, customer or till, and one without a number', async () => {
    const { shop, customerId, code } = await prepare(true, { ...single, is_any_user: true })
    const { orgId, storeCode } = shop
    const till = `b-${orgId}`
    await createTill(context.database.queries, {
      orgId,
      storeCode,
      code: till,
      password,
      isReadOnly: false,
      accessGroup: 'default',
    })
    await shop.redeem(code, customerId, sale)
    const replies = [
      await shop.redeem(code, customerId, { transactionNumber: 'T-2' }),
      await shop.redeem(code, await shop.customer(), sale),
      await shop.redeem(code, customerId, sale, { headers: { authorization: basic(till, password) } }),
      await shop.redeem(code, customerId, {}),
    ]
    expect(replies.map((reply) => reply.at('redemptionStatus.code'))).toEqual([711, 711, 711, 711])
    await shop.expectLedgerAdds()
  })

  test('redeems anew when the first redemption was taken back', async () => {
    const { shop, customerId, code } = await prepare(true)
    const first = await shop.redeem(code, customerId, sale)
    await shop.reverse([first.at('redemption.0.redemptionId')])
    const again = await shop.redeem(code, customerId, sale)
    expect(again.at('redemptionStatus.code')).toBe(700)
    expect(again.at('redemption.0.redemptionId')).not.toBe(first.at('redemption.0.redemptionId'))
    await shop.expectLedgerAdds()
  })

  test('does not take two stores for one till: a redemption that names no till is no repetition', async () => {
    const { shop, customerId, code } = await prepare(true, {})
    const headers = {
      'x-cap-api-attribution-entity-type': 'STORE_CODE',
      'x-cap-api-attribution-entity-code': shop.storeCode,
    }
    const replies = await Promise.all([1, 2, 3].map(() => shop.redeem(code, customerId, sale, { headers })))
    expect(new Set(replies.map((reply) => reply.at('redemption.0.redemptionId'))).size).toBe(3)
    await shop.expectLedgerAdds()
  })

  test('a check that changes nothing judges anew', async () => {
    const { shop, customerId, code } = await prepare(true)
    await shop.redeem(code, customerId, sale)
    const reply = await shop.post('/v2/coupon/bulk/redeem?is_redeemable=true', {
      redemptionRequestList: [{ code }],
      user: { id: customerId },
      billAmount: 1,
      ...sale,
    })
    expect(reply.at('response.0.errors.0.code')).toBe(711)
  })
})

describe('an organisation that does not', () => {
  test('refuses the same redemption again, one after the other and at once', async () => {
    const { shop, customerId, code } = await prepare(false)
    const replies = await Promise.all([1, 2, 3].map(() => shop.redeem(code, customerId, sale)))
    const codes = replies.map((reply) => Number(reply.at('redemptionStatus.code')))
    expect(codes.toSorted((a, b) => a - b)).toEqual([700, 711, 711])
    expect((await shop.redeem(code, customerId, sale)).at('redemptionStatus.code')).toBe(711)
    await shop.expectLedgerAdds()
  })
})
