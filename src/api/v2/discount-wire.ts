import { Type } from 'typebox'
import type { RedemptionDiscount } from '../../ledger/redemptions/read-discounts.ts'
import { formatInstant } from '../../values/calendar.ts'
import type { Caller } from '../../values/caller.ts'
import { moneyText, type Money } from '../../values/money.ts'
import { instant } from '../../http/answer-fields.ts'

/** The discount of a redemption, in answers that list redemptions. */
export const discountFields = {
  discountAmount: Type.Optional(
    Type.Union([Type.String(), Type.Null()], {
      description: 'What it took off the bill, such as "50.00"; null: unknown. With include=discount.',
    }),
  ),
  discountReturned: Type.Optional(
    Type.String({
      description:
        'What returns gave back of it, beside a reversal; left out: nothing. With include=discount.',
    }),
  ),
  returnedOn: Type.Optional(instant('The latest return, with discountReturned.')),
}

/** The same of a reversed redemption. */
export const reversedDiscountFields = {
  ...discountFields,
  discountKept: Type.Optional(
    Type.String({
      description:
        'What is still off the bill, where the use alone was given back; left out: nothing. With include=discount.',
    }),
  ),
}

/** The members of the JSON text of a redemption, after a comma. */
export function discountText(
  discount: RedemptionDiscount | null | undefined,
  { timeZone, currency }: Pick<Caller, 'timeZone' | 'currency'>,
): string {
  if (discount === null || discount === undefined) return ',"discountAmount":null'
  const { given, returned, returnedAtS, isKept } = discount
  const text = (sum: Money): string => `"${moneyText(sum, currency)}"`
  const went =
    returnedAtS === null
      ? ''
      : `,"discountReturned":${text(returned)},"returnedOn":"${formatInstant(timeZone, returnedAtS)}"`
  const kept = isKept && given > returned ? `,"discountKept":${text(given - returned)}` : ''
  return `,"discountAmount":${text(given)}${went}${kept}`
}
