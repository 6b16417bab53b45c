import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openTerms } from '../../../test/support/open-terms.ts'
import type { Money } from '../../values/money.ts'
import { openBill, type WorthTerms } from '../money/discount-rules.ts'
import { GivenDiscounts, sumOfStated, withinBill, type StatedDiscount } from './bill-rules.ts'
import { correctDiscounts } from './corrected-bill-rules.ts'

const anyMoney = fc.integer({ min: 0, max: 200_000 })
const anyTerms = fc
  .oneof(
    fc.record({ discountType: fc.constant('ABS'), discountValue: anyMoney.map((money) => money / 1000) }),
    fc.record({ discountType: fc.constant('PERC'), discountValue: fc.constantFrom(10, 33.33, 100) }),
  )
  .map((worth) => ({ ...openTerms, discountUpto: 0, ...worth }))
const anyStated: fc.Arbitrary<StatedDiscount> = fc.option(anyMoney, { nil: undefined })
const anyCurrency = fc.constantFrom(null, 'INR', 'JPY', 'KWD')

const sumOf = (amounts: readonly Money[]): Money => amounts.reduce((sum, one) => sum + one, 0)

test('stated amounts are accepted in order as far as the bill covers them, and the others are marked', () => {
  expect(withinBill(100, [60, undefined, 50, 40, null, 1])).toEqual([60, undefined, null, 40, null, null])
  expect(withinBill(undefined, [60, undefined, 5_000])).toEqual([60, undefined, 5_000])
  expect(withinBill(0, [0, 1])).toEqual([0, null])
})

test('coupons of several requests on one bill never exceed the bill, and stated amounts are unchanged', () => {
  fc.assert(
    fc.property(
      anyMoney,
      fc.array(fc.tuple(anyTerms, anyStated), { maxLength: 6 }),
      anyCurrency,
      fc.boolean(),
      (amount, coupons, currency, isShared) => {
        const stated = withinBill(
          amount,
          coupons.map(([, one]) => one),
        )
        const bill = openBill({ amount }, currency)
        const statedOnBill = sumOfStated(stated)
        const given = new GivenDiscounts()
        const amounts = coupons.flatMap(([terms], at) => {
          if (stated[at] === null) return []
          const requested = isShared
            ? { openBill: bill, statedDiscounts: [stated[at]], statedOnBill }
            : { openBill: bill, statedDiscounts: stated }
          const one = given.give(requested, isShared ? 0 : at, terms, null)
          return { amount: one?.amount ?? -1, stated: stated[at] }
        })
        expect(sumOf(amounts.map((one) => one.amount))).toBeLessThanOrEqual(amount)
        for (const one of amounts) {
          expect(one.amount).toBeGreaterThanOrEqual(0)
          expect(one.amount).toBe(one.stated ?? one.amount)
        }
      },
    ),
  )
})

test('without a bill no discount is computed, and stated amounts are unchanged', () => {
  const given = new GivenDiscounts()
  const terms = openTerms as unknown as WorthTerms
  expect(given.give({}, 0, terms, null)).toBeNull()
  expect(given.give({ statedDiscounts: [undefined, 7] }, 1, terms, null)?.amount).toBe(7)
})

test('the discounts of a bill do not exceed it after any correction', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          discountBefore: fc.option(anyMoney),
          stated: fc.oneof(anyStated, fc.constant(null)),
          bill: fc.constantFrom(undefined, 0, 1_005, 100_000),
          transactionNumber: fc.constantFrom('', 'T1', 'T2'),
          terms: anyTerms,
        }),
        { maxLength: 8 },
      ),
      anyCurrency,
      (corrections, currency) => {
        const amounts = correctDiscounts(corrections, currency)
        const sums = new Map<string, Money>()
        for (const [at, { bill, transactionNumber, stated, discountBefore }] of corrections.entries()) {
          const amount = amounts[at]
          const isKnown = typeof amount === 'number'
          expect(isKnown ? amount : 0).toBeGreaterThanOrEqual(0)
          expect(isKnown && typeof stated === 'number' ? amount : stated).toBe(stated)
          const isUnknown = bill === undefined && typeof stated !== 'number' && discountBefore === null
          expect(amount === null).toBe(isUnknown && stated === undefined)
          const key = transactionNumber === '' ? `${at}` : `${bill} ${transactionNumber}`
          sums.set(key, (sums.get(key) ?? 0) + (isKnown ? amount : 0))
          expect(sums.get(key)).toBeLessThanOrEqual(bill ?? Number.POSITIVE_INFINITY)
        }
      },
    ),
  )
})
