import { Type, type Static } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { extendHold, releaseHold } from '../../ledger/holds/change-hold.ts'
import type { HoldStatus } from '../../ledger/holds/held-uses-rules.ts'
import { maxTtlS, placeHold, type HoldOutcome } from '../../ledger/holds/place-hold.ts'
import { readHold, readHoldByReference, type HeldCode, type Hold } from '../../ledger/holds/read-hold.ts'
import { formatInstant } from '../../values/calendar.ts'
import type { Caller } from '../../values/caller.ts'
import { badParameter, refuse } from '../../values/errors.ts'
import { moneyText } from '../../values/money.ts'
import { instant } from '../../http/answer-fields.ts'
import { answerOf, sendAnswer, type Answer } from '../../http/answer.ts'
import type { App } from '../../http/app.ts'
import { writeHeaders } from '../../http/envelope.ts'
import { numeric, optional, readDigits, readNumber, readText } from '../../http/fields.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { problemsOf } from '../../http/problem.ts'
import { route } from '../../http/route.ts'
import { idParams, readPathId } from '../admin/fields.ts'
import { refusedAnswer, refusedItself } from './refused.ts'
import { maxCodes, readRequest, requestFields, type ReadRequest } from './request.ts'
import { currency, failures, money, tags, till, writeFailures } from './wire.ts'

const maxReference = 100
const defaultTtlS = 900

const ttlSeconds = {
  ...numeric,
  description: `How long the hold lasts, from now: 1 to ${maxTtlS} seconds.`,
}

const statuses: readonly HoldStatus[] = ['live', 'redeemed', 'released', 'replaced', 'expired']

const nullableId = (description: string) => Type.Union([Type.Integer(), Type.Null()], { description })

const answer = Type.Object({
  id: Type.Integer(),
  reference: Type.String({ description: 'As sent.' }),
  status: Type.Unsafe<HoldStatus>({
    type: 'string',
    enum: [...statuses],
    description: 'Only a live hold reserves its coupons.',
  }),
  customerId: Type.Integer({ description: 'The customer for whom the coupons are reserved.' }),
  storeId: nullableId('The store where the hold was placed.'),
  tillId: nullableId('The till where the hold was placed.'),
  createdAt: instant('When the hold was placed.'),
  expiresAt: instant('From this instant on, the hold reserves nothing.'),
  endedAt: Type.Union([Type.String(), Type.Null()], {
    description: 'When the hold was redeemed, released or replaced.',
  }),
  codes: Type.Array(
    Type.Object({
      code: Type.String({ description: 'As sent.' }),
      discount: money('The worth of the coupon when the hold was placed.'),
    }),
  ),
  total: money('The sum of the discounts.'),
  currency,
})

const notFound = problemsOf([404])

/** `/till/v1/holds`: coupons that a checkout reserves until it is paid. */
export function registerHolds(app: App, context: Context): void {
  registerPlaceHold(app, context)
  registerReadHold(app, context)
  registerChangeHold(app, context)
}

function registerPlaceHold(app: App, context: Context): void {
  route(app, 'POST /till/v1/holds', {
    access: ['coupon', 'write'],
    ...till,
    schema: {
      operationId: 'holdCoupons',
      summary: 'Reserve coupons for a checkout, all or none',
      description: `At most ${maxCodes} codes. If one is refused, none is reserved and the answer is 409. A hold that the caller has under the same reference is replaced in the same step, and the answer is 200 instead of 201; if the new basket is refused, the hold stays as it was.`,
      tags,
      headers: writeHeaders,
      body: Type.Object({
        reference: Type.Union([Type.String({ minLength: 1, maxLength: maxReference }), Type.Number()], {
          description: "The caller's own name for the checkout, such as its transaction number.",
        }),
        ...requestFields,
        ttlSeconds: optional({ ...ttlSeconds, default: defaultTtlS }),
      }),
      response: { 200: answer, 201: answer, ...writeFailures },
    },
    handler: async (caller, request, reply) => {
      const { body } = request
      const read = await readRequest(context, caller, body)
      const wanted = {
        reference: readReference(body.reference),
        ttlS: readTtl(body.ttlSeconds ?? defaultTtlS),
        codes: read.codes,
        bill: body.bill,
      }
      const placed = await placeHold(context, caller, read.request, wanted, {
        idempotencyKey: readIdempotencyKey(request, caller),
        requestId: request.id,
      })
      if ('refusals' in placed) {
        const refusals = placed.refusals.map((refusal) => ({ refusal }))
        return sendAnswer(reply, refusedAnswer(refusals, read.codes, request.id))
      }
      const { outcome, isReplay } = placed.done
      return sendAnswer(reply, placedAnswer(caller, outcome, { ...wanted, read }, request.id), isReplay)
    },
  })
}

