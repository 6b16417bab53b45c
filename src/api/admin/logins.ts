import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { ownLimitNames } from '../../values/rate-rules.ts'
import { revokeLogin } from '../../identity/organisations/revoke-login.ts'
import { setOwnLimits } from '../../identity/organisations/set-own-limits.ts'
import type { App } from '../../http/app.ts'
import { recordedEdit } from '../../http/recorded-change.ts'
import { editedRecords } from './edited.ts'
import { route } from '../../http/route.ts'
import { admin, answers, idParams, readPathId, tags } from './fields.ts'

const limit = Type.Optional(
  Type.Union([Type.Integer({ minimum: 0, maximum: 1_000_000 }), Type.Null()], {
    description: '0: none. Null or omitted: as configured for the server.',
  }),
)
/** The limits of one till or client. */
export const ownLimits = Type.Object(Object.fromEntries(ownLimitNames.map((name) => [name, limit])))

const kinds = [
  {
    kind: 'till',
    table: 'tills',
    access: ['organisation', 'write'],
    revoke: { operationId: 'revokeTill', summary: 'Revoke a till' },
    limitsId: 'setTillLimits',
  },
  {
    kind: 'client',
    table: 'clients',
    access: ['client', 'write'],
    revoke: { operationId: 'revokeClient', summary: 'Revoke a client and its tokens' },
    limitsId: 'setClientLimits',
  },
] as const

/** `/admin/v1/tills/{id}/…` and `/admin/v1/clients/{id}/…`: revocation, and individual limits. */
export function registerLogins(app: App, context: Context): void {
  const records = editedRecords(context)
  for (const { kind, table, access, revoke, limitsId } of kinds) {
    route(app, `POST /admin/v1/${table}/:id/revoke`, {
      access,
      ...admin,
      edits: records[kind],
      needsReason: true,
      schema: {
        ...revoke,
        tags,
        params: idParams,
        response: answers(Type.Object({ id: Type.Integer(), isRevoked: Type.Boolean() })),
      },
      handler: async (caller, request) => {
        const id = readPathId(request.params.id)
        await recordedEdit(context, caller, request, [table, id], (transaction) =>
          revokeLogin(transaction, caller.orgId, kind, id),
        )
        return { id, isRevoked: true }
      },
    })

    route(app, `PUT /admin/v1/${table}/:id/limits`, {
      access,
      ...admin,
      edits: records[kind],
      schema: {
        operationId: limitsId,
        summary: `State the limits of one ${kind}`,
        description: 'Replaces all limits: an omitted one is as configured for the server.',
        tags,
        params: idParams,
        body: ownLimits,
        response: answers(Type.Object({ id: Type.Integer(), limits: ownLimits })),
      },
      handler: async (caller, request) => {
        const id = readPathId(request.params.id)
        const stated = Object.fromEntries(ownLimitNames.map((name) => [name, request.body[name] ?? null]))
        await recordedEdit(context, caller, request, [table, id], (transaction) =>
          setOwnLimits(transaction, caller.orgId, kind, id, stated),
        )
        return { id, limits: stated }
      },
    })
  }
}
