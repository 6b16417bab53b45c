import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import type { Caller } from '../../values/caller.ts'
import { catalogue, refuse } from '../../values/errors.ts'
import { reverseRedemptions, type ReverseOutcome } from '../../ledger/redemptions/reverse-redemptions.ts'
import { formatInstant } from '../../values/calendar.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { answerOf, sendAnswer } from '../../http/answer.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { entityAnswer, instant } from '../../http/answer-fields.ts'
import { refusalStatus } from '../../http/refusal-status.ts'
import { entityFailure, entityFailures, writeHeaders } from '../../http/envelope.ts'
import { numeric, optional, readId } from '../../http/fields.ts'

const maxIds = 100

const reversedAnswer = entityAnswer({
  redemptions: Type.Array(
    Type.Object({
      id: Type.Integer(),
      couponId: Type.Integer(),
      code: Type.String(),
      reversedOn: instant('When it was taken back.'),
    }),
  ),
})

/** `POST /v2/coupon/reactivate`: reverses redemptions, all or nothing; some clients send it with PATCH. */
export function registerReactivate(app: App, context: Context): void {
  route(app, 'POST /v2/coupon/reactivate', {
    access: ['coupon', 'write'],
    alsoWith: 'PATCH',
    schema: {
      operationId: 'reverseRedemptions',
      summary: 'Take redemptions back',
      description: 'All of them or none. Also with PATCH.',
      tags: ['Redemptions'],
      headers: writeHeaders,
      body: Type.Object({ redemptionIds: optional(Type.Array(numeric, { maxItems: maxIds })) }),
      response: { ...entityFailures, 200: Type.Union([reversedAnswer, entityFailure]) },
    },
    handler: async (caller, request, reply) => {
      const given = request.body.redemptionIds ?? []
      if (given.length === 0) throw refuse.redemptionIdMissing()
      const redemptionIds = given.map((id) => readId('redemptionIds', id))
      const { outcome, isReplay } = await reverseRedemptions(context, caller, {
        redemptionIds,
        tillId: caller.tillId,
        idempotencyKey: readIdempotencyKey(request, caller),
        requestId: request.id,
      })
      return sendAnswer(reply, reversedAnswerOf(outcome, caller), isReplay)
    },
  })
}

function reversedAnswerOf({ refused, reversed }: ReverseOutcome, caller: Caller) {
  if (refused.length > 0) {
    const errors = refused.map(({ id, code }) => ({
      status: false,
      code,
      message: `${catalogue[code].message}: ${id}`,
    }))
    return answerOf(refusalStatus(caller, 200), { warnings: [], errors, success: false })
  }
  const redemptions = reversed.map(({ id, couponId, code, reversedAtS }) => ({
    id,
    couponId,
    code,
    reversedOn: formatInstant(caller.timeZone, reversedAtS),
  }))
  return answerOf(200, { entity: { redemptions }, warnings: [], errors: [], success: true })
}
