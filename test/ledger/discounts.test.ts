import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import type { SeedSeries } from '../support/seed.ts'
import { openShop, type Reply, type ShopOptions } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { pool } = context.database

const tenPercent: SeedSeries = { discount_type: 'PERC', discount_value: '10' }

async function open(options: ShopOptions = { currency: 'INR' }) {
  const shop = await openShop(context, app, options)
  const customerId = await shop.customer({ mobile: '9400488270' })
  return {
    ...shop,
    customerId,
    /** A coupon of its own series. */
    coupon: async (code: string, terms: SeedSeries = {}) =>
      (await shop.coupon(await shop.series(terms), customerId, { code })).code,
    redeem: (codes: string | readonly string[], extra: object = {}) => shop.redeem(codes, customerId, extra),
    redeemEach: (items: readonly object[], extra: object = {}) =>
      shop.post('/v2/coupon/bulk/redeem', {
        redemptionRequestList: items,
        user: { id: customerId },
        billAmount: 100,
        ...extra,
      }),
    older: (coupon: object | object[]) => shop.post('/v1.1/coupon/redeem', { root: { coupon } }),
    /** The discounts of the redemptions by code, in the order of the redemptions. */
    kept: async () => {
      const { rows } = await pool.query<{ code: string; amount: string | null }>(
        `select c.code, r.discount_amount::text as amount from redemptions r
         join coupons c on c.org_id = r.org_id and c.id = r.coupon_id where r.org_id = $1 order by r.id`,
        [shop.orgId],
      )
      return rows.map(({ code, amount }) => `${code} ${amount}`)
    },
  }
}

const codeOf = (reply: Reply) => reply.at('redemptionStatus.code')
const bulkCodes = (reply: Reply) =>
  (reply.at('response') as { result: { redemptionStatus: { code: number } } }[]).map(
    ({ result }) => result.redemptionStatus.code,
  )

describe('a redemption stores', () => {
  test('a discount computed from the bill or stated by the till, and none without a bill', async () => {
    const shop = await open()
    await shop.coupon('COMPUTED', tenPercent)
    await shop.coupon('STATED', tenPercent)
    await shop.coupon('NOBILL', tenPercent)
    await shop.coupon('TOLD')
    await shop.coupon('FREE')
    await shop.redeem('COMPUTED', { billAmount: '120.5' })
    await shop.redeem('STATED', { redemptionRequestList: [{ code: 'STATED', discountAmount: '7.25' }] })
    await shop.redeem('NOBILL', { billAmount: undefined })
    await shop.redeem('TOLD', { billAmount: '', discountAmount: 30 })
    await shop.redeem('FREE', { billAmount: 0 })
    expect(await shop.kept()).toEqual([
      'COMPUTED 12.050',
      'STATED 7.250',
      'NOBILL null',
      'TOLD 30.000',
      'FREE 0.000',
    ])
    await shop.expectLedgerAdds()
  })

  test('the decimal that a JSON number prints as', async () => {
    const shop = await open()
    for (const [code, discountAmount] of [
      ['SUM', 0.1 + 0.2],
      ['BELOW', 0.7999999999999999],
      ['TEXT', ' 1e1 '],
      ['ZERO', '-0'],
      ['NULL', null],
    ] as const) {
      await shop.coupon(code)
      expect(codeOf(await shop.redeem(code, { discountAmount })), code).toBe(700)
    }
    expect(await shop.kept()).toEqual([
      'SUM 0.300',
      'BELOW 0.800',
      'TEXT 10.000',
      'ZERO 0.000',
      'NULL 10.000',
    ])
  })

  test.each([
    ['JPY', '105', '11.000'],
    ['KWD', '10.005', '1.001'],
    [undefined, '10.05', '1.010'],
  ])('an amount with the decimals of %s', async (currency, billAmount, amount) => {
    const shop = await open(currency === undefined ? {} : { currency })
    await shop.coupon('A', tenPercent)
    await shop.redeem('A', { billAmount })
    expect(await shop.kept()).toEqual([`A ${amount}`])
  })

  test('at most the rest of the bill that earlier coupons leave', async () => {
    const shop = await open()
    await shop.coupon('A', { discount_value: '60' })
    await shop.coupon('B', { discount_value: '60' })
    await shop.coupon('C', { discount_value: '60' })
    expect((await shop.redeemEach([{ code: 'A' }, { code: 'B' }, { code: 'C' }])).at('failureCount')).toBe(0)
    expect(await shop.kept()).toEqual(['A 60.000', 'B 40.000', 'C 0.000'])
  })

  test('a stated discount unchanged, for which computed discounts of earlier coupons leave room', async () => {
    const shop = await open()
    await shop.coupon('A', { discount_value: '80' })
    await shop.coupon('B')
    await shop.redeemEach([{ code: 'A' }, { code: 'B', discountAmount: 50 }])
    expect(await shop.kept()).toEqual(['A 50.000', 'B 50.000'])
  })

  test('nothing more if the same sale is sent again', async () => {
    const shop = await open({ currency: 'INR', replaysTillRetries: true })
    await shop.coupon('A', tenPercent)
    const sale = { transactionNumber: 'T1', billAmount: 100 }
    const first = await shop.redeem('A', sale)
    const again = await shop.redeem('A', { ...sale, billAmount: 50, discountAmount: 3 })
    expect(again.at('redemption.0.redemptionId')).toBe(first.at('redemption.0.redemptionId'))
    expect(await shop.kept()).toEqual(['A 10.000'])
  })
})

