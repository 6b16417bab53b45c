import type { Money } from '../../values/money.ts'
import { discount, lessDiscount, openBill, type WorthTerms } from '../money/discount-rules.ts'
import { sumOfStated, withinBill, type StatedDiscount } from './bill-rules.ts'

/** A redemption whose bill or discount is stated later, or corrected. */
export interface CorrectedBill {
  /** The discount kept so far; null: unknown. */
  readonly discountBefore: Money | null
  /** The amount returned so far, which is the lower bound of the discount. Undefined: nothing. */
  readonly returned?: Money
  readonly stated: StatedDiscount
  /** The amount after the correction; undefined: there is none. */
  readonly bill: Money | undefined
  /** Corrections of one request with the same number and amount are on one bill. Empty: the bill has no number. */
  readonly transactionNumber: string
  readonly terms: WorthTerms
}

/**
 * `refused`: the bill does not cover the discount, or the discount is less than what was returned. Null: still unknown.
 */
export type CorrectedDiscount = Money | null | 'refused'

/**
 * Computes the discounts of redemptions after a correction. On each bill, stated discounts come first, unchanged; then
 * discounts kept so far, lowered to what is left of a smaller bill; then unknown ones, computed from the rest. So the
 * discounts of a bill never exceed it.
 */
export function correctDiscounts(
  corrections: readonly CorrectedBill[],
  currency: string | null,
): CorrectedDiscount[] {
  const bills = new Map<string, number[]>()
  for (const [at, { bill, transactionNumber }] of corrections.entries()) {
    const key = transactionNumber === '' ? `redemption ${at}` : `${bill} ${transactionNumber}`
    bills.set(key, [...(bills.get(key) ?? []), at])
  }
  const corrected = Array.from<CorrectedDiscount>({ length: corrections.length })
  for (const positions of bills.values()) {
    const ofBill = positions.flatMap((at) => corrections[at] ?? [])
    for (const [n, amount] of correctBill(ofBill, currency).entries()) {
      const isTooLittle = typeof amount === 'number' && amount < (ofBill[n]?.returned ?? 0)
      corrected[positions[n] ?? 0] = isTooLittle ? 'refused' : amount
    }
  }
  return corrected
}

function correctBill(corrections: readonly CorrectedBill[], currency: string | null): CorrectedDiscount[] {
  const amount = corrections[0]?.bill
  const stated = withinBill(
    amount,
    corrections.map((one) => one.stated),
  )
  let left = amount === undefined ? Number.POSITIVE_INFINITY : amount - sumOfStated(stated)
  const known = corrections.map(({ discountBefore }, at): CorrectedDiscount => {
    const given = stated[at]
    if (given !== undefined) return given ?? 'refused'
    if (discountBefore === null) return null
    const kept = Math.min(discountBefore, left)
    left -= kept
    return kept
  })
  if (amount === undefined) return known
  let bill = { ...openBill({ amount }, currency), left }
  return corrections.map(({ terms }, at) => {
    const one = known[at] ?? null
    if (one !== null) return one
    const given = discount(terms, bill)
    bill = lessDiscount(bill, given)
    return given.amount
  })
}
