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
      description: 'The discount on the bill, such as "50.00"; null: unknown. With include=discount.',
    }),
  ),
  discountReturned: Type.Optional(
    Type.String({
      description:
        'The sum of its returns, without a reversal; omitted: nothing was returned. With include=discount.',
    }),
  ),
  returnedOn: Type.Optional(instant('The latest return, with discountReturned.')),
  returns: Type.Optional(
    Type.Array(
      Type.Object({
        amount: Type.String({ description: 'The returned amount, such as "4.00"; "0.00": only the use.' }),
        returnedOn: instant('The instant of the return.'),
        useReturned: Type.Boolean({ description: 'Whether the use was returned with it.' }),
      }),
      { description: 'Each return, in order; omitted: there is none. With include=discount.' },
    ),
  ),
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
  const { given, returns, isKept } = discount
  const text = (sum: Money): string => `"${moneyText(sum, currency)}"`
  const instantText = (atS: number): string => `"${formatInstant(timeZone, atS)}"`
  const returned = returns.reduce((sum, { amount }) => sum + amount, 0)
  const latestS = Math.max(...returns.map(({ returnedAtS }) => returnedAtS))
  const went =
    returned === 0 ? '' : `,"discountReturned":${text(returned)},"returnedOn":${instantText(latestS)}`
  const list = returns.map(
    ({ amount, returnedAtS, returnsUse }) =>
      `{"amount":${text(amount)},"returnedOn":${instantText(returnedAtS)},"useReturned":${returnsUse}}`,
  )
  const each = list.length === 0 ? '' : `,"returns":[${list.join(',')}]`
  const kept = isKept && given > returned ? `,"discountKept":${text(given - returned)}` : ''
  return `,"discountAmount":${text(given)}${went}${each}${kept}`
}
