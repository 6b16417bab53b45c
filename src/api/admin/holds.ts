import { Type, type Static } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { seesWaiting } from '../../ledger/coupons/waiting-codes.ts'
import { releaseHold } from '../../ledger/holds/change-hold.ts'
import { listHolds, readShownHold, type HoldQuery, type ShownHold } from '../../ledger/holds/list-holds.ts'
import { readNow } from '../../platform/clock.ts'
import { formatInstant } from '../../values/calendar.ts'
import { isGranted, type Caller } from '../../values/caller.ts'
import { refuse } from '../../values/errors.ts'
import { maxId } from '../../values/ids.ts'
import { moneyText } from '../../values/money.ts'
import { instant } from '../../http/answer-fields.ts'
import { answerOf, sendAnswer } from '../../http/answer.ts'
import type { App } from '../../http/app.ts'
import { writeHeaders } from '../../http/envelope.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { readEnum, readInteger, readText, type Query } from '../../http/query-parameters.ts'
import { route } from '../../http/route.ts'
import { admin, answers, idParams, nullable, readPathId } from './fields.ts'

const tags = ['Holds']
const maxLimit = 200
const defaultLimit = 50
const text = (description: string) => Type.Optional(Type.String({ description }))
const named = (name: string) => Type.Object({ id: Type.Integer(), name: Type.String({ description: name }) })

export const heldSchema = Type.Object({
  id: Type.Integer(),
  reference: Type.String({ description: "The caller's own name for the checkout." }),
  status: Type.String({
    description: 'live, redeemed, released, replaced or expired. Only a live hold reserves.',
  }),
  customer: Type.Object(
    {
      id: Type.Integer(),
      name: nullable(Type.String({ description: 'Null: unknown, or the reader may not see it.' })),
    },
    { description: 'The customer for whom the coupons are reserved.' },
  ),
  madeBy: Type.Object({
    kind: Type.String({ description: 'till, client or user.' }),
    id: Type.Integer(),
    name: nullable(Type.String({ description: 'For a till, its code.' })),
  }),
  store: nullable(named('Its name.')),
  till: nullable(named('Its code.')),
  createdAt: instant('When the hold was placed.'),
  expiresAt: instant('From this instant on, the hold reserves nothing.'),
  endedAt: nullable(instant('When it was redeemed, released or replaced, or found to be expired.')),
  reserves: Type.Array(
    Type.Object({
      couponId: Type.Integer(),
      code: nullable(
        Type.String({
          description: 'Null: the coupon is unassigned, and the reader may not see unassigned codes.',
        }),
      ),
      series: named('Its description.'),
      discount: Type.String({ description: 'The amount of a budget reserved with it, as a decimal text.' }),
    }),
    { description: 'The coupons that the hold reserves now.' },
  ),
  total: Type.String({ description: 'The sum of these discounts.' }),
  currency: nullable(Type.String({ description: 'ISO 4217; null: the organisation states none.' })),
})

/**
 * `/admin/v1/holds`: holds of checkouts, for people who help them. The answers name callers, which a till may not read.
 */
export function registerHeld(app: App, context: Context): void {
  registerReads(app, context)
  registerRelease(app, context)
}

