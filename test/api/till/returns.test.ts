import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { eraseCustomer } from '../../../src/operate/erase-customer.ts'
import { createTestContext, createTestServer } from '../../support/harness.ts'
import { openReturns } from '../../support/return-cases.ts'
import { amount, percent, products } from '../../support/till-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const open = (options = {}) => openReturns(context, app, options)

describe('a return', () => {
  test('gives a part of the discount back to every limit of the budget, and keeps the use', async () => {
    const shop = await open()
    const budget = { total: '100', perCustomer: '60', periods: [{ per: 'day', amount: '50', uses: 2 }] }
    const { id, codes } = await shop.budgeted(budget, { codes: 3 })
    const redemptionId = await shop.redeemed(codes[0] ?? '', 500)
    const returned = await shop.giveBack(redemptionId, { amount: '15.50', reason: 'One shoe came back' })
    expect(returned).toMatchObject({
      status: 201,
      json: {
        redemptionId,
        code: codes[0],
        amount: '15.50',
        useReturned: false,
        items: null,
        reason: 'One shoe came back',
        discountAmount: '40.00',
        returned: '15.50',
        left: '24.50',
        currency: 'INR',
      },
    })
    expect((await shop.budget.get(id)).json).toMatchObject({
      given: '24.50',
      left: '75.50',
      periods: [{ given: '24.50', left: '25.50', used: 1, usesLeft: 1 }],
    })
    // What came back is given again: to the customer and on the day.
    expect((await shop.redeemOn([codes[1] ?? ''], 25.5)).at('total')).toBe('25.50')
    expect((await shop.redeemOn([codes[2] ?? ''], 1)).at('rule')).toBe('periodUses')
    await shop.expectLedgerAdds()
  })

  test('gives the use back with the last cent, and nothing twice', async () => {
    const shop = await open()
    const { id, code } = await shop.budgeted({ total: '40' }, { is_multiple_use_allowed: false })
    const redemptionId = await shop.redeemed(code, 500)
    await shop.giveBack(redemptionId, { amount: 13.33 })
    await shop.giveBack(redemptionId, { amount: '26.66' })
    const tooMuch = await shop.giveBack(redemptionId, { amount: '0.02' })
    expect(tooMuch).toMatchObject({
      status: 409,
      json: { code: 9013, name: 'returnTooMuch', redemptionId, left: '0.01' },
    })
    expect(tooMuch.at('detail')).toBe('Only 0.01 of the discount is left to return')
    expect((await shop.redeemOn([code], 500)).at('rule')).toBe('singleUse')
    expect((await shop.giveBack(redemptionId, { amount: '0.01' })).json).toMatchObject({
      useReturned: true,
      returned: '40.00',
      left: '0.00',
    })
    for (const what of [{ amount: '0.01' }, {}, { returnUse: true }])
      expect((await shop.giveBack(redemptionId, what)).json).toMatchObject({ code: 9013, left: '0.00' })
    expect((await shop.reverse([redemptionId])).at('errors.0.code')).toBe(510)
    expect((await shop.budget.get(id)).at('given')).toBe('0.00')
    expect((await shop.redeemOn([code], 500)).at('total')).toBe('40.00')
    await shop.expectLedgerAdds()
  })

  test('without amount and items returns the whole that is left', async () => {
    const shop = await open()
    const { id, code } = await shop.budgeted({ total: '100' })
    const redemptionId = await shop.redeemed(code, 500)
    await shop.giveBack(redemptionId, { amount: 10 })
    expect((await shop.giveBack(redemptionId, { reason: 'Cancelled' })).json).toMatchObject({
      amount: '30.00',
      useReturned: true,
      left: '0.00',
    })
    expect((await shop.budget.get(id)).json).toMatchObject({ given: '0.00', left: '100.00' })
    expect(await shop.told(code)).toMatchObject({
      redemptions: [],
      reversedRedemptions: [{ id: redemptionId, discountAmount: '40.00', discountReturned: '40.00' }],
    })
    await shop.expectLedgerAdds()
  })

  test('gives the use alone back when asked, and the rest of the discount later', async () => {
    const shop = await open()
    const { id, code } = await shop.budgeted(
      { total: '100', periods: [{ per: 'day', uses: 1 }] },
      { max_redeemed: 1 },
    )
    const redemptionId = await shop.redeemed(code, 500)
    expect((await shop.giveBack(redemptionId, { amount: 10, returnUse: true })).json).toMatchObject({
      useReturned: true,
      left: '30.00',
    })
    expect((await shop.budget.get(id)).json).toMatchObject({ given: '30.00', periods: [{ used: 0 }] })
    await shop.expectLedgerAdds()
    // Setting the budget again counts the same.
    await shop.budget.set(id, { total: '100', periods: [{ per: 'day', uses: 1 }] })
    expect((await shop.budget.get(id)).json).toMatchObject({ given: '30.00', periods: [{ used: 0 }] })
    expect(await shop.told(code)).toMatchObject({
      reversedRedemptions: [{ discountAmount: '40.00', discountReturned: '10.00', discountKept: '30.00' }],
    })
    expect((await shop.redeemOn([code], 500)).at('total')).toBe('40.00')
    expect((await shop.reverse([redemptionId])).at('errors.0.code')).toBe(510)
    expect((await shop.giveBack(redemptionId)).json).toMatchObject({
      amount: '30.00',
      useReturned: false,
      left: '0.00',
    })
    expect((await shop.budget.get(id)).json).toMatchObject({ given: '40.00', periods: [{ used: 1 }] })
    await shop.expectLedgerAdds()
  })

  test('is listed with the reversal that gave back the rest', async () => {
    const shop = await open()
    const code = await shop.code(amount(40))
    const redemptionId = await shop.redeemed(code, 500)
    const first = await shop.giveBack(redemptionId, { amount: 10, reason: 'Late' })
    expect((await shop.returnsOf(redemptionId)).json).toMatchObject({
      redemptionId,
      code,
      discountAmount: '40.00',
      returned: '10.00',
      left: '30.00',
      useReturned: false,
      items: null,
      returns: [{ id: first.at('id'), amount: '10.00', reason: 'Late', useReturned: false }],
    })
    expect((await shop.reverse([redemptionId])).at('success')).toBe(true)
    expect((await shop.returnsOf(redemptionId)).json).toMatchObject({
      returned: '40.00',
      left: '0.00',
      useReturned: true,
      returns: [{ amount: '10.00' }, { id: null, amount: '30.00', useReturned: true, reason: null }],
    })
    expect((await shop.giveBack(redemptionId, { amount: 1 })).json).toMatchObject({
      code: 9013,
      left: '0.00',
    })
    await shop.expectLedgerAdds()
  })

  test('after a reversal is refused', async () => {
    const shop = await open()
    const { id, code } = await shop.budgeted({ total: '100' })
    const redemptionId = await shop.redeemed(code, 500)
    await shop.reverse([redemptionId])
    for (const what of [{ amount: 1 }, {}])
      expect((await shop.giveBack(redemptionId, what)).json).toMatchObject({ code: 9013, left: '0.00' })
    expect((await shop.budget.get(id)).at('given')).toBe('0.00')
    await shop.expectLedgerAdds()
  })

  test('with a key that was used gives the first answer, and returns nothing more', async () => {
    const shop = await open()
    const redemptionId = await shop.redeemed(await shop.code(amount(40)), 500)
    const headers = { 'idempotency-key': randomUUID() }
    const first = await shop.giveBack(redemptionId, { amount: 10 }, { headers })
    const again = await shop.giveBack(redemptionId, { amount: 10 }, { headers })
    expect(again.json).toEqual(first.json)
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect((await shop.giveBack(redemptionId, { amount: 11 }, { headers })).status).toBe(422)
    expect((await shop.returnsOf(redemptionId)).at('left')).toBe('30.00')
    // A refusal is not kept: the same key may succeed later.
    const late = { 'idempotency-key': randomUUID() }
    expect((await shop.giveBack(redemptionId, { amount: 31 }, { headers: late })).status).toBe(409)
    await shop.expectLedgerAdds()
  })

  test('of a redemption with an unknown discount returns only the use', async () => {
    const shop = await open()
    const series = await shop.series(amount(40))
    const { code } = await shop.coupon(series, shop.customerId)
    const redeemed = await shop.redeem(code, shop.customerId, { billAmount: undefined })
    const id = redeemed.at('redemption.0.redemptionId')
    expect((await shop.returnsOf(id)).json).toMatchObject({ discountAmount: null, left: '0.00' })
    expect((await shop.giveBack(id, { amount: 1 })).json).toMatchObject({ code: 9014, left: '0.00' })
    expect((await shop.giveBack(id)).json).toMatchObject({ amount: '0.00', useReturned: true })
    expect((await shop.told(code)).reversedRedemptions).toMatchObject([{ discountAmount: null }])
    await shop.expectLedgerAdds()
  })

  test('names what is wrong with a request', async () => {
    const shop = await open()
    const id = await shop.redeemed(await shop.code(amount(40)), 500)
    const field = async (what: object) => (await shop.giveBack(id, what)).at('errors.0.field')
    expect(await field({ amount: 0 })).toBe('amount')
    expect(await field({ amount: '0.005' })).toBe('amount')
    expect(await field({ amount: -1 })).toBe('amount')
    expect(await field({ amount: 1, items: [{ sku: 'A' }] })).toBe('items')
    expect(await field({ items: [{ quantity: 1 }] })).toBe('items.0')
    expect(await field({ items: [{ sku: 'A', quantity: 0 }] })).toBe('items.0.quantity')
    expect((await shop.giveBack(id, { items: [] })).status).toBe(400)
    expect((await shop.giveBack(id, { reason: 'x'.repeat(201) })).status).toBe(400)
    expect((await shop.giveBack(2 ** 41, {})).status).toBe(404)
    expect((await shop.returnsOf(2 ** 41)).status).toBe(404)
    expect((await shop.returnsOf(id)).at('returned')).toBe('0.00')
  })

  test('of JPY has no decimals, and of KWD three', async () => {
    const yen = await open({ currency: 'JPY' })
    const ofYen = await yen.redeemed(await yen.code(percent('33.33')), 1000)
    expect((await yen.giveBack(ofYen, { amount: '0.5' })).status).toBe(400)
    expect((await yen.giveBack(ofYen, { amount: '100' })).json).toMatchObject({ amount: '100', left: '233' })
    expect((await yen.giveBack(ofYen)).json).toMatchObject({ amount: '233', left: '0', currency: 'JPY' })
    const dinar = await open({ currency: 'KWD' })
    const ofDinar = await dinar.redeemed(await dinar.code(percent('33.33')), '1.000')
    expect((await dinar.giveBack(ofDinar, { amount: '0.001' })).json).toMatchObject({
      amount: '0.001',
      left: '0.332',
    })
    expect((await dinar.giveBack(ofDinar, { amount: '0.333' })).at('left')).toBe('0.332')
    await yen.expectLedgerAdds()
    await dinar.expectLedgerAdds()
  })

  test('works for a redemption that was made through a hold, and for one on a revoked or expired coupon', async () => {
    const shop = await open()
    const { id, codes } = await shop.budgeted({ total: '100' }, { codes: 2 })
    const held = await shop.hold('cart', [codes[0] ?? ''], {
      bill: { amount: 500, transactionNumber: 'T-1' },
    })
    const paid = (await shop.pay(held.at('id'))).at('redemptions.0.id')
    expect((await shop.giveBack(paid, { amount: 15 })).at('left')).toBe('25.00')
    const other = await shop.redeemed(codes[1] ?? '', 500)
    await shop.revoke({ couponSeriesId: id, couponCodes: [codes[1]] })
    expect((await shop.giveBack(other)).json).toMatchObject({ amount: '40.00', useReturned: true })
    await context.database.pool.query(
      `update coupons set valid_until = '2026-01-02T00:00:00Z' where org_id = $1 and code = $2`,
      [shop.orgId, codes[0]],
    )
    expect((await shop.giveBack(paid)).json).toMatchObject({ amount: '25.00', useReturned: true })
    expect((await shop.budget.get(id)).at('given')).toBe('0.00')
    await shop.expectLedgerAdds()
  })
})

