import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { badParameter, refuse } from '../../values/errors.ts'
import { parseInstantS } from '../../values/calendar.ts'
import { eventUuid, readEventId } from '../../values/event-id.ts'
import { listMessages, messageStates, readMessage } from '../../webhooks/messages.ts'
import {
  replayFrom,
  replayMessage,
  replayParked,
  sendTestMessage,
  type ReplayStart,
} from '../../webhooks/replay.ts'
import { readWebhook } from '../../webhooks/webhook.ts'
import type { App } from '../../http/app.ts'
import { recordedChange } from '../../http/recorded-change.ts'
import { route } from '../../http/route.ts'
import { readEnum, readInteger, readText, type Query } from '../../http/query-parameters.ts'
import { answers, idParams, readPathId } from './fields.ts'
import {
  attemptToWire,
  messageSchema,
  messageToWire,
  messageWithAttemptsSchema,
  readPathEventId,
  tags,
} from './webhook-wire.ts'

const messageParams = Type.Object({ ...idParams.properties, eventId: Type.String() })
const told = Type.Object({ eventId: Type.String() })

/** The `eventId` of the last row of the previous page. */
export function readBefore(query: Query, orgId: number): number | undefined {
  const text = readText(query, 'before')
  if (text === undefined) return undefined
  const id = readEventId(orgId, text)
  if (id === undefined) throw badParameter('before', text, 'an eventId')
  return id
}

function readStart(
  orgId: number,
  { since, afterEventId }: { since?: string | undefined; afterEventId?: string | undefined },
): ReplayStart {
  if ((since === undefined) === (afterEventId === undefined))
    throw refuse.badRequest('Give either since or afterEventId')
  if (afterEventId !== undefined) {
    const id = readEventId(orgId, afterEventId)
    if (id === undefined) throw badParameter('afterEventId', afterEventId, 'an eventId')
    return { afterEventId: id }
  }
  const atS = parseInstantS(since ?? '')
  if (atS === undefined)
    throw badParameter('since', since ?? '', 'an instant with an offset, as 2026-06-11T00:00:00Z')
  return { since: new Date(atS * 1000) }
}

/** `/admin/v1/webhooks/{id}/…`: the messages of a webhook, a test message, and repeated delivery. */
export function registerWebhookMessages(app: App, context: Context): void {
  registerReadMessages(app, context)
  registerReplays(app, context)
  registerTest(app, context)
}

function registerReadMessages(app: App, context: Context): void {
  const { queries } = context.database
  route(app, 'GET /admin/v1/webhooks/:id/messages', {
    access: ['webhook', 'read'],
    failure: 'problem',
    schema: {
      operationId: 'listWebhookMessages',
      summary: 'Messages of a webhook, the latest first',
      tags,
      params: idParams,
      querystring: Type.Object({
        state: Type.Optional(Type.String({ description: `${messageStates.join(', ')}; without it: all.` })),
        limit: Type.Optional(Type.String({ description: '1 to 1000; default 100.' })),
        before: Type.Optional(
          Type.String({ description: 'The eventId of the last message of the page before.' }),
        ),
      }),
      response: answers(Type.Object({ messages: Type.Array(messageSchema) })),
    },
    handler: async ({ orgId, timeZone }, request) => {
      const id = readPathId(request.params.id)
      const { query } = request
      await readWebhook(queries, orgId, id)
      const messages = await listMessages(queries, orgId, id, {
        state: readEnum(query, 'state', messageStates),
        beforeId: readBefore(query, orgId),
        limit: readInteger(query, 'limit', { min: 1, max: 1_000 }) ?? 100,
      })
      return { messages: messages.map((one) => messageToWire(one, timeZone)) }
    },
  })

  route(app, 'GET /admin/v1/webhooks/:id/messages/:eventId', {
    access: ['webhook', 'read'],
    failure: 'problem',
    schema: {
      operationId: 'getWebhookMessage',
      summary: 'A message, and every attempt to deliver it',
      tags,
      params: messageParams,
      response: answers(messageWithAttemptsSchema),
    },
    handler: async ({ orgId, timeZone }, request) => {
      const { id, eventId } = request.params
      const found = await readMessage(queries, orgId, readPathId(id), readPathEventId(orgId, eventId))
      const attemptsMade = found.attemptsMade.map((one) => attemptToWire(one, timeZone))
      return { ...messageToWire(found, timeZone), attemptsMade }
    },
  })
}

function registerReplays(app: App, context: Context): void {
  route(app, 'POST /admin/v1/webhooks/:id/messages/:eventId/replay', {
    access: ['webhook', 'write'],
    failure: 'problem',
    schema: {
      operationId: 'replayWebhookMessage',
      summary: 'Send an event again',
      tags,
      params: messageParams,
      response: answers(told),
    },
    handler: async (caller, { params }) => {
      const { orgId } = caller
      const eventId = readPathEventId(orgId, params.eventId)
      const id = readPathId(params.id)
      await recordedChange(context, caller, (transaction) => replayMessage(transaction, orgId, id, eventId))
      return { eventId: eventUuid(orgId, eventId) }
    },
  })

  route(app, 'POST /admin/v1/webhooks/:id/replay', {
    access: ['webhook', 'write'],
    failure: 'problem',
    schema: {
      operationId: 'replayWebhook',
      summary: 'Send everything again that happened since an instant or after an event',
      description: 'In order, in the background. What is on its way already is not sent twice.',
      tags,
      params: idParams,
      body: Type.Object({
        since: Type.Optional(Type.String({ maxLength: 40, description: 'An instant with its offset.' })),
        afterEventId: Type.Optional(Type.String({ maxLength: 40 })),
      }),
      response: answers(Type.Object({ id: Type.Integer(), isReplaying: Type.Boolean() })),
    },
    handler: async (caller, { params, body }) => {
      const start = readStart(caller.orgId, body)
      const row = await recordedChange(context, caller, (transaction) =>
        replayFrom(transaction, caller.orgId, readPathId(params.id), start),
      )
      return { id: row.id, isReplaying: true }
    },
  })

  route(app, 'POST /admin/v1/webhooks/:id/replay-parked', {
    access: ['webhook', 'write'],
    failure: 'problem',
    schema: {
      operationId: 'replayParkedMessages',
      summary: 'Send all parked messages again',
      tags,
      params: idParams,
      response: answers(Type.Object({ id: Type.Integer(), messages: Type.Integer() })),
    },
    handler: async (caller, { params }) => {
      const id = readPathId(params.id)
      const messages = await recordedChange(context, caller, (transaction) =>
        replayParked(transaction, caller.orgId, id),
      )
      return { id, messages }
    },
  })
}

function registerTest(app: App, context: Context): void {
  route(app, 'POST /admin/v1/webhooks/:id/test', {
    access: ['webhook', 'write'],
    failure: 'problem',
    schema: {
      operationId: 'testWebhook',
      summary: 'Send a test message',
      tags,
      params: idParams,
      response: answers(told),
    },
    handler: async (caller, { params }) => {
      const eventId = await recordedChange(context, caller, (transaction) =>
        sendTestMessage(transaction, caller.orgId, readPathId(params.id)),
      )
      return { eventId: eventUuid(caller.orgId, eventId) }
    },
  })
}
