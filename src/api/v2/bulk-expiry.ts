import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import {
  changeExpiry,
  type ExpiryChange,
  type ChangeExpiryOutcome,
} from '../../ledger/coupons/change-expiry.ts'
import { readProfile } from '../../ledger/customers/read-profile.ts'
import type { Caller } from '../../values/caller.ts'
import { badParameter, catalogue, refuse } from '../../values/errors.ts'
import { lastS, withinTimeS } from '../../values/calendar.ts'
import { parseStatedTimeS } from '../../values/stated-time.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readAsNumber } from '../../http/text-fields.ts'
import { answerOf, sendAnswer } from '../../http/answer.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { entityAnswer, instant } from '../../http/answer-fields.ts'
import { refusalStatus, statusOfCode } from '../../http/refusal-status.ts'
import { entityFailure, entityFailures, writeHeaders } from '../../http/envelope.ts'
import {
  customerFields,
  given,
  givenCustomer,
  numeric,
  optional,
  readCode,
  readCustomer,
  readId,
} from '../../http/fields.ts'

const maxCodes = 100

const expiryAnswer = entityAnswer({
  totalCount: Type.Integer(),
  failedCount: Type.Integer(),
  successCount: Type.Integer(),
  unprocessedCoupons: Type.Array(
    Type.Object({
      expiryDate: instant('As it was asked for, in UTC.'),
      couponCode: Type.String(),
      errorCode: Type.Integer(),
      errorMessage: Type.String(),
    }),
  ),
  userId: Type.Optional(Type.Integer({ description: 'When a customer was named.' })),
  couponSeriesId: Type.Optional(Type.Integer({ description: 'When a series was named.' })),
})

/** `PUT /v2/coupon/bulk/expiry`: moves the expiry of up to 100 coupons of a series. */
export function registerBulkExpiry(app: App, context: Context): void {
  route(app, 'PUT /v2/coupon/bulk/expiry', {
    access: ['coupon', 'write'],
    refusedStatus: 200,
    schema: {
      operationId: 'changeCouponExpiry',
      summary: 'Change when coupons expire',
      tags: ['Coupons'],
      headers: writeHeaders,
      body: Type.Object({
        couponSeriesId: optional(numeric),
        customer: optional(customerFields),
        couponCodes: optional(
          Type.Array(
            Type.Object({
              couponCode: Type.Union([Type.String({ minLength: 1, maxLength: 100 }), Type.Number()]),
              expiryDate: Type.Union([Type.String({ maxLength: 64, ...readAsNumber }), Type.Number()]),
            }),
            { maxItems: 1_000 },
          ),
        ),
      }),
      response: {
        ...entityFailures,
        200: Type.Union([expiryAnswer, entityFailure]),
        400: Type.Union([expiryAnswer, entityFailure]),
      },
    },
    handler: async (caller, request, reply) => {
      const fields = givenCustomer(request.body.customer)
      const couponSeriesId = given(request.body.couponSeriesId)
      const couponCodes = request.body.couponCodes ?? []
      if (couponCodes.length === 0)
        throw refuse.fieldMissing('Atleast one coupon code and expiry date info is mandatory')
      if (couponCodes.length > maxCodes)
        throw badParameter('couponCodes', `${couponCodes.length} codes`, `at most ${maxCodes}`)
      const seriesId = couponSeriesId === undefined ? undefined : readId('couponSeriesId', couponSeriesId)
      if (seriesId === undefined && couponCodes.length > 1)
        throw refuse.fieldMissing('coupon seriesid is mandatory')
      const customer =
        fields && (await readProfile(context, caller, await readCustomer(context, caller, fields)))
      if (fields && customer === undefined) throw refuse.customerNotFound()
      const changes = couponCodes.map(({ couponCode, expiryDate }) => ({
        code: readCode('couponCode', couponCode),
        validUntilS: readExpiry(expiryDate, caller.timeZone),
      }))
      const { outcome, isReplay } = await changeExpiry(context, caller, {
        seriesId,
        customerId: customer?.id,
        changes,
        tillId: caller.tillId,
        idempotencyKey: readIdempotencyKey(request, caller),
        requestId: request.id,
      })
      return sendAnswer(reply, expiryAnswerOf(caller, outcome, changes, seriesId), isReplay)
    },
  })
}

/** Reads ISO 8601, or epoch milliseconds as a number or digits. */
function readExpiry(given: string | number, timeZone: string): number {
  const text = String(given)
  const epochS = /^\d{1,16}$/.test(text) ? Math.floor(Number(text) / 1000) : parseStatedTimeS(text, timeZone)
  if (epochS === undefined || epochS > lastS) {
    throw badParameter('expiryDate', text, 'ISO 8601 or epoch milliseconds, before the year 10000')
  }
  return withinTimeS(timeZone, epochS)
}

function expiryAnswerOf(
  caller: Caller,
  { refusals, customerId }: ChangeExpiryOutcome,
  changes: readonly ExpiryChange[],
  seriesId: number | undefined,
) {
  const whole = refusals.find((code) => code === 695 || code === 712)
  if (whole === 695 || whole === 712) {
    return answerOf(statusOfCode(caller, whole, 200), {
      warnings: [],
      errors: [{ status: false, code: whole, message: catalogue[whole].message }],
      success: false,
    })
  }
  const unprocessed = changes.flatMap(({ code, validUntilS }, at) => {
    const refusal = refusals[at]
    if (refusal === null || refusal === undefined) return []
    return [
      {
        expiryDate: new Date(validUntilS * 1000).toISOString().replace('.000Z', 'Z'),
        couponCode: code,
        errorCode: refusal,
        errorMessage: catalogue[refusal].message,
      },
    ]
  })
  const isRefused = unprocessed.length === changes.length
  return answerOf(isRefused ? refusalStatus(caller, 200) : 200, {
    entity: {
      totalCount: changes.length,
      failedCount: unprocessed.length,
      successCount: changes.length - unprocessed.length,
      unprocessedCoupons: unprocessed,
      ...(customerId !== undefined && { userId: customerId }),
      ...(seriesId !== undefined && { couponSeriesId: seriesId }),
    },
    warnings: [],
    errors: [],
    success: true,
  })
}