const shoes = {
  amount: 1000,
  transactionNumber: 'bill-7',
  items: [
    { id: 1, sku: 'SH-1', category: 'Shoes', quantity: 2, price: 100 },
    { id: 2, sku: 'SH-2', category: 'Shoes', quantity: 1, price: 300 },
    { id: 3, sku: 'BG-1', category: 'Bags', quantity: 1, price: 500 },
  ],
}

describe('a return of items', () => {
  test('gives back the share of the discount that fell to them', async () => {
    const shop = await open()
    const code = await shop.code(percent(20, { products: products('CATEGORY', 'Shoes') }))
    const id = await shop.redeemed(code, shoes)
    expect((await shop.returnsOf(id)).at('items')).toEqual([
      { id: '1', sku: 'SH-1', quantity: 2, quantityLeft: 2, discount: '40.00' },
      { id: '2', sku: 'SH-2', quantity: 1, quantityLeft: 1, discount: '60.00' },
      { id: '3', sku: 'BG-1', quantity: 1, quantityLeft: 1, discount: '0.00' },
    ])
    const one = await shop.giveBack(id, { items: [{ sku: ' sh-1 ', quantity: 1 }] })
    expect(one.json).toMatchObject({
      amount: '20.00',
      left: '80.00',
      items: [{ id: '1', sku: 'SH-1', quantity: 1, amount: '20.00' }],
    })
    // Nothing of the discount fell to the bag.
    expect((await shop.giveBack(id, { items: [{ id: 3 }] })).json).toMatchObject({ id: null, amount: '0.00' })
    expect((await shop.giveBack(id, { items: [{ id: 1, quantity: 2 }] })).json).toMatchObject({
      code: 9016,
      detail: 'Of the item "1" 1 are left to return',
      left: '80.00',
    })
    expect((await shop.giveBack(id, { items: [{ sku: 'XX' }] })).json).toMatchObject({
      code: 9016,
      detail: 'The bill has no item "XX"',
    })
    expect((await shop.giveBack(id, { items: [{ id: 1 }, { id: '2' }] })).json).toMatchObject({
      amount: '80.00',
      useReturned: true,
    })
    await shop.expectLedgerAdds()
  })

  test('divides 10.00 over three items without losing a cent, in any order', async () => {
    const shop = await open()
    const items = [1, 2, 3].map((id) => ({ id, sku: 'SAME', quantity: 1, price: 10 }))
    const id = await shop.redeemed(await shop.code(percent('33.33')), { amount: 30, items })
    const amounts = []
    for (const line of [3, 1, 2])
      amounts.push((await shop.giveBack(id, { items: [{ id: line }] })).at('amount'))
    expect(amounts).toEqual(['3.33', '3.34', '3.33'])
    const again = await shop.redeemed(await shop.code(percent('33.33')), { amount: 30, items })
    expect((await shop.giveBack(again, { items: [{ sku: 'SAME', quantity: 2 }] })).json).toMatchObject({
      amount: '6.67',
      items: [
        { id: '1', amount: '3.34' },
        { id: '2', amount: '3.33' },
      ],
    })
    expect((await shop.giveBack(again, { items: [{ sku: 'SAME' }] })).json).toMatchObject({
      amount: '3.33',
      useReturned: true,
    })
    await shop.expectLedgerAdds()
  })

  test('is refused where the shares are unknown: without items on the bill, and after a correction', async () => {
    const shop = await open()
    const plain = await shop.redeemed(await shop.code(amount(40)), 500)
    expect((await shop.giveBack(plain, { items: [{ sku: 'SH-1' }] })).json).toMatchObject({
      code: 9015,
      left: '40.00',
    })
    const id = await shop.redeemed(await shop.code(percent(20)), shoes)
    await shop.put('/v2/coupon/redeem', {
      redemptions: [{ redemptionId: id, discountAmount: '150' }],
    })
    expect((await shop.returnsOf(id)).json).toMatchObject({ discountAmount: '150.00', items: null })
    expect((await shop.giveBack(id, { items: [{ id: 1 }] })).at('code')).toBe(9015)
    expect((await shop.giveBack(id, { amount: 150 })).at('useReturned')).toBe(true)
    await shop.expectLedgerAdds()
  })

  test('never exceeds what returns of amounts have left', async () => {
    const shop = await open()
    const id = await shop.redeemed(await shop.code(percent(20)), shoes)
    await shop.giveBack(id, { amount: 150 })
    expect((await shop.giveBack(id, { items: [{ id: 3 }] })).json).toMatchObject({
      code: 9013,
      left: '50.00',
    })
    expect((await shop.giveBack(id, { items: [{ id: 1 }] })).json).toMatchObject({ amount: '40.00' })
    await shop.expectLedgerAdds()
  })
})

