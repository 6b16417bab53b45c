import { Type } from 'typebox'
import { recorded } from '../../platform/author.ts'
import type { Context } from '../../ledger/context.ts'
import { createClient } from '../../identity/organisations/create-client.ts'
import { listClients } from '../../identity/organisations/list-logins.ts'
import { revokeLogin } from '../../identity/organisations/revoke-login.ts'
import { rotateSecret } from '../../identity/organisations/rotate-secret.ts'
import type { App } from '../../http/app.ts'
import {
  answers,
  changeHeaders,
  config,
  idParams,
  pageParameters,
  readPage,
  readPathId,
  signInFor,
  tags,
} from './fields.ts'
import { recordedChange } from './recorded-change.ts'

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
  app.get(
    '/admin/v1/clients',
    {
      config,
      schema: {
        operationId: 'listClients',
        summary: 'The clients of the organisation',
        tags,
        querystring: pageParameters,
        response: answers(Type.Object({ clients: Type.Array(Type.Unknown()) })),
      },
    },
    async (request) => {
      const { orgId } = await signInFor(request, 'client', 'read')
      return { clients: await listClients(queries, orgId, readPage(request.query)) }
    },
  )

  app.post(
    '/admin/v1/clients',
    {
      config,
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
    },
    async (request) => {
      const caller = await signInFor(request, 'client', 'write')
      const { orgId } = caller
      const { body } = request
      const { id, key, secret } = await recorded(queries, caller, (transaction) =>
        createClient(transaction, {
          orgId,
          tillCode: body.till,
          name: body.name,
          accessGroup: body.accessGroup,
        }),
      )
      return { id, name: body.name, key, secret }
    },
  )

  app.post(
    '/admin/v1/clients/:id/revoke',
    {
      config,
      schema: {
        operationId: 'revokeClient',
        summary: 'Revoke a client and its tokens',
        tags,
        headers: changeHeaders,
        params: idParams,
        response: answers(Type.Object({ id: Type.Integer(), isRevoked: Type.Boolean() })),
      },
    },
    async (request) => {
      const caller = await signInFor(request, 'client', 'write')
      const { orgId } = caller
      const id = readPathId(request.params.id)
      await recordedChange(context, request, caller, ['clients', id], (transaction) =>
        revokeLogin(transaction, orgId, 'client', id),
      )
      return { id, isRevoked: true }
    },
  )

  app.post(
    '/admin/v1/clients/:id/rotate-secret',
    {
      config,
      schema: {
        operationId: 'rotateClientSecret',
        summary: 'Give a client another secret and show it, this once',
        description: 'Tokens that the old secret was exchanged for live on until they expire.',
        tags,
        headers: changeHeaders,
        params: idParams,
        response: answers(withSecret),
      },
    },
    async (request) => {
      const caller = await signInFor(request, 'client', 'write')
      const { orgId } = caller
      const id = readPathId(request.params.id)
      const {
        name: called,
        key,
        secret,
      } = await recordedChange(context, request, caller, ['clients', id], (transaction) =>
        rotateSecret(transaction, orgId, id),
      )
      return { id, name: called, key, secret }
    },
  )
}
