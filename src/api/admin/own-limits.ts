import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { ownLimitNames } from '../../values/rate-rules.ts'
import { setOwnLimits } from '../../identity/organisations/set-own-limits.ts'
import type { App } from '../../http/app.ts'
import { recordedEdit } from '../../http/recorded-change.ts'
import { route } from '../../http/route.ts'
import { admin, answers, changeHeaders, idParams, readPathId, tags } from './fields.ts'

const limit = Type.Optional(
  Type.Union([Type.Integer({ minimum: 0, maximum: 1_000_000 }), Type.Null()], {
    description: '0: none. Null, or left out: as the server is configured.',
  }),
)
const limits = Type.Object(Object.fromEntries(ownLimitNames.map((name) => [name, limit])))

const kinds = [
  { kind: 'till', table: 'tills', operationId: 'setTillLimits' },
  { kind: 'client', table: 'clients', operationId: 'setClientLimits' },
] as const

/** `PUT /admin/v1/tills/{id}/limits` and `/admin/v1/clients/{id}/limits`: limits of one alone. */
export function registerOwnLimits(app: App, context: Context): void {
  for (const { kind, table, operationId } of kinds) {
    route(app, `PUT /admin/v1/${table}/:id/limits`, {
      access: [kind === 'client' ? 'client' : 'organisation', 'write'],
      ...admin,
      schema: {
        operationId,
        summary: `State the limits of one ${kind}`,
        description: 'All of them anew: what is left out is as the server is configured.',
        tags,
        headers: changeHeaders,
        params: idParams,
        body: limits,
        response: answers(Type.Object({ id: Type.Integer(), limits })),
      },
      handler: async (caller, request) => {
        const id = readPathId(request.params.id)
        const given = request.body as Readonly<Record<string, number | null | undefined>>
        const stated = Object.fromEntries(ownLimitNames.map((name) => [name, given[name] ?? null]))
        await recordedEdit(context, caller, request, [table, id], (transaction) =>
          setOwnLimits(transaction, caller.orgId, kind, id, stated),
        )
        return { id, limits: stated }
      },
    })
  }
}
