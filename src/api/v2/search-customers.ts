import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { searchBeginnings, searchCustomers } from '../../ledger/customers/search-customers.ts'
import { badParameter, refuse } from '../../values/errors.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readInteger, readGivenText, type Query } from '../../http/query-parameters.ts'
import { foundToWire, searchAnswer } from './customer-wire.ts'
import { customerFailures } from '../../http/envelope.ts'

const maxInteger = 2_147_483_647
const defaultLimit = 10
const minLength = 3
const maxLength = 100

/** `GET /v2/customers/search`: customers whose name or identifier begins with a text. */
export function registerSearchCustomers(app: App, context: Context): void {
  route(app, 'GET /v2/customers/search', {
    access: ['customer', 'read'],
    failure: 'customer',
    schema: {
      operationId: 'searchCustomers',
      summary: 'Search customers',
      description: 'By the beginning of a name or an identifier. The total is counted up to 10000.',
      tags: ['Customers'],
      querystring: Type.Object({
        q: Type.Optional(Type.String({ description: `${minLength} to ${maxLength} characters.` })),
        limit: Type.Optional(Type.String({ description: `1 to 100; default ${defaultLimit}.` })),
        offset: Type.Optional(Type.String({ description: 'Customers to skip; default 0.' })),
      }),
      response: {
        200: searchAnswer,
        ...customerFailures,
      },
    },
    handler: async (caller, request) => {
      const { timeZone, country } = caller
      const { query } = request
      const text = readGivenText(query, 'q')?.trim() ?? ''
      if (text.length < minLength || text.length > maxLength)
        throw badParameter('q', text, `${minLength} to ${maxLength} characters`)
      const { limit, offset } = readPage(query)
      const found = await searchCustomers(context, caller, { text, limit, offset })
      const beginnings = searchBeginnings(text, country)
      return {
        pagination: { limit, offset, total: found.total },
        data: found.customers.map((customer) => foundToWire(customer, timeZone, beginnings)),
        warnings: [],
        errors: [],
      }
    },
  })
}

/** @throws Refusal 8100, 8101 or 8102 for an impossible page, 400 for text that is not a number. */
function readPage(query: Query): { limit: number; offset: number } {
  const anyInteger = { min: -maxInteger, max: maxInteger }
  const limit = readInteger(query, 'limit', anyInteger) ?? defaultLimit
  const offset = readInteger(query, 'offset', anyInteger) ?? 0
  if (offset < 0) throw refuse.offsetTooSmall()
  if (limit <= 0) throw refuse.limitTooSmall()
  if (limit > 100) throw refuse.limitTooLarge()
  return { limit, offset }
}
