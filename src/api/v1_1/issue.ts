import { Type, type Static } from 'typebox'
import { requireAccess, type Caller } from '../../access/caller.ts'
import type { Context } from '../../context.ts'
import { issueCoupons, type IssuedInSeries, type IssueWant } from '../../coupons/issue-coupons.ts'
import type { CustomerProfile } from '../../customers/customer-profile.ts'
import { Refusal } from '../../errors.ts'
import type { GivenAnswer } from '../../retries/stored-answers.ts'
import { dayOf } from '../../values/calendar.ts'
import type { App } from '../app.ts'
import { readBoolean } from '../query-parameters.ts'
import { about, readRetryKey, sendAnswer } from '../retry-key.ts'
import { writeHeaders } from '../v2/envelope.ts'
import { given, numeric, optional, readId } from '../v2/fields.ts'
import { issueRefusalToWire } from '../v2/issue-wire.ts'
import { customerBody, readBodyCustomer } from './customer.ts'
import {
  answerOfItems,
  answerSchema,
  consumes,
  formatParameter,
  itemFields,
  itemRefused,
  itemStatus,
  oneOrSeveral,
  orRefusal,
  produces,
  readFormat,
  readItems,
  responses,
  unwrapped,
  type Item,
} from './envelope.ts'
import { customerToWire, seriesInfoToWire } from './wire.ts'

const maxItems = 50

const wanted = Type.Object({ series_id: optional(numeric), customer: optional(customerBody) })
type Wanted = Static<typeof wanted>

const text = Type.Optional(Type.String())
const answer = answerSchema({
  coupon: oneOrSeveral({
    code: text,
    valid_till: text,
    series_info: Type.Object({ id: Type.String(), description: text, discount_code: text, valid_till: text }),
    customer: Type.Object({ mobile: text, email: text, external_id: text, user_id: text }),
    ...itemFields,
  }),
})

/** `POST /v1.1/coupon/issue`: coupons to customers; what is refused of one does not hold up the others. */
export function registerIssue(app: App, context: Context, prefix: string, suffix: string): void {
  app.post(
    `${prefix}/coupon/issue`,
    {
      config: { failure: 'v1.1' },
      schema: {
        operationId: `issueCoupons${suffix}`,
        summary: 'Issue coupons, each by itself',
        description: `At most ${maxItems} coupons.`,
        tags: ['Version 1.1'],
        consumes,
        produces,
        headers: writeHeaders,
        querystring: Type.Object({
          ...formatParameter,
          user_id: Type.Optional(Type.String({ description: 'true: with the ids of the customers.' })),
        }),
        body: Type.Object({
          root: Type.Object({ coupon: Type.Union([wanted, Type.Array(wanted, { maxItems: 1_000 })]) }),
        }),
        response: responses(answer),
      },
    },
    async (request, reply) => {
      const caller = await request.signIn()
      requireAccess(caller, 'coupon', 'write')
      const format = readFormat(request)
      const withId = readBoolean(request.query, 'user_id') ?? false
      const retryKey = readRetryKey(request, caller)
      const list = readItems(request.body.root.coupon, maxItems)
      const read = await Promise.all(list.map((one) => orRefusal(() => readWant(context, caller, one))))
      const present = (verdict: readonly IssuedInSeries[]) => {
        let next = 0
        const items = read.map((one, at) =>
          one instanceof Refusal
            ? refusedToWire(list[at], undefined, withId, itemRefused(one.code, one.message))
            : issuedToWire(verdict[next++], list[at], caller.timeZone, withId),
        )
        const known = verdict.flatMap(({ customer }) => customer?.id ?? [])
        return about(known, answerOfItems(format, items, known.length > 0, { coupon: unwrapped(items) }))
      }
      const wants = read.flatMap((one) => (one instanceof Refusal ? [] : [one]))
      const place = { storeId: caller.storeId, tillId: caller.tillId }
      const told: GivenAnswer =
        wants.length === 0
          ? { ...present([]), isReplay: false }
          : await issueCoupons(context, caller, {
              wants,
              place,
              timeZone: caller.timeZone,
              metadata: null,
              retryKey,
              present,
            })
      return sendAnswer(reply, told)
    },
  )
}

/** @throws Refusal 707 for what is no series, and what `readBodyCustomer` throws. */
async function readWant(context: Context, caller: Caller, one: Wanted): Promise<IssueWant> {
  const seriesId = readSeriesId(one.series_id)
  return { seriesId, count: 1, customer: await readBodyCustomer(context, caller, one.customer) }
}

function readSeriesId(value: Wanted['series_id']): number {
  try {
    return readId('series_id', given(value) ?? '')
  } catch {
    throw new Refusal(707)
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

function issuedToWire(
  one: IssuedInSeries | undefined,
  sent: Wanted | undefined,
  timeZone: string,
  withId: boolean,
): Item {
  const [coupon] = one?.coupons ?? []
  if (one?.series === undefined || one.customer === undefined || coupon === undefined) {
    const { code, message } = issueRefusalToWire(one?.refusal ?? 709, one)
    return refusedToWire(sent, one?.customer, withId, itemRefused(code, message))
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
