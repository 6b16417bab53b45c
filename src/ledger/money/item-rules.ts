import { codeKey } from '../../values/coupon-code.ts'
import type { Money } from '../../values/money.ts'
import type { ProductGroup, TermsOf } from '../series/terms.ts'

/** The types of products by which an item of a bill can be found. A list of type ATTRIBUTE is not judged. */
const itemTypes = ['SKU', 'BRAND', 'CATEGORY'] as const
type ItemType = (typeof itemTypes)[number]

/** The properties of an item of a bill that the rules use. */
export interface BillItem {
  /** Identifiers of the product by type, in the form of `productKey`. */
  readonly products: Readonly<Partial<Record<ItemType, string>>>
  /** In thousandths. */
  readonly quantity: number
  /** Price times quantity. */
  readonly amount: Money
}

/** The terms that items are judged by. */
export type ItemTerms = Pick<TermsOf<'redeem' | 'items'>, 'products' | 'excludedProducts' | 'minQuantity'>

/** The form in which SKUs, brands, categories and their ids are compared: that of codes. */
export const productKey = codeKey

type Lists = Readonly<Partial<Record<ItemType, ReadonlySet<string>>>>

/** A list may have ten thousand products and be asked about a thousand items. */
const known = new WeakMap<readonly ProductGroup[], Lists>()

/** The products of a term as sets; undefined if it has no list that can be judged. */
function listsOf(groups: readonly ProductGroup[] | null): Lists | undefined {
  if (groups === null) return undefined
  const found = known.get(groups) ?? readLists(groups)
  known.set(groups, found)
  return itemTypes.some((type) => found[type] !== undefined) ? found : undefined
}

function readLists(groups: readonly ProductGroup[]): Lists {
  const lists: Partial<Record<ItemType, Set<string>>> = {}
  for (const type of itemTypes) {
    const ofType = groups.filter(({ productType }) => productType === type)
    const names = ofType.flatMap(
      ({ productIds, productCodes }): readonly (number | string)[] => productIds ?? productCodes ?? [],
    )
    if (names.length > 0) lists[type] = new Set(names.map((name) => productKey(String(name))))
  }
  return lists
}

const isIn = ({ products }: BillItem, lists: Lists): boolean =>
  itemTypes.some((type) => {
    const name = products[type]
    return name !== undefined && lists[type]?.has(name) === true
  })

/** Whether the terms say anything about the items of a bill. */
export const hasItemTerms = (terms: ItemTerms): boolean =>
  terms.minQuantity !== null ||
  listsOf(terms.products) !== undefined ||
  listsOf(terms.excludedProducts) !== undefined

/**
 * The positions of the items that a coupon applies to: those in one of the product lists, or all items if there are no
 * such lists, except those in the lists of excluded products.
 */
export function qualifyingItems(terms: ItemTerms, items: readonly BillItem[]): number[] {
  const included = listsOf(terms.products)
  const excluded = listsOf(terms.excludedProducts)
  return [...items.keys()].filter((at) => {
    const item = items[at] as BillItem
    return (
      (included === undefined || isIn(item, included)) && !(excluded !== undefined && isIn(item, excluded))
    )
  })
}

/** In thousandths. */
export const quantityOf = (items: readonly BillItem[], positions: readonly number[]): number =>
  positions.reduce((sum, at) => sum + (items[at]?.quantity ?? 0), 0)

/** Whether fewer qualifying products are on the bill than the series requires. */
export const isTooFew = (
  { minQuantity }: ItemTerms,
  items: readonly BillItem[],
  positions: readonly number[],
): boolean => minQuantity !== null && quantityOf(items, positions) < minQuantity * 1000
