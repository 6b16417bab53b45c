import { Type } from 'typebox'
import { resources, type Resource } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import {
  createAccessGroup,
  listAccessGroups,
  updateAccessGroup,
} from '../../identity/organisations/access-groups.ts'
import type { App } from '../../http/app.ts'
import { recordedChange, recordedEdit } from '../../http/recorded-change.ts'
import { editedRecords } from './edited.ts'
import { route } from '../../http/route.ts'
import { tellVersion } from '../../http/if-match.ts'
import {
  admin,
  answers,
  idParams,
  pageParameters,
  readPage,
  readPathId,
  tags,
  versionField,
} from './fields.ts'

const level = Type.Union([Type.Literal('none'), Type.Literal('read'), Type.Literal('write')])
const grants = Type.Object({
  customer: level,
  coupon: level,
  series: level,
  organisation: level,
  webhook: level,
})
const someGrants = Type.Partial(grants)
export const accessGroupSchema = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  access: grants,
  version: versionField,
})

/** `/admin/v1/access-groups`: the permissions of tills and clients. */
export function registerAccessGroups(app: App, context: Context): void {
  const records = editedRecords(context)
  const { queries } = context.database
  route(app, 'GET /admin/v1/access-groups', {
    access: ['organisation', 'read'],
    ...admin,
    schema: {
      operationId: 'listAccessGroups',
      summary: 'The access groups of the organisation',
      tags,
      querystring: pageParameters,
      response: answers(Type.Object({ accessGroups: Type.Array(accessGroupSchema) })),
    },
    handler: async ({ orgId }, request) => {
      return { accessGroups: await listAccessGroups(queries, orgId, readPage(request.query)) }
    },
  })

  route(app, 'POST /admin/v1/access-groups', {
    access: ['organisation', 'write'],
    ...admin,
    schema: {
      operationId: 'createAccessGroup',
      summary: 'Create an access group',
      description: 'A resource that is not named is none.',
      tags,
      body: Type.Object({
        name: Type.String({ minLength: 1, maxLength: 200 }),
        access: Type.Optional(someGrants),
      }),
      response: answers(accessGroupSchema),
    },
    handler: async (caller, request) => {
      const { orgId } = caller
      const { name, access } = request.body
      return recordedChange(context, caller, (transaction) =>
        createAccessGroup(transaction, orgId, name, readGrants(access)),
      )
    },
  })

  route(app, 'PATCH /admin/v1/access-groups/:id', {
    access: ['organisation', 'write'],
    ...admin,
    edits: records.accessGroup,
    needsReason: { words: 'to state a permission', isNeeded: ({ access }) => access !== undefined },
    schema: {
      operationId: 'updateAccessGroup',
      summary: 'Change an access group',
      description:
        'Given values replace existing ones; they take effect for its tills and clients within a second.',
      tags,
      params: idParams,
      body: Type.Object({
        name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
        access: Type.Optional(someGrants),
      }),
      response: answers(accessGroupSchema),
    },
    handler: async (caller, request, reply) => {
      const { name, access } = request.body
      const id = readPathId(request.params.id)
      const group = await recordedEdit(context, caller, request, ['access_groups', id], (transaction) =>
        updateAccessGroup(transaction, caller.orgId, id, { name, access: readGrants(access) }),
      )
      tellVersion(reply, group.version)
      return group
    },
  })
}

/** Picks the known resources, which are columns; other keys are ignored. */
function readGrants<Level>(access: Partial<Record<Resource, Level>> | undefined) {
  return Object.fromEntries(
    resources.flatMap((resource) => {
      const given = access?.[resource]
      return given === undefined ? [] : [[resource, given]]
    }),
  ) as Partial<Record<Resource, Level>>
}