describe('a return of a bill', () => {
  test('returns all of its coupons, whole or by items', async () => {
    const shop = await open()
    const shoesOff = await shop.code(percent(20, { products: products('CATEGORY', 'Shoes') }))
    const allOff = await shop.code(percent(10))
    const redeemed = await shop.redeemOn([shoesOff, allOff], shoes)
    expect(redeemed.at('total')).toBe('200.00')
    const items = [{ id: 2 }, { id: 3 }]
    expect(await shop.returnBill('bill-7', { items, reason: 'Too small' })).toMatchObject({
      status: 201,
      json: {
        returns: [
          { code: shoesOff, amount: '60.00', left: '40.00', reason: 'Too small' },
          // The shares of the second code are of what the first one left of each item.
          { code: allOff, amount: '82.22', left: '17.78' },
        ],
        total: '142.22',
        currency: 'INR',
      },
    })
    expect((await shop.returnBill('bill-7')).json).toMatchObject({
      returns: [
        { amount: '40.00', useReturned: true },
        { amount: '17.78', useReturned: true },
      ],
      total: '57.78',
    })
    expect((await shop.returnBill('bill-7')).json).toMatchObject({ code: 9013, left: '0.00' })
    expect((await shop.redeemOn([shoesOff, allOff], shoes)).status).toBe(200)
    await shop.expectLedgerAdds()
  })

  test('returns all or none, and skips redemptions that have nothing left', async () => {
    const shop = await open()
    const [a, b] = [await shop.code(percent(10)), await shop.code(percent(10))]
    const redeemed = await shop.redeemOn([a, b], shoes)
    const [first, second] = [redeemed.at('redemptions.0.id'), redeemed.at('redemptions.1.id')]
    await shop.giveBack(second, { amount: 80 })
    const refused = await shop.returnBill('bill-7', { items: [{ id: 3 }] })
    expect(refused.json).toMatchObject({ code: 9013, redemptionId: second, left: '20.00' })
    expect((await shop.returnsOf(first)).at('returned')).toBe('0.00')
    await shop.reverse([second])
    expect((await shop.returnBill('bill-7', { items: [{ id: 3 }] })).json).toMatchObject({
      returns: [{ redemptionId: first, amount: '50.00' }],
    })
    await shop.expectLedgerAdds()
  })

  test('a retry gets the first answer, also if other bills have the number by now', async () => {
    const shop = await open({ isSandbox: true })
    const code = await shop.code(amount(5))
    const sell = async (now: string) => {
      await shop.setClock(now)
      await shop.redeemed(code, { amount: 100, transactionNumber: '17' })
    }
    const headers = { 'idempotency-key': randomUUID() }
    await sell('2026-03-01T12:00:00Z')
    const first = await shop.returnBill('17', {}, { headers })
    expect(first.status).toBe(201)
    await sell('2026-03-02T12:00:00Z')
    await sell('2026-03-03T12:00:00Z')
    expect((await shop.returnBill('17')).at('code')).toBe(9017)
    const again = await shop.returnBill('17', {}, { headers })
    expect([again.status, again.json]).toEqual([201, first.json])
  })

  test('finds the bill of the own till, of a stated day, and refuses to guess', async () => {
    const shop = await open({ isSandbox: true, timeZone: 'America/New_York' })
    const code = await shop.code(amount(5))
    await shop.setClock('2026-03-01T12:00:00Z')
    const first = await shop.redeemed(code, { amount: 100, transactionNumber: '17' })
    // Seven in the evening of the 7th in New York.
    await shop.setClock('2026-03-08T00:30:00Z')
    const second = await shop.redeemed(code, { amount: 100, transactionNumber: '17' })
    expect((await shop.returnBill('17')).json).toMatchObject({
      status: 409,
      code: 9017,
      detail: expect.stringContaining('(2026-03-01, 2026-03-07)') as string,
    })
    expect((await shop.returnBill('17', { date: '2026-03-07' })).at('returns.0.redemptionId')).toBe(second)
    // Only one of them has something left.
    expect((await shop.returnBill('17')).at('returns.0.redemptionId')).toBe(first)
    expect((await shop.returnBill('17', { date: '2026-03-02' })).status).toBe(404)
    expect((await shop.returnBill('17', { date: '2026-02-30' })).at('errors.0.field')).toBe('date')
    expect((await shop.returnBill('18')).status).toBe(404)
    // Forgotten after a month, unless its date is stated.
    const third = await shop.redeemed(code, { amount: 100, transactionNumber: '19' })
    await shop.setClock('2026-05-01T00:00:00Z')
    expect((await shop.returnBill('19')).status).toBe(404)
    expect((await shop.returnBill('19', { date: '2026-03-07' })).at('returns.0.redemptionId')).toBe(third)
    await shop.expectLedgerAdds()
  })
})

