import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { refusedBy } from '../../support/budget-cases.ts'
import { createTestContext, createTestServer } from '../../support/harness.ts'
import { openReturns } from '../../support/return-cases.ts'
import { amount, discountsIn, percent, quoted } from '../../support/till-cases.ts'

/** Faults of coupon systems that shops have reported in public, each played through the calls of a checkout. */

const context = await createTestContext()
const app = await createTestServer(context)
const servers = [app, await createTestServer(context), await createTestServer(context)]
const open = (options = {}) => openReturns(context, app, options)
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Two coupons of one series that may be redeemed once in all. */
async function openLastUse() {
  const shop = await open()
  const series = await shop.series(amount(10, { max_redeemed: 1 }))
  const [mine, theirs] = [
    await shop.coupon(series, shop.customerId),
    await shop.coupon(series, shop.customerId),
  ]
  return { shop, mine: mine.code, theirs: theirs.code }
}

test('payment fails after the hold: the coupon is not used up, and works at the next attempt', async () => {
  const { shop, mine, theirs } = await openLastUse()
  const held = await shop.hold('cart-1', [mine])
  // The payment was declined, and the shop says so.
  expect((await shop.release(held.at('id'))).at('status')).toBe('released')
  expect((await shop.redeemOn([theirs], 100)).at('total')).toBe('10.00')
  await shop.expectLedgerAdds()

  const again = await openLastUse()
  // The shop never says anything: the end of the hold is enough.
  await again.shop.hold('cart-2', [again.mine], { ttlSeconds: 1 })
  expect((await again.shop.redeemOn([again.theirs], 100)).at('rule')).toBe('seriesLimit')
  await wait(1_050)
  expect((await again.shop.redeemOn([again.theirs], 100)).at('total')).toBe('10.00')
  await again.shop.expectLedgerAdds()
})

test('same shopper retries: a second click, a lost answer and a new tab neither lose nor double the coupon', async () => {
  const { shop, mine } = await openLastUse()
  const first = await shop.hold('cart-1', [mine])
  // The page is loaded again: the same checkout holds again, and is not refused for its own hold.
  const second = await shop.hold('cart-1', [mine])
  expect([first.status, second.status]).toEqual([201, 200])
  expect(await shop.items()).toBe(1)
  const headers = { 'idempotency-key': randomUUID() }
  const paid = await shop.pay(second.at('id'), {}, { headers })
  expect(paid.at('total')).toBe('10.00')
  expect((await shop.pay(second.at('id'), {}, { headers })).json).toEqual(paid.json)
  // A click in the former tab, and one without the key.
  for (const tab of [first, second]) expect((await shop.pay(tab.at('id'))).at('code')).toBe(9012)
  expect(await shop.redemptions()).toHaveLength(1)
  await shop.expectLedgerAdds()
})

test('cart changes: the hold follows the cart, and the discount is that of the bill that is paid', async () => {
  const shop = await open()
  const { id, codes } = await shop.budgeted({ total: '50' }, { codes: 2, discount_type: 'PERC' })
  await shop.hold('cart', codes, { bill: { amount: 50 } })
  expect((await shop.budget.get(id)).json).toMatchObject({ held: '40.00', left: '10.00' })
  // One coupon is taken out, and the cart grows.
  const held = await shop.hold('cart', codes.slice(0, 1), { bill: { amount: 100 } })
  expect((await shop.budget.get(id)).json).toMatchObject({ held: '40.00', usesHeld: 1 })
  // Then an item is left at the till.
  const paid = await shop.pay(held.at('id'), { bill: { amount: 60 } })
  expect(paid.json).toMatchObject({ total: '24.00', throughHold: true })
  expect((await shop.budget.get(id)).json).toMatchObject({ given: '24.00', held: '0.00', left: '26.00' })
  await shop.expectLedgerAdds()
})

test('refund after expiry: money and use go back, and the coupon stays expired', async () => {
  const shop = await open({ isSandbox: true })
  await shop.setClock('2026-03-01T10:00:00Z')
  const { id, codes } = await shop.budgeted(
    { total: '100', periods: [{ per: 'month', amount: '40' }] },
    { codes: 2 },
  )
  const [code = '', other = ''] = codes
  await context.database.pool.query(
    `update coupons set valid_until = '2026-03-31T23:59:59Z' where org_id = $1 and code = $2`,
    [shop.orgId, code],
  )
  const redeemed = await shop.redeemed(code, 500)
  await shop.setClock('2026-04-10T10:00:00Z')
  expect((await shop.giveBack(redeemed, { amount: '15.00' })).json).toMatchObject({ left: '25.00' })
  expect((await shop.giveBack(redeemed)).json).toMatchObject({ amount: '25.00', useReturned: true })
  expect((await shop.redeemOn([code], 500)).at('rule')).toBe('couponNotExpired')
  expect((await shop.budget.get(id)).json).toMatchObject({ given: '0.00', left: '100.00' })
  // What went back is taken from the month of the sale, and leaves April alone.
  const { rows } = await context.database.pool.query<{ given: string }>(
    `select given::text from budget_usage where org_id = $1 and per = 'month' and customer_id = 0`,
    [shop.orgId],
  )
  expect(rows).toEqual([{ given: '0.000' }])
  expect((await shop.redeemOn([other], 500)).at('total')).toBe('40.00')
  await shop.expectLedgerAdds()
})

