import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openBudgets, refusedBy } from '../support/budget-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { withHolds } from '../support/hold-cases.ts'
import { discountsIn, rulesIn } from '../support/till-cases.ts'
import type { ShopOptions } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const open = async (options: ShopOptions = {}) => withHolds(context, await openBudgets(context, app, options))

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const percent = { discount_type: 'PERC', discount_value: '10' }

test('a hold takes the last cent of a budget until it is released, everywhere that budgets are judged', async () => {
  const shop = await open()
  const { id, codes } = await shop.budgeted({ total: '40', periods: [{ per: 'day', uses: 9 }] }, { codes: 2 })
  const [mine = '', other = ''] = codes
  const held = await shop.hold('cart', [mine])
  expect(held).toMatchObject({ status: 201, json: { total: '40.00' } })
  expect(await shop.hold('cart-2', [other])).toMatchObject({
    status: 409,
    json: { code: 9005, rule: 'budget' },
  })
  expect(rulesIn(await shop.quote([other], 500))).toEqual(['budget'])
  expect(refusedBy(await shop.redeemOn([other], 500))).toEqual(['budget'])
  expect((await shop.redeemOne(other)).at('redemptionStatus.code')).toBe(728)
  expect((await shop.isRedeemable([other], shop.customerId)).text).toContain('728')
  expect((await shop.budget.get(id)).json).toMatchObject({
    given: '0.00',
    held: '40.00',
    usesHeld: 1,
    left: '0.00',
    periods: [{ used: 0, usesLeft: 8 }],
  })
  const history = await shop.history(shop.customerId, 'include=redemptionStatus')
  expect(history.map((one) => one['redemptionsLeft'])).toEqual([0, 0])
  expect(JSON.stringify(history)).toContain('728')
  expect(await shop.history(shop.customerId, 'status=REDEEMABLE')).toEqual([])
  const { headers } = shop
  const explained = await shop.call('GET', `/admin/v1/coupons/${other}/explain?billAmount=10`, undefined, {
    headers,
  })
  const rules = explained.at('rules') as { name: string }[]
  expect(rules.find(({ name }) => name === 'budget')).toMatchObject({
    verdict: 'fail',
    seen: { limit: 40, given: 0, held: 40, left: 0 },
  })
  expect(rules.find(({ name }) => name === 'periodUses')).toMatchObject({
    verdict: 'pass',
    seen: { used: 0, held: 1, limit: 9 },
  })
  await shop.release(held.at('id'))
  expect(await shop.history(shop.customerId, 'status=REDEEMABLE')).toHaveLength(2)
  expect(refusedBy(await shop.redeemOn([other], 500))).toEqual([])
  await shop.expectLedgerAdds()
})

test('what an expired hold has held of a budget is free at that instant', async () => {
  const shop = await open()
  const { codes } = await shop.budgeted({ total: '40' }, { codes: 2 })
  await shop.hold('cart', codes.slice(0, 1), { ttlSeconds: 1 })
  expect(refusedBy(await shop.redeemOn(codes.slice(1), 500))).toEqual(['budget'])
  await wait(1_050)
  expect(refusedBy(await shop.redeemOn(codes.slice(1), 500))).toEqual([])
  await shop.expectLedgerAdds()
})

test('a replaced hold gives back what the new basket does not need', async () => {
  const shop = await open()
  const { id, codes } = await shop.budgeted({ total: '40' }, { codes: 2 })
  const [mine = '', other = ''] = codes
  await shop.hold('cart', [mine])
  expect((await shop.hold('cart', [mine])).status).toBe(200)
  expect(await shop.hold('cart', [mine], { bill: { amount: 10 } })).toMatchObject({
    status: 200,
    json: { total: '10.00' },
  })
  expect((await shop.budget.get(id)).json).toMatchObject({ held: '10.00', left: '30.00' })
  expect(refusedBy(await shop.redeemOn([other], 31))).toEqual(['budget'])
  expect((await shop.redeemOn([other], 30)).at('total')).toBe('30.00')
  // The bigger basket no longer fits, and the hold stays as it was.
  expect((await shop.hold('cart', [mine], { bill: { amount: 11 } })).at('rule')).toBe('budget')
  expect((await shop.find('cart')).at('total')).toBe('10.00')
  await shop.expectLedgerAdds()
})

