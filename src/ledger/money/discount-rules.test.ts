import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maxMoney, moneyOf, unitOf, type Money } from '../../values/money.ts'
import {
  discount,
  lessDiscount,
  openBill,
  statedDiscount,
  type Discount,
  type WorthTerms,
} from './discount-rules.ts'
import { productKey, type BillItem } from './item-rules.ts'

const plain: WorthTerms = {
  discountType: 'PERC',
  discountValue: 10,
  discountUpto: 0,
  minBillAmount: null,
  maxBillAmount: null,
  products: null,
  excludedProducts: null,
  minQuantity: null,
}

const item = (sku: string, amount: number, more: Record<string, string> = {}, quantity = 1): BillItem => ({
  products: {
    SKU: productKey(sku),
    ...Object.fromEntries(Object.entries(more).map(([type, name]) => [type, productKey(name)])),
  },
  quantity: quantity * 1000,
  amount: moneyOf(amount),
})

const of = (
  terms: Partial<WorthTerms>,
  amount: number,
  currency: string | null = 'INR',
  items?: BillItem[],
) => discount({ ...plain, ...terms }, openBill({ amount: moneyOf(amount), items }, currency))

const sharesOf = ({ shares }: Discount): Money[] | undefined => shares?.map(({ amount }) => amount)

describe('the worth of a coupon', () => {
  test.each([
    ['ABS', 50, 0, 500, 'INR', 50],
    ['ABS', 50, 0, 30, 'INR', 30],
    ['ABS', 50, 20, 500, 'INR', 20],
    ['ABS', 33.335, 0, 500, 'INR', 33.34],
    ['ABS', 0.5, 0, 500, 'JPY', 1],
    ['ABS', 0.4, 0, 500, 'JPY', 0],
    ['PERC', 10, 0, 99.95, 'INR', 10],
    ['PERC', 10, 0, 99.94, 'INR', 9.99],
    ['PERC', 10, 0, 99.95, 'KWD', 9.995],
    ['PERC', 10, 0, 995, 'JPY', 100],
    ['PERC', 10, 0, 994, 'JPY', 99],
    ['PERC', 33.333, 0, 100, 'KWD', 33.333],
    ['PERC', 50, 20, 500, 'INR', 20],
    ['PERC', 50, 20.555, 500, 'INR', 20.55],
    ['PERC', 100, 0, 99.995, 'INR', 99.99],
    ['PERC', 100, 0, 999_999_999_999, 'INR', 999_999_999_999],
    ['PERC', 0, 0, 500, 'INR', 0],
  ] as const)(
    '%s %d, up to %d, on a bill of %d in %s: %d',
    (discountType, value, upto, amount, currency, worth) => {
      expect(of({ discountType, discountValue: value, discountUpto: upto }, amount, currency).amount).toBe(
        moneyOf(worth),
      )
    },
  )

  test('is zero if the bill is outside the bounds of the series', () => {
    const bounds = { minBillAmount: 100, maxBillAmount: 200 }
    expect([99.99, 100, 200, 200.01].map((amount) => of(bounds, amount).amount)).toEqual([
      0, 10_000, 20_000, 0,
    ])
  })

  test('is never more than what earlier codes leave of the bill', () => {
    const bill = openBill({ amount: moneyOf(100) }, 'INR')
    const first = discount({ ...plain, discountType: 'ABS', discountValue: 70 }, bill)
    const left = lessDiscount(bill, first)
    expect(discount({ ...plain, discountType: 'ABS', discountValue: 70 }, left).amount).toBe(30_000)
    // A percentage is computed from the original bill.
    expect(discount(plain, left).amount).toBe(10_000)
    expect(discount(plain, lessDiscount(left, statedDiscount(plain, left, 50_000))).amount).toBe(0)
  })
})

