import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { listStores } from '../../identity/organisations/list-logins.ts'
import { createArea, moveStore, type AreaKind } from '../../identity/organisations/store-areas.ts'
import { maxId } from '../../values/ids.ts'
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

/** `/admin/v1/zones`, `/admin/v1/concepts` and `/admin/v1/stores`: the groups of stores. */
export function registerAreas(app: App, context: Context): void {
  const records = editedRecords(context)
  const { queries } = context.database
  const registerCreate = (kind: AreaKind, operationId: string): void => {
    route(app, `POST /admin/v1/${kind}s`, {
      access: ['organisation', 'write'],
      ...admin,
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
      handler: async (caller, request) => {
        const { code, name = code } = request.body
        const id = await recordedChange(context, caller, (transaction) =>
          createArea(transaction, kind, { orgId: caller.orgId, code, name }),
        )
        return { id }
      },
    })
  }
  registerCreate('zone', 'createZone')
  registerCreate('concept', 'createConcept')

  route(app, 'GET /admin/v1/stores', {
    access: ['organisation', 'read'],
    ...admin,
    schema: {
      operationId: 'listStores',
      summary: 'The stores of the organisation, and the zone and concept of each',
      tags,
      querystring: pageParameters,
      response: answers(storesSchema),
    },
    handler: async ({ orgId }, request) => {
      return { stores: await listStores(queries, orgId, readPage(request.query)) }
    },
  })

  route(app, 'PATCH /admin/v1/stores/:id', {
    access: ['organisation', 'write'],
    ...admin,
    edits: records.store,
    schema: {
      operationId: 'moveStore',
      summary: 'Move a store to another zone or concept',
      description: 'The places where series can be redeemed change from the next request on. Null: none.',
      tags,
      params: idParams,
      body: Type.Object({ zoneId: parent, conceptId: parent }),
      response: answers(Type.Object({ id: Type.Integer() })),
    },
    handler: async (caller, request) => {
      const id = readPathId(request.params.id)
      await recordedEdit(context, caller, request, ['stores', id], (transaction) =>
        moveStore(transaction, caller.orgId, id, request.body),
      )
      return { id }
    },
  })
}