test('a redemption from a hold gives the reserved discount, or that of a smaller basket', async () => {
  const shop = await open()
  const { id, codes } = await shop.budgeted({ total: '30' }, { ...percent, codes: 4 })
  const [one = '', two = '', three = '', four = ''] = codes
  const first = await shop.hold('1', [one])
  const second = await shop.hold('2', [two])
  const third = await shop.hold('T-3', [three])
  expect(refusedBy(await shop.redeemOn([four], 10))).toEqual(['budget'])
  expect((await shop.pay(first.at('id'), { bill: { amount: 500 } })).at('total')).toBe('10.00')
  expect((await shop.pay(second.at('id'), { bill: { amount: 50 } })).at('total')).toBe('5.00')
  const bill = { amount: 200, transactionNumber: 'T-3' }
  expect(discountsIn(await shop.quote([three], bill))).toEqual(['10.00'])
  expect((await shop.redeemOne(three, { transactionNumber: 'T-3', billAmount: 200 })).status).toBe(200)
  expect((await shop.read(third.at('id'))).at('status')).toBe('redeemed')
  expect((await shop.budget.get(id)).json).toMatchObject({ given: '25.00', held: '0.00', left: '5.00' })
  expect((await shop.redeemOn([four], 50)).at('total')).toBe('5.00')
  await shop.expectLedgerAdds()
})

test('holds count for the budgets of customers, and for uses of periods', async () => {
  const shop = await open()
  const ofCustomer = await shop.budgeted({ perCustomer: '40' }, { codes: 2 })
  const otherId = await shop.customer()
  const ofOther = (await shop.coupon(ofCustomer.id, otherId)).code
  await shop.hold('1', ofCustomer.codes.slice(0, 1))
  expect(refusedBy(await shop.redeemOn(ofCustomer.codes.slice(1), 500))).toEqual(['customerBudget'])
  expect((await shop.redeem(ofOther, otherId)).at('redemptionStatus.code')).toBe(700)
  const uses = await shop.budgeted({ periods: [{ per: 'week', uses: 1 }] }, { codes: 2 })
  await shop.hold('2', uses.codes.slice(0, 1))
  expect(refusedBy(await shop.redeemOn(uses.codes.slice(1), 500))).toEqual(['periodUses'])
  const each = await shop.budgeted({ periods: [{ per: 'month', usesPerCustomer: 1 }] }, { codes: 2 })
  await shop.hold('3', each.codes.slice(0, 1))
  expect(refusedBy(await shop.redeemOn(each.codes.slice(1), 500))).toEqual(['customerPeriodUses'])
  await shop.expectLedgerAdds()
})

test('uses held at the end of a day count for the next day, in which they are redeemed', async () => {
  const shop = await open({ timeZone: 'Europe/Berlin', isSandbox: true })
  const { codes } = await shop.budgeted({ periods: [{ per: 'day', amount: '40' }] }, { codes: 3 })
  const [mine = '', other = '', third = ''] = codes
  await shop.setClock('2026-03-28T22:59:00Z')
  const held = await shop.hold('cart', [mine])
  expect(refusedBy(await shop.redeemOn([other], 500))).toEqual(['periodBudget'])
  await shop.setClock('2026-03-28T23:01:00Z')
  expect(refusedBy(await shop.redeemOn([other], 500))).toEqual(['periodBudget'])
  expect((await shop.pay(held.at('id'))).at('total')).toBe('40.00')
  await shop.setClock('2026-03-29T22:00:00Z')
  expect(refusedBy(await shop.redeemOn([third], 500))).toEqual([])
  await shop.expectLedgerAdds()
})

test('a reserved coupon without a discount is redeemed although nothing is left of the budget', async () => {
  const shop = await open()
  const whole = await shop.code({ discount_type: 'ABS', discount_value: '100' })
  const { codes } = await shop.budgeted({ total: '40' }, { codes: 3 })
  const [mine = '', other = '', third = ''] = codes
  const held = await shop.hold('cart', [whole, mine])
  expect(held.at('codes.1.discount')).toBe('0.00')
  expect(refusedBy(await shop.redeemOn([other], 500))).toEqual([])
  expect(refusedBy(await shop.redeemOn([third], 500))).toEqual(['budget'])
  expect((await shop.hold('cart', [whole, mine])).status).toBe(200)
  const again = await shop.find('cart')
  expect((await shop.pay(held.at('id'))).at('code')).toBe(9012)
  expect((await shop.pay(again.at('id'))).at('total')).toBe('100.00')
  await shop.expectLedgerAdds()
})

test('a corrected bill does not use held amounts', async () => {
  const shop = await open()
  const { codes } = await shop.budgeted(
    { total: '70', periods: [{ per: 'day', amount: '70' }] },
    { codes: 2 },
  )
  const redeemed = await shop.redeemOne(codes[0] ?? '', { billAmount: undefined })
  const redemptionId = redeemed.at('redemption.0.redemptionId')
  const correct = async (billAmount: number) =>
    (await shop.put('/v2/coupon/redeem', { redemptions: [{ redemptionId, billAmount }] })).at(
      'entity.redemptions.0.redemptionStatus.code',
    )
  const held = await shop.hold('cart', codes.slice(1))
  expect(await correct(500)).toBe(728)
  expect(await correct(30)).toBe(761)
  await shop.release(held.at('id'))
  expect(await correct(500)).toBe(761)
  await shop.expectLedgerAdds()
})

