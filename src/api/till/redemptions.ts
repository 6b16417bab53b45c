import { Type, type Static } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { readHold } from '../../ledger/holds/read-hold.ts'
import { redeemForBearer } from '../../ledger/money/redeem-bearer.ts'
import { withinBill } from '../../ledger/redemptions/bill-rules.ts'
import type { RequestOutcome } from '../../ledger/redemptions/redemption-outcome-rules.ts'
import type { Caller } from '../../values/caller.ts'
import { badParameter, refuse } from '../../values/errors.ts'
import { moneyOf, moneyText, type Money } from '../../values/money.ts'
import { answerOf, sendAnswer, type Answer } from '../../http/answer.ts'
import type { App } from '../../http/app.ts'
import { writeHeaders } from '../../http/envelope.ts'
import { given, givenCustomer, numeric, optional, readAmount, readId } from '../../http/fields.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { problemsOf } from '../../http/problem.ts'
import { route } from '../../http/route.ts'
import { billBody } from './bill.ts'
import { refusedAnswer, refusedItself } from './refused.ts'
import { maxCodes, readRequest, requestFields, type ReadRequest, type SentRequest } from './request.ts'
import { currency, money, tags, till, writeFailures } from './wire.ts'

const body = Type.Object({
  codes: optional({
    ...requestFields.codes,
    description: 'In the order in which they apply. Omitted: those of the hold.',
  }),
  customer: requestFields.customer,
  bill: optional({ ...billBody, title: 'BillOfRedemption', description: 'Omitted: the bill of the hold.' }),
  holdId: optional({
    ...numeric,
    description:
      'The hold that reserves the coupons. It ends with the redemption, and coupons that are not redeemed are released. A hold that has expired or was released reserves nothing, and its coupons are redeemed if the limits leave room.',
  }),
  discountAmounts: optional(
    Type.Array(Type.Union([numeric, Type.Null()]), {
      maxItems: maxCodes,
      description:
        'The discounts that the till gives, in the order of the codes. Null or omitted: the discount is computed.',
    }),
  ),
})

const answer = Type.Object({
  redemptions: Type.Array(
    Type.Object({
      id: Type.Integer(),
      code: Type.String({ description: 'As sent.' }),
      discountAmount: money('As stated, or computed.'),
    }),
  ),
  total: money('The sum of the discounts.'),
  currency,
  throughHold: Type.Boolean({
    description: 'Whether a live hold had reserved the coupons.',
  }),
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
      response: { 200: answer, ...writeFailures, ...problemsOf([404]) },
    },
    handler: async (caller, request, reply) => {
      const sent = await readSent(context, caller, request.body)
      const read = await readRequest(context, caller, sent)
      const outcome = await redeemForBearer(
        context,
        caller,
        {
          ...read.request,
          ...(sent.holdId !== undefined && { holdId: sent.holdId, endsHold: true }),
          redemptionTimeGiven: null,
          billItems: read.bill.items,
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

/**
 * The redeemed coupons: whatever the request omits is taken from the hold.
 *
 * @throws Refusal 400 without codes or bill, 404 for an unknown hold.
 */
async function readSent(
  context: Context,
  caller: Caller,
  { codes, customer, bill, holdId }: Static<typeof body>,
): Promise<SentRequest & { readonly holdId?: number }> {
  const id = given(holdId)
  if (id === undefined) {
    if (codes && bill) return { codes, customer: customer ?? null, bill }
    const field = codes ? 'bill' : 'codes'
    throw refuse.badRequest(`The field ${field} is missing`, { field })
  }
  const hold = await readHold(context, caller, readId('holdId', id))
  const held = {
    codes: hold.codes.map(({ code }) => code),
    bill: hold.bill as Static<typeof billBody>,
  }
  if (held.codes.length === 0 && !(codes && bill))
    throw refuse.badRequest(
      'The customer of the hold has been erased, and so have the codes and the bill of the hold',
    )
  return {
    codes: codes ?? held.codes,
    customer: givenCustomer(customer) ?? { id: hold.customerId },
    bill: bill ?? held.bill,
    holdId: hold.id,
  }
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
  const refusals = coupons.map(refusedItself)
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
    throughHold: outcome.throughHoldId !== undefined,
  }
  return answerOf(200, wire)
}
