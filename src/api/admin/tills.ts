import { Type } from 'typebox'
import { passwordRule } from '../../identity/credentials/password-rules.ts'
import type { Context } from '../../ledger/context.ts'
import { listTills } from '../../identity/organisations/list-logins.ts'
import { revokeLogin } from '../../identity/organisations/revoke-login.ts'
import { setTillPassword } from '../../identity/organisations/set-till-password.ts'
import type { App } from '../../http/app.ts'
import {
  answers,
  changeHeaders,
  config,
  idParams,
  pageParameters,
  readPage,
  readPathId,
  signInAdministrator,
  tags,
} from './fields.ts'
import { recordedChange } from './recorded-change.ts'

/** `/admin/v1/tills`: which tills there are, and how they sign in. They are created by `POST /v2/orgEntity/till`. */
export function registerTills(app: App, context: Context): void {
  const { queries } = context.database
  app.get(
    '/admin/v1/tills',
    {
      config,
      schema: {
        operationId: 'listTills',
        summary: 'The tills of the organisation',
        tags,
        querystring: pageParameters,
        response: answers(Type.Object({ tills: Type.Array(Type.Unknown()) })),
      },
    },
    async (request) => {
      const { orgId } = await signInAdministrator(request, 'read')
      return { tills: await listTills(queries, orgId, readPage(request.query)) }
    },
  )

  app.post(
    '/admin/v1/tills/:id/revoke',
    {
      config,
      schema: {
        operationId: 'revokeTill',
        summary: 'Revoke a till',
        tags,
        headers: changeHeaders,
        params: idParams,
        response: answers(Type.Object({ id: Type.Integer(), isRevoked: Type.Boolean() })),
      },
    },
    async (request) => {
      const caller = await signInAdministrator(request, 'write')
      const { orgId } = caller
      const id = readPathId(request.params.id)
      await recordedChange(context, request, caller, ['tills', id], (transaction) =>
        revokeLogin(transaction, orgId, 'till', id),
      )
      return { id, isRevoked: true }
    },
  )

  app.put(
    '/admin/v1/tills/:id/password',
    {
      config,
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
    },
    async (request) => {
      const caller = await signInAdministrator(request, 'write')
      const { orgId } = caller
      const id = readPathId(request.params.id)
      await recordedChange(context, request, caller, ['tills', id], (transaction) =>
        setTillPassword(transaction, orgId, id, request.body.password),
      )
      return { id }
    },
  )
}
