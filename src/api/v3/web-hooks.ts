import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { badParameter } from '../../values/errors.ts'
import { formatInstant } from '../../values/calendar.ts'
import { readHeaderNames } from '../../webhooks/change-webhook.ts'
import { createWebhook } from '../../webhooks/create-webhook.ts'
import { nameOf } from '../../webhooks/event-names-rules.ts'
import { retriesOf } from '../../webhooks/retry-rules.ts'
import { readKinds } from '../../webhooks/webhook-fields-rules.ts'
import { identifierTypes, listWebhooks, type WebhookRow } from '../../webhooks/webhook.ts'
import { pageParameters, readPage } from '../admin/fields.ts'
import { tags } from '../admin/webhook-wire.ts'
import type { App } from '../../http/app.ts'
import { recordedChange } from '../../http/recorded-change.ts'
import { route } from '../../http/route.ts'
import { numeric, optional, readNumber, record } from '../../http/fields.ts'
import { dataAnswer, dataFailures } from './envelope.ts'

const registration = Type.Object({
  active: optional(Type.Boolean()),
  name: Type.String({ minLength: 1, maxLength: 200 }),
  eventNames: Type.Array(Type.String({ maxLength: 100 }), { maxItems: 100 }),
  webHookUrl: Type.String({ minLength: 1, maxLength: 4_000 }),
  webHookType: optional(Type.String({ maxLength: 40, description: 'HTTP.' })),
  methodType: optional(Type.String({ maxLength: 40, description: 'POST.' })),
  webHookHeaders: optional(record(Type.String(), { maxProperties: 100 })),
  maxAllowedConnections: optional(numeric),
  slaInSeconds: optional(numeric),
  customerIdentifiersToBeEnriched: optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 100 })),
})

const stored = Type.Object({
  webHookId: Type.Integer(),
  name: Type.String(),
  active: Type.Boolean(),
  eventNames: Type.Array(Type.String()),
  webHookUrl: Type.String(),
  webHookType: Type.String(),
  methodType: Type.String(),
  webHookHeaders: record(Type.String({ description: 'Values are not shown.' })),
  maxAllowedConnections: Type.Integer(),
  slaInSeconds: Type.Integer(),
  customerIdentifiersToBeEnriched: Type.Array(Type.String()),
  consumerGroupId: Type.Integer(),
  noOfRetryAttempts: Type.Integer(),
  tillDetailsEnrichmentEnabled: Type.Boolean(),
  storeDetailsEnrichmentEnabled: Type.Boolean(),
  attribution: Type.Unknown(),
})

const maxConnections = 100
const maxSlaS = 86_400

function readWhole(name: string, value: number | string | null | undefined, range: [number, number]): number {
  const [min, max] = range
  const number = readNumber(name, value ?? '')
  if (!Number.isInteger(number) || number < min || number > max)
    throw badParameter(name, String(value), `a whole number from ${min} to ${max}`)
  return number
}

/** Refuses every value except the only one that the contract publishes. */
function requireValue(name: string, value: string | null | undefined, only: string): void {
  if (value && value.toUpperCase() !== only) throw badParameter(name, value, only)
}

function toWire(context: Context, row: WebhookRow, timeZone: string) {
  const { webhookFirstRetryMs: firstRetryMs, webhookGiveUpHours } = context.config
  const at = (date: Date) => formatInstant(timeZone, Math.floor(date.getTime() / 1000))
  return {
    webHookId: row.id,
    name: row.name,
    active: row.state === 'active',
    eventNames: row.kinds.map(nameOf),
    webHookUrl: row.url,
    webHookType: 'HTTP',
    methodType: 'POST',
    webHookHeaders: Object.fromEntries(
      (readHeaderNames(context.config, row) ?? []).map((name) => [name, '***']),
    ),
    maxAllowedConnections: row.max_connections,
    slaInSeconds: row.sla_s,
    customerIdentifiersToBeEnriched: row.identifiers,
    consumerGroupId: -1,
    noOfRetryAttempts: retriesOf({ firstRetryMs, giveUpMs: webhookGiveUpHours * 3_600_000 }),
    tillDetailsEnrichmentEnabled: false,
    storeDetailsEnrichmentEnabled: false,
    attribution: {
      createdOn: at(row.created_at),
      createdBy: { id: row.created_till_id },
      lastUpdatedOn: at(row.updated_at),
    },
  }
}

/** `POST` and `GET /v3/webHooks`: registration for events in the form of the contract (8.4). */
export function registerV3WebHooks(app: App, context: Context): void {
  route(app, 'POST /v3/webHooks', {
    access: ['webhook', 'write'],
    failure: 'token',
    schema: {
      operationId: 'registerWebHook',
      summary: 'Register a URL for events',
      description:
        'Identifier types that are not stored are ignored. The answer contains the secret that messages are signed with; it is not shown again.',
      tags,
      body: registration,
      response: {
        200: dataAnswer(Type.Object({ ...stored.properties, signingSecret: Type.String() })),
        ...dataFailures,
      },
    },
    handler: async (caller, { body }) => {
      requireValue('webHookType', body.webHookType, 'HTTP')
      requireValue('methodType', body.methodType, 'POST')
      const wanted = new Set((body.customerIdentifiersToBeEnriched ?? []).map((one) => one.toLowerCase()))
      const fields = {
        name: body.name,
        url: body.webHookUrl,
        kinds: readKinds('eventNames', body.eventNames),
        headers: body.webHookHeaders ?? {},
        maxConnections: readWhole('maxAllowedConnections', body.maxAllowedConnections ?? 10, [
          1,
          maxConnections,
        ]),
        slaS: readWhole('slaInSeconds', body.slaInSeconds ?? 0, [0, maxSlaS]),
        identifiers: identifierTypes.filter((type) => wanted.has(type.toLowerCase())),
        isActive: body.active ?? true,
        tillId: caller.tillId,
      }
      const { webhook, secret } = await recordedChange(context, caller, (queries) =>
        createWebhook({ config: context.config, queries }, caller.orgId, fields, {
          url: 'webHookUrl',
          headers: 'webHookHeaders',
        }),
      )
      return { data: { ...toWire(context, webhook, caller.timeZone), signingSecret: secret }, errors: null }
    },
  })

  route(app, 'GET /v3/webHooks', {
    access: ['webhook', 'read'],
    failure: 'token',
    schema: {
      operationId: 'getWebHooks',
      summary: 'What is registered for events',
      tags,
      querystring: pageParameters,
      response: { 200: dataAnswer(Type.Array(stored)), ...dataFailures },
    },
    handler: async ({ orgId, timeZone }, request) => {
      const rows = await listWebhooks(context.database.queries, orgId, readPage(request.query))
      return { data: rows.map((row) => toWire(context, row, timeZone)), errors: null }
    },
  })
}
