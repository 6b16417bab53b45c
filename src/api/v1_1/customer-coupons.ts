import { Type } from 'typebox'
import { type Caller } from '../../values/caller.ts'
import { historyFor } from '../../identity/credentials/contact-rules.ts'
import type { Context } from '../../ledger/context.ts'
import type { HistoryRedemption } from '../../ledger/coupons/customer-coupons-lane.ts'
import type { HistorySearch } from '../../ledger/coupons/customer-coupons-sql.ts'
import {
  listCustomerCoupons,
  type CustomerCoupons,
  type CustomerCouponsQuery,
  type ListedCoupon,
} from '../../ledger/coupons/list-customer-coupons.ts'
import { badParameter, Refusal, refuse } from '../../values/errors.ts'
import { maxId } from '../../values/ids.ts'
import { readDay } from '../../values/stated-time.ts'
import { dayOf, formatInstant } from '../../values/calendar.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import {
  readEnum,
  readEnumList,
  readInteger,
  readList,
  readText,
  type Query,
} from '../../http/query-parameters.ts'
import { readIdentifiers } from '../v2/customer-coupons.ts'
import { readId } from '../../http/fields.ts'
import { customerParameters, readQueryFields, sentToWire } from './customer.ts'
import {
  checkCount,
  httpStatusOf,
  itemRefused,
  itemStatus,
  orRefusal,
  sendWire,
  statusOf,
  type Item,
} from '../../http/v1_1-envelope.ts'
import {
  answerSchema,
  formatParameter,
  itemFields,
  oneOrSeveral,
  place,
  produces,
  responses,
  textOrNull,
} from './schemas.ts'
import { localTime } from './wire.ts'

const maxLimit = 1_000
const maxOffset = 2_147_483_647
const maxIds = 100

const statuses = ['unredeemed', 'redeemed', 'expired', 'active'] as const
const statusOfParameter = {
  unredeemed: 'UNREDEEMED',
  redeemed: 'REDEEMED',
  expired: 'EXPIRED',
  active: 'ACTIVE',
} as const
const sortKeys = ['created_date', 'amount', 'valid_till'] as const
const sortKeyOfParameter = { created_date: 'createdDate', amount: 'amount', valid_till: 'validTill' } as const

const redemptions = Type.Object({
  redemption: oneOrSeveral({
    date: Type.String({ description: 'YYYY-MM-DD HH:MM:SS.' }),
    transaction_number: Type.String(),
    redeemed_at: Type.Optional(place),
  }),
})
const coupons = Type.Object({
  coupon: oneOrSeveral({
    id: Type.String(),
    redemption_count: Type.String(),
    created_date: Type.String(),
    valid_till: Type.String({ description: 'YYYY-MM-DD.' }),
    code: Type.String(),
    transaction_number: Type.String(),
    redemptions,
  }),
})
const answer = answerSchema(
  {
    customers: Type.Object({
      customer: Type.Object({
        firstname: Type.Optional(Type.String()),
        lastname: Type.Optional(Type.String()),
        email: textOrNull,
        mobile: textOrNull,
        external_id: textOrNull,
        id: textOrNull,
        coupons: Type.Optional(coupons),
        ...itemFields,
      }),
    }),
  },
  {
    pagination: Type.Optional(
      Type.Object({ limit: Type.String(), offset: Type.String(), total: Type.Integer() }),
    ),
  },
)

/** `GET /v1.1/customer/coupons`: a customer's coupon history, a page of it. */
export function registerCustomerCoupons(app: App, context: Context): void {
  route(app, 'GET /v1.1/customer/coupons', {
    access: ['coupon', 'read'],
    failure: 'v1.1',
    schema: {
      operationId: 'getCustomerCouponsV11',
      summary: 'A customer’s coupon history',
      tags: ['Version 1.1'],
      produces,
      querystring: Type.Object({
        ...formatParameter,
        ...customerParameters,
        start_date: Type.Optional(
          Type.String({ description: 'YYYY-MM-DD: issued or redeemed on this day or later.' }),
        ),
        end_date: Type.Optional(Type.String({ description: 'YYYY-MM-DD: on this day or earlier.' })),
        status: Type.Optional(
          Type.String({ description: `One or several of ${statuses.join(', ')}, joined by semicolons.` }),
        ),
        series_id: Type.Optional(Type.String({ description: `Ids, a comma list; at most ${maxIds}.` })),
        store_id: Type.Optional(
          Type.String({ description: `Ids of stores where it was issued; at most ${maxIds}.` }),
        ),
        order_by: Type.Optional(
          Type.String({
            description: `${sortKeys.join(', ')}; default created_date. amount: the discount.`,
          }),
        ),
        sort_order: Type.Optional(Type.String({ description: 'asc or desc; default desc.' })),
        limit: Type.Optional(Type.String({ description: `1 to ${maxLimit}; default 100.` })),
        offset: Type.Optional(Type.String({ description: 'Rows to skip; default 0.' })),
      }),
      response: responses(answer),
    },
    handler: async (caller, request, reply) => {
      const { query } = request
      const page = {
        limit: readInteger(query, 'limit', { min: 1, max: maxLimit }) ?? 100,
        offset: readInteger(query, 'offset', { min: 0, max: maxOffset }) ?? 0,
      }
      const asked: CustomerCouponsQuery = {
        ...readCustomerOfHistory(query, caller),
        statuses: readEnumList(query, 'status', statuses).map((one) => statusOfParameter[one]),
        transactionNumbers: [],
        sortOrder: readEnum(query, 'sort_order', ['ASC', 'DESC'] as const) ?? 'DESC',
        sortKey: sortKeyOfParameter[readEnum(query, 'order_by', sortKeys) ?? 'created_date'],
        search: readSearch(query, caller.timeZone),
        ...page,
        withVerdicts: false,
      }
      const found = await orNoCustomer(() => listCustomerCoupons(context, caller, asked))
      const item =
        found instanceof Refusal
          ? noCustomerToWire(query, found)
          : customerToWire(historyFor(caller, found), caller.timeZone)
      const pagination = found instanceof Refusal ? undefined : pageToWire(page, found.total)
      const wire = {
        response: {
          ...(pagination && { pagination }),
          status: statusOf([item]),
          customers: { customer: item.wire },
        },
      }
      return sendWire(reply, request, httpStatusOf([item]), wire)
    },
  })
}