describe('figures and history', () => {
  test('contain the discounts given, returned and reversed', async () => {
    const shop = await open()
    const { id: seriesId, codes } = await shop.budgeted({ total: '1000' }, { codes: 3 })
    const [a, b, c] = [
      await shop.redeemed(codes[0] ?? '', 500),
      await shop.redeemed(codes[1] ?? '', 500),
      await shop.redeemed(codes[2] ?? '', 500),
    ]
    await shop.giveBack(a, { amount: '12.34' })
    await shop.giveBack(b, { amount: 10 })
    await shop.reverse([b])
    await shop.giveBack(c, { amount: 1, returnUse: true })
    const expected = { discountGiven: '120.00', discountReturned: '23.34', discountReversed: '30.00' }
    for (const query of ['days=1', `days=7&series=${seriesId}`]) {
      const figures = await shop.figures(query)
      expect(figures.json).toMatchObject(expected)
      expect((figures.at('days') as object[]).at(-1)).toMatchObject(expected)
    }
    expect((await shop.budget.get(seriesId)).at('given')).toBe('66.66')
    expect((await shop.told(codes[0] ?? '')).redemptions).toMatchObject([
      { discountAmount: '40.00', discountReturned: '12.34', returnedOn: expect.any(String) as string },
    ])
    expect((await shop.told(codes[1] ?? '')).reversedRedemptions).toMatchObject([
      { discountAmount: '40.00', discountReturned: '10.00' },
    ])
    await shop.expectLedgerAdds()
  })
})

