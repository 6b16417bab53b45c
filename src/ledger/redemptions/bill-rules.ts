import type { Money } from '../../values/money.ts'
import {
  discount,
  lessDiscount,
  statedDiscount,
  type Discount,
  type OpenBill,
  type WorthTerms,
} from '../money/discount-rules.ts'

/**
 * The discount that a till states for a coupon. Undefined: it states none; null: it states more than the bill has left.
 */
export type StatedDiscount = Money | null | undefined

/** The input for discounts: the bill that they are computed from, or stated amounts. */
export interface RequestedDiscounts {
  /**
   * The bill before any discount; requests of one command that are on the same bill share the object. Undefined: there
   * is no bill, so no discount is computed, and the items are unknown.
   */
  readonly openBill?: OpenBill | undefined
  /** In the order of the codes. */
  readonly statedDiscounts?: readonly StatedDiscount[] | undefined
  /** The sum of the amounts that all requests of the command state for the bill. Undefined: those of this request. */
  readonly statedOnBill?: Money | undefined
}

/**
 * Checks the amounts stated for coupons of one bill, in order: an amount that exceeds what the earlier ones have left
 * of the bill becomes null.
 *
 * @param bill undefined: there is no amount to compare with.
 */
export function withinBill(bill: Money | undefined, stated: readonly StatedDiscount[]): StatedDiscount[] {
  let left = bill ?? Number.POSITIVE_INFINITY
  return stated.map((amount) => {
    if (amount === undefined || amount === null) return amount
    if (amount > left) return null
    left -= amount
    return amount
  })
}

export const sumOfStated = (stated: readonly StatedDiscount[]): Money =>
  stated.reduce<Money>((sum, amount) => sum + (amount ?? 0), 0)

/** A discount, and what it would leave of its bill. Undefined: there is no bill. */
export interface Proposed {
  readonly given: Discount
  readonly leaves?: readonly [bill: OpenBill, after: OpenBill]
}

/** The discount of a coupon, limited to a greatest amount. */
export function discountUpTo(greatest: Money | undefined, terms: WorthTerms, bill: OpenBill): Discount {
  const whole = discount(terms, bill)
  return greatest === undefined || whole.amount <= greatest ? whole : statedDiscount(terms, bill, greatest)
}

/**
 * The discounts of the redemptions of a batch, in the order in which they are granted. Stated amounts are unchanged. A
 * computed one is at most what the earlier computed ones and all stated ones leave of the bill, so the discounts of a
 * bill never exceed it.
 */
export class GivenDiscounts {
  readonly #open = new Map<OpenBill, OpenBill>()

  /**
   * Proposes the discount of the next redemption.
   *
   * @param earlier the discount of the redemption that this one repeats; null: it repeats none, or the discount is
   * unknown.
   * @param greatest computes the greatest discount that may be computed, from the smallest unit; a stated one may
   * exceed it.
   * @returns null if nothing is known and there is no bill.
   */
  propose(
    requested: RequestedDiscounts,
    codeAt: number,
    terms: WorthTerms,
    earlier: Money | null,
    greatest?: (unit: Money) => Money,
  ): Proposed | null {
    const { openBill, statedDiscounts } = requested
    const stated = statedDiscounts?.[codeAt] ?? undefined
    const known = earlier ?? stated
    if (openBill === undefined)
      return known === undefined ? null : { given: { amount: known, appliedTo: 0, shares: undefined } }
    const bill = this.#open.get(openBill) ?? withoutStated(openBill, requested)
    const given =
      known === undefined
        ? discountUpTo(greatest?.(bill.unit), terms, bill)
        : statedDiscount(terms, bill, known)
    const less = lessDiscount(bill, given)
    // The stated amount has already been set aside from the bill; only its items are known just now.
    return { given, leaves: [openBill, stated === undefined ? less : { ...less, left: bill.left }] }
  }

  /** Deducts a proposed discount from its bill. */
  take({ given, leaves }: Proposed): Discount {
    if (leaves !== undefined) this.#open.set(...leaves)
    return given
  }

  /** Proposes a discount and deducts it. */
  give(...proposal: Parameters<GivenDiscounts['propose']>): Discount | null {
    const proposed = this.propose(...proposal)
    return proposed && this.take(proposed)
  }
}

function withoutStated(bill: OpenBill, { statedDiscounts = [], statedOnBill }: RequestedDiscounts): OpenBill {
  const stated = statedOnBill ?? sumOfStated(statedDiscounts)
  return stated === 0 ? bill : { ...bill, left: Math.max(0, bill.left - stated) }
}
