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
import { tellVersion } from '../../http/if-match.ts'
import { answers, changeHeaders, config, idParams, pageParameters, readPage, readPathId } from './fields.ts'
import {
  changeAsCaller,
  readIdentifiers,
  signInForWebhooks,
  tags,
  webhookSchema,
  webhookToWire,
} from './webhook-wire.ts'

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
  description: 'Of the customer, to be told in messages: mobile, email, externalId.',
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
 * `/admin/v1/webhooks`: receivers that are told of events. Calls that show a secret take no Idempotency-Key: an answer with
 * a secret is not stored. A second webhook of one name is refused.
 */
export function registerWebhooks(app: App, context: Context): void {
  const { queries } = context.database
  app.post(
    '/admin/v1/webhooks',
    {
      config,
      schema: {
        operationId: 'createWebhook',
        summary: 'Create a webhook and show its secret, this once',
        description: 'It is told of what happens from then on.',
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
    },
    (request) =>
      changeAsCaller(context, request, async (scope, { orgId, tillId, timeZone }) => {
        const { body } = request
        const created = await createWebhook(
          scope,
          orgId,
          {
            name: body.name,
            url: body.url,
            kinds: readKinds('eventNames', body.eventNames),
            headers: body.headers ?? {},
            maxConnections: body.maxConnections ?? defaultConnections,
            identifiers: readIdentifiers('identifiers', body.identifiers ?? []),
            slaS: 0,
            isActive: true,
            tillId,
          },
          fieldNames,
        )
        return { ...webhookToWire(context, created.webhook, timeZone), secret: created.secret }
      }),
  )

  app.get(
    '/admin/v1/webhooks',
    {
      config,
      schema: {
        operationId: 'listWebhooks',
        summary: 'The webhooks of the organisation',
        tags,
        querystring: pageParameters,
        response: answers(Type.Object({ webhooks: Type.Array(webhookSchema) })),
      },
    },
    async (request) => {
      const { orgId, timeZone } = await signInForWebhooks(request, 'read')
      const rows = await listWebhooks(queries, orgId, readPage(request.query))
      return { webhooks: rows.map((row) => webhookToWire(context, row, timeZone)) }
    },
  )

  app.get(
    '/admin/v1/webhooks/:id',
    {
      config,
      schema: {
        operationId: 'getWebhook',
        summary: 'A webhook, and how it fares',
        tags,
        params: idParams,
        response: answers(webhookSchema),
      },
    },
    async (request, reply) => {
      const { orgId, timeZone } = await signInForWebhooks(request, 'read')
      const row = await readWebhook(queries, orgId, readPathId(request.params.id))
      tellVersion(reply, row.version)
      return webhookToWire(context, row, timeZone)
    },
  )

  app.patch(
    '/admin/v1/webhooks/:id',
    {
      config,
      schema: {
        operationId: 'changeWebhook',
        summary: 'Change what is given of a webhook',
        tags,
        headers: changeHeaders,
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
    },
    async (request, reply) => {
      const id = readPathId(request.params.id)
      const changed = await changeAsCaller(
        context,
        request,
        async (scope, { orgId, timeZone }) => {
          const { eventNames: names, identifiers: types, ...rest } = request.body
          const row = await changeWebhook(scope, orgId, id, {
            ...rest,
            kinds: names && readKinds('eventNames', names),
            identifiers: types && readIdentifiers('identifiers', types),
          })
          return webhookToWire(context, row, timeZone)
        },
        id,
      )
      tellVersion(reply, changed.version)
      return changed
    },
  )

  app.delete(
    '/admin/v1/webhooks/:id',
    {
      config,
      schema: {
        operationId: 'deleteWebhook',
        summary: 'Delete a webhook and what it has not been told yet',
        tags,
        headers: changeHeaders,
        params: idParams,
        response: answers(Type.Object({ id: Type.Integer(), isDeleted: Type.Boolean() })),
      },
    },
    (request) => {
      const id = readPathId(request.params.id)
      return changeAsCaller(
        context,
        request,
        async (scope, { orgId }) => {
          await deleteWebhook(scope, orgId, id)
          return { id, isDeleted: true }
        },
        id,
      )
    },
  )

  for (const [path, operationId, summary, change] of states) {
    app.post(
      `/admin/v1/webhooks/:id/${path}`,
      { config, schema: { operationId, summary, tags, params: idParams, response: answers(webhookSchema) } },
      (request) =>
        changeAsCaller(context, request, async (scope, { orgId, timeZone }) =>
          webhookToWire(context, await change(scope, orgId, readPathId(request.params.id)), timeZone),
        ),
    )
  }

  app.post(
    '/admin/v1/webhooks/:id/rotate-secret',
    {
      config,
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
    },
    (request) =>
      changeAsCaller(context, request, async (scope, { orgId, timeZone }) => {
        const { overlapHours = 24 } = request.body
        const id = readPathId(request.params.id)
        const rotated = await rotateWebhookSecret(scope, orgId, id, overlapHours)
        return { ...webhookToWire(context, rotated.webhook, timeZone), secret: rotated.secret }
      }),
  )
}
