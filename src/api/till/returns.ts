import { Type, type Static } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { searchedDays } from '../../ledger/returns/find-bill.ts'
import type { WantedItem } from '../../ledger/returns/item-share-rules.ts'
import { readReturns } from '../../ledger/returns/read-returns.ts'
import { returnRedemptions, type ReturnCommand } from '../../ledger/returns/return-redemptions.ts'
import type { WantedReturn } from '../../ledger/returns/return-rules.ts'
import type { Caller } from '../../values/caller.ts'
import { badParameter, refuse } from '../../values/errors.ts'
import { moneyOf, moneyText, unitOf, type Money } from '../../values/money.ts'
import { parseStatedTimeS } from '../../values/stated-time.ts'
import { sendAnswer } from '../../http/answer.ts'
import type { App } from '../../http/app.ts'
import { writeHeaders } from '../../http/envelope.ts'
import {
  given,
  numeric,
  optional,
  readAmount,
  readDigits,
  readPlainCode,
  readText,
} from '../../http/fields.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { describedProblem, problemFields, problemsOf } from '../../http/problem.ts'
import { route } from '../../http/route.ts'
import { idParams, readPathId } from '../admin/fields.ts'
import { maxItems, readQuantity } from './bill.ts'
import {
  answerToReturn,
  billToWire,
  madeReturn,
  madeToWire,
  returnsOfBill,
  returnsOfRedemption,
  returnsToWire,
} from './returned.ts'
import { failures, tags, till, writeFailures } from './wire.ts'

const maxReason = 200

const name = (description: string) =>
  optional(Type.Union([Type.String({ maxLength: 100 }), Type.Number()], { description }))

const items = optional(
  Type.Array(
    Type.Object({
      id: name('The id of the line, as sent with the bill.'),
      sku: name('Without an id: all lines with this SKU, in order.'),
      quantity: optional({ ...numeric, description: 'The quantity to return; omitted: everything left.' }),
    }),
    {
      minItems: 1,
      maxItems,
      description:
        'The items to return, each with its share of the discount. Only if the bill was sent with its items.',
    },
  ),
)
const returnUse = optional(
  Type.Boolean({
    description:
      'True: the use is returned even if a part of the discount is kept. A return of everything always includes it.',
  }),
)
const reason = optional(Type.String({ maxLength: maxReason, description: 'The reason, for the records.' }))

const redemptionBody = Type.Object({
  amount: optional({
    ...numeric,
    description: 'The return. Without amount and items: everything left.',
  }),
  items,
  returnUse,
  reason,
})
const billBody = Type.Object({
  transactionNumber: Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Number()], {
    description: "The transaction number of a bill in the caller's store.",
  }),
  date: optional(
    Type.String({
      description: `The day of the bill, YYYY-MM-DD in the time zone of the organisation. Omitted: any of the last ${searchedDays} days.`,
    }),
  ),
  items,
  returnUse,
  reason,
})

const refusals = {
  ...writeFailures,
  ...problemsOf([404]),
  409: describedProblem(
    Type.Object({
      ...problemFields,
      redemptionId: Type.Optional(Type.Integer({ description: 'The redemption that was refused.' })),
      left: Type.Optional(Type.String({ description: 'The amount of it that can still be returned.' })),
    }),
    'Less is left to return, or the discount is unknown; nothing was returned.',
  ),
}

