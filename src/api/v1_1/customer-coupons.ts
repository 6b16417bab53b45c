import { Type } from 'typebox'
import type { Caller } from '../../values/caller.ts'
import { historyFor } from '../../identity/credentials/contact-rules.ts'
import { readPlacesWithin } from '../../identity/organisations/places-within.ts'
import type { Context } from '../../ledger/context.ts'
import type { HistoryRedemption } from '../../ledger/coupons/customer-coupons-lane.ts'
import type { HistorySearch } from '../../ledger/coupons/customer-coupons-sql.ts'
import {
  listCustomerCoupons,
  type CustomerCoupons,
  type CustomerCouponsQuery,
  type ListedCoupon,
} from '../../ledger/coupons/list-customer-coupons.ts'
import { badParameter, Refusal } from '../../values/errors.ts'
import { readDay } from '../../values/stated-time.ts'
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
import { readId } from '../../http/fields.ts'
import { itemStatus, orRefusal, sendItems, type Item } from '../../http/v1_1-envelope.ts'
import { customerParameters } from './customer.ts'
import { historyStatuses, noCustomerToWire, readCustomerOfHistory, statusOfParameter } from './history.ts'
import {
  answerSchema,
  formatParameter,
  itemFields,
  place,
  produces,
  responses,
  textOrNull,
} from './schemas.ts'
import { localTime } from './wire.ts'

const maxLimit = 1_000
const maxOffset = 2_147_483_647
const maxIds = 100

const sortKeyOfParameter = {
  created_date: 'createdDate',
  created_by: 'createdBy',
  valid_till: 'validTill',
  amount: 'amount',
} as const
const sortKeys = Object.keys(sortKeyOfParameter) as (keyof typeof sortKeyOfParameter)[]

const instant = (description: string) =>
  Type.String({ description: `${description} In UTC, with milliseconds: 2026-07-04T09:15:00.000Z.` })

const redemption = Type.Object({
  id: Type.String(),
  date: instant('When it was redeemed.'),
  transaction_number: Type.String(),
  redeemed_at: Type.Optional(place),
})
const coupon = Type.Object({
  id: Type.String(),
  series_id: Type.String(),
  series_name: Type.String(),
  redemption_count: Type.Integer(),
  created_date: instant('When it was issued.'),
  valid_till: Type.String({ description: 'YYYY-MM-DD HH:MM:SS, its last second.' }),
  code: Type.String(),
  transaction_number: textOrNull,
  issued_at: Type.Optional(place),
  purpose: Type.Literal(''),
  custom_properties: Type.Object({
    custom_property: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
  }),
  redemptions: Type.Object(
    { redemption: Type.Optional(Type.Array(redemption)) },
    { description: 'Those that stand; an empty object when there is none.' },
  ),
})
const answer = answerSchema(
  {
    customers: Type.Object({
      customer: Type.Array(
        Type.Object({
          firstname: Type.Optional(Type.String()),
          lastname: Type.Optional(Type.String()),
          email: Type.Optional(textOrNull),
          external_id: Type.Optional(textOrNull),
          mobile: Type.Optional(textOrNull),
          id: Type.Optional(Type.String()),
          coupons: Type.Optional(Type.Object({ coupon: Type.Array(coupon) })),
          ...itemFields,
        }),
      ),
    }),
  },
  {
    pagination: Type.Optional(
      Type.Object({ limit: Type.String(), offset: Type.String(), total: Type.Integer() }),
    ),
  },
)

