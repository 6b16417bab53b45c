import { Type } from 'typebox'
import type { IncomingHttpHeaders } from 'node:http'
import type { Caller } from '../../values/caller.ts'
import { placeKinds, readPlacesWithin } from '../../identity/organisations/places-within.ts'
import type { Context } from '../../ledger/context.ts'
import type { HistorySearch } from '../../ledger/coupons/customer-coupons-sql.ts'
import {
  listCustomerCoupons,
  type CustomerCoupons,
  type CustomerCouponsQuery,
  type ListedCoupon,
} from '../../ledger/coupons/list-customer-coupons.ts'
import { readDetails, type CustomerDetails } from '../../ledger/customers/read-details.ts'
import { badParameter, catalogue, Refusal, refuse } from '../../values/errors.ts'
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
import { checkCount, maxItems, orRefusal, sendItems, type Item } from '../../http/v1_1-envelope.ts'
import { readId } from '../../http/fields.ts'
import { callingCodeOf } from './customer-request.ts'
import { customerParameters } from './customer.ts'
import {
  countedStatus,
  countedStatusOf,
  customerItemStatus,
  customerStatus,
  readCustomer,
} from './customer-wire.ts'
import { historyStatuses, readCustomerOfHistory, statusOfParameter } from './history.ts'
import { customerCodeOf } from './refusals.ts'
import { answerSchema, formatParameter, produces, responses } from './schemas.ts'
import { localTime } from './wire.ts'

const maxLimit = 1_000
const defaultLimit = 10
const sortKeyOfParameter = {
  created_date: 'createdDate',
  created_by: 'createdBy',
  valid_till: 'validTill',
} as const
const sortKeys = Object.keys(sortKeyOfParameter) as (keyof typeof sortKeyOfParameter)[]

const noteList = Type.Array(Type.Unknown(), { maxItems: 0 })
const coupon = Type.Object({
  id: Type.String(),
  series_id: Type.String(),
  code: Type.String(),
  description: Type.String(),
  created_date: Type.String({ description: 'YYYY-MM-DD HH:MM:SS.' }),
  valid_till: Type.String({ description: 'YYYY-MM-DD HH:MM:SS.' }),
  redeemed: Type.String({ description: 'true or false.' }),
  same_user_multiple_redeem: Type.String({ description: 'true or false.' }),
})
const answer = answerSchema(
  {
    customers: Type.Object({
      customer: Type.Array(
        Type.Object({
          ...Type.Partial(Type.Object(readCustomer.properties)).properties,
          id: Type.Optional(Type.String({ description: 'As it was sent, of a customer who was not found.' })),
          coupons: Type.Optional(Type.Object({ coupon: Type.Array(coupon) })),
          notes: Type.Optional(noteList),
          points_summaries: Type.Optional(Type.Object({ points_summary: noteList })),
          item_status: customerItemStatus,
        }),
      ),
    }),
  },
  {},
  countedStatus,
)

/** `GET /v1.1/customer/get`: customers with their coupons. Other data of the original is not stored here. */
export function registerGetCustomer(app: App, context: Context, prefix: string, suffix: string): void {
  route(app, `GET ${prefix}/customer/get`, {
    access: {
      all: [
        ['customer', 'read'],
        ['coupon', 'read'],
      ],
    },
    failure: 'v1.1',
    schema: {
      operationId: `getCustomers${suffix}`,
      summary: 'Customers with their coupons',
      description: `One identifier may hold a comma list of at most ${maxItems} values.`,
      tags: ['Version 1.1'],
      produces,
      querystring: Type.Object({
        ...formatParameter,
        ...customerParameters,
        user_id: Type.Optional(Type.String({ description: 'true: with the ids of the customers.' })),
        coupon_limit: Type.Optional(
          Type.String({ description: `1 to ${maxLimit}; default ${defaultLimit}.` }),
        ),
        coupon_offset: Type.Optional(Type.String({ description: 'Coupons to skip; default 0.' })),
        coupon_order_by: Type.Optional(
          Type.String({
            description: `${sortKeys.join(', ')}; default created_date. created_by: the till.`,
          }),
        ),
        coupon_sort_order: Type.Optional(Type.String({ description: 'asc or desc; default desc.' })),
        coupon_active: Type.Optional(Type.String({ description: 'true: only those that have not expired.' })),
        coupon_status: Type.Optional(
          Type.String({ description: `One or several of ${historyStatuses.join(', ')}.` }),
        ),
        coupon_offer: Type.Optional(Type.String({ description: 'Id of a series; 0: all.' })),
        coupon_org_entity_type: Type.Optional(
          Type.String({ description: `${placeKinds.join(', ')}: with coupon_org_entity_value.` }),
        ),
        coupon_org_entity_value: Type.Optional(
          Type.String({ description: 'Code of the place where the coupons can be redeemed.' }),
        ),
      }),
      response: responses(answer),
    },
    handler: async (caller, request, reply) => {
      const { query } = request
      const customers = readCustomers(query)
      const asked = await readAsked(context, caller, query)
      const withId = readBoolean(query, 'user_id') ?? false
      const items = await Promise.all(
        customers.map(async (named): Promise<Item> => {
          const found = await orRefusal(() => readOne(context, caller, named, asked, request.headers))
          return found instanceof Refusal
            ? refusedToWire(named, found)
            : customerToWire(found, caller.timeZone, withId)
        }),
      )
      return sendItems(reply, request, {
        items,
        status: countedStatusOf(items),
        content: { customers: { customer: items.map(({ wire }) => wire) } },
      })
    },
  })
}

