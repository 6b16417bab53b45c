import { unit } from '../money.ts'
import type { Wish } from '../requests.ts'
import type { WantedBack, WantedItem } from '../returns.ts'
import type { KeptItemsRow, RedemptionRow, ReturnRow, Snapshot } from './snapshot.ts'

/** What a reversal gave back of a discount. */
export const restOf = ({ isDiscountKept, kept }: RedemptionRow): number => (isDiscountKept ? 0 : (kept ?? 0))

/** What a redemption still counts with in budgets. */
export const keptOf = (one: RedemptionRow): number =>
  one.reversedAt !== null && !one.isDiscountKept ? 0 : (one.kept ?? 0)

export const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, one) => sum + one, 0)
export const amountOf = (rows: readonly ReturnRow[]): number => sumOf(rows.map(({ amount }) => amount))
export const returnsOf = ({ returns }: Snapshot, redemptionId: number): readonly ReturnRow[] =>
  returns.get(redemptionId) ?? []

/** The return with which the use of a redemption went back; undefined: none. */
export const returnOfUse = (snapshot: Snapshot, redemptionId: number): ReturnRow | undefined =>
  returnsOf(snapshot, redemptionId).find(({ isUseReturned }) => isUseReturned)

/** What is left to return of a redemption at an instant. */
export function leftAt(snapshot: Snapshot, redemptionId: number, atUs: number) {
  const redemption = snapshot.redemptions.get(redemptionId)
  const rows = returnsOf(snapshot, redemptionId).filter(({ at }) => at <= atUs)
  const isUseBack = (redemption?.reversedAt ?? Infinity) <= atUs
  const isOver = isUseBack && redemption?.isDiscountKept === false
  const amount = isOver ? 0 : (redemption?.discount ?? 0) - amountOf(rows)
  return { amount, isNothing: amount === 0 && isUseBack, items: rows.flatMap(({ items }) => items ?? []) }
}

export const isWhole = ({ amount, items }: WantedBack): boolean => amount === undefined && items === undefined

const cameBack = (items: NonNullable<ReturnRow['items']>, at: number): number =>
  sumOf(items.filter((one) => one.at === at).map(({ quantity }) => quantity))

/** The part of an item's share that has gone back once so many of it have come back: rounded half up. */
const shareUntil = ({ discount, quantity }: KeptItemsRow['items'][number], came: number): number =>
  Math.floor(((discount / unit) * came) / quantity + 0.5) * unit

/** What comes back with items, each SKU of which stands on the bill once. */
export function partsOf(
  { items }: KeptItemsRow,
  before: NonNullable<ReturnRow['items']>,
  wanted: readonly WantedItem[],
): NonNullable<ReturnRow['items']> {
  return items.flatMap((item, at) => {
    const one = wanted.find(({ sku }) => sku === item.sku)
    if (one === undefined) return []
    const came = cameBack(before, at)
    const quantity = one.quantity === undefined ? item.quantity - came : one.quantity * 1_000
    return [{ at, quantity, amount: shareUntil(item, came + quantity) - shareUntil(item, came) }]
  })
}

/**
 * Whether less was left than a return requests. The amount left never increases, so its value at the end of the request
 * decides.
 */
export function isReturnRefused(
  code: number,
  redemptionId: number,
  snapshot: Snapshot,
  { back, billTag }: Wish,
  endUs: number,
): boolean {
  const kept = snapshot.keptItems.get(redemptionId)
  const left = leftAt(snapshot, redemptionId, endUs)
  const named = (back?.items ?? []).flatMap(({ sku, quantity }) => {
    const at = kept?.items.findIndex((one) => one.sku === sku) ?? -1
    const item = kept?.items[at]
    return item ? [{ item, left: item.quantity - cameBack(left.items, at), quantity: quantity ?? 0 }] : []
  })
  const onBill = [...snapshot.redemptions.values()].filter(({ tag }) => tag === billTag)
  const ids = billTag === undefined ? [redemptionId] : onBill.map(({ id }) => id)
  switch (code) {
    case 9013:
      return (
        ids.every((id) => leftAt(snapshot, id, endUs).isNothing) ||
        (back?.amount ?? sumOf(named.map(({ item }) => item.discount))) > left.amount
      )
    case 9014:
      return back?.amount !== undefined && snapshot.redemptions.get(redemptionId)?.discount === null
    case 9015:
      return back?.items !== undefined && kept === undefined
    case 9016:
      return named.some(({ quantity, left: of }) => of === 0 || quantity * 1_000 > of)
    default:
      return false
  }
}