test('hold of the last use expires while another waits: the other gets it, and the late payment a clear refusal', async () => {
  const { shop, mine, theirs } = await openLastUse()
  const held = await shop.hold('cart-1', [mine], { ttlSeconds: 1 })
  const waiting = async () => {
    for (;;) {
      const reply = await shop.hold('cart-2', [theirs], {}, { app: servers[1] as typeof app })
      if (reply.status !== 409) return reply
      expect(reply.at('rule')).toBe('seriesLimit')
      await wait(50)
    }
  }
  const other = await waiting()
  expect(other.status).toBe(201)
  const late = await shop.pay(held.at('id'))
  expect(late).toMatchObject({ status: 409, json: { rule: 'seriesLimit' } })
  expect((await shop.pay(other.at('id'))).at('total')).toBe('10.00')
  await shop.expectLedgerAdds()
})

test('two currencies with other exponents: JPY has no decimals, KWD three, from the quote to the return', async () => {
  const cases = [
    { currency: 'JPY', bill: '1001', discount: '334', part: '33', left: '301', tooFine: '0.5' },
    { currency: 'KWD', bill: '10.001', discount: '3.333', part: '0.333', left: '3.000', tooFine: '0.0004' },
  ]
  for (const { currency, bill, discount, part, left, tooFine } of cases) {
    const shop = await open({ currency })
    const { id, code } = await shop.budgeted(
      { total: '5000' },
      { discount_type: 'PERC', discount_value: '33.33' },
    )
    expect(discountsIn(await shop.quote([code], bill))).toEqual([discount])
    const held = await shop.hold('cart', [code], { bill: { amount: bill } })
    expect(held.json).toMatchObject({ total: discount, currency })
    const redemptionId = (await shop.pay(held.at('id'))).at('redemptions.0.id')
    expect((await shop.giveBack(redemptionId, { amount: tooFine })).status).toBe(400)
    expect((await shop.giveBack(redemptionId, { amount: part })).json).toMatchObject({ left, currency })
    expect((await shop.budget.get(id)).at('given')).toBe(left)
    expect((await shop.figures('days=1')).json).toMatchObject({
      discountGiven: discount,
      discountReturned: part,
      currency,
    })
    await shop.expectLedgerAdds()
  }
})

test('33.33 % over three items: the shares add up to the discount, and are returned as they were given', async () => {
  const shop = await open()
  const code = await shop.code(percent('33.33'))
  const items = [1, 2, 3].map((id) => ({ id, sku: `S${id}`, quantity: 1, price: '10.00' }))
  const quote = await shop.quote([code], { amount: '30.00', items })
  expect(discountsIn(quote)).toEqual(['10.00'])
  const shares = quoted(quote)[0]?.appliedTo?.items?.map((item) => item.discount)
  expect(shares).toEqual(['3.34', '3.33', '3.33'])
  const redemptionId = await shop.redeemed(code, { amount: '30.00', items })
  const back: unknown[] = []
  for (const id of [1, 2, 3]) back.push((await shop.giveBack(redemptionId, { items: [{ id }] })).at('amount'))
  expect(back).toEqual(shares)
  expect((await shop.returnsOf(redemptionId)).json).toMatchObject({ returned: '10.00', left: '0.00' })
  await shop.expectLedgerAdds()
})

test("a budget's last cent under 200 racing tills: one gets it, before and after a return gave it back", async () => {
  const shop = await open()
  const { id, codes } = await shop.budgeted({ total: '40.01' }, { codes: 201 })
  const [first = '', ...others] = codes
  const redemptionId = await shop.redeemed(first, 500)
  const race = () =>
    Promise.all(
      others.map((code, n) =>
        shop.redeemOn([code], '0.01', {}, { app: servers[n % servers.length] as typeof app }),
      ),
    )
  const won = (replies: Awaited<ReturnType<typeof race>>) => replies.filter(({ status }) => status === 200)
  const replies = await race()
  expect(won(replies)).toHaveLength(1)
  expect(new Set(replies.flatMap(refusedBy))).toEqual(new Set(['budget']))
  expect((await shop.budget.get(id)).json).toMatchObject({ given: '40.01', left: '0.00' })
  await shop.giveBack(redemptionId, { amount: '0.01' })
  expect(won(await race())).toHaveLength(1)
  expect((await shop.budget.get(id)).json).toMatchObject({ given: '40.01', left: '0.00' })
  await shop.expectLedgerAdds()
}, 120_000)
