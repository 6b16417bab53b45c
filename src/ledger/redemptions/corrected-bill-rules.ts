import type { Money } from '../../values/money.ts'
import { discount, lessDiscount, openBill, type OpenBill, type WorthTerms } from '../money/discount-rules.ts'
import type { StatedDiscount } from './bill-rules.ts'

/** A redemption whose bill is stated later, or corrected. */
export interface CorrectedBill {
  /** What is kept now; null: unknown. */
  readonly discountBefore: Money | null
  readonly stated: StatedDiscount
  /** The amount after the correction; null: it has none. */
  readonly bill: Money | null
  /** Whether the request states the amount. */
  readonly isBillStated: boolean
  /** Corrections of one request with the same number are on one bill. Empty: the bill has no number. */
  readonly transactionNumber: string
  readonly terms: WorthTerms
}

/** `refused`: the stated discount is not an amount of the bill. */
export type CorrectedDiscount = Money | null | 'refused'

/**
 * The discounts of redemptions after their bills were corrected. A stated one is kept as it is; one that was kept before
 * is lowered to a smaller bill; one that was unknown is computed as soon as there is a bill, from what the other
 * redemptions of the request leave of it.
 */
export function correctDiscounts(
  corrections: readonly CorrectedBill[],
  currency: string | null,
): CorrectedDiscount[] {
  const open = new Map<string, OpenBill>()
  const keyOf = ({ transactionNumber, bill }: CorrectedBill, at: number): string =>
    transactionNumber === '' ? `redemption ${at}` : `${bill} ${transactionNumber}`
  const known = corrections.map(knownDiscount)
  for (const [at, one] of corrections.entries()) {
    if (one.bill === null) continue
    const key = keyOf(one, at)
    const bill = open.get(key) ?? openBill({ amount: one.bill }, currency)
    const amount = known[at]
    const given = typeof amount === 'number' ? amount : 0
    open.set(key, { ...bill, left: Math.max(0, bill.left - given) })
  }
  return corrections.map((one, at) => {
    const amount = known[at]
    if (amount !== undefined) return amount
    const key = keyOf(one, at)
    const bill = open.get(key)
    if (bill === undefined || !one.isBillStated) return null
    const given = discount(one.terms, bill)
    open.set(key, lessDiscount(bill, given))
    return given.amount
  })
}

/** Undefined: it is neither stated nor kept. */
function knownDiscount({ stated, bill, discountBefore }: CorrectedBill): CorrectedDiscount | undefined {
  if (stated === null) return 'refused'
  if (stated !== undefined) return bill !== null && stated > bill ? 'refused' : stated
  if (discountBefore === null) return undefined
  return bill === null ? discountBefore : Math.min(discountBefore, bill)
}
