import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openHolds } from '../../support/hold-cases.ts'
import { createTestContext, createTestServer } from '../../support/harness.ts'
import { amount, quoted, rulesIn } from '../../support/till-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const open = (options = {}) => openHolds(context, app, options)

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Two coupons of one series that may be redeemed once in all. */
async function lastUse(shop: Awaited<ReturnType<typeof open>>, terms = {}) {
  const series = await shop.series(amount(10, { max_redeemed: 1, ...terms }))
  const [mine, other] = [
    await shop.coupon(series, shop.customerId),
    await shop.coupon(series, shop.customerId),
  ]
  return { series, mine: mine.code, other: other.code }
}

describe('a hold', () => {
  test('reserves the last use: everybody else is refused until it is released', async () => {
    const shop = await open()
    const { mine, other } = await lastUse(shop)
    const held = await shop.hold('cart-1', [mine])
    expect(held).toMatchObject({
      status: 201,
      json: {
        reference: 'cart-1',
        status: 'live',
        customerId: shop.customerId,
        codes: [{ code: mine, discount: '10.00' }],
        total: '10.00',
        currency: 'INR',
      },
    })
    expect(await shop.hold('cart-2', [other])).toMatchObject({ status: 409, json: { rule: 'seriesLimit' } })
    expect(rulesIn(await shop.quote([other], 100))).toEqual(['seriesLimit'])
    expect((await shop.redeemOn([other], 100)).at('rule')).toBe('seriesLimit')
    expect((await shop.redeemOne(other)).at('redemptionStatus.code')).toBe(728)
    await shop.expectLedgerAdds()
    expect((await shop.read(held.at('id'))).json).toEqual(held.json)
    expect((await shop.find('cart-1')).at('id')).toBe(held.at('id'))
    expect((await shop.release(held.at('id'))).at('status')).toBe('released')
    expect((await shop.release(held.at('id'))).at('status')).toBe('released')
    expect((await shop.redeemOn([other], 100)).status).toBe(200)
    await shop.expectLedgerAdds()
  })

  test('counts against the limits of coupon and customer', async () => {
    const shop = await open()
    const series = await shop.series(amount(10, { max_redemptions_per_customer: 1 }))
    const [a, b] = [await shop.coupon(series, shop.customerId), await shop.coupon(series, shop.customerId)]
    const single = await shop.code(amount(10, { is_multiple_use_allowed: false }))
    expect((await shop.hold('1', [a.code, single])).status).toBe(201)
    expect((await shop.hold('2', [b.code])).at('rule')).toBe('customerLimit')
    expect((await shop.hold('2', [single])).at('rule')).toBe('singleUse')
  })

  test('reserves all coupons or none', async () => {
    const shop = await open()
    const { mine, other } = await lastUse(shop)
    const free = await shop.code(amount(5))
    await shop.hold('1', [mine])
    const reply = await shop.hold('2', [free, other, 'NONE'])
    expect(reply).toMatchObject({
      status: 409,
      json: {
        refusals: [
          { code: other, refusal: { rule: 'seriesLimit' } },
          { code: 'NONE', refusal: { rule: 'knownCode' } },
        ],
      },
    })
    expect(await shop.items()).toBe(1)
    expect((await shop.find('2')).status).toBe(404)
  })

  test('is replaced under its reference, and never refused because of its own held uses', async () => {
    const shop = await open()
    const { mine, other } = await lastUse(shop)
    const first = await shop.hold('cart', [mine])
    expect(first.status).toBe(201)
    const second = await shop.hold('cart', [other])
    expect(second.status).toBe(200)
    expect((await shop.read(first.at('id'))).at('status')).toBe('replaced')
    expect((await shop.pay(first.at('id'))).at('code')).toBe(9012)
    const refused = await shop.hold('cart', [mine, 'NONE'])
    expect(refused.status).toBe(409)
    expect((await shop.find('cart')).json).toEqual(second.json)
    expect((await shop.pay(second.at('id'))).status).toBe(200)
    await shop.expectLedgerAdds()
  })

  test('is replaced also by a basket of another customer with another coupon of the series', async () => {
    const shop = await open()
    const { mine, series } = await lastUse(shop)
    const otherId = await shop.customer()
    const { code } = await shop.coupon(series, otherId)
    const first = await shop.hold('cart', [mine])
    expect((await shop.hold('other', [code], { customer: { id: otherId } })).status).toBe(409)
    const second = await shop.hold('cart', [code], { customer: { id: otherId } })
    expect(second.status).toBe(200)
    expect((await shop.read(first.at('id'))).at('status')).toBe('replaced')
    const basket = { codes: [mine], customer: { id: shop.customerId } }
    expect((await shop.pay(second.at('id'), basket)).status).toBe(200)
    await shop.expectLedgerAdds()
  })

  test('is redeemed with its bill, its customer and its coupons', async () => {
    const shop = await open()
    const { mine, other } = await lastUse(shop)
    const held = await shop.hold('cart', [mine], { bill: { amount: 8, transactionNumber: 'T-1' } })
    const paid = await shop.pay(held.at('id'))
    expect(paid).toMatchObject({
      status: 200,
      json: { redemptions: [{ code: mine, discountAmount: '8.00' }], throughHold: true },
    })
    expect(await shop.redemptions()).toMatchObject([
      { customer_id: shop.customerId, transaction_number: 'T-1', bill_amount: '8.000' },
    ])
    expect((await shop.read(held.at('id'))).at('status')).toBe('redeemed')
    expect((await shop.redeemOn([other], 100)).at('rule')).toBe('seriesLimit')
    expect(await shop.pay(held.at('id'))).toMatchObject({ status: 409, json: { code: 9012, rule: 'hold' } })
    await shop.expectLedgerAdds()
  })

  test('is redeemed in part, and the rest of the basket is released', async () => {
    const shop = await open()
    const [one, two] = [await lastUse(shop), await lastUse(shop)]
    const held = await shop.hold('cart', [one.mine, two.mine])
    const more = await shop.code(amount(3))
    const paid = await shop.pay(held.at('id'), { codes: [one.mine, more], bill: { amount: 50 } })
    expect(paid).toMatchObject({ status: 200, json: { total: '13.00', throughHold: true } })
    expect((await shop.redeemOn([two.other], 100)).status).toBe(200)
    expect(await shop.items()).toBe(0)
    await shop.expectLedgerAdds()
  })

  test('stays as it is when its redemption is refused', async () => {
    const shop = await open()
    const { mine, other } = await lastUse(shop)
    const held = await shop.hold('cart', [mine])
    expect((await shop.pay(held.at('id'), { codes: [mine, 'NONE'] })).status).toBe(409)
    expect((await shop.read(held.at('id'))).at('status')).toBe('live')
    expect((await shop.redeemOn([other], 100)).status).toBe(409)
    expect((await shop.pay(held.at('id'))).status).toBe(200)
  })

  test('is redeemed by the calls of the contract, coupon by coupon', async () => {
    const shop = await open()
    const [one, two] = [await lastUse(shop), await lastUse(shop)]
    const held = await shop.hold('T-9', [one.mine, two.mine])
    expect((await shop.redeemOne(one.mine, { transactionNumber: 'other' })).status).toBe(400)
    expect((await shop.redeemOne(one.mine, { transactionNumber: 'T-9' })).status).toBe(200)
    expect((await shop.redeemOn([two.other], 100)).status).toBe(409)
    expect((await shop.read(held.at('id'))).at('status')).toBe('live')
    const header = { 'x-counterfoil-hold': String(held.at('id')) }
    expect((await shop.redeemOne(two.mine, {}, header)).status).toBe(200)
    expect((await shop.read(held.at('id'))).at('status')).toBe('redeemed')
    expect((await shop.redeemOne(two.other, {}, header)).at('redemptionStatus.code')).toBe(9012)
    expect(
      (await shop.redeemOne(two.other, {}, { 'x-counterfoil-hold': '1' })).at('redemptionStatus.code'),
    ).toBe(9011)
    await shop.expectLedgerAdds()
  })

  test('keeps its coupons when another coupon is redeemed under its name, which they count against', async () => {
    const shop = await open()
    const { mine, other } = await lastUse(shop)
    const held = await shop.hold('T-10', [mine])
    const header = { 'x-counterfoil-hold': String(held.at('id')) }
    expect((await shop.redeemOne(other, {}, header)).at('redemptionStatus.code')).toBe(728)
    expect((await shop.redeemOne(other, { transactionNumber: 'T-10' })).at('redemptionStatus.code')).toBe(728)
    const free = await shop.code(amount(10))
    expect((await shop.redeemOne(free, {}, header)).status).toBe(200)
    expect((await shop.read(held.at('id'))).at('status')).toBe('live')
    expect((await shop.redeemOne(mine, {}, header)).status).toBe(200)
    expect((await shop.read(held.at('id'))).at('status')).toBe('redeemed')
    await shop.expectLedgerAdds()
  })

  test('ends at its expiry, in every process, before anybody has swept it', async () => {
    const shop = await open()
    const { mine, other } = await lastUse(shop)
    const held = await shop.hold('cart', [mine], { ttlSeconds: 1 })
    expect((await shop.redeemOn([other], 100)).status).toBe(409)
    await wait(1_050)
    expect((await shop.read(held.at('id'))).at('status')).toBe('expired')
    expect(await shop.items()).toBe(1)
    expect((await shop.extend(held.at('id'), 60)).at('code')).toBe(9012)
    expect((await shop.redeemOn([other], 100)).status).toBe(200)
    await shop.expectLedgerAdds()
  })

  test('that has ended is no obstacle to a payment that comes late, if there is room', async () => {
    const shop = await open()
    const { mine, other } = await lastUse(shop)
    const held = await shop.hold('cart', [mine], { ttlSeconds: 1 })
    await wait(1_050)
    const late = await shop.pay(held.at('id'))
    expect(late).toMatchObject({ status: 200, json: { throughHold: false } })
    expect((await shop.pay(held.at('id'))).at('code')).toBe(9012)
    expect((await shop.redeemOn([other], 100)).at('rule')).toBe('seriesLimit')
    const again = await lastUse(shop)
    const second = await shop.hold('cart', [again.mine])
    await shop.release(second.at('id'))
    await shop.redeemOn([again.other], 100)
    expect(await shop.pay(second.at('id'))).toMatchObject({ status: 409, json: { rule: 'seriesLimit' } })
    await shop.expectLedgerAdds()
  })

  test('is extended from now, at most seven days from when it was made', async () => {
    const shop = await open()
    const { mine, other } = await lastUse(shop)
    const held = await shop.hold('cart', [mine], { ttlSeconds: 2 })
    const longer = await shop.extend(held.at('id'), 604_800)
    const ms = (path: string): number => Date.parse(String(longer.at(path)))
    expect(ms('expiresAt') - ms('createdAt')).toBe(604_800_000)
    await wait(2_050)
    expect((await shop.redeemOn([other], 100)).status).toBe(409)
    await shop.extend(held.at('id'), 1)
    await wait(1_050)
    expect((await shop.redeemOn([other], 100)).status).toBe(200)
    await shop.expectLedgerAdds()
  })

  test.each([
    ['reference', { reference: '' }],
    ['reference', { reference: 'x'.repeat(101) }],
    ['ttlSeconds', { ttlSeconds: 0 }],
    ['ttlSeconds', { ttlSeconds: 604_801 }],
    ['ttlSeconds', { ttlSeconds: 1.5 }],
  ])('refuses a %s that is out of range', async (field, more) => {
    const shop = await open()
    const { mine } = await lastUse(shop)
    const reply = await shop.hold('cart', [mine], more)
    expect(reply.status).toBe(400)
    expect(reply.text).toContain(field)
  })

  test('gives way to a revocation', async () => {
    const shop = await open()
    const { mine, other, series } = await lastUse(shop)
    const held = await shop.hold('cart', [mine])
    await shop.post('/v2/coupon/revoke', { couponSeriesId: series, couponCodes: [mine] })
    expect(await shop.items()).toBe(0)
    expect((await shop.pay(held.at('id'))).at('code')).toBe(660)
    expect((await shop.redeemOn([other], 100)).status).toBe(200)
    await shop.expectLedgerAdds()
  })

  test('is distinguished from the hold of another caller with the same reference', async () => {
    const [shop, stranger] = [await open(), await open()]
    const { mine } = await lastUse(shop)
    const held = await shop.hold('cart', [mine])
    const as = { headers: { authorization: stranger.authorization } }
    expect((await shop.read(held.at('id'), as)).status).toBe(404)
    expect((await shop.release(held.at('id'), as)).status).toBe(404)
    expect((await shop.extend(held.at('id'), 9, as)).status).toBe(404)
    expect((await shop.pay(held.at('id'), {}, as)).status).toBe(404)
    expect((await shop.read(held.at('id'))).at('status')).toBe('live')
  })

  test('gets the first answer for the same key', async () => {
    const shop = await open()
    const { mine } = await lastUse(shop)
    const sending = { headers: { 'idempotency-key': randomUUID() } }
    const [a, b] = [
      await shop.hold('cart', [mine], {}, sending),
      await shop.hold('cart', [mine], {}, sending),
    ]
    expect(b.text).toBe(a.text)
    expect(b.headers['idempotency-replayed']).toBe('true')
    const key = { headers: { 'idempotency-key': randomUUID() } }
    const [paid, again] = [await shop.pay(a.at('id'), {}, key), await shop.pay(a.at('id'), {}, key)]
    expect(again.text).toBe(paid.text)
    expect(paid.status).toBe(200)
  })
})

