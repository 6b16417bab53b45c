import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { createClient } from '../../identity/organisations/create-client.ts'
import { listClients } from '../../identity/organisations/list-logins.ts'
import { rotateSecret } from '../../identity/organisations/rotate-secret.ts'
import type { App } from '../../http/app.ts'
import { recordedChange, recordedEdit } from '../../http/recorded-change.ts'
import { editedRecords } from './edited.ts'
import { route } from '../../http/route.ts'
import {
  admin,
  answers,
  idParams,
  nullable,
  pageParameters,
  readPage,
  readPathId,
  tags,
  versionField,
} from './fields.ts'
import { clientSettingsSchema } from './client-settings.ts'
import { lastUsedField, loginToWire } from './login-wire.ts'
import { ownLimits } from './logins.ts'

const name = Type.String({ minLength: 1, maxLength: 200 })
const clientsSchema = Type.Object({
  clients: Type.Array(
    Type.Object({
      id: Type.Integer(),
      name: Type.String(),
      key: Type.String(),
      till: Type.String({ description: 'Code of the till it acts as.' }),
      accessGroup: Type.String(),
      tokenTtlS: Type.Integer(),
      limits: nullable(ownLimits),
      clientSettings: clientSettingsSchema,
      version: versionField,
      isRevoked: Type.Boolean(),
      lastUsedAt: lastUsedField,
    }),
  ),
})
const withSecret = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  key: Type.String(),
  secret: Type.String({ description: 'Shown this once.' }),
})

/**
 * `/admin/v1/clients`: programs that sign in with a key and a secret. These calls accept no Idempotency-Key, because an
 * answer with a secret is not stored; a second client of the same name is refused.
 */
export function registerClients(app: App, context: Context): void {
  const records = editedRecords(context)
  const { queries } = context.database
  route(app, 'GET /admin/v1/clients', {
    access: ['client', 'read'],
    ...admin,
    schema: {
      operationId: 'listClients',
      summary: 'The clients of the organisation',
      tags,
      querystring: pageParameters,
      response: answers(clientsSchema),
    },
    handler: async ({ orgId, timeZone }, { query }) => {
      const clients = await listClients(queries, orgId, readPage(query))
      return { clients: clients.map((one) => loginToWire(one, timeZone)) }
    },
  })

  route(app, 'POST /admin/v1/clients', {
    access: ['client', 'write'],
    ...admin,
    schema: {
      operationId: 'createClient',
      summary: 'Create a client and show its secret, this once',
      tags,
      body: Type.Object({
        name,
        till: Type.String({ minLength: 1, maxLength: 200, description: 'Code of the till it acts as.' }),
        accessGroup: Type.Optional(
          Type.String({ maxLength: 200, description: 'By name; that of the till unless given.' }),
        ),
      }),
      response: answers(withSecret),
    },
    handler: async (caller, { body }) => {
      const { till: tillCode, name, accessGroup } = body
      const { id, key, secret } = await recordedChange(context, caller, (transaction) =>
        createClient(transaction, { orgId: caller.orgId, tillCode, name, accessGroup }),
      )
      return { id, name, key, secret }
    },
  })

  route(app, 'POST /admin/v1/clients/:id/rotate-secret', {
    access: ['client', 'write'],
    ...admin,
    edits: records.client,
    needsReason: true,
    schema: {
      operationId: 'rotateClientSecret',
      summary: 'Give a client another secret and show it, this once',
      description: 'Tokens obtained with the old secret remain valid until they expire.',
      tags,
      params: idParams,
      response: answers(withSecret),
    },
    handler: async (caller, request) => {
      const id = readPathId(request.params.id)
      const { name, key, secret } = await recordedEdit(
        context,
        caller,
        request,
        ['clients', id],
        (transaction) => rotateSecret(transaction, caller.orgId, id),
      )
      return { id, name, key, secret }
    },
  })
}
