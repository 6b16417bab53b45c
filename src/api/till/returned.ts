import { Type, type Static } from 'typebox'
import type { KeptItem, ReturnedItem } from '../../ledger/returns/item-share-rules.ts'
import type { KeptRedemption } from '../../ledger/returns/read-return-states.ts'
import type { ReturnsOfRedemption } from '../../ledger/returns/read-returns.ts'
import type { MadeReturn, ReturnOutcome } from '../../ledger/returns/return-redemptions.ts'
import { givenOf, leftOf, type RefusedReturn } from '../../ledger/returns/return-rules.ts'
import { formatInstant } from '../../values/calendar.ts'
import type { Caller } from '../../values/caller.ts'
import { Refusal } from '../../values/errors.ts'
import { moneyText } from '../../values/money.ts'
import { instant } from '../../http/answer-fields.ts'
import { answerOf, type Answer } from '../../http/answer.ts'
import { problemBody } from '../../http/problem.ts'
import { currency, money } from './wire.ts'

const nullableText = (description: string) => Type.Union([Type.String(), Type.Null()], { description })

const returnedItem = Type.Object({
  id: nullableText('The id of the line, as sent with the bill.'),
  sku: Type.String(),
  quantity: Type.Number({ description: 'The returned quantity.' }),
  amount: money('The returned part of their share of the discount.'),
})

const returnFields = {
  id: Type.Union([Type.Integer(), Type.Null()], {
    description:
      'Null: no return was recorded, because a reversal gave back the rest, or because the items have no share of the discount.',
  }),
  amount: money('The returned amount.'),
  useReturned: Type.Boolean({ description: 'Whether the use was returned with it.' }),
  items: Type.Union([Type.Array(returnedItem), Type.Null()], {
    description: 'The returned items; null: an amount was stated, or everything was returned.',
  }),
  reason: nullableText('As stated.'),
  returnedAt: instant('The instant of the return.'),
}

const sums = {
  discountAmount: money('The discount given by the redemption.'),
  returned: money('The sum of all returns of the redemption.'),
  left: money('The amount that can still be returned.'),
}

export const madeReturn = Type.Object({
  ...returnFields,
  redemptionId: Type.Integer(),
  code: Type.String(),
  ...sums,
  currency,
})

export const returnsOfBill = Type.Object({
  returns: Type.Array(madeReturn, {
    description: 'One for each redemption on the bill that had something left.',
  }),
  total: money('The sum returned by this call.'),
  currency,
})

export const returnsOfRedemption = Type.Object({
  redemptionId: Type.Integer(),
  code: Type.String(),
  discountAmount: Type.Union([Type.String(), Type.Null()], {
    description: 'The discount given by the redemption; null: unknown.',
  }),
  returned: sums.returned,
  left: sums.left,
  useReturned: Type.Boolean({ description: 'Whether the use has been returned.' }),
  currency,
  items: Type.Union(
    [
      Type.Array(
        Type.Object({
          id: returnedItem.properties.id,
          sku: Type.String(),
          quantity: Type.Number({ description: 'The quantity sold.' }),
          quantityLeft: Type.Number({ description: 'The quantity that has not been returned.' }),
          discount: money('Their share of the discount.'),
        }),
      ),
      Type.Null(),
    ],
    { description: 'The items of the bill; null: they are unknown, and a return must state an amount.' },
  ),
  returns: Type.Array(Type.Object(returnFields), {
    description: 'In order. A reversal that gave back the rest comes last.',
  }),
})

const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, one) => sum + one, 0)

const itemsToWire = (
  { currency }: Caller,
  items: readonly ReturnedItem[] | null,
  nameOf: (item: ReturnedItem, listedAt: number) => Pick<KeptItem, 'id' | 'sku'> | undefined,
): Static<typeof returnedItem>[] | null =>
  items?.map((item, listedAt) => ({
    id: nameOf(item, listedAt)?.id ?? null,
    sku: nameOf(item, listedAt)?.sku ?? '',
    quantity: item.quantity / 1000,
    amount: moneyText(item.amount, currency),
  })) ?? null

