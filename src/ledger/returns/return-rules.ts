import type { Money } from '../../values/money.ts'
import { returnItems, type KeptItem, type ReturnedItem, type WantedItem } from './item-share-rules.ts'

/** A redemption, as far as returns of it are judged. */
export interface ReturnState {
  readonly id: number
  /** What it keeps of its discount; null: unknown. */
  readonly kept: Money | null
  /** What earlier returns gave back. */
  readonly returned: Money
  /** `kept`: only the use was given back. `whole`: what was left of the discount went back with it. */
  readonly reversal: 'none' | 'kept' | 'whole'
  /** The items of its bill; undefined: they are unknown. */
  readonly items?: {
    /** The discount that was split among the items. */
    readonly split: Money
    readonly kept: readonly KeptItem[]
    /** What came back before. */
    readonly returned: readonly ReturnedItem[]
  }
}

/** What is to be returned. Neither an amount nor items: the whole that is left, with the use. */
export interface WantedReturn {
  readonly amount?: Money | undefined
  readonly items?: readonly WantedItem[] | undefined
  /** The use goes back, also if a part of the discount is kept. */
  readonly returnsUse: boolean
}

export interface GrantedReturn {
  readonly amount: Money
  readonly items: readonly ReturnedItem[] | null
  readonly returnsUse: boolean
  /** What is left to return after it. */
  readonly left: Money
}

/**
 * 9013: less is left than the amount, or nothing at all. 9014: it is unknown what was given. 9015: the items of the bill, or
 * their shares, are unknown. 9016: an item is not on the bill, or fewer of it are left.
 */
export type ReturnRefusal = 9013 | 9014 | 9015 | 9016

export interface RefusedReturn {
  readonly refusal: ReturnRefusal
  readonly left: Money
  /** Of 9016: the item, and how many of it are left, in thousandths; null: it is not on the bill. */
  readonly item?: { readonly name: string; readonly left: number | null }
}

/** What was taken off the bill; an unknown discount counts 0. */
export const givenOf = ({ kept, returned }: Pick<ReturnState, 'kept' | 'returned'>): Money =>
  (kept ?? 0) + returned

/** What is left to return. */
export const leftOf = ({ kept, reversal }: Pick<ReturnState, 'kept' | 'reversal'>): Money =>
  reversal === 'whole' ? 0 : (kept ?? 0)

/** Whether there is anything to return: a part of the discount, or the use. */
export const isReturnable = (state: ReturnState): boolean => state.reversal === 'none' || leftOf(state) > 0

/**
 * Decides a return of one redemption.
 *
 * @param unit the smallest sum in which discounts are given.
 */
export function decideReturn(
  state: ReturnState,
  { amount, items, returnsUse }: WantedReturn,
  unit: Money,
): GrantedReturn | RefusedReturn {
  const left = leftOf(state)
  const refused = (refusal: ReturnRefusal): RefusedReturn => ({ refusal, left })
  if (!isReturnable(state)) return refused(9013)
  const isWhole = amount === undefined && items === undefined
  if (!isWhole && state.kept === null) return refused(9014)
  const returned = items === undefined ? null : sharesOf(state, items, unit)
  if (returned !== null && 'refusal' in returned) return { ...returned, left }
  const sum = isWhole ? left : (amount ?? sumOf(returned ?? []))
  if (sum > left) return refused(9013)
  const isAll = sum === left && (isWhole || sum > 0)
  return {
    amount: sum,
    items: returned,
    returnsUse: state.reversal === 'none' && (isAll || returnsUse),
    left: left - sum,
  }
}

const sumOf = (items: readonly ReturnedItem[]): Money => items.reduce((sum, { amount }) => sum + amount, 0)

function sharesOf(
  { items, ...state }: ReturnState,
  wanted: readonly WantedItem[],
  unit: Money,
): ReturnedItem[] | Pick<RefusedReturn, 'refusal' | 'item'> {
  // A correction of the discount says nothing about the items that it fell to.
  if (items === undefined || items.split !== givenOf(state)) return { refusal: 9015 }
  const returned = returnItems(items.kept, items.returned, wanted, unit)
  return Array.isArray(returned) ? returned : { refusal: 9016, item: returned }
}
