import { Type } from 'typebox'
import { recorded } from '../../platform/author.ts'
import type { Context } from '../../ledger/context.ts'
import { listStores } from '../../identity/organisations/list-logins.ts'
import { createArea, moveStore, type AreaKind } from '../../identity/organisations/store-areas.ts'
import { maxId } from '../../values/ids.ts'
import type { App } from '../../http/app.ts'
import {
  answers,
  changeHeaders,
  config,
  idParams,
  nullable,
  pageParameters,
  readPage,
  readPathId,
  signInAdministrator,
  tags,
  versionField,
} from './fields.ts'
import { recordedChange } from './recorded-change.ts'

const parent = Type.Optional(Type.Union([Type.Integer({ minimum: 1, maximum: maxId }), Type.Null()]))

const area = nullable(Type.Integer())
export const storesSchema = Type.Object({
  stores: Type.Array(
    Type.Object({
      id: Type.Integer(),
      code: Type.String(),
      name: Type.String(),
      isActive: Type.Boolean(),
      zoneId: area,
      conceptId: area,
      version: versionField,
    }),
  ),
})

/** `/admin/v1/zones`, `/admin/v1/concepts` and `/admin/v1/stores`: what stores are grouped by. */
export function registerAreas(app: App, context: Context): void {
  const { queries } = context.database
  const registerCreate = (kind: AreaKind, operationId: string): void => {
    app.post(
      `/admin/v1/${kind}s`,
      {
        config,
        schema: {
          operationId,
          summary: `Create a ${kind}`,
          description: `Series can be redeemable in the stores of a ${kind}. GET /v2/locations lists them.`,
          tags,
          body: Type.Object({
            code: Type.String({ minLength: 1, maxLength: 200 }),
            name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
          }),
          response: answers(Type.Object({ id: Type.Integer() })),
        },
      },
      async (request) => {
        const caller = await signInAdministrator(request, 'write')
        const { code, name = code } = request.body
        const id = await recorded(queries, caller, (transaction) =>
          createArea(transaction, kind, { orgId: caller.orgId, code, name }),
        )
        return { id }
      },
    )
  }
  registerCreate('zone', 'createZone')
  registerCreate('concept', 'createConcept')

  app.get(
    '/admin/v1/stores',
    {
      config,
      schema: {
        operationId: 'listStores',
        summary: 'The stores of the organisation, and the zone and concept of each',
        tags,
        querystring: pageParameters,
        response: answers(storesSchema),
      },
    },
    async (request) => {
      const { orgId } = await signInAdministrator(request, 'read')
      return { stores: await listStores(queries, orgId, readPage(request.query)) }
    },
  )

  app.patch(
    '/admin/v1/stores/:id',
    {
      config,
      schema: {
        operationId: 'moveStore',
        summary: 'Move a store to another zone or concept',
        description: 'Where series are redeemable follows in the very next request. Null: to none.',
        tags,
        headers: changeHeaders,
        params: idParams,
        body: Type.Object({ zoneId: parent, conceptId: parent }),
        response: answers(Type.Object({ id: Type.Integer() })),
      },
    },
    async (request) => {
      const caller = await signInAdministrator(request, 'write')
      const id = readPathId(request.params.id)
      await recordedChange(context, request, caller, ['stores', id], (transaction) =>
        moveStore(transaction, caller.orgId, id, request.body),
      )
      return { id }
    },
  )
}