describe('with the items of the bill', () => {
  test('33.33 % of three items of 10.00 is 10.00, one of them 3.34', () => {
    const items = [item('a', 10), item('b', 10), item('c', 10)]
    const found = of({ discountValue: 33.33 }, 30, 'INR', items)
    expect(found.amount).toBe(10_000)
    expect(sharesOf(found)).toEqual([3_340, 3_330, 3_330])
  })

  test('33.33 % of three items in yen and dinars', () => {
    const items = [item('a', 100), item('b', 100), item('c', 101)]
    expect(sharesOf(of({ discountValue: 33.33 }, 301, 'JPY', items))).toEqual([33_000, 33_000, 34_000])
    expect(sharesOf(of({ discountValue: 33.33 }, 301, 'KWD', items))).toEqual([33_330, 33_330, 33_663])
  })

  test('a coupon applies to the items of its lists, by SKU, brand or category, in any letter case', () => {
    const items = [
      item('SH-1', 100, { BRAND: 'Ridgeline', CATEGORY: 'Shoes' }),
      item('SH-2', 50, { BRAND: 'Other', CATEGORY: 'Shoes' }),
      item('BG-1', 30, { BRAND: 'Ridgeline', CATEGORY: 'Bags' }),
      item('77', 20),
    ]
    const positions = (terms: Partial<WorthTerms>) =>
      of(terms, 200, 'INR', items).shares?.map(({ itemAt }) => itemAt)
    const codes = (productType: 'SKU' | 'BRAND' | 'CATEGORY' | 'ATTRIBUTE', ...productCodes: string[]) => ({
      productType,
      productCodes,
    })
    expect(positions({ products: [codes('BRAND', 'ridgeline')] })).toEqual([0, 2])
    expect(positions({ products: [codes('SKU', 'sh-2', 'bg-1')] })).toEqual([1, 2])
    expect(positions({ products: [codes('CATEGORY', 'BAGS'), codes('SKU', 'sh-1')] })).toEqual([0, 2])
    expect(positions({ products: [{ productType: 'SKU', productIds: [77] }] })).toEqual([3])
    expect(positions({ products: [codes('ATTRIBUTE', 'red')] })).toEqual([0, 1, 2, 3])
    expect(positions({ products: [codes('BRAND', 'nobody')] })).toEqual([])
    expect(positions({ excludedProducts: [codes('CATEGORY', 'shoes')] })).toEqual([2, 3])
    expect(
      positions({ products: [codes('BRAND', 'Ridgeline')], excludedProducts: [codes('SKU', 'SH-1')] }),
    ).toEqual([2])
  })

  test('a percentage is computed from the items that qualify', () => {
    const items = [item('a', 100), item('b', 400)]
    const found = of({ products: [{ productType: 'SKU', productCodes: ['a'] }] }, 500, 'INR', items)
    expect(found).toEqual({ amount: 10_000, appliedTo: 100_000, shares: [{ itemAt: 0, amount: 10_000 }] })
  })

  test('is zero if too few of the products are on the bill', () => {
    const terms = { minQuantity: 3, products: [{ productType: 'SKU' as const, productCodes: ['a'] }] }
    const two = [item('a', 100, {}, 2), item('b', 100, {}, 5)]
    expect(of(terms, 200, 'INR', two).amount).toBe(0)
    expect(of(terms, 200, 'INR', [...two, item('A', 10)]).amount).toBe(11_000)
  })

  test('codes that share items take no more of an item than it costs', () => {
    const items = [item('a', 10), item('b', 10)]
    const onA = {
      ...plain,
      discountType: 'ABS' as const,
      discountValue: 8,
      products: [{ productType: 'SKU' as const, productCodes: ['a'] }],
    }
    const bill = openBill({ amount: 20_000, items }, 'INR')
    const second = lessDiscount(bill, discount(onA, bill))
    expect(discount(onA, second).amount).toBe(2_000)
    expect(sharesOf(discount({ ...plain, discountType: 'ABS', discountValue: 50 }, second))).toEqual([
      2_000, 10_000,
    ])
  })

  test('prices that do not reflect other discounts give no discount beyond the bill', () => {
    expect(of({ discountValue: 10 }, 100, 'INR', [item('a', 150)]).amount).toBe(10_000)
  })
})

