import { Type, type Static } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import type { BearerRefusal } from '../../ledger/money/find-holder.ts'
import { redeemForBearer } from '../../ledger/money/redeem-bearer.ts'
import { withinBill } from '../../ledger/redemptions/bill-rules.ts'
import type { RequestOutcome } from '../../ledger/redemptions/redemption-outcome-rules.ts'
import { badParameter, refuse, Refusal, type Code } from '../../values/errors.ts'
import { moneyOf, moneyText, type Money } from '../../values/money.ts'
import { answerOf, sendAnswer, type Answer } from '../../http/answer.ts'
import type { App } from '../../http/app.ts'
import { writeHeaders } from '../../http/envelope.ts'
import { numeric, optional, readAmount } from '../../http/fields.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { problemBody } from '../../http/problem.ts'
import { route } from '../../http/route.ts'
import { maxCodes, readRequest, requestFields, type ReadRequest } from './request.ts'
import { currency, money, refusalToWire, tags, till, writeFailures } from './wire.ts'

const body = Type.Object({
  ...requestFields,
  discountAmounts: optional(
    Type.Array(Type.Union([numeric, Type.Null()]), {
      maxItems: maxCodes,
      description: 'What the till gives on each code, in their order. Null, or left out: it is computed.',
    }),
  ),
})

const answer = Type.Object({
  redemptions: Type.Array(
    Type.Object({
      id: Type.Integer(),
      code: Type.String({ description: 'As it was sent.' }),
      discountAmount: money('As stated, or computed.'),
    }),
  ),
  total: money('Of all discounts.'),
  currency,
})

/** `POST /till/v1/redemptions`: all coupons of a bill, or none. */
export function registerRedemptions(app: App, context: Context): void {
  route(app, 'POST /till/v1/redemptions', {
    access: ['coupon', 'write'],
    ...till,
    schema: {
      operationId: 'redeemOnBill',
      summary: 'Redeem coupons on a bill, all or none',
      description: `At most ${maxCodes} codes. If one is refused, none is redeemed and the answer is 409.`,
      tags,
      headers: writeHeaders,
      body,
      response: { 200: answer, ...writeFailures },
    },
    handler: async (caller, request, reply) => {
      const read = await readRequest(context, caller, request.body)
      const outcome = await redeemForBearer(
        context,
        caller,
        {
          ...read.request,
          redemptionTimeGiven: null,
          statedDiscounts: readStated(request.body.discountAmounts, read),
        },
        { idempotencyKey: readIdempotencyKey(request, caller), requestId: request.id },
      )
      if ('refusals' in outcome) {
        const refusals = outcome.refusals.map((refusal) => ({ refusal }))
        return sendAnswer(reply, refusedAnswer(refusals, read.codes, request.id))
      }
      const { done } = outcome
      return sendAnswer(reply, answerTo(done.outcome.requests[0], read, request.id), done.isReplay)
    },
  })
}

/** @throws Refusal 400 if there is not one for each code, and for an amount that the bill does not cover. */
function readStated(
  stated: Static<typeof body>['discountAmounts'],
  { codes, bill }: ReadRequest,
): (Money | undefined)[] | undefined {
  if (stated === undefined || stated === null) return undefined
  if (stated.length !== codes.length)
    throw badParameter(
      'discountAmounts',
      `${stated.length} amounts`,
      `one for each of the ${codes.length} codes`,
    )
  const amounts = stated.map((one, at) =>
    one === null ? undefined : moneyOf(readAmount(`discountAmounts.${at}`, one)),
  )
  return withinBill(bill.openBill.amount, amounts).map((amount, at) => {
    if (amount !== null) return amount
    const allowed = `at most what the amounts before it leave of the bill of ${bill.bill.amount}`
    throw badParameter(`discountAmounts.${at}`, String(stated[at]), allowed)
  })
}

/** @throws Refusal 701 for an unknown customer. */
function answerTo(outcome: RequestOutcome | undefined, read: ReadRequest, requestId: string): Answer {
  if (outcome?.customer === undefined) throw refuse.customerNotFound()
  const { coupons } = outcome
  const refusals = coupons.map((one) => (one.refusal === 749 ? { refusal: null } : one))
  if (refusals.some(({ refusal }) => refusal !== null)) return refusedAnswer(refusals, read.codes, requestId)
  const { currency: of } = read.bill
  const amounts = coupons.map(({ discountAmount = 0 }) => discountAmount)
  const wire: Static<typeof answer> = {
    redemptions: coupons.map(({ redemptionId }, at) => ({
      id: redemptionId ?? 0,
      code: read.codes[at] ?? '',
      discountAmount: moneyText(amounts[at] ?? 0, of),
    })),
    total: moneyText(
      amounts.reduce((sum, one) => sum + one, 0),
      of,
    ),
    currency: of,
  }
  return answerOf(200, wire)
}

interface RefusedCode {
  /** Null: the code was not refused itself. */
  readonly refusal: BearerRefusal | null
  readonly ownRefusal?: Code
}

/** @param refusals of each code. */
function refusedAnswer(
  refusals: readonly RefusedCode[],
  codes: readonly string[],
  requestId: string,
): Answer {
  const told = refusals.flatMap(({ refusal, ownRefusal }, at) =>
    refusal === null ? [] : [{ code: codes[at] ?? '', refusal: refusalToWire(refusal, ownRefusal) }],
  )
  const first = refusals.find(({ refusal }) => refusal !== null)
  const { message, rule } = refusalToWire(first?.refusal ?? 749, first?.ownRefusal)
  const code = first?.ownRefusal ?? first?.refusal ?? 749
  const problem = problemBody(new Refusal(code, message, { httpStatus: 409 }), requestId)
  return { httpStatus: 409, body: JSON.stringify({ ...problem, rule, refusals: told }), type: 'problem' }
}
