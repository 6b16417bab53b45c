import { Type, type Static } from 'typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Caller } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import { changeIdentifiers } from '../../ledger/customers/change-identifiers.ts'
import { readIdentifiers, readRemoved } from '../../ledger/customers/customer-rules.ts'
import { updateCustomer } from '../../ledger/customers/update-customer.ts'
import { refuse } from '../../values/errors.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readText, type Query } from '../../http/query-parameters.ts'
import { answerOf, sendAnswer } from '../../http/answer.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import {
  customerBody,
  identifierList,
  lookupParameters,
  readCustomerBody,
  readIdentifierList,
  readSource,
  sourceParameter,
} from './customer-request.ts'
import { createdAnswer, warningsToWire } from './customer-wire.ts'
import { emptyList } from '../../http/answer-fields.ts'
import { customerFailures, writeHeaders } from '../../http/envelope.ts'
import { optional } from '../../http/fields.ts'
import { customerParams, lookUp, readCustomerId } from './get-customer.ts'

const routes = { tags: ['Customers'], headers: writeHeaders }

/** `PUT /v2/customers/{id}`, `PUT /v2/customers/lookup` and `POST /v2/customers/{id}/changeIdentifier`. */
export function registerUpdateCustomer(app: App, context: Context): void {
  route(app, 'PUT /v2/customers/lookup', {
    access: ['customer', 'write'],
    failure: 'customer',
    schema: {
      ...routes,
      operationId: 'updateCustomerByIdentifier',
      summary: 'Change the customer behind an identifier',
      querystring: Type.Object(lookupParameters),
      body: customerBody,
      response: { 200: createdAnswer, ...customerFailures },
    },
    handler: async (caller, request, reply) => {
      const customerId = await lookUp(context, request.query, caller)
      return update(context, caller, customerId, request, request.body, reply)
    },
  })

  route(app, 'PUT /v2/customers/:customerId', {
    access: ['customer', 'write'],
    failure: 'customer',
    schema: {
      ...routes,
      operationId: 'updateCustomer',
      summary: 'Change a customer',
      description: 'Given values replace existing ones field by field. Identifiers are unchanged.',
      params: customerParams,
      querystring: Type.Object(sourceParameter),
      body: customerBody,
      response: { 200: createdAnswer, ...customerFailures },
    },
    handler: async (caller, request, reply) => {
      const customerId = readCustomerId(request.params.customerId)
      return update(context, caller, customerId, request, request.body, reply)
    },
  })

  route(app, 'POST /v2/customers/:customerId/changeIdentifier', {
    access: ['customer', 'write'],
    failure: 'customer',
    schema: {
      ...routes,
      operationId: 'changeIdentifiers',
      summary: 'Add and remove identifiers',
      params: customerParams,
      querystring: Type.Object(sourceParameter),
      body: Type.Object({ add: optional(identifierList), remove: optional(identifierList) }),
      response: {
        200: Type.Object({ success: Type.Boolean(), warnings: emptyList }),
        ...customerFailures,
      },
    },
    handler: async (caller, request, reply) => {
      readSource(readText(request.query, 'source'), 8001, 8003)
      const customerId = readCustomerId(request.params.customerId)
      const { isReplay } = await changeIdentifiers(context, caller, {
        customerId,
        added: readKept(request.body.add ?? [], caller.country),
        removed: readRemoved(readIdentifierList(request.body.remove ?? []), caller.country),
        idempotencyKey: readIdempotencyKey(request, caller),
      })
      return sendAnswer(reply, answerOf(200, { success: true, warnings: [] }), isReplay)
    },
  })
}

async function update(
  context: Context,
  caller: Caller,
  customerId: number,
  request: FastifyRequest,
  body: Static<typeof customerBody>,
  reply: FastifyReply,
) {
  const read = readCustomerBody(request.query as Query, body, caller)
  const { outcome, isReplay } = await updateCustomer(context, caller, {
    customerId,
    identifiers: read.identifiers,
    profile: read.profile,
    idempotencyKey: readIdempotencyKey(request, caller),
  })
  const warnings = warningsToWire([...read.warnings, ...outcome.warnings])
  const wire = { createdId: outcome.customerId, warnings, sideEffects: [] }
  return sendAnswer(reply, answerOf(200, wire), isReplay)
}

/** A type that is not stored is refused here, because nothing would be left for the call to do. */
function readKept(list: Static<typeof identifierList>, country: string) {
  const { identifiers, warnings } = readIdentifiers(readIdentifierList(list), country)
  const [first] = warnings
  if (first !== undefined) throw refuse.identifierTypeInvalid(first.message)
  return identifiers
}
