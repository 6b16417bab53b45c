import { maxAmount } from './amount.ts'

/**
 * Money as whole thousandths of the currency's unit, the precision of stored amounts. The largest amount,
 * 999,999,999,999.999, is below 2^53, so sums of amounts that a bill may have are exact.
 */
export type Money = number

/** The largest amount of a bill, and of all its items together. */
export const maxMoney: Money = maxAmount * 1000

/**
 * Currencies whose number of decimals in ISO 4217 is not 2. A test compares this table with a list of the standard.
 */
const exponents: Readonly<Record<string, number>> = {
  ...only(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...only(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...only(4, 'CLF UYW'),
}

function only(exponent: number, codes: string): Record<string, number> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, exponent]))
}

/** Decimals of stored amounts. */
const storedExponent = 3

/** The number of decimals of a currency in ISO 4217; 2 if there is no currency. */
export const exponentOf = (currency: string | null): number => exponents[currency ?? ''] ?? 2

/** The number of decimals in which we state amounts: CLF and UYW have 4 decimals, stored amounts only 3. */
export const decimalsOf = (currency: string | null): number => Math.min(exponentOf(currency), storedExponent)

/** The smallest sum in which discounts are given: 1000 for JPY, 10 for INR, 1 for KWD. */
export const unitOf = (currency: string | null): Money => 10 ** (storedExponent - decimalsOf(currency))

/** @param amount an amount as it is stored and read, with at most three decimals. */
export const moneyOf = (amount: number): Money => Math.round(amount * 1000)

/** The amount as it is stored. */
export const amountOf = (money: Money): number => money / 1000

/**
 * The text of a sum at the exponent of its currency, such as `50.00`. A sum with more decimals, as a bill may have, is
 * printed with all of them.
 */
export function moneyText(money: Money, currency: string | null): string {
  const whole = Math.floor(money / 1000)
  const decimals = String(money % 1000).padStart(storedExponent, '0')
  const shown = Math.max(decimalsOf(currency), decimals.replace(/0+$/, '').length)
  return shown === 0 ? String(whole) : `${whole}.${decimals.slice(0, shown)}`
}

/** The same for the text of a decimal number, which may be a sum beyond what a number holds exactly. */
export function decimalText(decimal: string, currency: string | null): string {
  const [whole = '0', decimals = ''] = decimal.split('.')
  const shown = decimals.replace(/0+$/, '').padEnd(decimalsOf(currency), '0')
  return shown === '' ? whole : `${whole}.${shown}`
}

/** A product of sums and factors may pass 2^53 before it is divided. */
const isExact = (product: number): boolean => product < Number.MAX_SAFE_INTEGER

/** `value × by / of`, rounded down, and the remainder. All are whole and not negative. */
export function divide(value: number, by: number, of: number): { quotient: number; remainder: number } {
  const product = value * by
  if (isExact(product)) return { quotient: Math.floor(product / of), remainder: product % of }
  const exact = BigInt(value) * BigInt(by)
  return { quotient: Number(exact / BigInt(of)), remainder: Number(exact % BigInt(of)) }
}

/** `value × by / of`, rounded half up. */
export function divideHalfUp(value: number, by: number, of: number): number {
  const { quotient, remainder } = divide(value, by, of)
  return remainder * 2 >= of ? quotient + 1 : quotient
}

export const floorTo = (unit: Money, money: Money): Money => money - (money % unit)

/**
 * Splits a sum in proportion to the weights, by largest remainder: each part is a multiple of the unit, and together
 * they are the sum. Of equal remainders, the first one is rounded up.
 *
 * @param sum at most the sum of the weights; all are multiples of the unit. No part is greater than its weight.
 */
export function split(sum: Money, weights: readonly Money[], unit: Money): Money[] {
  const whole = weights.reduce((total, weight) => total + weight, 0)
  if (whole === 0) return weights.map(() => 0)
  const units = sum / unit
  const parts = weights.map((weight) => divide(units, weight, whole))
  const left = units - parts.reduce((total, { quotient }) => total + quotient, 0)
  const bySize = parts.map(({ remainder }, at) => ({ remainder, at }))
  bySize.sort((a, b) => b.remainder - a.remainder || a.at - b.at)
  const raised = new Set(bySize.slice(0, left).map(({ at }) => at))
  return parts.map(({ quotient }, at) => (quotient + (raised.has(at) ? 1 : 0)) * unit)
}