function registerReadHold(app: App, context: Context): void {
  route(app, 'GET /till/v1/holds/:id', {
    access: ['coupon', 'read'],
    ...till,
    limit: 'reads',
    schema: {
      operationId: 'getHold',
      summary: 'Read a hold',
      tags,
      params: idParams,
      response: { 200: answer, ...failures, ...notFound },
    },
    handler: async (caller, { params }) =>
      holdToWire(caller, await readHold(context, caller, readPathId(params.id))),
  })

  route(app, 'GET /till/v1/holds', {
    access: ['coupon', 'read'],
    ...till,
    limit: 'reads',
    schema: {
      operationId: 'findHold',
      summary: 'Read the caller’s hold with a reference',
      description: 'The live hold, or else the latest one.',
      tags,
      querystring: Type.Object({ reference: Type.String({ minLength: 1, maxLength: maxReference }) }),
      response: { 200: answer, ...failures, ...notFound },
    },
    handler: async (caller, { query }) =>
      holdToWire(caller, await readHoldByReference(context, caller, readReference(query.reference))),
  })
}

function registerChangeHold(app: App, context: Context): void {
  route(app, 'PATCH /till/v1/holds/:id', {
    access: ['coupon', 'write'],
    ...till,
    schema: {
      operationId: 'extendHold',
      summary: 'Extend a live hold',
      description: 'It expires after this time from now, and at most seven days after it was placed.',
      tags,
      headers: writeHeaders,
      params: idParams,
      body: Type.Object({ ttlSeconds }),
      response: { 200: answer, ...writeFailures, ...notFound },
    },
    handler: async (caller, request, reply) => {
      const { outcome, isReplay } = await extendHold(context, caller, {
        holdId: readPathId(request.params.id),
        ttlS: readTtl(request.body.ttlSeconds),
        idempotencyKey: readIdempotencyKey(request, caller),
        requestId: request.id,
      })
      return sendAnswer(reply, answerOf(200, holdToWire(caller, outcome)), isReplay)
    },
  })

  route(app, 'DELETE /till/v1/holds/:id', {
    access: ['coupon', 'write'],
    ...till,
    schema: {
      operationId: 'releaseHold',
      summary: 'Release a hold',
      description: 'A hold that has already ended is unchanged.',
      tags,
      headers: writeHeaders,
      params: idParams,
      response: { 200: answer, ...writeFailures, ...notFound },
    },
    handler: async (caller, request, reply) => {
      const { outcome, isReplay } = await releaseHold(context, caller, {
        holdId: readPathId(request.params.id),
        idempotencyKey: readIdempotencyKey(request, caller),
        requestId: request.id,
      })
      return sendAnswer(reply, answerOf(200, holdToWire(caller, outcome)), isReplay)
    },
  })
}

function readReference(value: string | number): string {
  const text = readText('reference', readDigits('reference', value), maxReference)
  if (text === '') throw badParameter('reference', text, `1 to ${maxReference} characters`)
  return text
}

function readTtl(value: string | number): number {
  const ttlS = readNumber('ttlSeconds', value)
  if (!Number.isSafeInteger(ttlS) || ttlS < 1 || ttlS > maxTtlS)
    throw badParameter('ttlSeconds', String(value), `a whole number of seconds, 1 to ${maxTtlS}`)
  return ttlS
}

/** @throws Refusal 701 for an unknown customer. */
function placedAnswer(
  caller: Caller,
  { request: { customer, coupons }, hold }: HoldOutcome,
  wanted: { readonly reference: string; readonly ttlS: number; readonly read: ReadRequest },
  requestId: string,
): Answer {
  if (customer === undefined) throw refuse.customerNotFound()
  const { read, reference, ttlS } = wanted
  if (hold === null) return refusedAnswer(coupons.map(refusedItself), read.codes, requestId)
  const wire = toWire(caller, read.bill.currency, {
    id: hold.id,
    reference,
    status: 'live',
    customerId: customer.id,
    storeId: caller.storeId,
    tillId: caller.tillId,
    createdAtS: hold.expiresAtS - ttlS,
    expiresAtS: hold.expiresAtS,
    endedAtS: null,
    codes: coupons.map(({ discountAmount = 0 }, at) => ({
      code: read.codes[at] ?? '',
      discount: discountAmount,
    })),
  })
  return answerOf(hold.isReplacement ? 200 : 201, wire)
}

function holdToWire(caller: Caller, hold: Hold): Static<typeof answer> {
  const stated = (hold.bill as { currency?: string | null }).currency?.toUpperCase()
  return toWire(caller, caller.currency ?? (stated || null), hold)
}

const sumOf = (codes: readonly HeldCode[]): number => codes.reduce((sum, { discount }) => sum + discount, 0)

function toWire({ timeZone }: Caller, of: string | null, hold: Omit<Hold, 'bill'>): Static<typeof answer> {
  const printed = (atS: number): string => formatInstant(timeZone, Math.floor(atS))
  const { createdAtS, expiresAtS, endedAtS, codes } = hold
  return {
    id: hold.id,
    reference: hold.reference,
    status: hold.status,
    customerId: hold.customerId,
    storeId: hold.storeId,
    tillId: hold.tillId,
    createdAt: printed(createdAtS),
    expiresAt: printed(expiresAtS),
    endedAt: endedAtS === null ? null : printed(endedAtS),
    codes: codes.map(({ code, discount }) => ({ code, discount: moneyText(discount, of) })),
    total: moneyText(sumOf(codes), of),
    currency: of,
  }
}
