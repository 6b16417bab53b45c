import { Type, type Static } from 'typebox'
import { openBill, type OpenBill } from '../../ledger/money/discount-rules.ts'
import { productKey, type BillItem } from '../../ledger/money/item-rules.ts'
import type { RedemptionRequest } from '../../ledger/redemptions/redeem-rules.ts'
import { maxAmount } from '../../values/amount.ts'
import type { Caller } from '../../values/caller.ts'
import { badParameter } from '../../values/errors.ts'
import { divideHalfUp, maxMoney, moneyOf } from '../../values/money.ts'
import {
  given,
  numeric,
  optional,
  readAmount,
  readPlainCode,
  readText,
  readDigits,
} from '../../http/fields.ts'

export const maxItems = 1_000
const maxQuantity = 1_000_000

const name = (description: string) =>
  Type.Union([Type.String({ minLength: 1, maxLength: 100 }), Type.Number()], { description })

const itemBody = Type.Object(
  {
    id: optional(name('The id of the line; repeated in the answer.')),
    sku: name('The product.'),
    brand: optional(name('Compared with the brands of a series.')),
    category: optional(name('Compared with the categories of a series.')),
    quantity: numeric,
    price: numeric,
  },
  { title: 'BillItem' },
)

export const billBody = Type.Object(
  {
    amount: numeric,
    currency: optional(
      Type.String({
        maxLength: 3,
        description: 'ISO 4217. If the organisation has a currency, it must be the same.',
      }),
    ),
    transactionNumber: optional(Type.Union([Type.String({ maxLength: 200 }), Type.Number()])),
    items: optional(
      Type.Array(itemBody, {
        maxItems,
        description: 'Without items no term about products is judged. price is the unit price.',
      }),
    ),
  },
  { title: 'Bill' },
)

/** An item as repeated in the answer. */
interface NamedItem extends BillItem {
  readonly id: string | null
  readonly sku: string
}

export interface ReadBill {
  readonly bill: NonNullable<RedemptionRequest['bill']>
  readonly openBill: OpenBill
  /** Undefined: not given. */
  readonly items: readonly NamedItem[] | undefined
  /** Null: neither the organisation nor the bill states one. */
  readonly currency: string | null
}

/** @throws Refusal 400 with the name of the field for a value outside its range, and for another currency. */
export function readBill(caller: Caller, body: Static<typeof billBody>): ReadBill {
  const amount = readAmount('bill.amount', body.amount)
  const currency = readCurrency(caller, given(body.currency))
  const items = body.items?.length ? readItems(body.items) : undefined
  const transactionNumber = readDigits('bill.transactionNumber', body.transactionNumber ?? '')
  return {
    bill: {
      amount,
      transactionNumber: readText('bill.transactionNumber', transactionNumber, 200),
      isNumberRequired: caller.requiresTransactionNumber,
    },
    openBill: openBill({ amount: moneyOf(amount), items }, currency),
    items,
    currency,
  }
}

function readCurrency({ currency }: Caller, stated: string | undefined): string | null {
  const upper = stated?.toUpperCase()
  if (upper !== undefined && !/^[A-Z]{3}$/.test(upper))
    throw badParameter('bill.currency', upper, 'an ISO 4217 code of three letters')
  if (upper !== undefined && currency !== null && upper !== currency)
    throw badParameter('bill.currency', upper, `the currency of the organisation, ${currency}`)
  return currency ?? upper ?? null
}

function readItems(items: readonly Static<typeof itemBody>[]): NamedItem[] {
  const read = items.map((item, at) => readItem(item, `bill.items.${at}`))
  const sum = read.reduce((total, { amount }) => total + amount, 0)
  if (sum > maxMoney) throw badParameter('bill.items', String(sum / 1000), `at most ${maxAmount} in total`)
  return read
}

function readItem(item: Static<typeof itemBody>, field: string): NamedItem {
  const text = (key: 'id' | 'sku' | 'brand' | 'category') => {
    const value = given(item[key])
    return value === undefined ? undefined : readPlainCode(`${field}.${key}`, value)
  }
  const price = moneyOf(readAmount(`${field}.price`, item.price))
  const quantity = readQuantity(`${field}.quantity`, item.quantity)
  const amount = divideHalfUp(price, quantity, 1_000)
  const [id, sku = '', brand, category] = [text('id'), text('sku'), text('brand'), text('category')]
  return {
    id: id ?? null,
    sku,
    products: {
      SKU: productKey(sku),
      ...(brand !== undefined && { BRAND: productKey(brand) }),
      ...(category !== undefined && { CATEGORY: productKey(category) }),
    },
    quantity,
    amount,
  }
}

/** In thousandths, since weighed goods have decimals. */
export function readQuantity(field: string, value: number | string): number {
  const quantity = moneyOf(readAmount(field, value))
  if (quantity < 1 || quantity > maxQuantity * 1_000)
    throw badParameter(
      field,
      String(value),
      `a number above 0, at most ${maxQuantity}, with up to three decimals`,
    )
  return quantity
}
