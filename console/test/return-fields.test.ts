import { expect, test } from 'vitest'
import type { Coupon } from '../src/api/types.ts'
import { formatsOf } from '../src/parts/format.ts'
import { endOf, moneyOf, moneyWords } from '../src/pages/customers/redemption-money.ts'
import {
  bodyOf,
  checkReturn,
  isStated,
  linesOf,
  refusedAmount,
  returnsUse,
  type ReturnFields,
} from '../src/pages/customers/return-fields.ts'

const formats = formatsOf('UTC', 'EUR')
const { money } = formats
const whole: ReturnFields = { what: 'whole', amount: '', quantities: {}, returnUse: false }
const amount = (text: string, more: Partial<ReturnFields> = {}): ReturnFields => ({
  ...whole,
  what: 'amount',
  amount: text,
  ...more,
})
const item = (id: string | null, sku: string, quantityLeft: number, discount = '4.00') => ({
  id,
  sku,
  quantity: 2,
  quantityLeft,
  discount,
})

test('an amount is checked against what is left, and sent as the server reads it', () => {
  const check = (text: string, left?: number) => checkReturn(amount(text), [], left, money).amount
  expect(check('a lot', 24.5)).toBe('An amount such as 50 or 9.50')
  expect(check('0', 24.5)).toBe('An amount such as 50 or 9.50')
  expect(check('24,51', 24.5)).toBe('Only €24.50 is left to return')
  expect(check('24,50', 24.5)).toBeUndefined()
  expect(check('1,000')).toBeUndefined()
  expect(bodyOf(amount('9,50', { returnUse: true }), [], 'late')).toEqual({
    amount: '9.50',
    returnUse: true,
    reason: 'late',
  })
  expect(bodyOf({ ...whole, amount: '9', returnUse: true }, [], ' late\n')).toEqual({ reason: 'late' })
  expect([whole, amount(' '), amount('x')].map(isStated)).toEqual([true, false, true])
})

test('the use is returned with everything left, or on request', () => {
  expect(returnsUse(whole, undefined)).toBe(true)
  expect(returnsUse(amount('24.50'), 24.5)).toBe(true)
  expect(returnsUse(amount('24.49'), 24.5)).toBe(false)
  expect(returnsUse(amount('1', { returnUse: true }), 24.5)).toBe(true)
})

test('items are named by the id of their line, or by a SKU that has lines without one', () => {
  const lines = linesOf([
    item('1', 'SOCKS', 2),
    item('2', 'SOCKS', 1),
    item('3', 'HAT', 1),
    item(null, 'hat', 1, '1.50'),
    item('5', 'BELT', 0),
  ])
  expect(lines.map(({ id, sku, left, discount }) => [id, sku, left, discount])).toEqual([
    ['1', 'SOCKS', 2, 4],
    ['2', 'SOCKS', 1, 4],
    [undefined, 'hat', 2, 5.5],
  ])
  const [first = '', second = '', third = ''] = lines.map(({ key }) => key)
  const items = (quantities: Record<string, string>): ReturnFields => ({
    ...whole,
    what: 'items',
    quantities,
  })
  expect(checkReturn(items({ [first]: '3', [second]: 'one', [third]: '2' }), lines, 9, money)).toEqual({
    quantities: { [first]: 'Only 2 left', [second]: 'A quantity such as 1' },
  })
  const stated = items({ [first]: '1', [second]: ' ', [third]: '0.5' })
  expect(checkReturn(stated, lines, 9, money)).toEqual({})
  expect(bodyOf(stated, lines, 'torn')).toEqual({
    items: [
      { id: '1', sku: 'SOCKS', quantity: 1 },
      { id: undefined, sku: 'hat', quantity: 0.5 },
    ],
    returnUse: false,
    reason: 'torn',
  })
  expect([isStated(stated), isStated(items({ [first]: '' })), linesOf(null)]).toEqual([true, false, []])
})

test('a refusal of the amount is shown next to its field', () => {
  const told = (refused: object) =>
    refusedAmount({ code: 9013, field: undefined, allowed: undefined, left: undefined, ...refused }, money)
  expect(told({ left: '9.50' })).toBe('Only €9.50 is left to return')
  expect(told({ left: '0.00' })).toBe('Nothing is left to return')
  expect(told({ code: 400, field: 'amount', allowed: 'steps of 0.01' })).toBe('Allowed: steps of 0.01')
  expect(told({ code: 9016, left: '9.50' })).toBeUndefined()
})

test('a redemption shows the discount given, returned and kept', () => {
  const redemption = { id: 1, date: '', transactionNumber: '' }
  const words = (more: Partial<Coupon['redemptions'][number]>) =>
    moneyWords(moneyOf({ ...redemption, ...more }), formats)
  expect(words({})).toBe('')
  expect(words({ discountAmount: null })).toBe('')
  expect(words({ discountAmount: '40.00' })).toBe('gave €40')
  expect(words({ discountAmount: '0.30', discountReturned: '0.10' })).toBe(
    'gave €0.30 · €0.10 returned · €0.20 kept',
  )
  const ended = (more: Partial<Coupon['reversedRedemptions'][number]>) => {
    const one = { ...redemption, reversedOn: '', discountAmount: '40.00', ...more }
    return [endOf(one), moneyWords(moneyOf(one), formats)]
  }
  expect(ended({})).toEqual(['Reversed', 'gave €40'])
  expect(ended({ discountReturned: '15.50' })).toEqual(['Reversed', 'gave €40 · €15.50 returned · €0 kept'])
  expect(ended({ discountReturned: '40.00' })).toEqual(['All returned', 'gave €40 · €40 returned · €0 kept'])
  expect(ended({ discountReturned: '15.50', discountKept: '24.50' })).toEqual([
    'Use given back',
    'gave €40 · €15.50 returned · €24.50 kept',
  ])
  expect(ended({ discountKept: '40.00' })).toEqual(['Use given back', 'gave €40'])
})
