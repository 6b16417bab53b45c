import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { badParameter, refuse } from '../../values/errors.ts'
import { formatInstant } from '../../values/calendar.ts'
import { readEventId } from '../../values/event-id.ts'
import { nullable, versionField } from './fields.ts'
import { readHeaderNames } from '../../webhooks/change-webhook.ts'
import { nameOf } from '../../webhooks/event-names-rules.ts'
import type { ShownAttempt, ShownMessage } from '../../webhooks/messages.ts'
import { identifierTypes, type ToldIdentifier, type WebhookRow } from '../../webhooks/webhook.ts'

export const tags = ['Webhooks']

const instant = Type.String({ description: 'In the time zone of the organisation.' })

export const webhookSchema = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  url: Type.String(),
  eventNames: Type.Array(Type.String()),
  state: Type.String({ description: 'active, paused or stopped.' }),
  stoppedBecause: nullable(Type.String({ description: 'gone (410) or failing.' })),
  headerNames: nullable(Type.Array(Type.String())),
  maxConnections: Type.Integer(),
  identifiers: Type.Array(Type.String()),
  failures: Type.Integer({ description: 'Attempts that have failed since the last success.' }),
  failingSince: nullable(instant),
  heldUntil: nullable(instant),
  formerSecretUntil: nullable(instant),
  isReplaying: Type.Boolean(),
  createdAt: instant,
  updatedAt: instant,
  version: versionField,
})

const messageFields = {
  eventId: Type.String(),
  eventName: Type.String(),
  refId: Type.String(),
  requestId: nullable(Type.String()),
  couponId: nullable(Type.Integer()),
  state: Type.String({ description: 'open, delivered or parked.' }),
  attempts: Type.Integer(),
  lastOutcome: nullable(Type.String()),
  lastStatus: nullable(Type.Integer()),
  occurredAt: instant,
  dueAt: nullable(instant),
  deliveredAt: nullable(instant),
}
export const messageSchema = Type.Object(messageFields)
export const messageWithAttemptsSchema = Type.Object({
  ...messageFields,
  attemptsMade: Type.Array(
    Type.Object({
      number: Type.Integer(),
      attemptedAt: instant,
      outcome: Type.String(),
      httpStatus: nullable(Type.Integer()),
      durationMs: Type.Integer(),
    }),
  ),
})

const dateToWire = (timeZone: string, date: Date | null): string | null =>
  date && formatInstant(timeZone, Math.floor(date.getTime() / 1000))

export function webhookToWire({ config }: Pick<Context, 'config'>, row: WebhookRow, timeZone: string) {
  const at = (date: Date | null) => dateToWire(timeZone, date)
  return {
    id: row.id,
    name: row.name,
    url: row.url,
    eventNames: row.kinds.map(nameOf),
    state: row.state,
    stoppedBecause: row.stopped_because,
    headerNames: readHeaderNames(config, row),
    maxConnections: row.max_connections,
    identifiers: row.identifiers,
    failures: row.failures,
    failingSince: at(row.failing_since),
    heldUntil: at(row.held_until),
    formerSecretUntil: at(row.former_secret_until),
    isReplaying: row.replay_after_id !== null,
    createdAt: at(row.created_at),
    updatedAt: at(row.updated_at),
    version: row.version,
  }
}

export function messageToWire(message: ShownMessage, timeZone: string) {
  const at = (epochS: number | null) => (epochS === null ? null : formatInstant(timeZone, epochS))
  return {
    eventId: message.eventId,
    eventName: message.eventName,
    refId: message.refId,
    requestId: message.requestId,
    couponId: message.couponId,
    state: message.state,
    attempts: message.attempts,
    lastOutcome: message.lastOutcome,
    lastStatus: message.lastStatus,
    occurredAt: at(message.occurredAtS),
    dueAt: at(message.dueAtS),
    deliveredAt: at(message.deliveredAtS),
  }
}

export function attemptToWire(
  { number, attemptedAtS, outcome, httpStatus, durationMs }: ShownAttempt,
  timeZone: string,
) {
  return { number, attemptedAt: formatInstant(timeZone, attemptedAtS), outcome, httpStatus, durationMs }
}

/** Reads the types of identifiers in the messages of a webhook, in any letter case. @throws Refusal 400. */
export function readIdentifiers(name: string, given: readonly string[]): ToldIdentifier[] {
  const types = given.map((one) => {
    const type = identifierTypes.find((known) => known.toLowerCase() === one.trim().toLowerCase())
    if (type === undefined) throw badParameter(name, one, `one of ${identifierTypes.join(', ')}`)
    return type
  })
  return [...new Set(types)]
}

/** Reads the `eventId` of an event from a path. @throws Refusal 404 for text that cannot be one. */
export function readPathEventId(orgId: number, text: string): number {
  const id = readEventId(orgId, text)
  if (id === undefined) throw refuse.notFound()
  return id
}
