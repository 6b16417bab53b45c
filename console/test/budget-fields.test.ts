import { describe, expect, test } from 'vitest'
import type { Budget } from '../src/api/types.ts'
import { bodyOf, checkBudget, fieldsOf, hasLimit, refusedField } from '../src/pages/series/budget-fields.ts'
import { typedAmount } from '../src/parts/typed-amount.ts'
import { drawnOf } from '../src/pages/series/burn-down-rules.ts'
import { groupsOf, groupWords, textsOf } from '../src/pages/series/product-lists.ts'

const none: Budget = {
  total: null,
  perCustomer: null,
  periods: [],
  whenItDoesNotFit: null,
  alertAtPercent: [],
  reached: [],
  timeZone: null,
  currency: 'INR',
  given: '0.00',
  held: '0.00',
  usesHeld: 0,
  left: null,
  ratePerDay: '0.00',
  runsOutAt: null,
}
const budget: Budget = {
  ...none,
  total: '50000.00',
  periods: [
    {
      per: 'week',
      amount: '99.50',
      uses: 7,
      usesPerCustomer: null,
      startsOn: '2026-06-01',
      given: '0.00',
      left: '99.50',
      used: 0,
      usesLeft: 7,
    },
  ],
  whenItDoesNotFit: 'part',
  alertAtPercent: [50],
  left: '900.00',
}

describe('an amount', () => {
  test.each([
    ['50,000', '50000'],
    ['1,00,000.50', '100000.50'],
    ['1 000', '1000'],
    ['99,50', '99.50'],
    [' 12.5 ', '12.5'],
  ])('is read as people type it: %s', (text, read) => expect(typedAmount(text)).toBe(read))

  test.each(['0', '-5', 'a lot', '5,0000', '1.2345', ''])('is refused otherwise: %s', (text) =>
    expect(typedAmount(text)).toBeUndefined(),
  )
})

describe('the form of a budget', () => {
  test('repeats the values of the budget, and proposes shares for a new one', () => {
    const { total, periods, whenItDoesNotFit, alertAtPercent } = bodyOf(fieldsOf(budget))
    expect({ total, whenItDoesNotFit, alertAtPercent }).toEqual({
      total: '50000',
      whenItDoesNotFit: 'part',
      alertAtPercent: [50],
    })
    expect(periods).toEqual([{ per: 'week', amount: '99.50', uses: 7, usesPerCustomer: null }])
    expect(bodyOf(fieldsOf(none))).toMatchObject({ total: null, periods: [], alertAtPercent: [50, 80, 95] })
    expect(hasLimit(fieldsOf(none))).toBe(false)
    expect(hasLimit(fieldsOf(budget))).toBe(true)
  })

  test('finds errors before it is sent', () => {
    const fields = fieldsOf(budget)
    expect(checkBudget(fields)).toEqual({})
    const wrong = {
      ...fields,
      total: 'x',
      periods: { ...fields.periods, day: { amount: '', uses: '1.5', usesPerCustomer: '' } },
      alertAtPercent: '50, 101',
    }
    expect(Object.keys(checkBudget(wrong))).toEqual(['total', 'day.uses', 'alertAtPercent'])
    expect(checkBudget({ ...fields, alertAtPercent: '50 50' }).alertAtPercent).toBe('Each percentage once')
  })

  test('shows a refusal next to its field', () => {
    const sent = bodyOf(fieldsOf(budget))
    expect(refusedField({ field: 'periods.0.amount', allowed: 'more' }, sent)).toEqual({
      name: 'week.amount',
      text: 'Allowed: more',
    })
    expect(refusedField({ field: 'total', allowed: undefined }, sent)?.name).toBe('total')
    expect(refusedField({ field: 'periods.3.amount', allowed: 'x' }, sent)).toBeUndefined()
  })
})

test('a burn-down goes on at the rate of today until nothing is left, at most as many days as are behind', () => {
  const days = ['2026-06-01', '2026-06-02', '2026-06-03'].map((day, n) => ({
    day,
    given: '50.00',
    givenBack: '0.00',
    takenInAll: String(100 + 50 * n),
    left: String(1_000 - 50 * n),
  }))
  const drawn = drawnOf({ currency: 'INR', total: '1100.00', days }, { ...budget, ratePerDay: '500.00' })
  expect(drawn.values).toEqual([1_000, 950, 900, null, null])
  expect(drawn.ahead).toEqual([null, null, 900, 400, 0])
  expect(
    drawnOf({ currency: 'INR', total: '1.00', days }, { ...budget, ratePerDay: '1.00' }).days,
  ).toHaveLength(6)
  expect(drawnOf({ currency: 'INR', total: null, days }, budget).values).toEqual([100, 150, 200])
})

test('lists of products are typed in lines or with commas, and lists of ids are kept', () => {
  const before = [
    { productType: 'SKU', productCodes: ['A', 'B'] },
    { productType: 'BRAND', productIds: [1, 2] },
  ]
  expect(textsOf(before)).toEqual({ SKU: 'A\nB', BRAND: '', CATEGORY: '' })
  expect(groupsOf({ SKU: 'A, C\n C', BRAND: '', CATEGORY: 'Shoes' }, before)).toEqual([
    { productType: 'BRAND', productIds: [1, 2] },
    { productType: 'SKU', productCodes: ['A', 'C'] },
    { productType: 'CATEGORY', productCodes: ['Shoes'] },
  ])
  expect(before.map(groupWords)).toEqual(['SKUs A, B', 'Brands with 2 ids'])
})