/** `GET /v1.1/customer/coupons`: a page of a customer's coupon history. */
export function registerCustomerCoupons(app: App, context: Context, prefix: string, suffix: string): void {
  route(app, `GET ${prefix}/customer/coupons`, {
    access: ['coupon', 'read'],
    failure: 'v1.1',
    schema: {
      operationId: `getCustomerCoupons${suffix}`,
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
          Type.String({
            description: `One or several of ${historyStatuses.join(', ')}, joined by semicolons.`,
          }),
        ),
        series_id: Type.Optional(Type.String({ description: `Ids, a comma list; at most ${maxIds}.` })),
        store_id: Type.Optional(Type.String({ description: 'Id of a store where they can be redeemed.' })),
        order_by: Type.Optional(
          Type.String({
            description: `${sortKeys.join(', ')}; default created_date. created_by: the till; amount: the discount.`,
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
        statuses: readEnumList(query, 'status', historyStatuses).map((one) => statusOfParameter[one]),
        transactionNumbers: [],
        sortOrder: readEnum(query, 'sort_order', ['ASC', 'DESC'] as const) ?? 'DESC',
        sortKey: sortKeyOfParameter[readEnum(query, 'order_by', sortKeys) ?? 'created_date'],
        search: await readSearch(context, caller, query),
        ...page,
        withVerdicts: false,
      }
      const found = await orRefusal(() => listCustomerCoupons(context, caller, asked))
      const item =
        found instanceof Refusal
          ? noCustomerToWire(query, found)
          : customerToWire(historyFor(caller, found), caller.timeZone)
      const pagination = found instanceof Refusal ? undefined : pageToWire(page, found.total)
      return sendItems(reply, request, {
        before: { pagination },
        items: [item],
        content: { customers: { customer: [item.wire] } },
      })
    },
  })
}

const pageToWire = ({ limit, offset }: { limit: number; offset: number }, total: number) => ({
  limit: String(limit),
  offset: String(offset),
  total,
})

async function readSearch(
  context: Context,
  caller: Caller,
  query: Query,
): Promise<HistorySearch | undefined> {
  const days = readDayRange(query, caller.timeZone)
  const seriesIds = readList(query, 'series_id', { maxItems: maxIds }).map((id) => readId('series_id', id))
  const storeId = readText(query, 'store_id')
  const isAny = days.fromS === Number.NEGATIVE_INFINITY && days.untilS === Number.POSITIVE_INFINITY
  if (isAny && seriesIds.length === 0 && storeId === undefined) return undefined
  const store =
    storeId === undefined ? undefined : ({ kind: 'STORE', by: { id: readId('store_id', storeId) } } as const)
  const places = store && (await readPlacesWithin(context.database.queries, caller.orgId, store))
  return { ...days, seriesIds, places }
}

/**
 * Reads `start_date` and `end_date` as instants, `[from, until)`. @throws Refusal 400 unless they are days in order.
 */
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

function customerToWire(found: CustomerCoupons, timeZone: string): Item {
  return {
    isFailed: false,
    wire: {
      firstname: found.firstName,
      lastname: found.lastName,
      email: found.email,
      external_id: found.externalId,
      mobile: found.mobile,
      id: String(found.customerId),
      coupons: { coupon: found.coupons.map((one) => couponToWire(one, timeZone)) },
      item_status: itemStatus(true, 1000, 'Coupons retrieved successfully'),
    },
  }
}

/** No spreads, because they are expensive on hot paths. */
function couponToWire(one: ListedCoupon, timeZone: string) {
  return {
    id: String(one.id),
    series_id: String(one.seriesId),
    series_name: one.terms.description,
    redemption_count: one.redemptions.length,
    created_date: instantOf(one.createdAtS),
    valid_till: localTime(timeZone, one.validUntilS),
    code: one.code,
    transaction_number: one.transactionNumber,
    issued_at: one.issuedAt ?? undefined,
    purpose: '',
    custom_properties: { custom_property: one.terms.customProperties ?? [] },
    redemptions: one.redemptions.length === 0 ? {} : { redemption: one.redemptions.map(redemptionToWire) },
  }
}

/** The published examples print local times with a Z. Here a Z means UTC. */
const instantOf = (epochS: number): string => new Date(epochS * 1000).toISOString()

function redemptionToWire({ id, redeemedAtS, transactionNumber, redeemedAt }: HistoryRedemption) {
  return {
    id: String(id),
    date: instantOf(redeemedAtS),
    transaction_number: transactionNumber,
    redeemed_at: redeemedAt ?? undefined,
  }
}
