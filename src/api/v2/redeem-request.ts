import { Type, type Static } from 'typebox'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import { badParameter } from '../../values/errors.ts'
import type { RedeemRequest } from '../../ledger/redemptions/redeem-coupons.ts'
import { readNow } from '../../platform/clock.ts'
import {
  readRedemptionTime,
  redemptionTimeForms,
  type StatedRedemptionTime,
} from '../../values/redemption-time.ts'
import { codeKey } from '../../values/coupon-code.ts'
import { customFieldsBody, readCustomFields } from './custom-fields.ts'
import {
  customerFields,
  given,
  numeric,
  optional,
  readAmount,
  readCode,
  readCustomer,
  readDigits,
  readText,
} from '../../http/fields.ts'
import { readBillDiscounts } from '../../http/stated-discounts.ts'

const statedDiscount = {
  ...numeric,
  description:
    'The discount that the till gave for the coupon; beside billAmount only in a request with one code. If omitted, it is computed from the bill.',
}

const codeItem = Type.Object({
  code: Type.Union([Type.String({ minLength: 1, maxLength: 100 }), Type.Number()]),
  discountAmount: optional(statedDiscount),
  customFields: optional(customFieldsBody),
})

/** Body of the redeem calls. */
export const redeemBody = Type.Object({
  redemptionRequestList: Type.Union([Type.Array(codeItem, { minItems: 1, maxItems: 1_000 }), codeItem], {
    description: 'The codes.',
  }),
  user: customerFields,
  billAmount: optional(numeric),
  discountAmount: optional(statedDiscount),
  transactionNumber: optional(Type.Union([Type.String({ maxLength: 200 }), Type.Number()])),
  redemptionTime: optional(
    Type.Union([Type.String({ maxLength: 64, description: redemptionTimeForms }), Type.Number()]),
  ),
})

/**
 * Reads the time that a till states. The clock of this machine suffices to judge how far away it is, since no limit
 * depends on that.
 *
 * @param published how the contract reads a time without an offset. @throws Refusal 400 for an unreadable time.
 */
export function readStatedTime(
  name: string,
  stated: string | number | null | undefined,
  published: 'utc' | 'org',
  { timeZone, settings }: Caller,
  now: Date,
): StatedRedemptionTime {
  if (stated === null || stated === undefined || stated === '')
    return { statedTimeS: undefined, isPassedOver: false }
  const nowS = now.getTime() / 1000
  const reading = { timeZone, naiveTime: settings.naiveTime, published, nowS }
  const read = readRedemptionTime(String(stated), reading)
  if (read === undefined) throw badParameter(name, String(stated), redemptionTimeForms)
  return read
}

export interface ReadRedeemRequest extends RedeemRequest {
  /** In the spelling of the caller. */
  readonly codes: readonly string[]
  /** The stated time is too far from now, so the rules are judged at the present instant. */
  readonly isTimePassedOver: boolean
}

export function codesOf({
  redemptionRequestList,
}: Pick<Static<typeof redeemBody>, 'redemptionRequestList'>): string[] {
  return itemsOf({ redemptionRequestList }).map(({ code }) => readCode('code', code))
}

const itemsOf = ({ redemptionRequestList }: Pick<Static<typeof redeemBody>, 'redemptionRequestList'>) =>
  [redemptionRequestList].flat()

/** @throws Refusal 400 for one amount beside several codes. */
function sentDiscounts(body: Static<typeof redeemBody>) {
  const items = itemsOf(body)
  const ofRequest = given(body.discountAmount)
  if (ofRequest === undefined) return items.map(({ discountAmount }) => discountAmount)
  if (items.length > 1)
    throw badParameter(
      'discountAmount',
      String(ofRequest),
      'in redemptionRequestList, with each of several codes',
    )
  return items.map(({ discountAmount }) => given(discountAmount) ?? ofRequest)
}

/** @throws Refusal 400 for a value outside its type, 701 for an unknown customer. */
export async function readRedeemRequest(
  context: Context,
  caller: Caller,
  body: Static<typeof redeemBody>,
): Promise<ReadRedeemRequest> {
  const codes = codesOf(body)
  const transactionNumber = readText(
    'transactionNumber',
    readDigits('transactionNumber', body.transactionNumber ?? ''),
    200,
  )
  const billAmount = given(body.billAmount)
  const amount = billAmount === undefined ? undefined : readAmount('billAmount', billAmount)
  const { openBill, statedDiscounts, statedOnBill } = readBillDiscounts(
    { amount, discountAmounts: sentDiscounts(body) },
    caller.currency,
  )
  const now = (await readNow(context, context.database.pool, caller)) ?? new Date()
  const { redemptionTime } = body
  const stated = readStatedTime('redemptionTime', redemptionTime, 'utc', caller, now)
  return {
    codes,
    isTimePassedOver: stated.isPassedOver,
    codeKeys: codes.map(codeKey),
    customer: await readCustomer(context, caller, body.user),
    place: { storeId: caller.storeId, tillId: caller.tillId },
    bill: {
      amount: amount ?? 0,
      transactionNumber,
      isNumberRequired: caller.requiresTransactionNumber,
    },
    openBill,
    statedDiscounts,
    statedOnBill,
    statedTimeS: stated.statedTimeS,
    redemptionTimeGiven: given(redemptionTime) === undefined ? null : String(redemptionTime),
    customFields: itemsOf(body).map(({ customFields }) => readCustomFields(customFields)),
    timeZone: caller.timeZone,
    replaysRetries: caller.replaysTillRetries,
    hasTestCodes: caller.isSandbox,
  }
}
