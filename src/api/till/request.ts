import { Type, type Static } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import type { BearerRequest } from '../../ledger/money/find-holder.ts'
import type { Caller } from '../../values/caller.ts'
import { codeKey } from '../../values/coupon-code.ts'
import { customerFields, givenCustomer, optional, readCode, readCustomer } from '../../http/fields.ts'
import { billBody, readBill, type ReadBill } from './bill.ts'

/** Maximum number of codes per call. */
export const maxCodes = 50

/** The common part of quotes and redemptions. */
export const requestFields = {
  codes: Type.Array(Type.Union([Type.String({ minLength: 1, maxLength: 100 }), Type.Number()]), {
    minItems: 1,
    maxItems: maxCodes,
    description: 'In the order in which they apply.',
  }),
  customer: optional(
    Type.Object(customerFields.properties, {
      description: 'One of id, mobile, email, externalId. Omitted: the holder of the coupons.',
    }),
  ),
  bill: billBody,
}
const requestBody = Type.Object(requestFields)

export type SentRequest = Static<typeof requestBody>

export interface ReadRequest {
  /** As the caller wrote them. */
  readonly codes: readonly string[]
  readonly bill: ReadBill
  readonly request: BearerRequest
}

/** @throws Refusal 400 for a value outside its type, 701 for an unknown customer. */
export async function readRequest(context: Context, caller: Caller, body: SentRequest): Promise<ReadRequest> {
  const codes = body.codes.map((code, at) => readCode(`codes.${at}`, code))
  const read = readBill(caller, body.bill)
  const customer = givenCustomer(body.customer)
  return {
    codes,
    bill: read,
    request: {
      codeKeys: codes.map(codeKey),
      customer: customer && (await readCustomer(context, caller, customer)),
      place: { storeId: caller.storeId, tillId: caller.tillId },
      bill: read.bill,
      openBill: read.openBill,
      refusesExclusions: true,
      statedTimeS: undefined,
      timeZone: caller.timeZone,
      replaysRetries: caller.replaysTillRetries,
      hasTestCodes: caller.isSandbox,
    },
  }
}
