import type { Money } from '../../values/money.ts'
import { returnItems, type KeptItem, type ReturnedItem, type WantedItem } from './item-share-rules.ts'

/** The state of a redemption that its returns are judged by. */
export interface ReturnState {
  readonly id: number
  /** The discount that it keeps; null: unknown. */
  readonly kept: Money | null
  /** The sum of earlier returns. */
  readonly returned: Money
  /** `kept`: only the use was returned. `whole`: the rest of the discount was returned with it. */
  readonly reversal: 'none' | 'kept' | 'whole'
  /** The items of its bill; undefined: they are unknown. */
  readonly items?: {
    /** The discount that was split among the items. */
    readonly split: Money
    readonly kept: readonly KeptItem[]
    /** Earlier returns of items. */
    readonly returned: readonly ReturnedItem[]
  }
}

/** The wanted return. Without an amount or items: everything left, and the use. */
export interface WantedReturn {
  readonly amount?: Money | undefined
  readonly items?: readonly WantedItem[] | undefined
  /** The use is returned even if a part of the discount is kept. */
  readonly returnsUse: boolean
}

export interface GrantedReturn {
  readonly amount: Money
  readonly items: readonly ReturnedItem[] | null
  readonly returnsUse: boolean
  /** The amount left to return afterwards. */
  readonly left: Money
}

/**
 * 9013: less than the amount is left, or nothing at all. 9014: the discount is unknown. 9015: the items of the bill, or
 * their shares, are unknown. 9016: an item is not on the bill, or too few of it are left.
 */
type ReturnRefusal = 9013 | 9014 | 9015 | 9016

export interface RefusedReturn {
  readonly refusal: ReturnRefusal
  readonly left: Money
  /** For 9016: the item and the quantity left, in thousandths; null: it is not on the bill. */
  readonly item?: { readonly name: string; readonly left: number | null }
}

/** The discount given; an unknown one counts as 0. */
export const givenOf = ({ kept, returned }: Pick<ReturnState, 'kept' | 'returned'>): Money =>
  (kept ?? 0) + returned

/** The amount left to return. */
export const leftOf = ({ kept, reversal }: Pick<ReturnState, 'kept' | 'reversal'>): Money =>
  reversal === 'whole' ? 0 : (kept ?? 0)

/** Whether anything can be returned: a part of the discount, or the use. */
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
  // After a correction of the discount, its shares of the items are unknown.
  if (items === undefined || items.split !== givenOf(state)) return { refusal: 9015 }
  const returned = returnItems(items.kept, items.returned, wanted, unit)
  return Array.isArray(returned) ? returned : { refusal: 9016, item: returned }
}