test('the reason of a return is forgotten with the customer, and the return stays', async () => {
  const shop = await open()
  const id = await shop.redeemed(await shop.code(amount(40)), 500)
  const headers = { 'idempotency-key': randomUUID() }
  await shop.giveBack(id, { amount: 10, reason: 'Asha called' }, { headers })
  await eraseCustomer(context.database.queries, shop.orgId, shop.customerId)
  const told = await shop.returnsOf(id)
  expect(told.json).toMatchObject({ returned: '10.00', returns: [{ amount: '10.00', reason: null }] })
  const again = await shop.giveBack(id, { amount: 10, reason: 'Asha called' }, { headers })
  expect(again.text).not.toContain('Asha')
  expect((await shop.giveBack(id)).json).toMatchObject({ amount: '30.00', useReturned: true })
  await shop.expectLedgerAdds()
})

test('a corrected discount is never less than the returned amount', async () => {
  const shop = await open()
  const { id, code } = await shop.budgeted({ total: '100' })
  const redemptionId = await shop.redeemed(code, 500)
  await shop.giveBack(redemptionId, { amount: 15 })
  const correct = async (fields: object) =>
    (await shop.put('/v2/coupon/redeem', { redemptions: [{ redemptionId, ...fields }] })).at(
      'entity.redemptions.0.redemptionStatus.code',
    )
  expect(await correct({ discountAmount: '14.99' })).toBe(9004)
  expect(await correct({ billAmount: 14 })).toBe(9004)
  expect(await correct({ discountAmount: '20' })).toBe(761)
  expect((await shop.returnsOf(redemptionId)).json).toMatchObject({ discountAmount: '20.00', left: '5.00' })
  expect((await shop.budget.get(id)).at('given')).toBe('5.00')
  expect(await correct({ discountAmount: '116' })).toBe(728)
  expect(await correct({ discountAmount: '115' })).toBe(761)
  expect((await shop.budget.get(id)).at('left')).toBe('0.00')
  expect(await correct({ billAmount: 60 })).toBe(761)
  expect((await shop.returnsOf(redemptionId)).json).toMatchObject({ discountAmount: '60.00', left: '45.00' })
  expect((await shop.budget.get(id)).at('given')).toBe('45.00')
  await shop.expectLedgerAdds()
})