const thousandths = (max: number) => fc.nat({ max: max * 1000 }).map((units) => units / 1000)
const anyCurrency = fc.constantFrom('JPY', 'INR', 'KWD', 'CLF', null)
const anyProducts = fc.option(
  fc.array(
    fc.record({
      productType: fc.constantFrom('SKU' as const, 'BRAND' as const, 'ATTRIBUTE' as const),
      productCodes: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  { nil: null },
)
const anyTerms: fc.Arbitrary<WorthTerms> = fc.record({
  discountType: fc.constantFrom('ABS' as const, 'PERC' as const),
  discountValue: thousandths(100),
  discountUpto: fc.oneof(fc.constant(0), thousandths(500)),
  minBillAmount: fc.constant(null),
  maxBillAmount: fc.constant(null),
  products: anyProducts,
  excludedProducts: anyProducts,
  minQuantity: fc.constant(null),
})
const anyItems = fc.option(
  fc.array(
    fc.record({
      products: fc.record({ SKU: fc.constantFrom('A', 'B', 'C', 'D'), BRAND: fc.constantFrom('A', 'B') }),
      quantity: fc.constant(1000),
      amount: fc.nat({ max: 1e9 }),
    }),
    { maxLength: 6 },
  ),
  { nil: undefined },
)
const anyAmount = fc.oneof(fc.nat({ max: 1e6 }), fc.nat({ max: 1e9 }), fc.constant(maxMoney))

describe('for any terms, any bill and any earlier codes', () => {
  test('a discount is a whole number of units, and never above the cap, the bill or what is left of it', () => {
    fc.assert(
      fc.property(
        fc.array(anyTerms, { minLength: 1, maxLength: 5 }),
        anyAmount,
        anyItems,
        anyCurrency,
        (codes, amount, items, currency) => {
          let bill = openBill({ amount, items }, currency)
          let given = 0
          for (const terms of codes) {
            const found = discount(terms, bill)
            expect(found.amount % unitOf(currency)).toBe(0)
            expect(found.amount).toBeGreaterThanOrEqual(0)
            expect(found.amount).toBeLessThanOrEqual(bill.left)
            const cap = terms.discountUpto > 0 ? moneyOf(terms.discountUpto) : maxMoney
            expect(found.amount).toBeLessThanOrEqual(cap)
            const shares = found.shares ?? [{ itemAt: -1, amount: found.amount }]
            expect(shares.reduce((sum, share) => sum + share.amount, 0)).toBe(found.amount)
            for (const share of shares)
              expect(share.amount).toBeLessThanOrEqual(bill.items?.[share.itemAt]?.left ?? bill.left)
            given += found.amount
            bill = lessDiscount(bill, found)
          }
          expect(given).toBeLessThanOrEqual(amount)
          expect(bill.left).toBe(amount - given)
        },
      ),
    )
  })

  test('a larger bill never gets a smaller discount', () => {
    fc.assert(
      fc.property(anyTerms, anyAmount, anyAmount, anyCurrency, (terms, one, other, currency) => {
        const [smaller, larger] = one < other ? [one, other] : [other, one]
        const on = (amount: Money) => discount(terms, openBill({ amount }, currency)).amount
        expect(on(smaller)).toBeLessThanOrEqual(on(larger))
      }),
    )
  })

  test('a bill with the same items at higher prices never gets a smaller discount', () => {
    fc.assert(
      fc.property(
        anyTerms,
        anyItems,
        fc.nat({ max: 5 }),
        fc.nat({ max: 1e6 }),
        anyCurrency,
        (terms, items = [], at, more, currency) => {
          const sum = (some: readonly BillItem[]) => some.reduce((total, { amount }) => total + amount, 0)
          const dearer = items.map((one, n) => (n === at ? { ...one, amount: one.amount + more } : one))
          const on = (some: BillItem[]) =>
            discount(terms, openBill({ amount: sum(some), items: some }, currency)).amount
          expect(on(items)).toBeLessThanOrEqual(on(dearer))
        },
      ),
    )
  })
})
