import { amountOf, moneyOf } from '../../values/money.ts'
import type { Fields } from './field-rules.ts'
import type { RedemptionRecord, ReturnRecord } from './history-record.ts'
import type { KnownRedemption } from './known.ts'
import { timestamp } from './usage-rules.ts'

const maxReturns = 1_000

type DiscountRecord = Pick<
  RedemptionRecord,
  'discountAmount' | 'discountReturned' | 'returns' | 'discountKept'
>

/** Reads the discount of a redemption and its returns. @throws BadRecord */
export function readDiscount(redemption: Fields, reversedAtS: number | null): DiscountRecord {
  const discountAmount = redemption.optionalAmount('discountAmount')
  const discountReturned = redemption.optionalAmount('discountReturned') || null
  const discountKept = reversedAtS === null ? null : redemption.optionalAmount('discountKept') || null
  const left = moneyOf(discountAmount ?? 0) - moneyOf(discountReturned ?? 0)
  if (left < 0) throw redemption.fail('discountReturned', 'must be at most discountAmount')
  if (discountKept !== null && moneyOf(discountKept) !== left)
    throw redemption.fail('discountKept', 'must be discountAmount less discountReturned')
  const stated = { discountAmount, discountReturned, discountKept }
  const returns = redemption.has('returns')
    ? readReturns(redemption, stated, reversedAtS)
    : returnOfSum(redemption, stated, reversedAtS)
  return { ...stated, returns }
}

/** An answer that states only the sum has one return for all, at the time of the latest. */
function returnOfSum(
  redemption: Fields,
  { discountAmount, discountReturned, discountKept }: Omit<DiscountRecord, 'returns'>,
  reversedAtS: number | null,
): ReturnRecord[] {
  const isReversed = reversedAtS !== null
  if (discountReturned === null)
    return isReversed && discountKept !== null
      ? [{ amount: 0, returnedAtS: reversedAtS, returnsUse: true }]
      : []
  const returnedAtS = redemption.instantS('returnedOn')
  // The return of the last part also returns the use; so does a return that keeps the rest.
  const returnsUse = isReversed && (discountKept !== null || discountReturned === discountAmount)
  return [{ amount: discountReturned, returnedAtS, returnsUse }]
}

function readReturns(
  redemption: Fields,
  { discountReturned, discountKept }: Omit<DiscountRecord, 'returns'>,
  reversedAtS: number | null,
): ReturnRecord[] {
  const returns = redemption.list('returns', maxReturns).map((one, at): ReturnRecord => {
    const element = redemption.element('returns', at, one)
    const amount = element.optionalAmount('amount') ?? 0
    const returnsUse = element.isTrue('useReturned')
    if (amount === 0 && !returnsUse) throw element.fail('amount', 'must be more than 0')
    return { amount, returnedAtS: element.instantS('returnedOn'), returnsUse }
  })
  const sum = returns.reduce((money, { amount }) => money + moneyOf(amount), 0)
  if (sum !== moneyOf(discountReturned ?? 0))
    throw redemption.fail('discountReturned', `must be the sum of returns, ${amountOf(sum)}`)
  const ofUse = returns.filter(({ returnsUse }) => returnsUse).length
  if (ofUse > (reversedAtS === null ? 0 : 1) || (ofUse === 0 && discountKept !== null))
    throw redemption.fail('returns', 'must give the use of a reversed redemption back at most once')
  return returns
}

/** The discount that a redemption keeps, and its returns, as columns of the ledger. */
export function returnColumns({
  discountAmount,
  discountReturned,
  discountKept,
  returns,
}: Pick<RedemptionRecord, 'discountAmount' | 'discountReturned' | 'discountKept' | 'returns'>) {
  return {
    discount_amount:
      discountAmount === null ? null : amountOf(moneyOf(discountAmount) - moneyOf(discountReturned ?? 0)),
    returned_amount: discountReturned,
    keeps_discount: discountKept !== null,
    returns: returns.map(({ amount, returnedAtS, returnsUse }) => ({
      amount,
      returned_at: timestamp(returnedAtS),
      returns_use: returnsUse,
    })),
  }
}

/**
 * The returns that a later record adds to a redemption of the ledger: those beyond the known sum. An earlier import may
 * have brought several of them as one.
 */
export function returnsSince(record: RedemptionRecord, before: KnownRedemption): ReturnRecord[] {
  // An unknown discount cannot be returned, nor can anything after a reversal of the whole.
  if (before.discountAmount === null || (before.reversedAtS !== null && !before.keepsDiscount)) return []
  let known = moneyOf(before.discountReturned ?? 0)
  return record.returns.flatMap((one): ReturnRecord[] => {
    const amount = moneyOf(one.amount)
    const covered = Math.min(known, amount)
    known -= covered
    const returnsUse = one.returnsUse && before.reversedAtS === null
    return amount > covered || returnsUse ? [{ ...one, amount: amountOf(amount - covered), returnsUse }] : []
  })
}
