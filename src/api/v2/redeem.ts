import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import type { Caller } from '../../values/caller.ts'
import { catalogue } from '../../values/errors.ts'
import { checkTogether } from '../../ledger/redemptions/check-redeemable.ts'
import { redeemCoupons } from '../../ledger/redemptions/redeem-coupons.ts'
import type { RequestOutcome } from '../../ledger/redemptions/redemption-outcome-rules.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readBoolean, type Query } from '../../http/query-parameters.ts'
import type { Done } from '../../platform/idempotency/idempotent.ts'
import { refusalStatus } from '../../http/refusal-status.ts'
import { decimals } from '../../http/decimals.ts'
import { answerOf, sendAnswer } from '../../http/answer.ts'
import { readHoldHeader } from '../../http/hold-header.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { status } from '../../http/answer-fields.ts'
import { flatFailures, redeemHeaders } from '../../http/envelope.ts'
import { codesOf, readRedeemRequest, redeemBody, type ReadRedeemRequest } from './redeem-request.ts'
import {
  bulkItemToWire,
  bulkRedeemAnswer,
  redeemable,
  redeemAnswer,
  redeemed,
  redemptionToWire,
  timePassedOver,
  tooManyToWire,
} from './redemption-wire.ts'
import { profileToWire, statusToWire } from './wire.ts'

/** @throws Refusal 400 for a value that is neither true nor false. */
const checksOnly = (query: Query): boolean =>
  readBoolean(query, 'is_redeemable') ?? readBoolean(query, 'isredeemable') ?? false

const writeAmounts = decimals('couponValue')

/** The maximum number of codes in a call. */
const maxCodes = 50

/** The status of a refusal depends on a client setting. */
const redeemedOrRefused = { 200: Type.Union([redeemAnswer, status]), 400: Type.Union([redeemAnswer, status]) }
const bulkRedeemedOrRefused = {
  200: Type.Union([bulkRedeemAnswer, status]),
  400: Type.Union([bulkRedeemAnswer, status]),
}

/**
 * `POST /v2/coupon/redeem` and `POST /v2/coupon/bulk/redeem`: redeem the codes of a request, all or nothing. Some
 * clients send them with PATCH.
 */
export function registerRedeem(app: App, context: Context): void {
  route(app, 'POST /v2/coupon/redeem', {
    access: ['coupon', 'write'],
    alsoWith: 'PATCH',
    failure: 'flat',
    refusedStatus: 400,
    schema: {
      operationId: 'redeemCoupon',
      summary: 'Redeem a coupon',
      description:
        'A refused redemption answers 400 in the shape of the success and says why. Also with PATCH.',
      tags: ['Redemptions'],
      headers: redeemHeaders,
      body: redeemBody,
      response: { ...redeemedOrRefused, ...flatFailures },
    },
    handler: async (caller, request, reply) => {
      if (codesOf(request.body).length > maxCodes) return reply.code(400).send(statusToWire(629))
      const read = await readRedeemRequest(context, caller, request.body)
      const done = await redeemCoupons(context, caller, {
        requests: [{ ...read, ...readHoldHeader(request) }],
        presentation: presentationOf(read),
        idempotencyKey: readIdempotencyKey(request, caller),
        requestId: request.id,
      })
      const [outcome] = done.outcome.requests
      return sendAnswer(reply, singleAnswer(caller, outcome, presentedWith(read, done)), done.isReplay)
    },
  })

  route(app, 'POST /v2/coupon/bulk/redeem', {
    access: {
      all: [['coupon', 'read']],
      also: ({ query }) => (checksOnly(query) ? [] : [['coupon', 'write']]),
    },
    alsoWith: 'PATCH',
    failure: 'flat',
    refusedStatus: 400,
    schema: {
      operationId: 'redeemCoupons',
      summary: 'Redeem several coupons, all or none',
      description:
        'At most 50 codes. With is_redeemable=true the coupons are checked and nothing is redeemed. Also with PATCH.',
      tags: ['Redemptions'],
      headers: redeemHeaders,
      querystring: Type.Object({
        is_redeemable: Type.Optional(Type.String({ description: 'true: check only.' })),
        isredeemable: Type.Optional(Type.String({ description: 'The same.' })),
      }),
      body: redeemBody,
      response: { ...bulkRedeemedOrRefused, ...flatFailures },
    },
    handler: async (caller, request, reply) => {
      if (codesOf(request.body).length > maxCodes) return reply.code(400).send(tooManyToWire())
      const read = await readRedeemRequest(context, caller, request.body)
      if (checksOnly(request.query)) {
        const outcome = await checkTogether(context, caller, { ...read, ...readHoldHeader(request) })
        return sendAnswer(reply, bulkAnswer(caller, outcome, read, redeemable))
      }
      const done = await redeemCoupons(context, caller, {
        requests: [{ ...read, ...readHoldHeader(request) }],
        presentation: presentationOf(read),
        idempotencyKey: readIdempotencyKey(request, caller),
        requestId: request.id,
      })
      const [outcome] = done.outcome.requests
      return sendAnswer(
        reply,
        bulkAnswer(caller, outcome, presentedWith(read, done), redeemed),
        done.isReplay,
      )
    },
  })
}

/** What an answer contains in addition to the outcome. */
type Presented = Pick<ReadRedeemRequest, 'codes' | 'timeZone' | 'isTimePassedOver'>

/** Stored with the outcome, because it depends on when the request was first received. */
const presentationOf = ({ isTimePassedOver }: ReadRedeemRequest) =>
  isTimePassedOver ? { isTimePassedOver } : undefined

function presentedWith(read: ReadRedeemRequest, { presentation, isReplay }: Done<unknown>): Presented {
  if (!isReplay) return read
  return { ...read, isTimePassedOver: presentation !== undefined && presentation !== null }
}

function singleAnswer(
  caller: Caller,
  outcome: RequestOutcome | undefined,
  { codes, timeZone, isTimePassedOver }: Presented,
) {
  if (outcome?.customer === undefined) return answerOf(refusalStatus(caller, 400), statusToWire(701))
  const { customer, coupons } = outcome
  const [refused] = coupons.flatMap(({ refusal }) => (refusal === null || refusal === 749 ? [] : refusal))
  const wire = {
    redemption: coupons.map((one, at) => redemptionToWire(one, codes[at] ?? '', 'single', redeemed)),
    redemptionStatus: {
      status: refused === undefined,
      message: refused === undefined ? redeemed : catalogue[refused].message,
      code: refused ?? 700,
    },
    customer: profileToWire(customer, timeZone),
    warnings: isTimePassedOver ? [timePassedOver] : [],
  }
  return answerOf(refused === undefined ? 200 : refusalStatus(caller, 400), wire, writeAmounts)
}

function bulkAnswer(
  caller: Caller,
  outcome: RequestOutcome | undefined,
  { codes, isTimePassedOver }: Presented,
  success: string,
) {
  if (outcome?.customer === undefined) return answerOf(refusalStatus(caller, 400), statusToWire(701))
  const { coupons } = outcome
  const failureCount = coupons.filter(({ refusal }) => refusal !== null).length
  const wire = {
    response: coupons.map((one, at) => ({
      ...bulkItemToWire(one, codes[at] ?? '', success),
      ...(isTimePassedOver && { warnings: [timePassedOver] }),
    })),
    totalCount: coupons.length,
    failureCount,
  }
  return answerOf(failureCount === 0 ? 200 : refusalStatus(caller, 200), wire, writeAmounts)
}