test('the last cent is given once to tills that hold and tills that redeem at the same time', async () => {
  const shop = await open()
  const others = await Promise.all(
    [1, 2].map(async () => createTestServer(await createTestContext({ database: context.database }))),
  )
  const apps = [app, ...others]
  const { id, codes } = await shop.budgeted(
    { total: '333.33', whenItDoesNotFit: 'part' },
    { codes: 120, discount_type: 'PERC', discount_value: '7.77' },
  )
  const replies = await Promise.all(
    codes.map((code, n) => {
      const sending = { app: apps[n % apps.length] ?? app }
      const bill = { amount: 100 + (n % 7) }
      return n % 2 === 0
        ? shop.redeemOn([code], bill, {}, sending)
        : shop.hold(`cart-${n}`, [code], { bill }, sending)
    }),
  )
  const cents = (replied: typeof replies) =>
    replied.reduce((sum, one) => sum + Math.round(Number(one.at('total')) * 100), 0)
  const redeemed = replies.filter(({ status }) => status === 200)
  const held = replies.filter(({ status }) => status === 201)
  expect(held.length).toBeGreaterThan(0)
  expect(cents(redeemed) + cents(held)).toBe(33_333)
  expect(new Set(replies.filter(({ status }) => status === 409).flatMap(refusedBy))).toEqual(
    new Set(['budget']),
  )
  await shop.expectLedgerAdds()
  const paid = await Promise.all(
    held.map((one, n) => shop.pay(one.at('id'), {}, { app: apps[n % apps.length] ?? app })),
  )
  expect(paid.filter(({ status }) => status !== 200)).toEqual([])
  expect((await shop.budget.get(id)).json).toMatchObject({ given: '333.33', held: '0.00', left: '0.00' })
  await shop.expectLedgerAdds()
})

test('random checkouts: the amounts given and held never exceed the budget, and held uses can be redeemed', async () => {
  const anyStep = fc.record({
    kind: fc.constantFrom('hold', 'hold', 'redeem', 'pay', 'pay', 'release', 'reverse'),
    cart: fc.nat(3),
    bill: fc.integer({ min: 1, max: 60 }),
  })
  const anyWorld = fc.record({
    whenItDoesNotFit: fc.constantFrom('refuse', 'part'),
    total: fc.integer({ min: 20, max: 90 }),
    uses: fc.integer({ min: 2, max: 5 }),
    steps: fc.array(anyStep, { minLength: 6, maxLength: 14 }),
  })
  await fc.assert(
    fc.asyncProperty(anyWorld, async ({ whenItDoesNotFit, total, uses, steps }) => {
      const shop = await open()
      const { id, codes } = await shop.budgeted(
        { total, periods: [{ per: 'day', uses }], whenItDoesNotFit },
        { codes: 4 },
      )
      const standing: unknown[] = []
      const paid: [given: unknown, held: unknown][] = []
      for (const { kind, cart, bill } of steps) {
        const code = codes[cart] ?? ''
        const current = await shop.find(`cart-${cart}`)
        const isLive = current.status === 200 && current.at('status') === 'live'
        if (kind === 'hold') await shop.hold(`cart-${cart}`, [code], { bill: { amount: bill } })
        if (kind === 'release' && isLive) await shop.release(current.at('id'))
        if (kind === 'reverse' && standing.length > 0) await shop.reverse([standing.pop()])
        if (kind === 'redeem' || kind === 'pay') {
          const redeemsHold = kind === 'pay' && isLive
          const reply = redeemsHold ? await shop.pay(current.at('id')) : await shop.redeemOn([code], bill)
          if (redeemsHold) paid.push([reply.at('total'), current.at('total')])
          if (reply.status === 200) standing.push(reply.at('redemptions.0.id'))
        }
        const budget = await shop.budget.get(id)
        const sum = (...paths: string[]) => paths.reduce((all, path) => all + Number(budget.at(path)), 0)
        expect(sum('given', 'held', 'left')).toBeCloseTo(total, 3)
        expect(sum('periods.0.used', 'usesHeld', 'periods.0.usesLeft')).toBe(uses)
      }
      expect(paid.filter(([given, held]) => given !== held)).toEqual([])
      await shop.expectLedgerAdds()
    }),
    { numRuns: 12 },
  )
}, 120_000)
