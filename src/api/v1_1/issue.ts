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
import { customerBody, readBodyCustomer } from './customer.ts'
import {
  itemRefused,
  itemStatus,
  orRefusal,
  readFormat,
  readItems,
  sendWrittenItems,
  sortItems,
  type Item,
  type RefusedItem,
} from '../../http/v1_1-envelope.ts'
import {
  answerSchema,
  consumes,
  formatParameter,
  itemFields,
  itemsBody,
  oneOrSeveral,
  produces,
  responses,
  seriesInfoFields,
  text,
  userIdParameter,
} from './schemas.ts'
import { customerToWire, seriesInfoToWire } from './wire.ts'

const maxItems = 50

const wanted = Type.Object({ series_id: optional(numeric), customer: optional(customerBody) })
type Wanted = Static<typeof wanted>

const answer = answerSchema({
  coupon: oneOrSeveral({
    code: text,
    valid_till: text,
    series_info: Type.Object({
      id: Type.String(),
      ...Type.Partial(Type.Object(seriesInfoFields)).properties,
    }),
    customer: Type.Object({ mobile: text, email: text, external_id: text, user_id: text }),
    ...itemFields,
  }),
})

/** `POST /v1.1/coupon/issue`: coupons to customers; what is refused of one does not hold up the others. */
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
      body: itemsBody(wanted),
      response: responses(answer),
    },
    handler: async (caller, request, reply) => {
      const format = readFormat(request)
      const withId = readBoolean(request.query, 'user_id') ?? false
      const idempotencyKey = readIdempotencyKey(request, caller)
      const list = readItems(request.body.root.coupon, maxItems)
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
        done,
        (one, at) => itemToWire(one, list[at], caller.timeZone, withId),
        (coupon) => ({ coupon }),
      )
    },
  })
}

/** @throws Refusal 707 for what is no series, and what `readBodyCustomer` throws. */
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
  status: object,
): Item {
  const id = given(sent?.series_id)
  return {
    isFailed: true,
    wire: {
      series_info: { id: id === undefined ? '' : String(id) },
      customer: known === undefined ? {} : withoutNulls(customerToWire(known, withId)),
      item_status: status,
    },
  }
}

function itemToWire(
  one: IssuedInSeries | RefusedItem,
  sent: Wanted | undefined,
  timeZone: string,
  withId: boolean,
): Item {
  if ('at' in one) return refusedToWire(sent, undefined, withId, itemRefused(one.code, one.message))
  const [coupon] = one.coupons
  if (one.series === undefined || one.customer === undefined || coupon === undefined) {
    const { code, message } = issueRefusalToWire(one.refusal ?? 709, one)
    return refusedToWire(sent, one.customer, withId, itemRefused(code, message))
  }
  return {
    isFailed: false,
    wire: {
      code: coupon.code,
      valid_till: dayOf(timeZone, coupon.validUntilS),
      series_info: { id: String(one.series.id), ...seriesInfoToWire(one.series, timeZone) },
      customer: withoutNulls(customerToWire(one.customer, withId)),
      item_status: itemStatus(true, 700, 'Coupon processing successful'),
    },
  }
}

/** This call leaves out identifiers that there are not. */
function withoutNulls(customer: object): object {
  return Object.fromEntries(Object.entries(customer).filter(([, value]) => value !== null))
}
