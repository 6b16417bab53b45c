import { Type, type Static } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import type { Discount } from '../../ledger/money/discount-rules.ts'
import { quote, type QuotedCoupon } from '../../ledger/money/quote.ts'
import { moneyText } from '../../values/money.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import type { ReadBill } from './bill.ts'
import { maxCodes, readRequest, requestFields } from './request.ts'
import { currency, failures, money, refusalFields, refusalToWire, tags, till } from './wire.ts'

const appliedTo = Type.Object({
  amount: money('The bill, or the items that the coupon applies to, before any discount.'),
  items: Type.Union([
    Type.Array(
      Type.Object({
        id: Type.Union([Type.String(), Type.Null()]),
        sku: Type.String(),
        amount: money('Price times quantity.'),
        discount: money('The item’s share of the discount.'),
      }),
    ),
    Type.Null(),
  ]),
})

const quotedCode = Type.Object({
  code: Type.String({ description: 'As sent.' }),
  works: Type.Boolean(),
  refusal: Type.Union([refusalFields, Type.Null()], { description: 'Why it does not work.' }),
  discount: money('0 if the code does not work.'),
  appliedTo: Type.Union([appliedTo, Type.Null()]),
})

const answer = Type.Object({
  codes: Type.Array(quotedCode),
  total: money('The sum of the discounts of all codes that work.'),
  currency,
})

/** `POST /till/v1/quotes`: what coupons are worth on a bill. Nothing is redeemed. */
export function registerQuotes(app: App, context: Context): void {
  route(app, 'POST /till/v1/quotes', {
    access: ['coupon', 'read'],
    ...till,
    limit: 'reads',
    schema: {
      operationId: 'quoteCoupons',
      summary: 'The worth of coupons on a bill',
      description: `At most ${maxCodes} codes. Each applies to the amount that the earlier ones leave of the bill. POST /till/v1/redemptions with the codes that work gives the same discounts, unless something has changed meanwhile.`,
      tags,
      body: Type.Object(requestFields),
      response: { 200: answer, ...failures },
    },
    handler: async (caller, { body }) => {
      const { codes, bill, request } = await readRequest(context, caller, body)
      const quoted = await quote(context, caller, request)
      const total = quoted.reduce((sum, { discount }) => sum + (discount?.amount ?? 0), 0)
      return {
        codes: quoted.map((one, at) => codeToWire(one, codes[at] ?? '', bill)),
        total: moneyText(total, bill.currency),
        currency: bill.currency,
      }
    },
  })
}

function codeToWire(quoted: QuotedCoupon, typed: string, bill: ReadBill): Static<typeof quotedCode> {
  const { refusal, discount } = quoted
  return {
    code: typed,
    works: refusal === null,
    refusal: quoted.refusal === null ? null : refusalToWire(quoted.refusal, quoted.ownRefusal),
    discount: moneyText(discount?.amount ?? 0, bill.currency),
    appliedTo: discount && appliedToWire(discount, bill),
  }
}

function appliedToWire(discount: Discount, { items, currency: of }: ReadBill): Static<typeof appliedTo> {
  return {
    amount: moneyText(discount.appliedTo, of),
    items:
      discount.shares?.flatMap(({ itemAt, amount }) => {
        const item = items?.[itemAt]
        if (item === undefined) return []
        const { id, sku } = item
        return { id, sku, amount: moneyText(item.amount, of), discount: moneyText(amount, of) }
      }) ?? null,
  }
}
