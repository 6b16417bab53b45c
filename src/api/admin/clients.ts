import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { createClient } from '../../identity/organisations/create-client.ts'
import { listClients } from '../../identity/organisations/list-logins.ts'
import { revokeLogin } from '../../identity/organisations/revoke-login.ts'
import { rotateSecret } from '../../identity/organisations/rotate-secret.ts'
import type { App } from '../../http/app.ts'
import { recordedChange, recordedEdit } from '../../http/recorded-change.ts'
import { route } from '../../http/route.ts'
import {
  admin,
  answers,
  changeHeaders,
  idParams,
  pageParameters,
  readPage,
  readPathId,
  tags,
} from './fields.ts'

const name = Type.String({ minLength: 1, maxLength: 200 })
const withSecret = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  key: Type.String(),
  secret: Type.String({ description: 'Shown this once.' }),
})

/**
 * `/admin/v1/clients`: programs that sign in with a key and a secret. These calls take no Idempotency-Key: an answer
 * with a secret is not stored. A second client of one name is refused.
 */
export function registerClients(app: App, context: Context): void {
  const { queries } = context.database
  route(app, 'GET /admin/v1/clients', {
    access: ['client', 'read'],
    ...admin,
    schema: {
      operationId: 'listClients',
      summary: 'The clients of the organisation',
      tags,
      querystring: pageParameters,
      response: answers(Type.Object({ clients: Type.Array(Type.Unknown()) })),
    },
    handler: async ({ orgId }, request) => {
      return { clients: await listClients(queries, orgId, readPage(request.query)) }
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
    handler: async (caller, request) => {
      const { orgId } = caller
      const { body } = request
      const { id, key, secret } = await recordedChange(context, caller, (transaction) =>
        createClient(transaction, {
          orgId,
          tillCode: body.till,
          name: body.name,
          accessGroup: body.accessGroup,
        }),
      )
      return { id, name: body.name, key, secret }
    },
  })

  route(app, 'POST /admin/v1/clients/:id/revoke', {
    access: ['client', 'write'],
    ...admin,
    schema: {
      operationId: 'revokeClient',
      summary: 'Revoke a client and its tokens',
      tags,
      headers: changeHeaders,
      params: idParams,
      response: answers(Type.Object({ id: Type.Integer(), isRevoked: Type.Boolean() })),
    },
    handler: async (caller, request) => {
      const { orgId } = caller
      const id = readPathId(request.params.id)
      await recordedEdit(context, caller, request, ['clients', id], (transaction) =>
        revokeLogin(transaction, orgId, 'client', id),
      )
      return { id, isRevoked: true }
    },
  })

  route(app, 'POST /admin/v1/clients/:id/rotate-secret', {
    access: ['client', 'write'],
    ...admin,
    schema: {
      operationId: 'rotateClientSecret',
      summary: 'Give a client another secret and show it, this once',
      description: 'Tokens that the old secret was exchanged for live on until they expire.',
      tags,
      headers: changeHeaders,
      params: idParams,
      response: answers(withSecret),
    },
    handler: async (caller, request) => {
      const { orgId } = caller
      const id = readPathId(request.params.id)
      const {
        name: called,
        key,
        secret,
      } = await recordedEdit(context, caller, request, ['clients', id], (transaction) =>
        rotateSecret(transaction, orgId, id),
      )
      return { id, name: called, key, secret }
    },
  })
}
