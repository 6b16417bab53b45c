import { Type, type Static } from 'typebox'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import { badParameter } from '../../values/errors.ts'
import type { RedeemRequest } from '../../ledger/redemptions/redeem-coupons.ts'
import { readNow } from '../../platform/clock.ts'
import { parseStatedTimeS } from '../../values/stated-time.ts'
import { codeKey } from '../../values/coupon-code.ts'
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

const codeItem = Type.Object({
  code: Type.Union([Type.String({ minLength: 1, maxLength: 100 }), Type.Number()]),
})

/** Body of the redeem calls. */
export const redeemBody = Type.Object({
  redemptionRequestList: Type.Union([Type.Array(codeItem, { minItems: 1, maxItems: 1_000 }), codeItem], {
    description: 'The codes.',
  }),
  user: customerFields,
  billAmount: optional(numeric),
  transactionNumber: optional(Type.Union([Type.String({ maxLength: 200 }), Type.Number()])),
  redemptionTime: optional(Type.String({ maxLength: 64 })),
})

const maxAgeS = 7 * 86_400
const maxAheadS = 5 * 60

/** How far back and ahead a till may state the time. Judged by this machine's clock: it only guards against nonsense. */
export function readStatedTime(
  text: string | null | undefined,
  timeZone: string,
  nowS: number,
): number | undefined {
  if (text === null || text === undefined || text === '') return undefined
  const statedS = parseStatedTimeS(text, timeZone)
  if (statedS === undefined) {
    throw badParameter('redemptionTime', text, 'ISO 8601 with offset, YYYY-MM-DD HH:MM:SS or YYYY-MM-DD')
  }
  if (statedS < nowS - maxAgeS || statedS > nowS + maxAheadS) {
    throw badParameter('redemptionTime', text, 'at most 7 days back and 5 minutes ahead')
  }
  return statedS
}

export interface ReadRedeemRequest extends RedeemRequest {
  /** As the caller wrote them. */
  readonly codes: readonly string[]
}

export function codesOf({ redemptionRequestList }: Static<typeof redeemBody>): string[] {
  return [redemptionRequestList].flat().map(({ code }) => readCode('code', code))
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
  const now = (await readNow(context, context.database.pool, caller)) ?? new Date()
  return {
    codes,
    codeKeys: codes.map(codeKey),
    customer: await readCustomer(context, caller, body.user),
    place: { storeId: caller.storeId, tillId: caller.tillId },
    bill: {
      amount: readAmount('billAmount', given(body.billAmount) ?? 0),
      transactionNumber,
      isNumberRequired: caller.requiresTransactionNumber,
    },
    statedTimeS: readStatedTime(body.redemptionTime, caller.timeZone, now.getTime() / 1000),
    redemptionTimeGiven: body.redemptionTime || null,
    timeZone: caller.timeZone,
    replaysRetries: caller.replaysTillRetries,
    hasTestCodes: caller.isSandbox,
  }
}
