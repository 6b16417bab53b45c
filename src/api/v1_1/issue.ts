import { Type, type Static } from 'typebox'
import { type Caller } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import { issueCoupons, type IssuedInSeries } from '../../ledger/coupons/issue-coupons.ts'
import type { IssueRequest } from '../../ledger/coupons/issue-state.ts'
import type { CustomerProfile } from '../../ledger/customers/customer-profile.ts'
import { refuse } from '../../values/errors.ts'
import { dayOf } from '../../values/calendar.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readBoolean } from '../../http/query-parameters.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { writeHeaders } from '../../http/envelope.ts'
import { given, numeric, optional, readId } from '../../http/fields.ts'
import { issueRefusalToWire } from '../v2/issue-wire.ts'
import { customerBody, readBodyCustomer, sentToWire } from './customer.ts'
import {
  booleanStatusOf,
  maxItems,
  orRefusal,
  readFormat,
  readItems,
  sendWrittenItems,
  sortItems,
  unwrapped,
  type Item,
  type RefusedItem,
} from '../../http/v1_1-envelope.ts'
import {
  answerSchema,
  booleanStatus,
  consumes,
  formatParameter,
  itemsBody,
  oneOrSeveral,
  produces,
  responses,
  text,
  userIdParameter,
} from './schemas.ts'
import { seriesInfoFields, seriesInfoToWire } from './series-info.ts'
import { customerToWire } from './wire.ts'

const wanted = Type.Object({ series_id: optional(numeric), customer: optional(customerBody) })
type Wanted = Static<typeof wanted>

/** Booleans in this call, but text in every other call of version 1.1. */
const itemStatusFields = Type.Object({
  success: Type.Boolean(),
  code: Type.Integer(),
  message: Type.String(),
})
const answer = answerSchema(
  {
    coupon: oneOrSeveral({
      code: text,
      series_id: Type.String(),
      description: text,
      discount_code: text,
      valid_till: text,
      discount_type: text,
      discount_value: text,
      discount_upto: text,
      discount_on: text,
      detailed_info: text,
      series_info: Type.Optional(
        Type.Object(
          { id: Type.String(), ...seriesInfoFields },
          { description: 'The same as it was printed before.' },
        ),
      ),
      customer: Type.Object({
        mobile: Type.String(),
        email: Type.String(),
        external_id: Type.String(),
        user_id: text,
      }),
      item_status: itemStatusFields,
    }),
  },
  {},
  booleanStatus,
)

/** `POST /v1.1/coupon/issue`: issues coupons to customers; a refused item does not affect the others. */
export function registerIssue(app: App, context: Context, prefix: string, suffix: string): void {
  route(app, `POST ${prefix}/coupon/issue`, {
    access: ['coupon', 'write'],
    failure: 'v1.1',
    schema: {
      operationId: `issueCoupons${suffix}`,
      summary: 'Issue coupons, each by itself',
      description: `At most ${maxItems} coupons.`,
      tags: ['Version 1.1'],
      consumes,
      produces,
      headers: writeHeaders,
      querystring: Type.Object({ ...formatParameter, ...userIdParameter }),
      body: itemsBody('coupon', wanted),
      response: responses(answer),
    },
    handler: async (caller, request, reply) => {
      const format = readFormat(request)
      const withId = readBoolean(request.query, 'user_id') ?? false
      const idempotencyKey = readIdempotencyKey(request, caller)
      const list = readItems('coupon', request.body.root.coupon)
      const read = await Promise.all(list.map((one) => orRefusal(() => readRequest(context, caller, one))))
      const sorted = sortItems(format, read)
      const done =
        sorted.requests.length === 0
          ? { outcome: { requests: [] }, presentation: sorted.presentation, isReplay: false }
          : await issueCoupons(context, caller, {
              ...sorted,
              place: { storeId: caller.storeId, tillId: caller.tillId },
              timeZone: caller.timeZone,
              metadata: null,
              idempotencyKey,
              requestId: request.id,
            })
      return sendWrittenItems<IssuedInSeries>(
        reply,
        request,
        done,
        (one, at) => itemToWire(one, list[at], caller.timeZone, withId),
        (items) => ({ status: booleanStatusOf(items), content: { coupon: unwrapped(items) } }),
      )
    },
  })
}

/** @throws Refusal 707 for an unknown series, and the refusals of `readBodyCustomer`. */
async function readRequest(context: Context, caller: Caller, one: Wanted): Promise<IssueRequest> {
  const seriesId = readSeriesId(one.series_id)
  return { seriesId, count: 1, customer: await readBodyCustomer(context, caller, one.customer) }
}

function readSeriesId(value: Wanted['series_id']): number {
  try {
    return readId('series_id', given(value) ?? '')
  } catch {
    throw refuse.seriesInvalid()
  }
}

function refusedToWire(
  sent: Wanted | undefined,
  known: CustomerProfile | undefined,
  withId: boolean,
  { code, message }: { code: number; message: string },
): Item {
  const customer = known === undefined ? sentToWire(sent?.customer) : customerToWire(known, withId)
  return {
    isFailed: true,
    wire: {
      series_id: String(given(sent?.series_id) ?? ''),
      customer: withoutNulls(customer),
      item_status: { success: false, code, message },
    },
  }
}

function itemToWire(
  one: IssuedInSeries | RefusedItem,
  sent: Wanted | undefined,
  timeZone: string,
  withId: boolean,
): Item {
  if ('at' in one) return refusedToWire(sent, undefined, withId, one)
  const { series, customer, refusal } = one
  const [coupon] = one.coupons
  if (series === undefined || customer === undefined || coupon === undefined)
    return refusedToWire(sent, customer, withId, issueRefusalToWire(refusal ?? 709, one))
  // The two published forms: the current flat one, and the one with the series in an object.
  const info = seriesInfoToWire(series, timeZone)
  return {
    isFailed: false,
    wire: {
      code: coupon.code,
      series_id: String(series.id),
      description: info.description,
      discount_code: info.discount_code,
      valid_till: dayOf(timeZone, coupon.validUntilS),
      discount_type: info.discount_type,
      discount_value: info.discount_value,
      discount_upto: String(series.discountUpto),
      discount_on: info.discount_on,
      detailed_info: info.detailed_info,
      series_info: { id: String(series.id), ...info },
      customer: withoutNulls(customerToWire(customer, withId)),
      item_status: { success: true, code: 700, message: 'Coupon processing successful' },
    },
  }
}

/** This call prints missing identifiers of the customer as empty texts. */
const withoutNulls = (customer: object): object =>
  Object.fromEntries(Object.entries(customer).map(([name, value]: [string, unknown]) => [name, value ?? '']))
