import { Type } from 'typebox'
import type { Caller } from '../../values/caller.ts'
import { personFor } from '../../identity/credentials/contact-rules.ts'
import type { Context } from '../../ledger/context.ts'
import type { CustomerProfile } from '../../ledger/customers/customer-profile.ts'
import { noSuchCustomer } from '../../ledger/customers/no-such-customer.ts'
import { readProfile } from '../../ledger/customers/read-profile.ts'
import { Refusal, refuse } from '../../values/errors.ts'
import {
  listCustomerRedemptions,
  redemptionSortKeys,
  type CustomerRedemptionsQuery,
} from '../../ledger/redemptions/list-customer-redemptions.ts'
import { maxId } from '../../values/ids.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import {
  readBoolean,
  readEnum,
  readEnumList,
  readInteger,
  readList,
  readText,
  type Query,
} from '../../http/query-parameters.ts'
import { customerParameters, readBodyCustomer, sentToWire, type CustomerBody } from './customer.ts'
import { readDayRange } from './customer-coupons.ts'
import {
  booleanStatusOf,
  checkCount,
  maxItems,
  orRefusal,
  sendItems,
  unwrapped,
  type Item,
} from '../../http/v1_1-envelope.ts'
import { customerCodeOf } from './refusals.ts'
import { customerToWire, redemptionsAnswer } from './customer-redemptions-wire.ts'
import { formatParameter, produces, responses, userIdParameter } from './schemas.ts'

const maxLimit = 500

/** `GET /v1.1/customer/redemptions`: the standing redemptions of customers. Points are not stored here. */
export function registerCustomerRedemptions(
  app: App,
  context: Context,
  prefix: string,
  suffix: string,
): void {
  route(app, `GET ${prefix}/customer/redemptions`, {
    access: ['coupon', 'read'],
    failure: 'v1.1',
    schema: {
      operationId: `getCustomerRedemptions${suffix}`,
      summary: 'What customers have redeemed',
      tags: ['Version 1.1'],
      produces,
      querystring: Type.Object({
        ...formatParameter,
        ...customerParameters,
        mobile: Type.Optional(
          Type.String({ description: `Mobile numbers, a comma list; at most ${maxItems} customers.` }),
        ),
        identifierName: Type.Optional(
          Type.String({ description: `One of ${identifierNames.join(', ')}, with identifierValue.` }),
        ),
        identifierValue: Type.Optional(Type.String({ description: 'Its values, a comma list.' })),
        type: Type.Optional(Type.String({ description: 'COUPONS, POINTS or BOTH; default BOTH.' })),
        start_date: Type.Optional(Type.String({ description: 'YYYY-MM-DD: redeemed on this day or later.' })),
        end_date: Type.Optional(Type.String({ description: 'YYYY-MM-DD: on this day or earlier.' })),
        entity_code: Type.Optional(Type.String({ description: 'Code of the till or the store.' })),
        coupons_limit: Type.Optional(Type.String({ description: `1 to ${maxLimit}; default limit, or 10.` })),
        limit: Type.Optional(Type.String({ description: `1 to ${maxLimit}; default 10.` })),
        coupons_start_id: Type.Optional(
          Type.String({ description: 'Redemptions with this id or a higher one.' }),
        ),
        coupons_end_id: Type.Optional(
          Type.String({ description: 'Redemptions with this id or a lower one.' }),
        ),
        sort: Type.Optional(
          Type.String({ description: `${redemptionSortKeys.join(', ')}; default the first.` }),
        ),
        order: Type.Optional(Type.String({ description: 'asc or desc; default desc.' })),
        include: Type.Optional(
          Type.String({
            description: 'discount: the discount of each redemption, and its returns.',
          }),
        ),
        ...userIdParameter,
      }),
      response: responses(redemptionsAnswer),
    },
    handler: async (caller, request, reply) => {
      const { query } = request
      const customers = readCustomers(query)
      const asked = readQuery(query, caller.timeZone)
      const withId = readBoolean(query, 'user_id') ?? false
      const withDiscount = readEnumList(query, 'include', ['discount'] as const).includes('discount')
      const wantsCoupons = (readEnum(query, 'type', ['COUPONS', 'POINTS', 'BOTH']) ?? 'BOTH') !== 'POINTS'
      const items = await Promise.all(
        customers.map(async (fields): Promise<Item> => {
          const customer = await orRefusal(() => findOne(context, caller, fields))
          if (customer instanceof Refusal) return refusedToWire(fields, customer)
          const found = wantsCoupons
            ? await listCustomerRedemptions(context, caller.orgId, { ...asked, customerId: customer.id })
            : { total: 0, redemptions: [] }
          const person = personFor(caller, customer)
          return { isFailed: false, wire: customerToWire(person, found, caller, { withId, withDiscount }) }
        }),
      )
      return sendItems(reply, request, {
        items,
        status: booleanStatusOf(items),
        content: { customer: unwrapped(items) },
      })
    },
  })
}

const identifierNames = ['mobile', 'email', 'external_id', 'id'] as const

/** @throws Refusal 400 without identifiers, or with several types of them; 1060 for too many. */
function readCustomers(query: Query): CustomerBody[] {
  const read = (...names: string[]) => names.flatMap((name) => readList(query, name, { maxItems: 10_000 }))
  const kinds = {
    mobile: read('mobile'),
    email: read('email'),
    external_id: read('external_id', 'externalId', 'external_Id'),
    id: read('id'),
  }
  const named = readEnum(query, 'identifierName', identifierNames)
  if (named !== undefined) kinds[named].push(...read('identifierValue'))
  const given = Object.entries(kinds).filter(([, values]) => values.length > 0)
  const [first] = given
  if (first === undefined || given.length > 1)
    throw refuse.badRequest('Name the customers by one of mobile, email, external_id or id')
  const [kind, values] = first
  checkCount(kind, values)
  return [...new Set(values)].map((value) => ({ [kind]: value }))
}

function readQuery(query: Query, timeZone: string): Omit<CustomerRedemptionsQuery, 'customerId'> {
  const id = { min: 0, max: maxId }
  const limit = { min: 1, max: maxLimit }
  return {
    ...readDayRange(query, timeZone),
    minId: readInteger(query, 'coupons_start_id', id) ?? 0,
    maxId: readInteger(query, 'coupons_end_id', id) ?? maxId,
    placeCode: readText(query, 'entity_code'),
    sortKey: readEnum(query, 'sort', redemptionSortKeys) ?? 'redeemed_time',
    sortOrder: readEnum(query, 'order', ['ASC', 'DESC'] as const) ?? 'DESC',
    limit: readInteger(query, 'coupons_limit', limit) ?? readInteger(query, 'limit', limit) ?? 10,
  }
}

/** @throws Refusal 8015 for an unknown identifier. */
async function findOne(context: Context, caller: Caller, fields: CustomerBody): Promise<CustomerProfile> {
  const reference = await readBodyCustomer(context, caller, fields).catch((error: unknown) => {
    // Text that cannot be an identifier is an unknown one.
    throw error instanceof Refusal && error.code === 701 ? refuse.customerUnknown() : error
  })
  const customer = await readProfile(context, caller, reference)
  if (customer === undefined)
    throw await noSuchCustomer(context.database.queries, caller.orgId, reference.customerId)
  return customer
}

function refusedToWire(fields: CustomerBody, refusal: Refusal): Item {
  const code = customerCodeOf(refusal)
  const { message } = code === refusal.code ? refusal : new Refusal(code)
  return { isFailed: true, wire: { ...sentToWire(fields), item_status: { success: false, code, message } } }
}
