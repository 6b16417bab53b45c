import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { refuse } from '../../values/errors.ts'
import { formatInstant } from '../../values/calendar.ts'
import { searchMessages, type LogQuery, type ShownMessage } from '../../webhooks/messages.ts'
import { readBefore } from '../admin/webhook-messages.ts'
import { tags } from '../admin/webhook-wire.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readInteger, readText, type Query } from '../../http/query-parameters.ts'
import { dataAnswer, dataFailures } from './envelope.ts'

const limit = Type.Optional(Type.String({ description: '1 to 1000; default 100.' }))

const entry = Type.Object({
  eventId: Type.String(),
  eventName: Type.String(),
  refId: Type.String(),
  requestId: Type.Union([Type.String(), Type.Null()]),
  webHookId: Type.Integer(),
  webHookName: Type.String(),
  status: Type.String({ description: 'OPEN, DELIVERED or PARKED.' }),
  attempts: Type.Integer(),
  responseCode: Type.Union([Type.Integer(), Type.Null()]),
  createdOn: Type.String(),
  deliveredOn: Type.Union([Type.String(), Type.Null()]),
})

function toWire(message: ShownMessage, timeZone: string) {
  return {
    eventId: message.eventId,
    eventName: message.eventName,
    refId: message.refId,
    requestId: message.requestId,
    webHookId: message.webhookId,
    webHookName: message.webhookName,
    status: message.state.toUpperCase(),
    attempts: message.attempts,
    responseCode: message.lastStatus,
    createdOn: formatInstant(timeZone, message.occurredAtS),
    deliveredOn: message.deliveredAtS === null ? null : formatInstant(timeZone, message.deliveredAtS),
  }
}

function readRequired(query: Query, name: 'requestId' | 'refId'): string {
  const text = readText(query, name)
  if (text === undefined) throw refuse.badRequest(`The parameter ${name} is missing`)
  return text
}

const calls = [
  {
    path: '',
    operationId: 'getEventLog',
    summary: 'Messages of all webhooks, the latest first',
    parameters: {
      before: Type.Optional(Type.String({ description: 'The last eventId of the page before.' })),
    },
    read: (query: Query, orgId: number): LogQuery => ({ beforeId: readBefore(query, orgId) }),
  },
  {
    path: '/requestId',
    operationId: 'getEventLogOfRequest',
    summary: 'Messages about the effects of a request',
    parameters: { requestId: Type.String({ description: 'X-Request-Id of the request.' }) },
    read: (query: Query): LogQuery => ({ requestId: readRequired(query, 'requestId') }),
  },
  {
    path: '/refId',
    operationId: 'getEventLogOfReference',
    summary: 'Messages about coupons or a redemption',
    parameters: { refId: Type.String({ description: 'As messages have it.' }) },
    read: (query: Query): LogQuery => ({ refId: readRequired(query, 'refId') }),
  },
] as const

/**
 * `GET /v3/webHooks/eventLog…`: the delivery state of messages (8.4). The contract spells the path in two ways, which
 * the router does not distinguish.
 */
export function registerEventLog(app: App, context: Context): void {
  for (const { path, operationId, summary, parameters, read } of calls)
    route(app, `GET /v3/webHooks/eventLog${path}`, {
      access: ['webhook', 'read'],
      failure: 'token',
      schema: {
        operationId,
        summary,
        tags,
        querystring: Type.Object({ limit, ...parameters }),
        response: { 200: dataAnswer(Type.Array(entry)), ...dataFailures },
      },
      handler: async ({ orgId, timeZone }, request) => {
        const { query } = request
        const rows = readInteger(query, 'limit', { min: 1, max: 1_000 }) ?? 100
        const found = await searchMessages(context.database.queries, orgId, read(query, orgId), rows)
        return { data: found.map((one) => toWire(one, timeZone)), errors: null }
      },
    })
}
