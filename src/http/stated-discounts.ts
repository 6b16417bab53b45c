import { readThousandths } from '../values/amount.ts'
import { moneyOf } from '../values/money.ts'
import { splitBy } from '../values/split-by.ts'
import { openBill } from '../ledger/money/discount-rules.ts'
import {
  sumOfStated,
  withinBill,
  type RequestedDiscounts,
  type StatedDiscount,
} from '../ledger/redemptions/bill-rules.ts'
import { given } from './fields.ts'

/** The coupons of a bill in a request. */
export interface SentBill {
  /** Undefined: the request has no amount. */
  readonly amount: number | undefined
  /** Empty: none. */
  readonly transactionNumber: string
  /** The stated discount of each coupon. */
  readonly discountAmounts: readonly (number | string | null | undefined)[]
}

/** A text or a number is read as the decimal that it prints as. */
export function readStated(sent: number | string | null | undefined): StatedDiscount {
  const value = given(sent)
  if (value === undefined) return undefined
  const amount = readThousandths(value)
  return amount === undefined ? null : moneyOf(amount)
}

/**
 * Reads the discounts that a till states. Items of a request with the same transaction number and amount are on one
 * bill; a discount that exceeds the bill is marked, and only its coupon is refused.
 *
 * @param currency of the organisation. @returns one element per item, in the same order.
 */
export function readDiscounts(sent: readonly SentBill[], currency: string | null): RequestedDiscounts[] {
  const bills = new Map<string, { readonly positions: number[]; readonly amount: number | undefined }>()
  for (const [at, { amount, transactionNumber }] of sent.entries()) {
    const key = transactionNumber === '' ? `item ${at}` : `${amount} ${transactionNumber}`
    const bill = bills.get(key)
    if (bill === undefined) bills.set(key, { positions: [at], amount })
    else bill.positions.push(at)
  }
  const read = Array.from<RequestedDiscounts>({ length: sent.length })
  for (const { positions, amount } of bills.values()) {
    const ofItems = positions.map((at) => sent[at]?.discountAmounts ?? [])
    const ofBill = readBillDiscounts({ amount, discountAmounts: ofItems.flat() }, currency)
    const byItem = splitBy(
      ofBill.statedDiscounts,
      ofItems.map(({ length }) => length),
    )
    for (const [n, at] of positions.entries()) read[at] = { ...ofBill, statedDiscounts: byItem[n] ?? [] }
  }
  return read
}

/** The same for a request that is one bill. */
export function readBillDiscounts(
  { amount, discountAmounts }: Pick<SentBill, 'amount' | 'discountAmounts'>,
  currency: string | null,
) {
  const money = amount === undefined ? undefined : moneyOf(amount)
  const statedDiscounts = withinBill(money, discountAmounts.map(readStated))
  return {
    openBill: money === undefined ? undefined : openBill({ amount: money }, currency),
    statedDiscounts,
    statedOnBill: sumOfStated(statedDiscounts),
  }
}
