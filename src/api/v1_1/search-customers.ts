import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { findCustomer } from '../../ledger/customers/find-customer.ts'
import { readDetails, type CustomerDetails } from '../../ledger/customers/read-details.ts'
import { badParameter, Refusal } from '../../values/errors.ts'
import { normaliseIdentifier } from '../../values/identifier.ts'
import { parseId } from '../../values/ids.ts'
import type { Caller } from '../../values/caller.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readInteger, readText } from '../../http/query-parameters.ts'
import { constant, shapeOf } from '../../http/shape.ts'
import { orRefusal, sendItems } from '../../http/v1_1-envelope.ts'
import { answerSchema, formatParameter, produces, responses } from './schemas.ts'
import { identifierOf, localTime } from './wire.ts'

interface OutgoingFound {
  readonly customer: CustomerDetails
  readonly caller: Caller
}
const text = (from: (given: OutgoingFound) => string) => ({ schema: Type.String(), from })

/** A customer in the results of a search, with all values as text. */
const shape = shapeOf<OutgoingFound>()({
  user_id: text(({ customer }) => String(customer.id)),
  org_id: text(({ caller }) => String(caller.orgId)),
  firstname: text(({ customer }) => customer.firstName),
  lastname: text(({ customer }) => customer.lastName),
  mobile: text(({ customer }) => identifierOf(customer, 'mobile') ?? ''),
  email: text(({ customer }) => identifierOf(customer, 'email') ?? ''),
  external_id: text(({ customer }) => identifierOf(customer, 'externalId') ?? 'None'),
  loyalty_points: constant('0'),
  lifetime_points: constant('0'),
  lifetime_purchases: constant('0'),
  current_slab: constant(''),
  registered_on: text(({ customer, caller }) => localTime(caller.timeZone, customer.registeredAtS)),
  registered_by: text(({ customer }) => customer.registeredBy?.store.name ?? ''),
  last_trans_value: constant(''),
  attributes: {
    schema: Type.Object({ attribute: Type.Array(Type.Unknown(), { maxItems: 0 }) }),
    from: () => ({ attribute: [] as unknown[] }),
  },
})

const answer = answerSchema({
  customer: Type.Object({
    count: Type.String(),
    start: Type.String(),
    rows: Type.String(),
    results: Type.Object({ item: Type.Array(Type.Object(shape.properties)) }),
  }),
})

const form = '(mobile:equals:…), with mobile, email, external_id or user_id'
const types = { mobile: 'mobile', email: 'email', external_id: 'externalId' } as const

/** `GET /v1.1/customer/search`: the customer with an identifier. */
export function registerSearchCustomers(app: App, context: Context, prefix: string, suffix: string): void {
  route(app, `GET ${prefix}/customer/search`, {
    access: ['customer', 'read'],
    failure: 'v1.1',
    schema: {
      operationId: `searchCustomers${suffix}`,
      summary: 'The customer with an identifier',
      tags: ['Version 1.1'],
      produces,
      querystring: Type.Object({
        ...formatParameter,
        q: Type.Optional(Type.String({ description: `What is looked for: ${form}.` })),
        start: Type.Optional(Type.String({ description: 'Customers to skip; default 0.' })),
        rows: Type.Optional(Type.String({ description: '1 to 100; default 10.' })),
      }),
      response: responses(answer),
    },
    handler: async (caller, request, reply) => {
      const { query } = request
      const start = readInteger(query, 'start', { min: 0, max: 2_147_483_647 }) ?? 0
      const rows = readInteger(query, 'rows', { min: 1, max: 100 }) ?? 10
      const q = readText(query, 'q') ?? ''
      const found = await orRefusal(() => readOne(context, caller, q))
      if (found instanceof Refusal && found.code !== 8015) throw found
      const items =
        found instanceof Refusal ? [] : [{ isFailed: false, wire: shape.toWire({ customer: found, caller }) }]
      const page = items.slice(start).map(({ wire }) => wire)
      return sendItems(reply, request, {
        items,
        content: {
          customer: {
            count: String(items.length),
            start: String(start),
            rows: String(rows),
            results: { item: page },
          },
        },
      })
    },
  })
}

/** @throws Refusal 400 for an invalid search, 8015 without a result. */
async function readOne(context: Context, caller: Caller, q: string): Promise<CustomerDetails> {
  const [, field = '', value = ''] =
    /^\s*\(?\s*(\w+)\s*:\s*(?:equals|exact)\s*:\s*(.+?)\s*\)?\s*$/i.exec(q) ?? []
  const name = field.toLowerCase()
  if (name === 'user_id' || name === 'id') return readDetails(context, caller, parseId(value) ?? 0)
  const type = name in types ? types[name as keyof typeof types] : undefined
  const identifier = type && normaliseIdentifier(type, value, caller.country)
  if (type === undefined || identifier === undefined) throw badParameter('q', q, form)
  const id = await findCustomer(context, caller, [{ type, value: identifier }], undefined)
  return readDetails(context, caller, id)
}