/** The customer of a call that tells of one alone. @throws Refusal 400 when none is named. */
export function readCustomerOfHistory(
  query: Query,
  caller: Caller,
): Pick<CustomerCouponsQuery, 'identifiers' | 'customerId'> {
  const identifiers = readIdentifiers(query, caller)
  const customerId = readInteger(query, 'id', { min: 1, max: maxId })
  if (identifiers.length === 0 && customerId === undefined)
    throw refuse.badRequest('Name the customer by one of mobile, email, external_id or id')
  return { identifiers, customerId }
}

/** An unknown customer is an item that failed; everything else fails the request. */
export async function orNoCustomer<Found>(read: () => Promise<Found>): Promise<Found | Refusal> {
  const found = await orRefusal(read)
  if (found instanceof Refusal && found.code !== 8015) throw found
  return found
}

export function noCustomerToWire(query: Query, { code, message }: Refusal): Item {
  const { email, mobile, external_id: externalId } = sentToWire(readQueryFields(query))
  const wire = { email, mobile, external_id: externalId, id: readText(query, 'id') ?? null }
  return { isFailed: true, wire: { ...wire, item_status: itemRefused(code, message) } }
}

const pageToWire = ({ limit, offset }: { limit: number; offset: number }, total: number) => ({
  limit: String(limit),
  offset: String(offset),
  total,
})

function readSearch(query: Query, timeZone: string): HistorySearch | undefined {
  const ids = (name: string) => {
    const list = readList(query, name, { maxItems: 10_000 }).map((id) => readId(name, id))
    checkCount(name, list, maxIds)
    return list
  }
  const days = readDayRange(query, timeZone)
  const search = { ...days, seriesIds: ids('series_id'), storeIds: ids('store_id') }
  const isAny = days.fromS === Number.NEGATIVE_INFINITY && days.untilS === Number.POSITIVE_INFINITY
  return isAny && search.seriesIds.length + search.storeIds.length === 0 ? undefined : search
}

/** `start_date` and `end_date` as instants, `[from, until)`. @throws Refusal 400 for what are no days in order. */
export function readDayRange(query: Query, timeZone: string): { fromS: number; untilS: number } {
  const read = (name: string) => {
    const text = readText(query, name)
    if (text === undefined) return undefined
    const day = readDay(text, timeZone)
    if (day === undefined) throw badParameter(name, text, 'a day, YYYY-MM-DD')
    return day
  }
  const fromS = read('start_date')?.beginsAtS ?? Number.NEGATIVE_INFINITY
  const untilS = read('end_date')?.endsAtS ?? Number.POSITIVE_INFINITY
  if (fromS >= untilS)
    throw badParameter('end_date', readText(query, 'end_date') ?? '', 'not before start_date')
  return { fromS, untilS }
}

const one = <Wire>(list: readonly Wire[]): Wire | readonly Wire[] =>
  list.length === 1 ? (list[0] as Wire) : list

function customerToWire(found: CustomerCoupons, timeZone: string): Item {
  return {
    isFailed: false,
    wire: {
      firstname: found.firstName,
      lastname: found.lastName,
      email: found.email,
      mobile: found.mobile,
      external_id: found.externalId,
      id: String(found.customerId),
      coupons: { coupon: one(found.coupons.map((coupon) => couponToWire(coupon, timeZone))) },
      item_status: itemStatus(true, 1000, 'Issued coupons retrieved successfully'),
    },
  }
}

/** No spreads: they cost on hot paths. */
function couponToWire(coupon: ListedCoupon, timeZone: string) {
  return {
    id: String(coupon.id),
    redemption_count: String(coupon.redemptions.length),
    created_date: formatInstant(timeZone, coupon.createdAtS),
    valid_till: dayOf(timeZone, coupon.validUntilS),
    code: coupon.code,
    transaction_number: coupon.transactionNumber ?? '',
    redemptions: { redemption: one(coupon.redemptions.map((each) => redemptionToWire(each, timeZone))) },
  }
}

function redemptionToWire(
  { redeemedAtS, transactionNumber, redeemedAt }: HistoryRedemption,
  timeZone: string,
) {
  return {
    date: localTime(timeZone, redeemedAtS),
    transaction_number: transactionNumber,
    redeemed_at: redeemedAt ?? undefined,
  }
}
