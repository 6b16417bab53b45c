import type { Money } from '../../values/money.ts'
import {
  discount,
  lessDiscount,
  statedDiscount,
  type Discount,
  type OpenBill,
  type WorthTerms,
} from '../money/discount-rules.ts'

/** What a till states that a coupon took off the bill. Undefined: it states nothing; null: no amount that the bill has left. */
export type StatedDiscount = Money | null | undefined

/** What discounts are computed from, or who states them. */
export interface RequestedDiscounts {
  /**
   * The bill before any discount; requests of one command that are on the same bill share the object. Undefined: there is
   * no bill, nothing is computed, and its items are unknown.
   */
  readonly openBill?: OpenBill | undefined
  /** In the order of the codes. */
  readonly statedDiscounts?: readonly StatedDiscount[] | undefined
  /** The sum of the amounts that all requests of the command state for the bill. Undefined: those of this request. */
  readonly statedOnBill?: Money | undefined
}

/**
 * Checks amounts that are stated for coupons of one bill, in their order: one that exceeds what the ones before it leave
 * becomes null.
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

/** The discount of a coupon, or the part of it up to a greatest amount. */
export function discountUpTo(greatest: Money | undefined, terms: WorthTerms, bill: OpenBill): Discount {
  const whole = discount(terms, bill)
  return greatest === undefined || whole.amount <= greatest ? whole : statedDiscount(terms, bill, greatest)
}

/**
 * What the redemptions of a batch take off their bills, in the order in which they are granted. Stated amounts are kept
 * as they are. A computed one is at most what the computed ones before it and all stated ones leave of the bill, so that
 * the discounts of a bill never exceed it.
 */
export class GivenDiscounts {
  readonly #open = new Map<OpenBill, OpenBill>()

  /**
   * What the next redemption would take off its bill.
   *
   * @param earlier what the redemption took off that this one repeats; null: it repeats none, or that is unknown.
   * @param greatest computes the greatest discount that is computed, from the smallest unit; a stated one may exceed it.
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
    // A stated amount was set aside from the bill before; which items it is for is known only now.
    return { given, leaves: [openBill, stated === undefined ? less : { ...less, left: bill.left }] }
  }

  /** Takes a proposed discount off its bill. */
  take({ given, leaves }: Proposed): Discount {
    if (leaves !== undefined) this.#open.set(...leaves)
    return given
  }

  /** Proposes a discount and takes it. */
  give(...proposal: Parameters<GivenDiscounts['propose']>): Discount | null {
    const proposed = this.propose(...proposal)
    return proposed && this.take(proposed)
  }
}

function withoutStated(bill: OpenBill, { statedDiscounts = [], statedOnBill }: RequestedDiscounts): OpenBill {
  const stated = statedOnBill ?? sumOfStated(statedDiscounts)
  return stated === 0 ? bill : { ...bill, left: Math.max(0, bill.left - stated) }
}