const names = ['id', 'mobile', 'external_id', 'email'] as const
const spellings: Readonly<Record<(typeof names)[number], readonly string[]>> = {
  id: ['id'],
  mobile: ['mobile'],
  external_id: ['external_id', 'externalId', 'external_Id'],
  email: ['email'],
}

/** The identifiers of one customer, as they were sent. */
type Named = Partial<Record<(typeof names)[number], string>>

/** Reads one customer by its identifiers, or several by a comma list of one type. @throws Refusal 400, 1060. */
function readCustomers(query: Query): Named[] {
  const lists = names.flatMap((name) => {
    const values = [...new Set(spellings[name].flatMap((one) => readList(query, one, { maxItems: 10_000 })))]
    return values.length === 0 ? [] : [{ name, values }]
  })
  const [first, second] = lists
  if (first === undefined)
    throw refuse.badRequest('Name the customer by one of mobile, email, external_id or id')
  const several = lists.find(({ values }) => values.length > 1)
  if (several === undefined) return [Object.fromEntries(lists.map(({ name, values }) => [name, values[0]]))]
  if (second !== undefined)
    throw badParameter(several.name, several.values.join(), 'a list, and no other identifier')
  checkCount(several.name, several.values)
  return several.values.map((value) => ({ [several.name]: value }))
}

type Asked = Omit<CustomerCouponsQuery, 'identifiers' | 'customerId'>

async function readAsked(context: Context, caller: Caller, query: Query): Promise<Asked> {
  const isActive = readBoolean(query, 'coupon_active') === true
  const statuses = readEnumList(query, 'coupon_status', historyStatuses).map((one) => statusOfParameter[one])
  return {
    statuses: isActive && statuses.length === 0 ? ['ACTIVE'] : statuses,
    transactionNumbers: [],
    sortOrder: readEnum(query, 'coupon_sort_order', ['ASC', 'DESC'] as const) ?? 'DESC',
    sortKey: sortKeyOfParameter[readEnum(query, 'coupon_order_by', sortKeys) ?? 'created_date'],
    search: await readSearch(context, caller, query),
    limit: readInteger(query, 'coupon_limit', { min: 1, max: maxLimit }) ?? defaultLimit,
    offset: readInteger(query, 'coupon_offset', { min: 0, max: 2_147_483_647 }) ?? 0,
    withVerdicts: false,
  }
}

async function readSearch(
  context: Context,
  caller: Caller,
  query: Query,
): Promise<HistorySearch | undefined> {
  const offers = readList(query, 'coupon_offer', { maxItems: maxItems }).filter((id) => id !== '0')
  const kind = readEnum(query, 'coupon_org_entity_type', placeKinds)
  const code = readText(query, 'coupon_org_entity_value')
  if (offers.length === 0 && (kind === undefined || code === undefined)) return undefined
  const places =
    kind === undefined || code === undefined
      ? undefined
      : await readPlacesWithin(context.database.queries, caller.orgId, { kind, by: { code } })
  return {
    fromS: Number.NEGATIVE_INFINITY,
    untilS: Number.POSITIVE_INFINITY,
    seriesIds: offers.map((id) => readId('coupon_offer', id)),
    places,
  }
}

interface Found {
  readonly customer: CustomerDetails
  readonly history: CustomerCoupons
}

/** @throws Refusal 8015 for unknown identifiers, 1047 for those of two customers. */
async function readOne(
  context: Context,
  caller: Caller,
  named: Named,
  asked: Asked,
  headers: IncomingHttpHeaders,
): Promise<Found> {
  const read = async (one: Named) => {
    const reference = readCustomerOfHistory(one, caller)
    const history = await listCustomerCoupons(context, caller, { ...asked, ...reference })
    return { customer: await readDetails(context, caller, history.customerId), history }
  }
  const callingCode = callingCodeOf(headers)
  const { mobile } = named
  try {
    return await read(named)
  } catch (error) {
    const isUnknown = error instanceof Refusal && error.code === 8015
    if (!isUnknown || mobile === undefined || callingCode === undefined) throw error
    return await read({ ...named, mobile: `+${callingCode}${mobile.trim().replace(/^0+/, '')}` })
  }
}

function refusedToWire(named: Named, refusal: Refusal): Item {
  const code = customerCodeOf(refusal)
  const message = code === refusal.code ? refusal.message : catalogue[code].message
  return { isFailed: true, wire: { ...named, item_status: customerStatus(false, code, message) } }
}

function customerToWire({ customer, history }: Found, timeZone: string, withId: boolean): Item {
  return {
    isFailed: false,
    wire: {
      ...readCustomer.toWire({ customer, timeZone, withId }),
      coupons: { coupon: history.coupons.map((one) => couponToWire(one, timeZone)) },
      notes: [],
      points_summaries: { points_summary: [] },
      item_status: customerStatus(true, 1000, 'Customer successfully retrieved'),
    },
  }
}

function couponToWire(one: ListedCoupon, timeZone: string) {
  return {
    id: String(one.id),
    series_id: String(one.seriesId),
    code: one.code,
    description: one.terms.description,
    created_date: localTime(timeZone, one.createdAtS),
    valid_till: localTime(timeZone, one.validUntilS),
    redeemed: String(one.redemptions.length > 0),
    same_user_multiple_redeem: String(one.terms.isSameUserMultipleRedeem),
  }
}
