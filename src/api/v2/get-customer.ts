import { Type } from 'typebox'
import { type Caller } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import { findCustomer } from '../../ledger/customers/find-customer.ts'
import { readDetails } from '../../ledger/customers/read-details.ts'
import { refuse } from '../../values/errors.ts'
import { isId } from '../../values/ids.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import type { Query } from '../../http/query-parameters.ts'
import { emptyList } from '../../http/answer-fields.ts'
import { withoutOwnCode } from './customer-coupons.ts'
import { checkSource, lookupParameters, readLookup, sourceParameter } from './customer-request.ts'
import { detailsAnswer, detailsToWire } from './customer-wire.ts'
import { customerFailures } from '../../http/envelope.ts'

export const customerParams = Type.Object({ customerId: Type.String({ description: 'The customer’s id.' }) })

/** Reads an id from a path. @throws Refusal 8015 for text that cannot be an id. */
export function readCustomerId(text: string): number {
  const id = /^\d{1,16}$/.test(text) ? Number(text) : undefined
  if (!isId(id)) throw refuse.customerUnknown()
  return id
}

/** The customer that a look-up names. @throws Refusal 8015, and the refusals of `readLookup`. */
export async function lookUp(context: Context, query: Query, caller: Caller): Promise<number> {
  const identifiers = readLookup(query, caller)
  if (identifiers === undefined) throw refuse.customerUnknown()
  return findCustomer(context, caller, identifiers, undefined).catch(withoutOwnCode)
}

const routes = { tags: ['Customers'] }
const details = { 200: detailsAnswer, ...customerFailures }

/** `GET /v2/customers/lookup`, `/v2/customers/lookup/customerDetails` and `/v2/customers/{id}`. */
export function registerGetCustomer(app: App, context: Context): void {
  route(app, 'GET /v2/customers/lookup', {
    access: ['customer', 'read'],
    failure: 'customer',
    schema: {
      ...routes,
      operationId: 'lookUpCustomer',
      summary: 'The id behind an identifier',
      querystring: Type.Object(lookupParameters),
      response: {
        200: Type.Object({ entity: Type.Integer(), warnings: emptyList }),
        ...customerFailures,
      },
    },
    handler: async (caller, request) => {
      const { query } = request
      checkSource(query, 8011)
      return { entity: await lookUp(context, query, caller), warnings: [] }
    },
  })

  route(app, 'GET /v2/customers/lookup/customerDetails', {
    access: ['customer', 'read'],
    failure: 'customer',
    schema: {
      ...routes,
      operationId: 'lookUpCustomerDetails',
      summary: 'The customer behind an identifier',
      querystring: Type.Object(lookupParameters),
      response: details,
    },
    handler: async (caller, request) => {
      const { query } = request
      checkSource(query, 8016)
      const customerId = await lookUp(context, query, caller)
      return detailsToWire(await readDetails(context, caller, customerId), caller.timeZone)
    },
  })

  route(app, 'GET /v2/customers/:customerId', {
    access: ['customer', 'read'],
    failure: 'customer',
    schema: {
      ...routes,
      operationId: 'getCustomer',
      summary: 'A customer',
      params: customerParams,
      querystring: Type.Object(sourceParameter),
      response: details,
    },
    handler: async (caller, request) => {
      checkSource(request.query, 8016)
      const customerId = readCustomerId(request.params.customerId)
      return detailsToWire(await readDetails(context, caller, customerId), caller.timeZone)
    },
  })
}
