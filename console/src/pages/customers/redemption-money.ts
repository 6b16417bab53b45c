import type { Coupon } from '../../api/types.ts'
import type { Formats } from '../../parts/format.ts'

/** What a redemption took off its bill, what of it went back by returns, and what the customer keeps. */
export interface RedemptionMoney {
  readonly given: number
  readonly returned: number
  readonly kept: number
}

type Redemption = Coupon['redemptions'][number]
type ReversedRedemption = Coupon['reversedRedemptions'][number]

/** Amounts have three decimals at most. */
export const rounded = (amount: number): number => Math.round(amount * 1000) / 1000

/** @returns undefined if it is unknown what the redemption took off its bill. */
export function moneyOf(one: Redemption | ReversedRedemption): RedemptionMoney | undefined {
  if (typeof one.discountAmount !== 'string') return undefined
  const given = Number(one.discountAmount)
  const returned = Number(one.discountReturned ?? 0)
  // A reversal gives back what returns have left, unless only the use was given back.
  const kept = 'reversedOn' in one ? Number(one.discountKept ?? 0) : rounded(given - returned)
  return { given, returned, kept }
}

/** "gave ₹40 · ₹15.50 returned · ₹24.50 kept" */
export function moneyWords(money: RedemptionMoney | undefined, formats: Formats): string {
  if (money === undefined) return ''
  const { given, returned, kept } = money
  const gave = `gave ${formats.money(given)}`
  if (returned === 0 && (kept === given || kept === 0)) return gave
  const back = returned === 0 ? '' : ` · ${formats.money(returned)} returned`
  return `${gave}${back} · ${formats.money(kept)} kept`
}

/** How the use of a redemption went back. */
export function endOf(one: ReversedRedemption): 'Reversed' | 'All returned' | 'Use given back' {
  const money = moneyOf(one)
  if (money !== undefined && money.kept > 0) return 'Use given back'
  return money !== undefined && money.given > 0 && money.returned === money.given
    ? 'All returned'
    : 'Reversed'
}
