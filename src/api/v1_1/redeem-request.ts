import { Type, type Static } from 'typebox'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import { readCodes } from '../../ledger/coupons/read-codes.ts'
import type { RedeemRequest } from '../../ledger/redemptions/redeem-coupons.ts'
import { readNow } from '../../platform/clock.ts'
import type { RequestedDiscounts } from '../../ledger/redemptions/bill-rules.ts'
import { readThousandths } from '../../values/amount.ts'
import { codeKey } from '../../values/coupon-code.ts'
import { badParameter, Refusal, refuse } from '../../values/errors.ts'
import {
  given,
  numeric,
  optional,
  readAmount,
  readCode,
  readDigits,
  readId,
  readText,
} from '../../http/fields.ts'
import { readDiscounts } from '../../http/stated-discounts.ts'
import { orRefusal } from '../../http/v1_1-envelope.ts'
import { maxFields, maxNameLength, maxValueLength } from '../v2/custom-fields.ts'
import { readStatedTime } from '../v2/redeem-request.ts'
import { customerBody, readBodyCustomer, scalar, textOf } from './customer.ts'
import { fieldListBody, readFieldList } from './field-list.ts'

const transaction = Type.Object({
  number: optional(Type.Union([Type.String(), Type.Number()])),
  amount: optional(numeric),
})

const statedDiscount = {
  ...numeric,
  description:
    'What the till took off the bill for the coupon, also as discountAmount. Otherwise it is computed from the bill.',
}

/** A coupon to redeem. `validation_code` is ignored, because no series needs one. */
export const wantedRedemption = Type.Object({
  code: optional(Type.Union([Type.String(), Type.Number()])),
  id: optional(numeric),
  customer: optional(customerBody),
  custom_fields: fieldListBody,
  discount_amount: optional(statedDiscount),
  discountAmount: optional(numeric),
  redemption_time: scalar,
  transaction: optional(Type.Union([transaction, Type.Array(transaction, { maxItems: 1_000 })])),
})
export type WantedRedemption = Static<typeof wantedRedemption>

/** The bill of an item: the first one if there are several. */
export const billOf = ({ transaction: sent }: WantedRedemption) => [sent ?? []].flat()[0]

/**
 * The stated discount of each item. Items with the same number and amount are on one bill. An unreadable amount of a
 * bill counts as missing, since the item is refused for it.
 */
export function discountsOf(list: readonly WantedRedemption[], { currency }: Caller): RequestedDiscounts[] {
  const bills = list.map((one) => {
    const bill = billOf(one)
    return {
      amount: readThousandths(given(bill?.amount) ?? ''),
      transactionNumber: String(bill?.number ?? ''),
      discountAmounts: [given(one.discount_amount) ?? one.discountAmount],
    }
  })
  return readDiscounts(bills, currency)
}

/** The code of each item, by its code or its id; a Refusal if neither names a coupon. */
export async function codesOf(
  context: Context,
  caller: Caller,
  list: readonly WantedRedemption[],
): Promise<(string | Refusal)[]> {
  const read = await Promise.all(
    list.map((one) =>
      orRefusal(() => {
        const code = given(one.code)
        if (code !== undefined) return readCode('code', code)
        const id = given(one.id)
        if (id === undefined) throw refuse.couponIdOrCodeMissing()
        return readId('id', id)
      }),
    ),
  )
  const known = await readCodes(
    context,
    caller,
    read.filter((one) => typeof one === 'number'),
  )
  return read.map((one) => (typeof one === 'number' ? (known.get(one) ?? refuse.codeUnknown()) : one))
}

/** @throws Refusal for faults of the item itself. */
export async function readRedemption(
  context: Context,
  caller: Caller,
  one: WantedRedemption,
  code: string | Refusal | undefined,
  discounts: RequestedDiscounts | undefined,
): Promise<RedeemRequest> {
  if (code === undefined || code instanceof Refusal) throw code ?? refuse.couponIdOrCodeMissing()
  const bill = billOf(one)
  const now = (await readNow(context, context.database.pool, caller)) ?? new Date()
  const time = textOf('redemption_time', one.redemption_time)
  return {
    codeKeys: [codeKey(code)],
    customer: await readBodyCustomer(context, caller, one.customer),
    place: { storeId: caller.storeId, tillId: caller.tillId },
    bill: {
      amount: readAmount('transaction.amount', given(bill?.amount) ?? 0),
      transactionNumber: readText(
        'transaction.number',
        readDigits('transaction.number', bill?.number ?? ''),
        200,
      ),
      isNumberRequired: caller.requiresTransactionNumber,
    },
    ...discounts,
    statedTimeS: readStatedTime('redemption_time', time, 'org', caller, now).statedTimeS,
    redemptionTimeGiven: time ?? null,
    timeZone: caller.timeZone,
    replaysRetries: caller.replaysTillRetries,
    hasTestCodes: caller.isSandbox,
    customFields: [readCustomFields(one)],
  }
}

function readCustomFields({ custom_fields: sent }: WantedRedemption) {
  const fields = readFieldList('custom_fields', sent, { maxName: maxNameLength, maxValue: maxValueLength })
  const count = Object.keys(fields).length
  if (count > maxFields) throw badParameter('custom_fields', `${count} fields`, `at most ${maxFields}`)
  return count === 0 ? undefined : fields
}
