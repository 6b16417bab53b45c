import currencyCodes from 'currency-codes'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { divide, divideHalfUp, exponentOf, floorTo, maxMoney, moneyText, split, unitOf } from './money.ts'

const anyMoney = fc
  .oneof(fc.nat(), fc.maxSafeNat(), fc.constant(maxMoney))
  .map((sum) => Math.min(sum, maxMoney))

describe('currencies', () => {
  test('have the decimals of a list of ISO 4217', () => {
    const codes = currencyCodes.codes()
    expect(codes.length).toBeGreaterThan(150)
    const differing = codes.filter((code) => exponentOf(code) !== currencyCodes.code(code)?.digits)
    // Units of account and metals have no decimals in the standard, and are not used for payments.
    expect(differing.filter((code) => !code.startsWith('X'))).toEqual([])
  })

  test('that are not stated have two decimals', () => {
    expect([exponentOf(null), unitOf(null)]).toEqual([2, 10])
  })

  test('with four decimals are counted in thousandths, like stored amounts', () => {
    expect([exponentOf('CLF'), unitOf('CLF'), moneyText(1_234, 'CLF')]).toEqual([4, 1, '1.234'])
  })
})

test('a sum is printed with the decimals of its currency, or with all of its own', () => {
  const texts = [
    [50_000, 'INR', '50.00'],
    [50_000, 'JPY', '50'],
    [50_000, 'KWD', '50.000'],
    [50_000, null, '50.00'],
    [5, 'INR', '0.005'],
    [50, 'JPY', '0.05'],
    [0, 'INR', '0.00'],
    [0, 'JPY', '0'],
    [maxMoney, 'INR', '999999999999.00'],
    [maxMoney, 'KWD', '999999999999.000'],
  ] as const
  for (const [sum, currency, text] of texts) expect(moneyText(sum, currency)).toBe(text)
})

test('the text of a sum is that sum, whatever the currency', () => {
  fc.assert(
    fc.property(anyMoney, fc.constantFrom('JPY', 'INR', 'KWD', 'CLF', null), (sum, currency) => {
      const [whole = '', decimals = ''] = moneyText(sum, currency).split('.')
      expect(Number(whole + decimals.padEnd(3, '0'))).toBe(sum)
    }),
  )
})

test('division is exact even if the product exceeds 2^53', () => {
  fc.assert(
    fc.property(anyMoney, anyMoney, fc.integer({ min: 1, max: maxMoney }), (value, by, of) => {
      fc.pre((BigInt(value) * BigInt(by)) / BigInt(of) < BigInt(Number.MAX_SAFE_INTEGER))
      const { quotient, remainder } = divide(value, by, of)
      expect(BigInt(quotient) * BigInt(of) + BigInt(remainder)).toBe(BigInt(value) * BigInt(by))
      expect(remainder).toBeLessThan(of)
      const isUp = BigInt(remainder) * 2n >= BigInt(of)
      expect(divideHalfUp(value, by, of)).toBe(quotient + (isUp ? 1 : 0))
    }),
  )
})

describe('a split sum', () => {
  const anyWeights = fc.array(fc.nat({ max: 1e11 }), { maxLength: 12 })

  test('has parts that add up to the sum, none of which is greater than its weight', () => {
    fc.assert(
      fc.property(
        anyWeights,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(1, 10, 1000),
        (some, share, unit) => {
          const weights = some.map((weight) => floorTo(unit, weight))
          const whole = weights.reduce((total, weight) => total + weight, 0)
          const sum = floorTo(unit, Math.floor(whole * share))
          const parts = split(sum, weights, unit)
          expect(parts.reduce((total, part) => total + part, 0)).toBe(sum)
          for (const [at, part] of parts.entries()) {
            expect(part % unit).toBe(0)
            expect(part).toBeGreaterThanOrEqual(0)
            expect(part).toBeLessThanOrEqual(weights[at] ?? 0)
            // No part is a unit or more away from its proportion.
            const exact = whole === 0 ? 0 : (sum * (weights[at] ?? 0)) / whole
            expect(Math.abs(part - exact)).toBeLessThan(unit + 1e-3)
          }
        },
      ),
    )
  })

  test('is rounded up where the remainder is largest, and among equal remainders at the first', () => {
    expect(split(10_000, [10_000, 10_000, 10_000], 10)).toEqual([3_340, 3_330, 3_330])
    expect(split(1_000, [30_000, 70_000], 1_000)).toEqual([0, 1_000])
    expect(split(0, [0, 0], 10)).toEqual([0, 0])
    expect(split(0, [], 10)).toEqual([])
  })
})
