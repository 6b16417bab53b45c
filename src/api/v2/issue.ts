import { Type, type Static, type TSchema } from 'typebox'
import { type Caller } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import {
  issueCoupons,
  type IssueCommand,
  type IssuedInSeries,
  type IssueOutcome,
} from '../../ledger/coupons/issue-coupons.ts'
import type { IssueRequest } from '../../ledger/coupons/issue-state.ts'
import { badParameter, Refusal, refuse } from '../../values/errors.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { decimals } from '../../http/decimals.ts'
import { answerOf, sendAnswer } from '../../http/answer.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { status } from '../../http/answer-fields.ts'
import { errorsFailure, errorsFailures, writeHeaders } from '../../http/envelope.ts'
import { refusalStatus } from '../../http/refusal-status.ts'
import {
  customerFields,
  given,
  numeric,
  optional,
  readCustomer,
  readId,
  readNumber,
  readText,
} from '../../http/fields.ts'
import {
  bulkIssueAnswer,
  couponToWire,
  issueAnswer,
  issueRefusalToWire,
  multipleConfigToWire,
  multipleIssueAnswer,
} from './issue-wire.ts'
import { profileToWire, statusToWire } from './wire.ts'

const writeAmounts = decimals('discountValue', 'discountUpto')

const maxSeries = 50
const maxCount = 500
const metadataLengths = { sourceType: 50, sourceId: 50, sourceActivity: 50, notes: 250, reason: 250 }

const metadataField = optional(Type.String())
const metadata = optional(
  Type.Object(
    {
      sourceType: metadataField,
      sourceId: metadataField,
      sourceActivity: metadataField,
      notes: metadataField,
      reason: metadataField,
    },
    { description: 'Reason and origin; stored with the event.' },
  ),
)
const seriesId = optional(numeric)

/** The status of a refusal depends on a client setting. */
const refusedOr = <Answer extends TSchema, Refused extends TSchema>(answer: Answer, refused: Refused) => ({
  200: Type.Union([answer, refused]),
  400: Type.Union([answer, refused]),
})

const routes = { tags: ['Coupons'], headers: writeHeaders }

/** The three issue calls: one coupon, one of each of several series, several of one series. */
export function registerIssue(app: App, context: Context): void {
  registerSingleIssue(app, context)
  registerBulkIssue(app, context)
  registerMultipleIssue(app, context)
}

function registerSingleIssue(app: App, context: Context): void {
  route(app, 'POST /v2/coupon/issue', {
    access: ['coupon', 'write'],
    failure: 'errors',
    refusedStatus: 400,
    schema: {
      operationId: 'issueCoupon',
      summary: 'Issue a coupon',
      body: Type.Object({ seriesId, customer: customerFields }),
      ...routes,
      response: { ...errorsFailures, ...refusedOr(issueAnswer, errorsFailure) },
    },
    handler: async (caller, request, reply) => {
      const requests = [{ seriesId: readSeriesId(request.body.seriesId), count: 1 }]
      const read = await readIssue(context, caller, request.body.customer, undefined, requests)
      const { outcome, isReplay } = await issueCoupons(context, caller, {
        ...read,
        idempotencyKey: readIdempotencyKey(request, caller),
        requestId: request.id,
      })
      return sendAnswer(reply, singleAnswer(outcome, caller), isReplay)
    },
  })
}

function registerBulkIssue(app: App, context: Context): void {
  route(app, 'POST /v2/coupon/bulk/issue', {
    access: ['coupon', 'write'],
    failure: 'errors',
    refusedStatus: 400,
    schema: {
      operationId: 'issueCoupons',
      summary: 'Issue a coupon of each of several series',
      body: Type.Object({
        seriesIds: optional(Type.Union([Type.Array(numeric, { maxItems: 1_000 }), numeric])),
        customer: customerFields,
        metadata,
      }),
      ...routes,
      response: { ...errorsFailures, ...refusedOr(bulkIssueAnswer, Type.Union([errorsFailure, status])) },
    },
    handler: async (caller, request, reply) => {
      const ids = [request.body.seriesIds ?? []].flat().map((id) => readSeriesId(id))
      if (ids.length === 0) throw refuse.fieldMissing('seriesIds is mandatory to set')
      if (ids.length > maxSeries)
        throw badParameter('seriesIds', `${ids.length} series`, `at most ${maxSeries}`)
      const requests = ids.map((id) => ({ seriesId: id, count: 1 }))
      const read = await orUnknownCustomer(() =>
        readIssue(context, caller, request.body.customer, request.body.metadata, requests),
      )
      if (read === undefined) return sendAnswer(reply, noCustomer(caller))
      const { outcome, isReplay } = await issueCoupons(context, caller, {
        ...read,
        idempotencyKey: readIdempotencyKey(request, caller),
        requestId: request.id,
      })
      return sendAnswer(reply, bulkAnswer(outcome, caller), isReplay)
    },
  })
}