function registerReads(app: App, context: Context): void {
  route(app, 'GET /admin/v1/holds', {
    access: {
      all: [
        ['coupon', 'read'],
        ['client', 'read'],
      ],
    },
    failure: 'problem',
    schema: {
      operationId: 'listHolds',
      summary: 'Holds of all checkouts: live ones by expiry, or ended ones, newest first',
      description: 'Holds that ended more than 30 days ago are deleted.',
      tags,
      querystring: Type.Object({
        status: text('live (the default) or ended.'),
        reference: text('Prefix of the reference, case-insensitive.'),
        customer: text('Id of a customer.'),
        coupon: text('Id of a reserved coupon.'),
        series: text('Id of the series of a reserved coupon.'),
        limit: text(`1 to ${maxLimit}; default ${defaultLimit}.`),
        cursor: text('nextCursor of the previous page.'),
      }),
      response: answers(
        Type.Object({
          holds: Type.Array(heldSchema),
          nextCursor: Type.Union([Type.String(), Type.Null()], {
            description: 'Null: this is the last page.',
          }),
        }),
      ),
    },
    handler: async (caller, request) => {
      const query = readQuery(request.query)
      const { limit } = query
      const found = await listHolds(context, caller, { ...query, limit: limit + 1 }, seesWaiting(caller))
      const holds = found.slice(0, limit).map((hold) => toWire(caller, hold))
      const last = holds.at(-1)
      return { holds, nextCursor: found.length > limit && last ? String(last.id) : null }
    },
  })

  route(app, 'GET /admin/v1/holds/:id', {
    access: {
      all: [
        ['coupon', 'read'],
        ['client', 'read'],
      ],
    },
    failure: 'problem',
    schema: {
      operationId: 'getHoldOfCheckout',
      summary: 'A hold, its caller, and the coupons that it reserves',
      tags,
      params: idParams,
      response: answers(heldSchema),
    },
    handler: async (caller, { params }) => show(context, caller, readPathId(params.id)),
  })
}

function registerRelease(app: App, context: Context): void {
  route(app, 'POST /admin/v1/holds/:id/release', {
    access: {
      all: [
        ['coupon', 'write'],
        ['client', 'read'],
      ],
    },
    ...admin,
    schema: {
      operationId: 'releaseHoldOfCheckout',
      summary: 'Release the hold of a checkout manually',
      description:
        'The reason (X-Counterfoil-Reason) is required and stored in the audit log. A hold that has already ended is unchanged. The checkout can still redeem if the limits leave room.',
      tags,
      headers: writeHeaders,
      params: idParams,
      response: answers(heldSchema),
    },
    handler: async (caller, request, reply) => {
      if ((caller.origin?.reason ?? null) === null)
        throw refuse.badRequest('State why the hold is released, in X-Counterfoil-Reason', {
          field: 'reason',
        })
      const id = readPathId(request.params.id)
      const { isReplay } = await releaseHold(context, caller, {
        holdId: id,
        idempotencyKey: readIdempotencyKey(request, caller),
        requestId: request.id,
      })
      return sendAnswer(reply, answerOf(200, await show(context, caller, id)), isReplay)
    },
  })
}

async function show(context: Context, caller: Caller, id: number): Promise<Static<typeof heldSchema>> {
  const { pool } = context.database
  const at = await readNow(context, pool, caller)
  return toWire(caller, await readShownHold(pool, caller.orgId, id, at, seesWaiting(caller)))
}

function readQuery(query: Query): HoldQuery {
  const id = (name: string) => readInteger(query, name, { min: 1, max: maxId })
  return {
    status: readEnum(query, 'status', ['live', 'ended'] as const) ?? 'live',
    reference: readText(query, 'reference'),
    customerId: id('customer'),
    couponId: id('coupon'),
    seriesId: id('series'),
    limit: readInteger(query, 'limit', { min: 1, max: maxLimit }) ?? defaultLimit,
    afterId: id('cursor'),
  }
}

function toWire(caller: Caller, hold: ShownHold): Static<typeof heldSchema> {
  const { timeZone, currency } = caller
  const { customer, createdAtS, expiresAtS, endedAtS, reserves, ...rest } = hold
  const printed = (atS: number): string => formatInstant(timeZone, Math.floor(atS))
  const name = `${customer.firstName} ${customer.lastName}`.trim()
  return {
    ...rest,
    customer: {
      id: customer.id,
      name: name === '' || !isGranted(caller, 'customer', 'read') ? null : name,
    },
    createdAt: printed(createdAtS),
    expiresAt: printed(expiresAtS),
    endedAt: endedAtS === null ? null : printed(endedAtS),
    reserves: reserves.map(({ discount, ...one }) => ({ ...one, discount: moneyText(discount, currency) })),
    total: moneyText(
      reserves.reduce((sum, { discount }) => sum + discount, 0),
      currency,
    ),
    currency,
  }
}
