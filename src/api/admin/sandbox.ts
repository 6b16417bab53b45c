import { Type } from 'typebox'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import { badParameter } from '../../values/errors.ts'
import { readNow } from '../../platform/clock.ts'
import { requireSandbox } from '../../operate/sandbox/require-sandbox.ts'
import { resetSandbox } from '../../operate/sandbox/reset-sandbox.ts'
import { setClock } from '../../operate/sandbox/set-clock.ts'
import { formatInstant } from '../../values/calendar.ts'
import { parseStatedTimeS } from '../../values/stated-time.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { admin, answers } from './fields.ts'

const tags = ['Sandbox']
const beginsS = 0
const endsS = Date.UTC(3000, 0, 1) / 1000

const clock = Type.Object({
  at: Type.Union([Type.String(), Type.Null()], {
    description: 'Where the clock stands still; null: it shows real time.',
  }),
  now: Type.String({ description: 'What it shows.' }),
})

const count = Type.Integer()
const resetAnswer = Type.Object({
  deleted: Type.Object({
    customers: count,
    coupons: count,
    redemptions: count,
    reversals: count,
    events: count,
    messages: count,
    idempotencyKeys: count,
    codeBatches: count,
    uploads: count,
    series: count,
  }),
})

/** `/admin/v1/sandbox`: the clock and the reset of a sandbox. An organisation that is not a sandbox gets 409. */
export function registerSandbox(app: App, context: Context): void {
  const { database } = context
  route(app, 'GET /admin/v1/sandbox/clock', {
    access: ['organisation', 'read'],
    ...admin,
    schema: {
      operationId: 'getSandboxClock',
      summary: 'What the clock of the sandbox shows',
      tags,
      response: answers(clock),
    },
    handler: (caller) => clockToWire(context, caller),
  })

  route(app, 'PUT /admin/v1/sandbox/clock', {
    access: ['organisation', 'write'],
    ...admin,
    // The clock is replaced, not edited: its previous value does not matter.
    edits: 'no record',
    schema: {
      operationId: 'setSandboxClock',
      summary: 'Set the clock of the sandbox',
      description: 'It stands still there, and every request from the next one on is judged by it.',
      tags,
      body: Type.Object({
        at: Type.Union([Type.String({ maxLength: 64 }), Type.Null()], {
          description:
            'ISO 8601 with an offset, or YYYY-MM-DD HH:MM:SS or YYYY-MM-DD in the time zone of the organisation; null: real time.',
        }),
      }),
      response: answers(clock),
    },
    handler: async (caller, request) => {
      await setClock(database.queries, caller, readAt(request.body.at, caller.timeZone))
      return clockToWire(context, caller)
    },
  })

  route(app, 'POST /admin/v1/sandbox/reset', {
    access: ['organisation', 'write'],
    ...admin,
    isLong: true,
    schema: {
      operationId: 'resetSandbox',
      summary: 'Empty the sandbox',
      description:
        'Customers, coupons, redemptions, events, messages, stored answers, batches and uploads are gone; counters are 0 and the clock shows real time. Stores, tills, clients, users, webhooks and the audit log stay, and series unless keepsSeries is false. Answers when all is done; other calls of the sandbox get 503 meanwhile.',
      tags,
      body: Type.Object({
        keepsSeries: Type.Optional(Type.Boolean({ description: 'Default true.' })),
      }),
      response: answers(resetAnswer),
    },
    handler: async (caller, request) => {
      const { keepsSeries = true } = request.body
      const counts = await resetSandbox(database, caller, { keepsSeries })
      return {
        deleted: {
          customers: counts.customers ?? 0,
          coupons: counts.coupons ?? 0,
          redemptions: counts.redemptions ?? 0,
          reversals: counts.reversals ?? 0,
          events: counts.events ?? 0,
          messages: counts.webhook_messages ?? 0,
          idempotencyKeys: counts.idempotency_keys ?? 0,
          codeBatches: counts.code_batches ?? 0,
          uploads: counts.uploads ?? 0,
          series: counts.series ?? 0,
        },
      }
    },
  })
}

async function clockToWire(context: Context, caller: Caller) {
  const { pool, queries } = context.database
  const { orgId, timeZone } = caller
  const { clockAt } = await requireSandbox(queries, orgId)
  const now = (await readNow(context, pool, caller)) ?? new Date()
  const print = (at: Date): string => formatInstant(timeZone, Math.floor(at.getTime() / 1000))
  return { at: clockAt && print(clockAt), now: print(now) }
}

/** Truncated to whole seconds, like all printed instants. */
function readAt(text: string | null, timeZone: string): Date | null {
  if (text === null) return null
  const atS = parseStatedTimeS(text, timeZone)
  if (atS === undefined || atS < beginsS || atS >= endsS)
    throw badParameter(
      'at',
      text,
      'ISO 8601 with offset, YYYY-MM-DD HH:MM:SS or YYYY-MM-DD, from 1970 to 2999',
    )
  return new Date(Math.floor(atS) * 1000)
}
