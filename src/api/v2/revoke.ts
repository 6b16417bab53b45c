import { Type } from 'typebox'
import { requireAccess, type Caller } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import { revokeCoupons, type RevokeRefusal, type RevokeOutcome } from '../../ledger/coupons/revoke-coupons.ts'
import { readProfile } from '../../ledger/customers/read-profile.ts'
import { badParameter, catalogue, refuse } from '../../values/errors.ts'
import { codeCases, inCase, type CodeCase } from '../../values/coupon-code.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readEnum } from '../../http/query-parameters.ts'
import { answerOf, sendAnswer } from '../../http/answer.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { entityAnswer } from '../../http/answer-fields.ts'
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

const maxCodes = 50

const revokedAnswer = entityAnswer({
  totalCount: Type.Integer(),
  failedCount: Type.Integer(),
  revokedCoupons: Type.Array(
    Type.Object({
      couponId: Type.Integer(),
      couponCode: Type.String(),
      issuedToUserId: Type.Optional(Type.Integer({ description: 'When it had a holder.' })),
    }),
  ),
  failedToRevoke: Type.Array(
    Type.Object({
      errorCode: Type.Integer(),
      errorMessage: Type.String(),
      couponCodes: Type.Array(Type.String()),
    }),
  ),
})

/** `POST /v2/coupon/revoke`: revokes unredeemed coupons by code, or all of a customer in a series. */
export function registerRevoke(app: App, context: Context): void {
  route(app, 'POST /v2/coupon/revoke', {
    access: ['coupon', 'write'],
    refusedStatus: 200,
    schema: {
      operationId: 'revokeCoupons',
      summary: 'Revoke coupons',
      tags: ['Coupons'],
      headers: writeHeaders,
      querystring: Type.Object({
        couponCodeCase: Type.Optional(
          Type.String({ description: `${codeCases.join(', ')}; default UPPER.` }),
        ),
      }),
      body: Type.Object({
        couponSeriesId: optional(numeric),
        couponCodes: optional(
          Type.Array(Type.Union([Type.String({ minLength: 1, maxLength: 100 }), Type.Number()]), {
            maxItems: 1_000,
          }),
        ),
        customer: optional(customerFields),
      }),
      response: {
        ...entityFailures,
        200: Type.Union([revokedAnswer, entityFailure]),
        400: Type.Union([revokedAnswer, entityFailure]),
      },
    },
    handler: async (caller, request, reply) => {
      const couponSeriesId = given(request.body.couponSeriesId)
      const couponCodes = request.body.couponCodes ?? []
      const fields = givenCustomer(request.body.customer)
      const codeCase = readEnum(request.query, 'couponCodeCase', codeCases) ?? 'UPPER'
      if (couponCodes.length === 0 && fields === undefined)
        throw refuse.fieldMissing('CouponCode/s or customer info is mandatory')
      if (couponCodes.length > maxCodes)
        throw badParameter('couponCodes', `${couponCodes.length} codes`, `at most ${maxCodes}`)
      const seriesId = couponSeriesId === undefined ? undefined : readId('couponSeriesId', couponSeriesId)
      if (seriesId === undefined && couponCodes.length !== 1)
        throw refuse.fieldMissing('coupon seriesid is mandatory')
      const byCustomer = couponCodes.length === 0 && fields
      // Revoking several coupons in one call requires a further permission.
      if (couponCodes.length !== 1) requireAccess(caller, 'bulkRevoke', 'write')
      const customer =
        byCustomer && (await readProfile(context, caller, await readCustomer(context, caller, byCustomer)))
      if (byCustomer && customer === undefined) throw refuse.customerNotFound()
      const { outcome, isReplay } = await revokeCoupons(context, caller, {
        seriesId,
        codes: couponCodes.map((code) => readCode('couponCodes', code)),
        customerId: customer ? customer.id : undefined,
        tillId: caller.tillId,
        idempotencyKey: readIdempotencyKey(request, caller),
        requestId: request.id,
      })
      return sendAnswer(reply, revokedAnswerOf(caller, outcome, codeCase), isReplay)
    },
  })
}

const messages: Record<RevokeRefusal['code'], string> = {
  108: catalogue[108].message,
  405: 'Coupon code redeemed',
  682: catalogue[682].message,
}

function revokedAnswerOf(caller: Caller, { revoked, refused, refusal }: RevokeOutcome, codeCase: CodeCase) {
  if (refusal !== null) {
    const message =
      refusal === 629 ? 'The customer has more than 100 coupons in the series' : catalogue[refusal].message
    return answerOf(statusOfCode(caller, refusal, 200), {
      warnings: [],
      errors: [{ status: false, code: refusal, message }],
      success: false,
    })
  }
  const failed = ([682, 405, 108] as const).flatMap((errorCode) => {
    const couponCodes = refused
      .filter(({ code }) => code === errorCode)
      .map(({ couponCode }) => inCase(couponCode, codeCase))
    return couponCodes.length === 0 ? [] : [{ errorCode, errorMessage: messages[errorCode], couponCodes }]
  })
  const isRefused = revoked.length === 0 && refused.length > 0
  return answerOf(isRefused ? refusalStatus(caller, 200) : 200, {
    entity: {
      totalCount: revoked.length + refused.length,
      failedCount: refused.length,
      revokedCoupons: revoked.map(({ id, code, customerId }) => ({
        couponId: id,
        couponCode: inCase(code, codeCase),
        ...(customerId !== null && { issuedToUserId: customerId }),
      })),
      failedToRevoke: failed,
    },
    warnings: [],
    errors: [],
    success: true,
  })
}
