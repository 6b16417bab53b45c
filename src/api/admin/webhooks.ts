import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import {
  changeWebhook,
  deleteWebhook,
  pauseWebhook,
  resumeWebhook,
  rotateWebhookSecret,
} from '../../webhooks/change-webhook.ts'
import { createWebhook } from '../../webhooks/create-webhook.ts'
import { subscribableNames } from '../../webhooks/event-names-rules.ts'
import { listWebhooks, readWebhook } from '../../webhooks/webhook.ts'
import { readKinds } from '../../webhooks/webhook-fields-rules.ts'
import type { App } from '../../http/app.ts'
import { recordedChange, recordedEdit, recordedSetting } from '../../http/recorded-change.ts'
import { editedRecords } from './edited.ts'
import { route } from '../../http/route.ts'
import { tellVersion } from '../../http/if-match.ts'
import { answers, idParams, pageParameters, readPage, readPathId } from './fields.ts'
import { readIdentifiers, tags, webhookSchema, webhookToWire } from './webhook-wire.ts'

const name = Type.String({ minLength: 1, maxLength: 200 })
const url = Type.String({ minLength: 1, maxLength: 4_000, description: 'https, at a public address.' })
const eventNames = Type.Array(Type.String({ maxLength: 100 }), {
  maxItems: 100,
  description: subscribableNames.join(', '),
})
const headers = Type.Record(Type.String({ pattern: '^' }), Type.String(), {
  description: 'Sent with every message. Their values are not shown again.',
})
const maxConnections = Type.Integer({ minimum: 1, maximum: 100 })
const identifiers = Type.Array(Type.String({ maxLength: 100 }), {
  maxItems: 10,
  description: 'Identifiers of the customer to include in messages: mobile, email, externalId.',
})
const secret = Type.String({ description: 'Shown this once. Messages are signed with it.' })
const withSecret = Type.Object({ ...webhookSchema.properties, secret })
const defaultConnections = 10
const fieldNames = { url: 'url', headers: 'headers' }

const states = [
  ['pause', 'pauseWebhook', 'Send nothing more for now; what happens meanwhile is not lost', pauseWebhook],
  ['resume', 'resumeWebhook', 'Go on where it was paused or stopped', resumeWebhook],
] as const

/**
 * `/admin/v1/webhooks`: receivers of events. Calls that show a secret accept no Idempotency-Key, because an answer with
 * a secret is not stored; a second webhook of the same name is refused.
 */
export function registerWebhooks(app: App, context: Context): void {
  registerCreateWebhook(app, context)
  registerReadWebhooks(app, context)
  registerEditWebhook(app, context)
  registerWebhookStates(app, context)
  registerRotateSecret(app, context)
}

function registerCreateWebhook(app: App, context: Context): void {
  const { config } = context
  route(app, 'POST /admin/v1/webhooks', {
    access: ['webhook', 'write'],
    failure: 'problem',
    schema: {
      operationId: 'createWebhook',
      summary: 'Create a webhook and show its secret, this once',
      description: 'It receives the events that occur from then on.',
      tags,
      body: Type.Object({
        name,
        url,
        eventNames,
        headers: Type.Optional(headers),
        maxConnections: Type.Optional(maxConnections),
        identifiers: Type.Optional(identifiers),
      }),
      response: answers(withSecret),
    },
    handler: async (caller, { body }) => {
      const fields = {
        name: body.name,
        url: body.url,
        kinds: readKinds('eventNames', body.eventNames),
        headers: body.headers ?? {},
        maxConnections: body.maxConnections ?? defaultConnections,
        identifiers: readIdentifiers('identifiers', body.identifiers ?? []),
        slaS: 0,
        isActive: true,
        tillId: caller.tillId,
      }
      const { webhook, secret } = await recordedChange(context, caller, (queries) =>
        createWebhook({ config, queries }, caller.orgId, fields, fieldNames),
      )
      return { ...webhookToWire(context, webhook, caller.timeZone), secret }
    },
  })
}

function registerReadWebhooks(app: App, context: Context): void {
  const { queries } = context.database

  route(app, 'GET /admin/v1/webhooks', {
    access: ['webhook', 'read'],
    failure: 'problem',
    schema: {
      operationId: 'listWebhooks',
      summary: 'The webhooks of the organisation',
      tags,
      querystring: pageParameters,
      response: answers(Type.Object({ webhooks: Type.Array(webhookSchema) })),
    },
    handler: async ({ orgId, timeZone }, request) => {
      const rows = await listWebhooks(queries, orgId, readPage(request.query))
      return { webhooks: rows.map((row) => webhookToWire(context, row, timeZone)) }
    },
  })

  route(app, 'GET /admin/v1/webhooks/:id', {
    access: ['webhook', 'read'],
    failure: 'problem',
    schema: {
      operationId: 'getWebhook',
      summary: 'A webhook, and how it fares',
      tags,
      params: idParams,
      response: answers(webhookSchema),
    },
    handler: async ({ orgId, timeZone }, request, reply) => {
      const row = await readWebhook(queries, orgId, readPathId(request.params.id))
      tellVersion(reply, row.version)
      return webhookToWire(context, row, timeZone)
    },
  })
}

