import { maxAmount, readThousandths } from '../../values/amount.ts'
import { moneyOf } from '../../values/money.ts'
import { notA, parsedJson, pastOf, RowFault, type Read, type Staged } from './row-rules.ts'
import type { Setting } from './setting.ts'

/** The redemption that something was returned of. */
interface Returned {
  readonly redeemedAt: string
  readonly reversedAt: string | null
  readonly discountAmount: number
}

/** A return in the form of `redeem` of `ledger/post/redeem.ts`. */
interface StagedReturn {
  readonly amount: number
  readonly returned_at: string
  readonly returns_use: boolean
}

type ReadReturn = Read<'discountReturned' | 'returnedDate' | 'discountKept' | 'returns'>

/** The returns of a redemption: the sum, the list, and whether the rest is kept although the use was returned. */
export function stageReturns(read: ReadReturn, setting: Setting, redemption: Returned): Staged[] {
  const { reversedAt, discountAmount } = redemption
  const listed = read('returns') === '' ? undefined : listOf(read('returns'), setting, redemption)
  const stated = amountOf('discountReturned', read('discountReturned'))
  const sum = listed?.reduce((money, { amount }) => money + moneyOf(amount), 0) ?? moneyOf(stated ?? 0)
  if (stated !== null && moneyOf(stated) !== sum)
    throw notA('discountReturned', read('discountReturned'), 'the sum of returns', 733)
  if (sum > moneyOf(discountAmount))
    throw notA('discountReturned', String(sum / 1000), 'at most discountAmount', 733)
  const kept = reversedAt === null ? 0 : (amountOf('discountKept', read('discountKept')) ?? 0)
  if (kept > 0 && moneyOf(kept) !== moneyOf(discountAmount) - sum)
    throw notA('discountKept', read('discountKept'), 'discountAmount less discountReturned, or 0', 733)
  const returns = listed ?? returnOfSum(read, setting, redemption, sum / 1000, kept > 0)
  if (kept > 0 && !returns.some((one) => one.returns_use))
    throw notA('returns', read('returns'), 'a list with the return that gave the use back')
  return [sum === 0 ? null : sum / 1000, returns.length === 0 ? null : JSON.stringify(returns), kept > 0]
}

/** A row that states only the sum has one return for all. */
function returnOfSum(
  read: ReadReturn,
  setting: Setting,
  { redeemedAt, reversedAt, discountAmount }: Returned,
  amount: number,
  isKept: boolean,
): StagedReturn[] {
  const returnedAt = dateOf('returnedDate', read('returnedDate'), setting, redeemedAt)
  if (amount > 0 && returnedAt === null) throw new RowFault('returnedDate is missing')
  const at = returnedAt ?? reversedAt
  if (at === null || (amount === 0 && !isKept)) return []
  // The return of the last part also returns the use; so does a return that keeps the rest.
  const returnsUse = reversedAt !== null && (isKept || amount === discountAmount)
  return [{ amount, returned_at: at, returns_use: returnsUse }]
}

function listOf(text: string, setting: Setting, { redeemedAt, reversedAt }: Returned): StagedReturn[] {
  const fault = notA('returns', text, 'a JSON list of returns with amount, date and useReturned')
  const list = parsedJson(text)
  if (!Array.isArray(list)) throw fault
  const returns = list.map((one: unknown): StagedReturn => {
    const { amount, date, useReturned = false } = (one ?? {}) as Record<string, unknown>
    const read =
      typeof amount === 'number' || typeof amount === 'string' ? readThousandths(amount) : undefined
    if (read === undefined || typeof date !== 'string' || typeof useReturned !== 'boolean') throw fault
    const returnedAt = dateOf('date of returns', date, setting, redeemedAt)
    if (returnedAt === null || (read === 0 && !useReturned)) throw fault
    return { amount: read, returned_at: returnedAt, returns_use: useReturned }
  })
  if (returns.filter((one) => one.returns_use).length > (reversedAt === null ? 0 : 1))
    throw notA('returns', text, 'a list that gives the use of a reversed redemption back at most once')
  return returns
}

function dateOf(name: string, text: string, setting: Setting, redeemedAt: string): string | null {
  const at = pastOf(name, text, setting)
  if (at !== null && Date.parse(at) < Date.parse(redeemedAt)) throw notA(name, text, 'after redeemedDate')
  return at
}

export function amountOf(name: string, text: string): number | null {
  if (text === '') return null
  const amount = readThousandths(text)
  if (amount === undefined) throw notA(name, text, `an amount of 0 to ${maxAmount}`, 733)
  return amount
}