function registerMultipleIssue(app: App, context: Context): void {
  route(app, 'POST /v2/coupon/issue/multiple', {
    access: ['coupon', 'write'],
    failure: 'errors',
    refusedStatus: 200,
    schema: {
      operationId: 'issueMultipleCoupons',
      summary: 'Issue several coupons of one series',
      body: Type.Object({
        seriesId,
        seriesIds: seriesId,
        count: optional(numeric),
        customer: customerFields,
        metadata,
      }),
      ...routes,
      response: { ...errorsFailures, ...refusedOr(multipleIssueAnswer, errorsFailure) },
    },
    handler: async (caller, request, reply) => {
      const { body } = request
      const count = readNumber('count', given(body.count) ?? 1)
      if (count <= 0) throw refuse.fieldMissing('count should be greater than 0')
      if (!Number.isInteger(count) || count > maxCount) throw refuse.couponCountInvalid()
      const requests = [{ seriesId: readSeriesId(given(body.seriesId) ?? body.seriesIds), count }]
      const read = await readIssue(context, caller, body.customer, body.metadata, requests)
      const { outcome, isReplay } = await issueCoupons(context, caller, {
        ...read,
        idempotencyKey: readIdempotencyKey(request, caller),
        requestId: request.id,
      })
      return sendAnswer(reply, multipleAnswer(outcome, caller), isReplay)
    },
  })
}

function readSeriesId(id: number | string | null | undefined): number {
  if (id === undefined || id === null || id === '') throw refuse.fieldMissing('seriesId is mandatory to set')
  try {
    return readId('seriesId', id)
  } catch {
    throw refuse.seriesInvalid()
  }
}

async function readIssue(
  context: Context,
  caller: Caller,
  customer: Static<typeof customerFields>,
  about: Static<typeof metadata> | undefined,
  requests: readonly Omit<IssueRequest, 'customer'>[],
): Promise<Omit<IssueCommand, 'idempotencyKey'>> {
  const entries = Object.entries(metadataLengths).flatMap(([name, maxLength]) => {
    const value = about?.[name as keyof typeof metadataLengths]
    return value ? [[name, readText(`metadata.${name}`, value, maxLength)] as const] : []
  })
  const reference = await readCustomer(context, caller, customer)
  return {
    requests: requests.map((one) => ({ customer: reference, ...one })),
    place: { storeId: caller.storeId, tillId: caller.tillId },
    timeZone: caller.timeZone,
    metadata: entries.length > 0 ? Object.fromEntries(entries) : null,
  }
}

function failed(
  caller: Caller,
  published: 200 | 400,
  refusal: NonNullable<IssuedInSeries['refusal']>,
  one?: IssuedInSeries,
) {
  return answerOf(refusalStatus(caller, published), { errors: [issueRefusalToWire(refusal, one)] })
}

function singleAnswer({ requests: [one] }: IssueOutcome, caller: Caller) {
  const [coupon] = one?.coupons ?? []
  const customer = one?.customer
  if (customer === undefined) return failed(caller, 400, 701)
  if (one?.series === undefined || coupon === undefined) return failed(caller, 400, one?.refusal ?? 707, one)
  const { timeZone } = caller
  const { id, validTillDateTime, ...before } = couponToWire(one.series, coupon, timeZone)
  return answerOf(200, {
    ...withoutCount(before),
    customer: profileToWire(customer, timeZone),
    redemptionCount: 0,
    id,
    validTillDateTime,
    warnings: [],
  })
}

/** The single call prints the customer before the count of redemptions. */
function withoutCount<Wire extends { redemptionCount: number }>(wire: Wire): Omit<Wire, 'redemptionCount'> {
  const { redemptionCount: _, ...rest } = wire
  return rest
}

/** Only the bulk call reports an unknown customer without a list of errors. */
const noCustomer = (caller: Caller) => answerOf(refusalStatus(caller, 400), statusToWire(701))

async function orUnknownCustomer<Read>(read: () => Promise<Read>): Promise<Read | undefined> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof Refusal && error.code === 701) return undefined
    throw error
  }
}

function bulkAnswer({ requests: bySeries }: IssueOutcome, caller: Caller) {
  if (bySeries[0]?.customer === undefined) return noCustomer(caller)
  const failureCount = bySeries.filter(({ coupons }) => coupons.length === 0).length
  // The request succeeds if at least one coupon was issued.
  const wire = {
    response: bySeries.map((one) => {
      const [coupon] = one.coupons
      const isIssued = coupon !== undefined && one.series !== undefined
      return {
        entityId: one.seriesId,
        ...(isIssued && { result: couponToWire(one.series, coupon, caller.timeZone) }),
        errors: isIssued ? [] : [issueRefusalToWire(one.refusal ?? 709, one)],
        warnings: [],
      }
    }),
    totalCount: bySeries.length,
    failureCount,
  }
  return answerOf(failureCount < bySeries.length ? 200 : refusalStatus(caller, 200), wire, writeAmounts)
}

/** Reached limits are reported in the shape of a success, even if nothing was issued. */
const usedUp: ReadonlySet<number> = new Set([5001, 5002, 5004, 5005, 5006, 5007])

function multipleAnswer({ requests: [one] }: IssueOutcome, caller: Caller) {
  const customer = one?.customer
  if (customer === undefined) return failed(caller, 200, 701)
  const isNone = one?.coupons.length === 0
  if (one?.series === undefined || (isNone && !usedUp.has(one.refusal ?? 0)))
    return failed(caller, 200, one?.refusal ?? 707, one)
  return answerOf(isNone ? refusalStatus(caller, 200) : 200, {
    coupons: one.coupons.map(({ id, code }) => ({ code, couponId: id })),
    couponConfig: multipleConfigToWire(one.series),
    totalCount: one.asked,
    failureCount: one.asked - one.coupons.length,
    successCount: one.coupons.length,
    customer: profileToWire(customer, caller.timeZone),
    errors: one.refusal === null ? [] : [issueRefusalToWire(one.refusal, one)],
    warnings: [],
  })
}
