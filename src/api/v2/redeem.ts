import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { catalogue } from '../../values/errors.ts'
import { checkTogether } from '../../ledger/redemptions/check-redeemable.ts'
import { redeemCoupons } from '../../ledger/redemptions/redeem-coupons.ts'
import type { RequestOutcome } from '../../ledger/redemptions/redemption-outcome-rules.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readBoolean, type Query } from '../../http/query-parameters.ts'
import { answerOf, sendAnswer } from '../../http/answer.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { status } from '../../http/answer-fields.ts'
import { flatFailures, writeHeaders } from '../../http/envelope.ts'
import { codesOf, readRedeemRequest, redeemBody, type ReadRedeemRequest } from './redeem-request.ts'
import {
  bulkItemToWire,
  bulkRedeemAnswer,
  redeemable,
  redeemAnswer,
  redeemed,
  redemptionToWire,
  tooManyToWire,
} from './redemption-wire.ts'
import { profileToWire, statusToWire } from './wire.ts'

/** @throws Refusal 400 for a value that is neither true nor false. */
const checksOnly = (query: Query): boolean =>
  readBoolean(query, 'is_redeemable') ?? readBoolean(query, 'isredeemable') ?? false

/** Codes that one call redeems. */
const maxCodes = 50

/**
 * `POST /v2/coupon/redeem` and `POST /v2/coupon/bulk/redeem`: all the codes of a request, or none. Some clients send
 * them with PATCH.
 */
export function registerRedeem(app: App, context: Context): void {
  route(app, 'POST /v2/coupon/redeem', {
    access: ['coupon', 'write'],
    alsoWith: 'PATCH',
    failure: 'flat',
    schema: {
      operationId: 'redeemCoupon',
      summary: 'Redeem a coupon',
      description:
        'A refused redemption answers 400 in the shape of the success and says why. Also with PATCH.',
      tags: ['Redemptions'],
      headers: writeHeaders,
      body: redeemBody,
      response: { 200: redeemAnswer, 400: Type.Union([redeemAnswer, status]), ...flatFailures },
    },
    handler: async (caller, request, reply) => {
      if (codesOf(request.body).length > maxCodes) return reply.code(400).send(statusToWire(629))
      const read = await readRedeemRequest(context, caller, request.body)
      const { outcome, isReplay } = await redeemCoupons(context, caller, {
        requests: [read],
        idempotencyKey: readIdempotencyKey(request, caller),
        requestId: request.id,
      })
      return sendAnswer(reply, singleAnswer(outcome.requests[0], read), isReplay)
    },
  })

  route(app, 'POST /v2/coupon/bulk/redeem', {
    access: {
      all: [['coupon', 'read']],
      also: ({ query }) => (checksOnly(query) ? [] : [['coupon', 'write']]),
    },
    alsoWith: 'PATCH',
    failure: 'flat',
    schema: {
      operationId: 'redeemCoupons',
      summary: 'Redeem several coupons, all or none',
      description:
        'At most 50 codes. With is_redeemable=true the coupons are checked and nothing is redeemed. Also with PATCH.',
      tags: ['Redemptions'],
      headers: writeHeaders,
      querystring: Type.Object({
        is_redeemable: Type.Optional(Type.String({ description: 'true: check only.' })),
        isredeemable: Type.Optional(Type.String({ description: 'The same.' })),
      }),
      body: redeemBody,
      response: { 200: bulkRedeemAnswer, 400: Type.Union([bulkRedeemAnswer, status]), ...flatFailures },
    },
    handler: async (caller, request, reply) => {
      if (codesOf(request.body).length > maxCodes) return reply.code(400).send(tooManyToWire())
      const read = await readRedeemRequest(context, caller, request.body)
      if (checksOnly(request.query)) {
        const outcome = await checkTogether(context, caller, read)
        return sendAnswer(reply, bulkAnswer(outcome, read, redeemable))
      }
      const { outcome, isReplay } = await redeemCoupons(context, caller, {
        requests: [read],
        idempotencyKey: readIdempotencyKey(request, caller),
        requestId: request.id,
      })
      return sendAnswer(reply, bulkAnswer(outcome.requests[0], read, redeemed), isReplay)
    },
  })
}

function singleAnswer(outcome: RequestOutcome | undefined, { codes, timeZone }: ReadRedeemRequest) {
  if (outcome?.customer === undefined) return answerOf(400, statusToWire(701))
  const { customer, coupons } = outcome
  const [refused] = coupons.flatMap(({ refusal }) => (refusal === null || refusal === 749 ? [] : refusal))
  return answerOf(refused === undefined ? 200 : 400, {
    redemption: coupons.map((one, at) => redemptionToWire(one, codes[at] ?? '', 'single', redeemed)),
    redemptionStatus: {
      status: refused === undefined,
      message: refused === undefined ? redeemed : catalogue[refused].message,
      code: refused ?? 700,
    },
    customer: profileToWire(customer, timeZone),
    warnings: [],
  })
}

function bulkAnswer(outcome: RequestOutcome | undefined, { codes }: ReadRedeemRequest, success: string) {
  if (outcome?.customer === undefined) return answerOf(400, statusToWire(701))
  const { coupons } = outcome
  return answerOf(200, {
    response: coupons.map((one, at) => bulkItemToWire(one, codes[at] ?? '', success)),
    totalCount: coupons.length,
    failureCount: coupons.filter(({ refusal }) => refusal !== null).length,
  })
}