function registerEditWebhook(app: App, context: Context): void {
  const records = editedRecords(context)
  const { config } = context
  route(app, 'PATCH /admin/v1/webhooks/:id', {
    access: ['webhook', 'write'],
    failure: 'problem',
    edits: records.webhook,
    schema: {
      operationId: 'changeWebhook',
      summary: 'Change the given properties of a webhook',
      tags,
      params: idParams,
      body: Type.Object({
        name: Type.Optional(name),
        url: Type.Optional(url),
        eventNames: Type.Optional(eventNames),
        headers: Type.Optional(headers),
        maxConnections: Type.Optional(maxConnections),
        identifiers: Type.Optional(identifiers),
      }),
      response: answers(webhookSchema),
    },
    handler: async (caller, request, reply) => {
      const { orgId, timeZone } = caller
      const id = readPathId(request.params.id)
      const { eventNames: names, identifiers: types, ...rest } = request.body
      const row = await recordedEdit(context, caller, request, ['webhooks', id], (queries) =>
        changeWebhook({ config, queries }, orgId, id, {
          ...rest,
          kinds: names && readKinds('eventNames', names),
          identifiers: types && readIdentifiers('identifiers', types),
        }),
      )
      tellVersion(reply, row.version)
      return webhookToWire(context, row, timeZone)
    },
  })

  route(app, 'DELETE /admin/v1/webhooks/:id', {
    access: ['webhook', 'write'],
    failure: 'problem',
    edits: records.webhook,
    needsReason: true,
    schema: {
      operationId: 'deleteWebhook',
      summary: 'Delete a webhook and its undelivered messages',
      tags,
      params: idParams,
      response: answers(Type.Object({ id: Type.Integer(), isDeleted: Type.Boolean() })),
    },
    handler: async (caller, request) => {
      const id = readPathId(request.params.id)
      await recordedEdit(context, caller, request, ['webhooks', id], (queries) =>
        deleteWebhook({ config, queries }, caller.orgId, id),
      )
      return { id, isDeleted: true }
    },
  })
}

function registerWebhookStates(app: App, context: Context): void {
  const records = editedRecords(context)
  const { config } = context
  for (const [path, operationId, summary, change] of states) {
    route(app, `POST /admin/v1/webhooks/:id/${path}`, {
      access: ['webhook', 'write'],
      failure: 'problem',
      edits: records.webhook,
      ...(path === 'pause' && { needsReason: true }),
      schema: { operationId, summary, tags, params: idParams, response: answers(webhookSchema) },
      handler: async (caller, request) => {
        const id = readPathId(request.params.id)
        const row = await recordedSetting(context, caller, request, ['webhooks', id], (queries) =>
          change({ config, queries }, caller.orgId, id),
        )
        return webhookToWire(context, row, caller.timeZone)
      },
    })
  }
}

function registerRotateSecret(app: App, context: Context): void {
  const records = editedRecords(context)
  const { config } = context
  route(app, 'POST /admin/v1/webhooks/:id/rotate-secret', {
    access: ['webhook', 'write'],
    failure: 'problem',
    edits: records.webhook,
    needsReason: true,
    schema: {
      operationId: 'rotateWebhookSecret',
      summary: 'Give a webhook another secret and show it, this once',
      description: 'Until the overlap is over messages carry a signature of each of the two secrets.',
      tags,
      params: idParams,
      body: Type.Object({
        overlapHours: Type.Optional(
          Type.Integer({ minimum: 0, maximum: 720, description: 'Default 24; 0 ends the old one now.' }),
        ),
      }),
      response: answers(withSecret),
    },
    handler: async (caller, request) => {
      const id = readPathId(request.params.id)
      const { overlapHours = 24 } = request.body
      const { webhook, secret } = await recordedEdit(context, caller, request, ['webhooks', id], (queries) =>
        rotateWebhookSecret({ config, queries }, caller.orgId, id, overlapHours),
      )
      return { ...webhookToWire(context, webhook, caller.timeZone), secret }
    },
  })
}