describe('a refused amount', () => {
  test.each([['-1'], [-0.001], [100.001], ['101'], ['much'], ['1e400']])('%s', async (discountAmount) => {
    const shop = await open()
    await shop.coupon('A')
    const reply = await shop.redeem('A', { discountAmount })
    expect([reply.status, codeOf(reply)]).toEqual([400, 9004])
    expect(reply.at('redemption.0')).toMatchObject({ code: 'A', redemptionStatus: { code: 9004 } })
    expect(await shop.kept()).toEqual([])
  })

  test('is reported for its code, and the others are not redeemed either', async () => {
    const shop = await open()
    for (const code of ['A', 'B', 'C']) await shop.coupon(code)
    const above = [{ code: 'A', discountAmount: 60 }, { code: 'B', discountAmount: 50 }, { code: 'C' }]
    const reply = await shop.redeemEach(above)
    expect([reply.status, reply.at('failureCount'), bulkCodes(reply)]).toEqual([200, 3, [749, 9004, 749]])
    expect(reply.at('response.1.errors.0')).toMatchObject({ status: false, code: 9004 })
    expect(await shop.kept()).toEqual([])
  })

  test('is reported only if the coupon itself is not refused', async () => {
    const shop = await open()
    const used = await shop.coupon('USED', { is_multiple_use_allowed: false })
    await shop.redeem(used)
    expect(codeOf(await shop.redeem(used, { discountAmount: -5 }))).toBe(711)
    expect(codeOf(await shop.redeem('NOPE', { discountAmount: -5 }))).toBe(702)
  })

  test('is one beside several codes, each of which needs its own amount', async () => {
    const shop = await open()
    await shop.coupon('A')
    await shop.coupon('B')
    const reply = await shop.redeem(['A', 'B'], { discountAmount: 5 })
    expect([reply.status, reply.at('code')]).toEqual([400, 400])
    expect(reply.at('message')).toContain('discountAmount')
    expect(await shop.kept()).toEqual([])
  })
})

