import { divideHalfUp, floorTo, moneyOf, split, unitOf, type Money } from '../../values/money.ts'
import type { TermsOf } from '../series/terms.ts'
import { isTooFew, qualifyingItems, type BillItem, type ItemTerms } from './item-rules.ts'

/** The terms that define the worth of a coupon. */
export type WorthTerms = ItemTerms &
  Pick<
    TermsOf<'shown' | 'redeem'>,
    'discountType' | 'discountValue' | 'discountUpto' | 'minBillAmount' | 'maxBillAmount'
  >

/** A bill, and what earlier discounts have left of it. */
export interface OpenBill {
  readonly amount: Money
  readonly left: Money
  /** The smallest sum in which discounts are given. */
  readonly unit: Money
  /** Undefined: unknown; then no term about products is judged. */
  readonly items: readonly (BillItem & { readonly left: Money })[] | undefined
}

export interface Discount {
  readonly amount: Money
  /** The amount that the discount was computed from: the bill, or the items of it that the coupon applies to. */
  readonly appliedTo: Money
  /**
   * The shares of the items that the coupon applies to, in their order; they add up to the amount. Undefined: no items
   * are known.
   */
  readonly shares: readonly { readonly itemAt: number; readonly amount: Money }[] | undefined
}

/** A bill without discounts. @param currency of the organisation; null: two decimals. */
export function openBill(
  { amount, items }: { readonly amount: Money; readonly items?: readonly BillItem[] | undefined },
  currency: string | null,
): OpenBill {
  const unit = unitOf(currency)
  return { amount, left: amount, unit, items: items?.map((item) => ({ ...item, left: item.amount })) }
}

const sumOf = (sums: readonly Money[]): Money => sums.reduce((total, one) => total + one, 0)

/** The worth of a coupon on a sum, rounded half up to the unit. */
function worth({ discountType, discountValue, discountUpto }: WorthTerms, sum: Money, unit: Money): Money {
  const units =
    discountType === 'PERC'
      ? divideHalfUp(sum, moneyOf(discountValue), moneyOf(100) * unit)
      : divideHalfUp(moneyOf(discountValue), 1, unit)
  // A cap of 0 means no cap.
  const cap = discountUpto > 0 ? floorTo(unit, moneyOf(discountUpto)) : Number.POSITIVE_INFINITY
  return Math.min(units * unit, cap)
}

const isWithin = ({ minBillAmount, maxBillAmount }: WorthTerms, amount: Money): boolean =>
  amount >= moneyOf(minBillAmount ?? 0) && (maxBillAmount === null || amount <= moneyOf(maxBillAmount))

/**
 * Computes the discount of a coupon on a bill. A percentage is taken of the bill, or of the items that the coupon
 * applies to, before any discount; a discount never exceeds what earlier ones have left. A bill that is outside the
 * bounds of the series, or has none or too few of its products, gets no discount.
 */
export function discount(terms: WorthTerms, bill: OpenBill): Discount {
  const { appliedTo, positions, isTooLittle } = basisOf(terms, bill)
  const isGiven = !isTooLittle && isWithin(terms, bill.amount)
  return given(isGiven ? worth(terms, appliedTo, bill.unit) : 0, bill, appliedTo, positions)
}

/**
 * Returns the discount for an amount that the till states, whatever the coupon is worth. The shares are those of the
 * part that the bill has room for.
 */
export function statedDiscount(terms: WorthTerms, bill: OpenBill, amount: Money): Discount {
  const { appliedTo, positions } = basisOf(terms, bill)
  return { ...given(floorTo(bill.unit, amount), bill, appliedTo, positions), amount }
}

function basisOf(terms: WorthTerms, { amount, items }: OpenBill) {
  if (items === undefined) return { appliedTo: amount, positions: undefined, isTooLittle: false }
  const positions = qualifyingItems(terms, items)
  const ofItems = sumOf(positions.map((at) => items[at]?.amount ?? 0))
  // Other discounts are already deducted from the amount of the bill, but not from the prices of its items.
  return { appliedTo: Math.min(ofItems, amount), positions, isTooLittle: isTooFew(terms, items, positions) }
}

function given(
  wanted: Money,
  { left, unit, items }: OpenBill,
  appliedTo: Money,
  positions: readonly number[] | undefined,
): Discount {
  const room = floorTo(unit, left)
  if (items === undefined || positions === undefined)
    return { amount: Math.min(wanted, room), appliedTo, shares: undefined }
  const lefts = positions.map((at) => floorTo(unit, items[at]?.left ?? 0))
  const amount = Math.min(wanted, room, sumOf(lefts))
  const parts = split(amount, lefts, unit)
  return { amount, appliedTo, shares: positions.map((itemAt, n) => ({ itemAt, amount: parts[n] ?? 0 })) }
}

/** The bill after a discount was given on it. */
export function lessDiscount(bill: OpenBill, { amount, shares }: Discount): OpenBill {
  const byItem = new Map(shares?.map((share) => [share.itemAt, share.amount]))
  return {
    ...bill,
    left: Math.max(0, bill.left - amount),
    items: bill.items?.map((item, at) => ({ ...item, left: item.left - (byItem.get(at) ?? 0) })),
  }
}
