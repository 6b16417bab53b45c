import { amountOf, moneyOf } from '../../values/money.ts'
import type { RedemptionRecord } from './history-record.ts'
import { timestamp } from './usage-rules.ts'

/** What a redemption keeps of its discount, and what went back, as columns of the ledger. */
export function returnColumns({
  discountAmount,
  discountReturned,
  returnedAtS,
  discountKept,
}: RedemptionRecord) {
  return {
    discount_amount:
      discountAmount === null ? null : amountOf(moneyOf(discountAmount) - moneyOf(discountReturned ?? 0)),
    returned_amount: discountReturned,
    returned_at: returnedAtS === null ? null : timestamp(returnedAtS),
    keeps_discount: discountKept !== null,
  }
}