describe('version 1.1', () => {
  const bill = (amount: unknown, number = '') => ({ transaction: { amount, number } })

  test('accepts an amount for each coupon, in JSON and in XML', async () => {
    const shop = await open()
    for (const code of ['A', 'B', 'C', 'D']) await shop.coupon(code, tenPercent)
    const customer = { id: shop.customerId }
    await shop.older([
      { code: 'A', customer, discount_amount: '4.5', ...bill('200') },
      { code: 'B', customer, discountAmount: 5, ...bill('200') },
      { code: 'C', customer, ...bill('200') },
    ])
    const xml = await shop.post(
      '/v1.1/coupon/redeem?format=xml',
      `<root><coupon><code>D</code><customer><id>${shop.customerId}</id></customer><discount_amount>6.75</discount_amount>
        <transaction><number>X1</number><amount>90</amount></transaction></coupon></root>`,
      { headers: { 'content-type': 'application/xml' } },
    )
    expect(xml.text).toContain('<code>700</code>')
    expect(await shop.kept()).toEqual(['A 4.500', 'B 5.000', 'C 20.000', 'D 6.750'])
  })

  test('shares a bill among the items with its number, and refuses items separately', async () => {
    const shop = await open()
    for (const code of ['A', 'B', 'C', 'D', 'E']) await shop.coupon(code, { discount_value: '60' })
    const customer = { id: shop.customerId }
    const reply = await shop.older([
      { code: 'A', customer, ...bill(100, 'T1') },
      { code: 'B', customer, ...bill(100, 'T1') },
      { code: 'C', customer, ...bill(100, 'T2') },
      { code: 'D', customer, ...bill(100, 'T2'), discount_amount: 101 },
      { code: 'E', customer },
    ])
    const items = reply.at('response.coupons.coupon') as { item_status: { code: unknown } }[]
    expect(items.map(({ item_status: status }) => Number(status.code))).toEqual([700, 700, 700, 9004, 700])
    expect(await shop.kept()).toEqual(['A 60.000', 'B 40.000', 'C 60.000', 'E null'])
  })
})

describe('a bill that is attached later', () => {
  const ids = (reply: Reply) =>
    (reply.at('redemption') as { redemptionId: string }[]).map(({ redemptionId }) => redemptionId)
  const statuses = (reply: Reply) =>
    (reply.at('entity.redemptions') as { redemptionStatus: { code: number } }[]).map(
      ({ redemptionStatus }) => redemptionStatus.code,
    )

  test('gives redemptions the discounts that they lack, and the last one the rest of the bill', async () => {
    const shop = await open()
    for (const code of ['A', 'B', 'C']) await shop.coupon(code, { discount_value: '60' })
    const redeemed = await shop.redeem(['A', 'B', 'C'], { billAmount: undefined, transactionNumber: 'T1' })
    const [a, b, c] = ids(redeemed)
    const bill = { billAmount: 100 }
    const reply = await shop.put('/v2/coupon/redeem', {
      redemptions: [
        { redemptionId: a, ...bill },
        { redemptionId: b, ...bill, discountAmount: '15.5' },
        { redemptionId: c, ...bill },
      ],
    })
    expect(statuses(reply)).toEqual([761, 761, 761])
    expect(await shop.kept()).toEqual(['A 60.000', 'B 15.500', 'C 24.500'])
  })

  test('lowers a larger discount to itself, and leaves a smaller one unchanged', async () => {
    const shop = await open()
    await shop.coupon('A', { discount_value: '60' })
    const [id] = ids(await shop.redeem('A'))
    const correct = (changes: object) =>
      shop.put('/v2/coupon/redeem', { redemptions: [{ redemptionId: id, ...changes }] })
    await correct({ billAmount: 500 })
    expect(await shop.kept()).toEqual(['A 60.000'])
    await correct({ transactionNumber: 'T2' })
    await correct({ billAmount: 40.5 })
    expect(await shop.kept()).toEqual(['A 40.500'])
    await correct({ discountAmount: 3 })
    expect(await shop.kept()).toEqual(['A 3.000'])
  })

  test('covers the discounts of several redemptions together', async () => {
    const shop = await open()
    for (const code of ['A', 'B', 'C']) await shop.coupon(code, { discount_value: '60' })
    const [a, b, c] = ids(await shop.redeem(['A', 'B', 'C'], { billAmount: 180, transactionNumber: 'T1' }))
    const bill = { billAmount: 100 }
    const reply = await shop.put('/v2/coupon/redeem', {
      redemptions: [
        { redemptionId: a, ...bill },
        { redemptionId: b, ...bill, discountAmount: 70 },
        { redemptionId: c, ...bill, discountAmount: 31 },
      ],
    })
    expect(statuses(reply)).toEqual([761, 761, 9004])
    expect(await shop.kept()).toEqual(['A 30.000', 'B 70.000', 'C 60.000'])
  })

  test('is refused without affecting the others if it does not cover a stated discount', async () => {
    const shop = await open()
    await shop.coupon('A')
    await shop.coupon('B')
    const other = await open()
    await other.coupon('C')
    const [[a, b], [c]] = [ids(await shop.redeem(['A', 'B'])), ids(await other.redeem('C'))]
    const reply = await shop.put('/v2/coupon/redeem', {
      redemptions: [
        { redemptionId: a, discountAmount: 100.01, billId: 7 },
        { redemptionId: b, discountAmount: 100 },
        { redemptionId: c, discountAmount: -1 },
      ],
    })
    expect(statuses(reply)).toEqual([9004, 761, 510])
    expect(reply.at('entity.status.code')).toBe(762)
    expect(await shop.kept()).toEqual(['A 10.000', 'B 100.000'])
    expect(await other.kept()).toEqual(['C 10.000'])
  })
})

