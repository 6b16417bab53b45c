import { divideHalfUp, type Money } from '../../values/money.ts'
import { productKey } from '../money/item-rules.ts'

/** An item of a bill, as stored with a redemption. */
export interface KeptItem {
  /** The id of the line; null: the till states none. */
  readonly id: string | null
  readonly sku: string
  /** In thousandths. */
  readonly quantity: number
  /** The item's share of the discount. */
  readonly discount: Money
}

/** The returned quantity of an item of a bill. */
export interface ReturnedItem {
  /** Its position on the bill. */
  readonly at: number
  /** In thousandths. */
  readonly quantity: number
  /** The returned part of its share. */
  readonly amount: Money
}

/** An item to return, named by the id of its line or its SKU. */
export interface WantedItem {
  readonly id: string | undefined
  readonly sku: string | undefined
  /** In thousandths; undefined: everything left. */
  readonly quantity: number | undefined
}

/** An item that cannot be returned: the quantity left, in thousandths; null: it is not on the bill. */
export interface MissingItem {
  readonly name: string
  readonly left: number | null
}

const matches = ({ id, sku }: KeptItem, wanted: WantedItem): boolean =>
  (wanted.id === undefined || (id !== null && productKey(id) === productKey(wanted.id))) &&
  (wanted.sku === undefined || productKey(sku) === productKey(wanted.sku))

/**
 * Computes the parts of the shares that are returned with items. Several lines of one SKU are returned in order. A
 * partial quantity returns a proportional part, rounded so that the last one completes the share.
 *
 * @param before what was returned earlier.
 */
export function returnItems(
  items: readonly KeptItem[],
  before: readonly ReturnedItem[],
  wanted: readonly WantedItem[],
  unit: Money,
): ReturnedItem[] | MissingItem {
  const earlier = items.map((_, at) => {
    const ofItem = before.filter((one) => one.at === at)
    return {
      quantity: ofItem.reduce((sum, one) => sum + one.quantity, 0),
      amount: ofItem.reduce((sum, one) => sum + one.amount, 0),
    }
  })
  const taken = items.map(() => 0)
  const leftAt = (at: number): number =>
    (items[at]?.quantity ?? 0) - (earlier[at]?.quantity ?? 0) - (taken[at] ?? 0)
  for (const one of wanted) {
    const lines = [...items.keys()].filter((at) => matches(items[at] as KeptItem, one))
    const name = one.id ?? one.sku ?? ''
    if (lines.length === 0) return { name, left: null }
    const left = lines.reduce((sum, at) => sum + leftAt(at), 0)
    let open = one.quantity ?? left
    if (open > left || open === 0) return { name, left }
    for (const at of lines) {
      const quantity = Math.min(open, leftAt(at))
      taken[at] = (taken[at] ?? 0) + quantity
      open -= quantity
    }
  }
  return items.flatMap(({ quantity, discount }, at): ReturnedItem[] => {
    const came = taken[at] ?? 0
    if (came === 0) return []
    const { quantity: cameBefore, amount } = earlier[at] ?? { quantity: 0, amount: 0 }
    // A share that was given in another currency may not be a multiple of the unit.
    const step = discount % unit === 0 ? unit : 1
    const until = divideHalfUp(discount / step, cameBefore + came, quantity) * step
    return [{ at, quantity: came, amount: until - amount }]
  })
}
