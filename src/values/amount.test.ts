import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readThousandths } from './amount.ts'

test('an amount is read as the decimal that it prints as, to the thousandth', () => {
  for (const [given, amount] of [
    [0.7999999999999999, 0.8],
    [0.1 + 0.2, 0.3],
    [1.0005, 1.001],
    [1.00049, 1],
    ['0.7999999999999999', 0.8],
    ['99.9995', 100],
    ['1e2', 100],
    ['1.5E-1', 0.15],
    ['.5', 0.5],
    ['5.', 5],
    ['+5', 5],
    [' 5 ', 5],
    ['1e-400', 0],
    [5e-324, 0],
    [-0, 0],
    ['-0', 0],
    ['-0.000', 0],
    [999_999_999_999, 999_999_999_999],
    ['999999999998.9996', 999_999_999_999],
    ['0000000000000001', 1],
    ['1.000000000000000000000000000000001', 1],
  ] as const)
    // prettier-ignore
    expect(Object.is(readThousandths(given), amount), `${given} is ${readThousandths(given)}`).toBe(true)
})

test('rejects invalid, negative and too large amounts', () => {
  for (const text of [
    '',
    'abc',
    '1,5',
    '0x10',
    '1e',
    'e5',
    '1e400',
    '1e9999999',
    '-1',
    '-0.001',
    -1,
    1e12,
    '999999999999.5',
    '∞',
  ])
    expect(readThousandths(text), String(text)).toBeUndefined()
  expect(readThousandths(Number.NaN)).toBeUndefined()
  expect(readThousandths(Number.POSITIVE_INFINITY)).toBeUndefined()
})

test('every amount with three decimals is read unchanged, as a number and as text, however it was computed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999_999_000 }), (thousandths) => {
      const amount = thousandths / 1000
      expect(readThousandths(amount)).toBe(amount)
      expect(readThousandths(amount.toFixed(3))).toBe(amount)
      expect(readThousandths(String(amount))).toBe(amount)
    }),
  )
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 20 }), (cents) => {
      const summed = cents.reduce((sum, one) => sum + one / 100, 0)
      expect(readThousandths(summed)).toBe(cents.reduce((sum, one) => sum + one, 0) / 100)
    }),
  )
})