test('the answers of a checkout’s calls are unchanged', async () => {
  const shop = await open()
  await shop.coupon('A', tenPercent)
  await shop.coupon('B', { discount_value: '500' })
  const reply = await shop.post('/till/v1/redemptions', {
    codes: ['A', 'B'],
    customer: { id: shop.customerId },
    bill: { amount: '99.99' },
    discountAmounts: ['33.5', null],
  })
  expect(reply.at('total')).toBe('99.99')
  expect(await shop.kept()).toEqual(['A 33.500', 'B 66.490'])
  const above = await shop.post('/till/v1/redemptions', {
    codes: ['A', 'B'],
    customer: { id: shop.customerId },
    bill: { amount: 100 },
    discountAmounts: [60, 40.001],
  })
  expect([above.status, above.at('errors.0.field')]).toEqual([400, 'discountAmounts.1'])
})

test('the discounts of a bill never exceed it, whatever the stated amounts and the terms', async () => {
  const shop = await open()
  const codes = await Promise.all(
    [
      { discount_value: '60' },
      { discount_type: 'PERC', discount_value: '33.33' },
      { discount_type: 'PERC', discount_value: '100', discount_upto: '25' },
      { discount_value: '0.005' },
    ].map((terms, n) => shop.coupon(`P${n}`, terms)),
  )
  let number = 0
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(codes, { minLength: 1 }),
      fc.integer({ min: 1, max: 15_000 }).map((cents) => cents / 100),
      fc.array(
        fc.option(
          fc.integer({ min: 0, max: 12_000 }).map((cents) => cents / 100),
          { freq: 2 },
        ),
        {
          minLength: 4,
          maxLength: 4,
        },
      ),
      async (some, billAmount, stated) => {
        const transactionNumber = `P${(number += 1)}`
        const items = some.map((code, n) => ({ code, discountAmount: stated[n] }))
        const reply = await shop.redeemEach(items, { billAmount, transactionNumber })
        const sum = stated
          .slice(0, some.length)
          .reduce<number>((all, one) => all + Math.round((one ?? 0) * 100), 0)
        expect(reply.at('failureCount') === 0).toBe(sum <= Math.round(billAmount * 100))
        const { rows } = await pool.query<{ given: number | null; known: number }>(
          `select sum(discount_amount)::float8 as given, count(discount_amount)::int as known from redemptions
           where org_id = $1 and transaction_number = $2`,
          [shop.orgId, transactionNumber],
        )
        expect(rows[0]?.known).toBe(reply.at('failureCount') === 0 ? some.length : 0)
        expect(rows[0]?.given ?? 0).toBeLessThanOrEqual(billAmount)
      },
    ),
    { numRuns: 60 },
  )
  await shop.expectLedgerAdds()
})

test('a sale that is sent to two servers at once is stored once, with its discount', async () => {
  const shop = await open({ currency: 'INR', replaysTillRetries: true })
  const second = await createTestServer(context)
  await shop.coupon('A', tenPercent)
  await shop.coupon('B', tenPercent)
  const sale = { transactionNumber: 'T1', billAmount: 100 }
  const replies = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      shop.post(
        '/v2/coupon/bulk/redeem',
        { redemptionRequestList: [{ code: 'A' }, { code: 'B' }], user: { id: shop.customerId }, ...sale },
        n % 2 === 0 ? {} : { app: second },
      ),
    ),
  )
  expect(replies.map((reply) => reply.at('failureCount'))).toEqual(replies.map(() => 0))
  expect(new Set(replies.map((reply) => reply.at('response.0.result.redemptionId'))).size).toBe(1)
  expect(await shop.kept()).toEqual(['A 10.000', 'B 10.000'])
})