/** Returns of discounts after the sale, of a redemption or of a bill. */
export function registerReturns(app: App, context: Context): void {
  route(app, 'POST /till/v1/redemptions/:id/returns', {
    access: ['coupon', 'write'],
    ...till,
    schema: {
      operationId: 'returnRedemption',
      summary: 'Return a discount, or a part of it',
      description:
        'Returns an amount, items, or everything left. All returns of a redemption together never exceed its discount. If nothing is left, the use is returned too.',
      tags,
      headers: writeHeaders,
      params: idParams,
      body: redemptionBody,
      response: { 201: madeReturn, ...refusals },
    },
    handler: async (caller, request, reply) => {
      const { outcome, isReplay } = await returnRedemptions(context, caller, {
        of: { redemptionId: readPathId(request.params.id) },
        ...readWanted(caller, request.body),
        idempotencyKey: readIdempotencyKey(request, caller),
        requestId: request.id,
      })
      const [made] = outcome.returns
      const answer = answerToReturn(caller, outcome, request.id, () => made && madeToWire(caller, made))
      return sendAnswer(reply, answer, isReplay)
    },
  })

  route(app, 'GET /till/v1/redemptions/:id/returns', {
    access: ['coupon', 'read'],
    ...till,
    limit: 'reads',
    schema: {
      operationId: 'listReturns',
      summary: 'The returns of a redemption, and what is left',
      tags,
      params: idParams,
      response: { 200: returnsOfRedemption, ...failures, ...problemsOf([404]) },
    },
    handler: async (caller, { params }) =>
      returnsToWire(caller, await readReturns(context, caller.orgId, readPathId(params.id))),
  })

  route(app, 'POST /till/v1/returns', {
    access: ['coupon', 'write'],
    ...till,
    schema: {
      operationId: 'returnBill',
      summary: 'Return the discounts of a bill, all or none',
      description:
        'For every redemption on the bill: returns the shares of the stated items, or everything left.',
      tags,
      headers: writeHeaders,
      body: billBody,
      response: { 201: returnsOfBill, ...refusals },
    },
    handler: async (caller, request, reply) => {
      const { transactionNumber, date, ...wanted } = request.body
      const number = readText('transactionNumber', readDigits('transactionNumber', transactionNumber), 200)
      const { outcome, isReplay } = await returnRedemptions(context, caller, {
        of: { bill: { transactionNumber: number, day: readDay(caller, given(date)) } },
        ...readWanted(caller, wanted),
        idempotencyKey: readIdempotencyKey(request, caller),
        requestId: request.id,
      })
      const answer = answerToReturn(caller, outcome, request.id, () => billToWire(caller, outcome))
      return sendAnswer(reply, answer, isReplay)
    },
  })
}

function readWanted(
  caller: Caller,
  body: Static<typeof redemptionBody>,
): Pick<ReturnCommand, 'wanted' | 'reason'> {
  const amount = given(body.amount)
  const listed = body.items ?? undefined
  if (amount !== undefined && listed !== undefined)
    throw refuse.badRequest('State amount or items, not both', { field: 'items' })
  const wanted: WantedReturn = {
    amount: amount === undefined ? undefined : readReturned(caller, amount),
    items: listed?.map((item, at) => readItem(item, `items.${at}`)),
    returnsUse: body.returnUse ?? false,
  }
  return { wanted, reason: given(readText('reason', (body.reason ?? '').trim(), maxReason)) ?? null }
}

/** Amounts are returned in steps of the currency, as they are given. */
function readReturned({ currency }: Caller, value: number | string): Money {
  const amount = moneyOf(readAmount('amount', value))
  const unit = currency === null ? 1 : unitOf(currency)
  if (amount === 0 || amount % unit !== 0) {
    const least = moneyText(unit, currency)
    throw badParameter('amount', String(value), `an amount of at least ${least}, in steps of ${least}`)
  }
  return amount
}

function readItem(
  item: NonNullable<Static<typeof redemptionBody>['items']>[number],
  field: string,
): WantedItem {
  const text = (key: 'id' | 'sku') => {
    const value = given(item[key])
    return value === undefined ? undefined : readPlainCode(`${field}.${key}`, value)
  }
  const [id, sku] = [text('id'), text('sku')]
  if (id === undefined && sku === undefined)
    throw refuse.badRequest(`${field} names no item: state id or sku`, { field })
  const quantity = given(item.quantity)
  return {
    id,
    sku,
    quantity: quantity === undefined ? undefined : readQuantity(`${field}.quantity`, quantity),
  }
}

function readDay({ timeZone }: Caller, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || parseStatedTimeS(text, timeZone) === undefined)
    throw badParameter('date', text, 'a day, YYYY-MM-DD')
  return text
}
