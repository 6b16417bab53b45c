import type { Refused } from '../../api/call.ts'
import type { Returns } from '../../api/types.ts'
import type { Formats } from '../../parts/format.ts'
import { typedAmount } from '../../parts/typed-amount.ts'

/** The form of a return: what is typed, what is wrong with it, and what is sent. */

export interface ReturnFields {
  readonly what: 'whole' | 'amount' | 'items'
  readonly amount: string
  /** What is typed for each line, by its key. */
  readonly quantities: Readonly<Record<string, string>>
  readonly returnUse: boolean
}

/** Items that a return can name: a line of the bill, or the lines of a SKU that have no id. */
export interface ReturnableLine {
  readonly key: string
  readonly id: string | undefined
  readonly sku: string
  readonly left: number
  /** The share of the discount that fell to them, what came back included. */
  readonly discount: number
}

/** The items that have not come back. */
export function linesOf(items: Returns['items']): ReturnableLine[] {
  const skuOf = ({ sku }: { sku: string }): string => sku.toLowerCase()
  const unnamed = new Set((items ?? []).filter(({ id }) => id === null).map(skuOf))
  const lines = new Map<string, ReturnableLine>()
  for (const item of items ?? []) {
    // A SKU alone means all lines with it.
    const id = unnamed.has(skuOf(item)) ? undefined : (item.id ?? undefined)
    const key = JSON.stringify([id?.toLowerCase(), skuOf(item)])
    const before = lines.get(key)
    lines.set(key, {
      key,
      id,
      sku: item.sku,
      left: (before?.left ?? 0) + item.quantityLeft,
      discount: (before?.discount ?? 0) + Number(item.discount),
    })
  }
  return [...lines.values()].filter(({ left }) => left > 0)
}

const typedQuantity = (text: string): number | undefined => {
  const bare = text.trim()
  return /^\d{1,9}(\.\d{1,3})?$/.test(bare) && Number(bare) > 0 ? Number(bare) : undefined
}

export interface ReturnErrors {
  readonly amount?: string
  readonly quantities?: Readonly<Record<string, string>>
}

/**
 * What can be told before anything is sent.
 *
 * @param left what can be returned; undefined: it has not been read.
 */
export function checkReturn(
  { what, amount, quantities }: ReturnFields,
  lines: readonly ReturnableLine[],
  left: number | undefined,
  money: Formats['money'],
): ReturnErrors {
  if (what === 'amount') {
    const typed = typedAmount(amount)
    if (typed === undefined) return { amount: 'An amount such as 50 or 9.50' }
    const isTooMuch = left !== undefined && Number(typed) > left
    return isTooMuch ? { amount: `Only ${money(left)} is left to return` } : {}
  }
  if (what === 'whole') return {}
  const wrong = lines.flatMap(({ key, left: most }): [string, string][] => {
    const text = quantities[key] ?? ''
    if (text.trim() === '') return []
    const typed = typedQuantity(text)
    if (typed === undefined) return [[key, 'A quantity such as 1']]
    return typed > most ? [[key, `Only ${most} left`]] : []
  })
  return wrong.length === 0 ? {} : { quantities: Object.fromEntries(wrong) }
}

/** Whether it says what goes back. */
export const isStated = ({ what, amount, quantities }: ReturnFields): boolean =>
  what === 'whole' ||
  (what === 'amount' ? amount.trim() !== '' : Object.values(quantities).some((text) => text.trim() !== ''))

/** Whether the use goes back too: it always does with all that is left. */
export const returnsUse = ({ what, amount, returnUse }: ReturnFields, left: number | undefined): boolean =>
  returnUse ||
  what === 'whole' ||
  (what === 'amount' && left !== undefined && Number(typedAmount(amount)) === left)

/** The body of the request. */
export function bodyOf(
  { what, amount, quantities, returnUse }: ReturnFields,
  lines: readonly ReturnableLine[],
  typedReason: string,
) {
  // The reason of a return is a single line.
  const reason = typedReason.trim().replaceAll(/\s+/g, ' ')
  if (what === 'whole') return { reason }
  if (what === 'amount') return { amount: typedAmount(amount), returnUse, reason }
  const items = lines.flatMap(({ key, id, sku }) => {
    const quantity = typedQuantity(quantities[key] ?? '')
    return quantity === undefined ? [] : [{ id, sku, quantity }]
  })
  return { items, returnUse, reason }
}

/** What the server says about the amount, for its field. */
export function refusedAmount(
  { code, field, allowed, left }: Pick<Refused, 'code' | 'field' | 'allowed' | 'left'>,
  money: Formats['money'],
): string | undefined {
  if (code === 9013 && left !== undefined)
    return Number(left) > 0 ? `Only ${money(Number(left))} is left to return` : 'Nothing is left to return'
  return field === 'amount' ? (allowed ? `Allowed: ${allowed}` : 'This is not allowed') : undefined
}
