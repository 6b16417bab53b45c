import { Type } from 'typebox'
import { passwordRule } from '../../identity/credentials/password-rules.ts'
import type { Context } from '../../ledger/context.ts'
import { listTills } from '../../identity/organisations/list-logins.ts'
import { revokeLogin } from '../../identity/organisations/revoke-login.ts'
import { setTillPassword } from '../../identity/organisations/set-till-password.ts'
import type { App } from '../../http/app.ts'
import { recordedEdit } from '../../http/recorded-change.ts'
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

/** `/admin/v1/tills`: which tills there are, and how they sign in. They are created by `POST /v2/orgEntity/till`. */
export function registerTills(app: App, context: Context): void {
  const { queries } = context.database
  route(app, 'GET /admin/v1/tills', {
    access: ['organisation', 'read'],
    ...admin,
    schema: {
      operationId: 'listTills',
      summary: 'The tills of the organisation',
      tags,
      querystring: pageParameters,
      response: answers(Type.Object({ tills: Type.Array(Type.Unknown()) })),
    },
    handler: async ({ orgId }, request) => {
      return { tills: await listTills(queries, orgId, readPage(request.query)) }
    },
  })

  route(app, 'POST /admin/v1/tills/:id/revoke', {
    access: ['organisation', 'write'],
    ...admin,
    schema: {
      operationId: 'revokeTill',
      summary: 'Revoke a till',
      tags,
      headers: changeHeaders,
      params: idParams,
      response: answers(Type.Object({ id: Type.Integer(), isRevoked: Type.Boolean() })),
    },
    handler: async (caller, request) => {
      const { orgId } = caller
      const id = readPathId(request.params.id)
      await recordedEdit(context, caller, request, ['tills', id], (transaction) =>
        revokeLogin(transaction, orgId, 'till', id),
      )
      return { id, isRevoked: true }
    },
  })

  route(app, 'PUT /admin/v1/tills/:id/password', {
    access: ['organisation', 'write'],
    ...admin,
    schema: {
      operationId: 'setTillPassword',
      summary: 'Give a till another password',
      tags,
      headers: changeHeaders,
      params: idParams,
      body: Type.Object({
        password: Type.String({ minLength: 1, maxLength: 200, description: passwordRule }),
      }),
      response: answers(Type.Object({ id: Type.Integer() })),
    },
    handler: async (caller, request) => {
      const { orgId } = caller
      const id = readPathId(request.params.id)
      await recordedEdit(context, caller, request, ['tills', id], (transaction) =>
        setTillPassword(transaction, orgId, id, request.body.password),
      )
      return { id }
    },
  })
}
