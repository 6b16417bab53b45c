import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { registerCustomer } from '../../ledger/customers/register-customer.ts'
import { refuse } from '../../values/errors.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { answerOf, sendAnswer } from '../../http/answer.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { customerBody, readCustomerBody, sourceParameter } from './customer-request.ts'
import { createdAnswer, warningsToWire } from './customer-wire.ts'
import { errorsFailures, writeHeaders } from '../../http/envelope.ts'

/** `POST /v2/customers`: registers a customer with new identifiers. */
export function registerRegisterCustomer(app: App, context: Context): void {
  route(app, 'POST /v2/customers', {
    access: ['customer', 'write'],
    failure: 'registration',
    schema: {
      operationId: 'registerCustomer',
      summary: 'Register a customer',
      tags: ['Customers'],
      headers: writeHeaders,
      querystring: Type.Object(sourceParameter),
      body: customerBody,
      response: { 200: createdAnswer, ...errorsFailures },
    },
    handler: async (caller, request, reply) => {
      const { identifiers, warnings, profile } = readCustomerBody(request.query, request.body, caller)
      if ((request.body.profiles?.[0]?.identifiers ?? []).length === 0) throw refuse.identifiersMissing()
      if (identifiers.length === 0) throw refuse.noValidIdentifier()
      const { outcome, isReplay } = await registerCustomer(context, caller, {
        identifiers,
        profile,
        idempotencyKey: readIdempotencyKey(request, caller),
      })
      const wire = { createdId: outcome.customerId, warnings: warningsToWire(warnings), sideEffects: [] }
      return sendAnswer(reply, answerOf(200, wire), isReplay)
    },
  })
}