describe('races', () => {
  test('of many checkouts for the last uses are won by as many as there are', async () => {
    const others = await Promise.all(
      [1, 2].map(async () => createTestServer(await createTestContext({ database: context.database }))),
    )
    const shop = await open()
    const series = await shop.series(amount(10, { max_redeemed: 3 }))
    const codes = await Promise.all(
      Array.from({ length: 24 }, async () => (await shop.coupon(series, shop.customerId)).code),
    )
    const replies = await Promise.all(
      codes.map((code, at) => shop.hold(`cart-${at}`, [code], {}, { app: [app, ...others][at % 3] ?? app })),
    )
    const winners = replies.filter(({ status }) => status === 201)
    expect(winners).toHaveLength(3)
    const paid = await Promise.all([
      ...winners.map((one) => shop.pay(one.at('id'))),
      ...codes.map((code) => shop.redeemOn([code], 100)),
    ])
    expect(paid.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(3)
    expect(paid.slice(0, 3).every(({ status }) => status === 200)).toBe(true)
    await shop.expectLedgerAdds()
  })

  test('of two tabs and double clicks under one reference leave one live hold', async () => {
    const other = await createTestServer(await createTestContext({ database: context.database }))
    const shop = await open()
    const baskets = await Promise.all(Array.from({ length: 12 }, () => lastUse(shop)))
    const replies = await Promise.all(
      baskets.flatMap(({ mine }, at) => [
        shop.hold('cart', [mine], {}, { app: at % 2 === 0 ? app : other }),
        shop.hold('cart', [mine], {}, { app: at % 3 === 0 ? app : other }),
      ]),
    )
    expect(replies.map(({ status }) => status).filter((status) => status >= 300)).toEqual([])
    const states = await Promise.all(replies.map((one) => shop.read(one.at('id'))))
    expect(states.filter((one) => one.at('status') === 'live')).toHaveLength(1)
    expect(await shop.items()).toBe(1)
    const live = await shop.find('cart')
    const clicks = await Promise.all([1, 2, 3, 4].map(() => shop.pay(live.at('id'))))
    expect(clicks.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409, 409, 409])
    expect(await shop.redemptions()).toHaveLength(1)
    await shop.expectLedgerAdds()
  })

  test('a quote of the same checkout ignores its own held uses', async () => {
    const shop = await open()
    const { mine, other } = await lastUse(shop)
    await shop.hold('T-1', [mine])
    expect(rulesIn(await shop.quote([other], { amount: 100, transactionNumber: 'T-1' }))).toEqual([null])
    expect(quoted(await shop.quote([other], { amount: 100, transactionNumber: 'T-2' }))[0]?.works).toBe(false)
  })
})
