import { Type, type Static } from 'typebox'
import type { FastifyRequest } from 'fastify'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import { replaceIdentifier } from '../../ledger/customers/change-identifiers.ts'
import { shownOf } from '../../ledger/customers/customer-rules.ts'
import { catalogue, Refusal, refuse } from '../../values/errors.ts'
import { normaliseIdentifier } from '../../values/identifier.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { writeHeaders } from '../../http/envelope.ts'
import { itemRefused, itemStatus, sendItems, unwrapped, type Item } from '../../http/v1_1-envelope.ts'
import { scalar, textOf } from './customer.ts'
import { readRegistrable } from './customer-request.ts'
import { customerCodeOf } from './refusals.ts'
import {
  answerSchema,
  consumes,
  formatParameter,
  itemFields,
  itemsBody,
  oneOrSeveral,
  produces,
  responses,
} from './schemas.ts'
import { writeItems, type IdempotencyKey } from './write-items.ts'

const wanted = Type.Object({ identifier: scalar, old_value: scalar, new_value: scalar })
type Wanted = Static<typeof wanted>

const answer = answerSchema({
  customers: Type.Object({
    customer: oneOrSeveral({
      identifier: Type.String(),
      old_value: Type.String(),
      new_value: Type.String(),
      updated: Type.String({ description: 'true or false.' }),
      ...itemFields,
    }),
  }),
})

const types = {
  mobile: 'mobile',
  email: 'email',
  external_id: 'externalId',
  externalid: 'externalId',
} as const

/** `POST /v1.1/customer/update_identity`: replaces an identifier of a customer, at once. */
export function registerUpdateIdentity(app: App, context: Context, prefix: string, suffix: string): void {
  route(app, `POST ${prefix}/customer/update_identity`, {
    access: ['customer', 'write'],
    failure: 'v1.1',
    schema: {
      operationId: `updateIdentities${suffix}`,
      summary: 'Replace identifiers of customers',
      description: 'identifier is mobile, email or external_id. The change is made at once.',
      tags: ['Version 1.1'],
      consumes,
      produces,
      headers: writeHeaders,
      querystring: Type.Object(formatParameter),
      body: itemsBody('customer', wanted),
      response: responses(answer),
    },
    handler: async (caller, request, reply) => {
      const { items, isReplay } = await writeItems(
        caller,
        request,
        request.body.root.customer,
        (sent, key) => changeOne(context, caller, request, sent, key),
        (sent, done) => itemToWire(sent, done instanceof Refusal ? done : undefined),
      )
      return sendItems(
        reply,
        request,
        { items, content: { customers: { customer: unwrapped(items) } } },
        { isReplay },
      )
    },
  })
}

/**
 * @throws Refusal 1041 for an invalid change, 8015 if the old value is unknown, 8008 if the new one is another
 * customer's.
 */
async function changeOne(
  context: Context,
  caller: Caller,
  request: FastifyRequest,
  sent: Wanted,
  idempotencyKey: IdempotencyKey,
) {
  const name = textOf('identifier', sent.identifier)?.trim().toLowerCase() ?? ''
  const type = name in types ? types[name as keyof typeof types] : undefined
  const oldText = textOf('old_value', sent.old_value)
  const newText = textOf('new_value', sent.new_value)
  if (type === undefined || oldText === undefined || newText === undefined) throw refuse.identityInvalid()
  const value = readRegistrable(type, newText, caller, request.headers)
  if (value === undefined) throw refuse.identityInvalid()
  const old = normaliseIdentifier(type, oldText, caller.country)
  if (old === undefined) throw refuse.customerUnknown()
  return replaceIdentifier(context, caller, {
    removed: { type, value: old },
    added: { type, value, shown: shownOf(type, value, newText) },
    idempotencyKey,
    requestId: request.id,
  })
}

function itemToWire(sent: Wanted, refusal: Refusal | undefined): Item {
  const shown = {
    identifier: String(sent.identifier ?? ''),
    old_value: String(sent.old_value ?? ''),
    new_value: String(sent.new_value ?? ''),
  }
  if (refusal === undefined) {
    const { message } = catalogue[1040]
    return {
      isFailed: false,
      wire: { ...shown, updated: 'true', item_status: itemStatus(true, 1040, message) },
    }
  }
  const code = refusal.code === 8008 ? 1042 : customerCodeOf(refusal)
  const item_status = itemRefused(code, code === refusal.code ? refusal.message : catalogue[code].message)
  return { isFailed: true, wire: { ...shown, updated: 'false', item_status } }
}