export function madeToWire(caller: Caller, made: MadeReturn): Static<typeof madeReturn> {
  const { timeZone, currency: of } = caller
  const { id, amount, returnsUse, items, itemsOfBill, reason, returnedAtS, given, returned, left } = made
  return {
    id,
    redemptionId: made.redemptionId,
    code: made.code,
    amount: moneyText(amount, of),
    useReturned: returnsUse,
    items: itemsToWire(caller, items, (_, listedAt) => itemsOfBill[listedAt]),
    reason,
    returnedAt: formatInstant(timeZone, returnedAtS),
    discountAmount: moneyText(given, of),
    returned: moneyText(returned, of),
    left: moneyText(left, of),
    currency: of,
  }
}

export function billToWire(
  caller: Caller,
  { returns }: Pick<ReturnOutcome, 'returns'>,
): Static<typeof returnsOfBill> {
  const total = sumOf(returns.map(({ amount }) => amount))
  return {
    returns: returns.map((one) => madeToWire(caller, one)),
    total: moneyText(total, caller.currency),
    currency: caller.currency,
  }
}

export function returnsToWire(
  caller: Caller,
  { redemption, returns }: ReturnsOfRedemption,
): Static<typeof returnsOfRedemption> {
  const { timeZone, currency: of } = caller
  const { kept, reversal } = redemption
  const items = redemption.items?.split === givenOf(redemption) ? redemption.items : undefined
  return {
    redemptionId: redemption.id,
    code: redemption.code,
    discountAmount: kept === null ? null : moneyText(givenOf(redemption), of),
    returned: moneyText(sumOf(returns.map(({ amount }) => amount)), of),
    left: moneyText(leftOf(redemption), of),
    useReturned: reversal !== 'none',
    currency: of,
    items:
      items?.kept.map(({ id, sku, quantity, discount }, at) => ({
        id,
        sku,
        quantity: quantity / 1000,
        quantityLeft: (quantity - cameBack(items.returned, at)) / 1000,
        discount: moneyText(discount, of),
      })) ?? null,
    returns: returns.map((one) => ({
      id: one.id,
      amount: moneyText(one.amount, of),
      useReturned: one.returnsUse,
      items: itemsToWire(caller, one.items, ({ at }) => redemption.items?.kept[at]),
      reason: one.reason,
      returnedAt: formatInstant(timeZone, one.returnedAtS),
    })),
  }
}

const cameBack = (returned: NonNullable<KeptRedemption['items']>['returned'], at: number): number =>
  sumOf(returned.filter((one) => one.at === at).map(({ quantity }) => quantity))

/** The reason why nothing was returned, and what can be returned. */
function refusedToAnswer(
  { currency: of }: Caller,
  refused: RefusedReturn & { readonly redemptionId: number },
  requestId: string,
): Answer {
  const left = moneyText(refused.left, of)
  const problem = problemBody(new Refusal(refused.refusal, messageOf(refused, left)), requestId)
  const body = { ...problem, redemptionId: refused.redemptionId, left }
  return { httpStatus: 409, body: JSON.stringify(body), type: 'problem' }
}

function messageOf({ refusal, item, left: sum }: RefusedReturn, left: string): string | undefined {
  if (refusal === 9013)
    return sum > 0
      ? `Only ${left} of the discount is left to return`
      : 'Nothing of the redemption is left to return'
  if (refusal === 9014)
    return 'The discount of the redemption is unknown: state its bill, or return everything'
  if (refusal === 9015)
    return 'The shares of the items in the discount are unknown: state an amount, or return everything'
  if (item === undefined) return undefined
  return item.left === null
    ? `The bill has no item "${item.name}"`
    : `Of the item "${item.name}" ${item.left / 1000} are left to return`
}

export const answerToReturn = (
  caller: Caller,
  { returns, refused }: ReturnOutcome,
  requestId: string,
  toWire: () => unknown,
): Answer =>
  refused !== undefined || returns.length === 0
    ? refusedToAnswer(caller, refused ?? { refusal: 9013, left: 0, redemptionId: 0 }, requestId)
    : answerOf(201, toWire())
