import { Type } from 'typebox'
import { resources, type Resource } from '../../values/caller.ts'
import { recorded } from '../../platform/author.ts'
import type { Context } from '../../ledger/context.ts'
import {
  createAccessGroup,
  listAccessGroups,
  updateAccessGroup,
} from '../../identity/organisations/access-groups.ts'
import type { App } from '../../http/app.ts'
import { tellVersion } from '../../http/if-match.ts'
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
  versionField,
} from './fields.ts'
import { recordedChange } from './recorded-change.ts'

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

/** `/admin/v1/access-groups`: what tills and clients may do. */
export function registerAccessGroups(app: App, context: Context): void {
  const { queries } = context.database
  app.get(
    '/admin/v1/access-groups',
    {
      config,
      schema: {
        operationId: 'listAccessGroups',
        summary: 'The access groups of the organisation',
        tags,
        querystring: pageParameters,
        response: answers(Type.Object({ accessGroups: Type.Array(accessGroupSchema) })),
      },
    },
    async (request) => {
      const { orgId } = await signInAdministrator(request, 'read')
      return { accessGroups: await listAccessGroups(queries, orgId, readPage(request.query)) }
    },
  )

  app.post(
    '/admin/v1/access-groups',
    {
      config,
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
    },
    async (request) => {
      const caller = await signInAdministrator(request, 'write')
      const { orgId } = caller
      const { name, access } = request.body
      return recorded(queries, caller, (transaction) =>
        createAccessGroup(transaction, orgId, name, readGrants(access)),
      )
    },
  )

  app.patch(
    '/admin/v1/access-groups/:id',
    {
      config,
      schema: {
        operationId: 'updateAccessGroup',
        summary: 'Change an access group',
        description: 'What is given is changed; its tills and clients follow within a second.',
        tags,
        headers: changeHeaders,
        params: idParams,
        body: Type.Object({
          name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
          access: Type.Optional(someGrants),
        }),
        response: answers(accessGroupSchema),
      },
    },
    async (request, reply) => {
      const caller = await signInAdministrator(request, 'write')
      const { name, access } = request.body
      const id = readPathId(request.params.id)
      const group = await recordedChange(context, request, caller, ['access_groups', id], (transaction) =>
        updateAccessGroup(transaction, caller.orgId, id, { name, access: readGrants(access) }),
      )
      tellVersion(reply, group.version)
      return group
    },
  )
}

/** The resources that there are: others are passed over, and are no columns. */
function readGrants<Level>(access: Partial<Record<Resource, Level>> | undefined) {
  return Object.fromEntries(
    resources.flatMap((resource) => {
      const given = access?.[resource]
      return given === undefined ? [] : [[resource, given]]
    }),
  ) as Partial<Record<Resource, Level>>
}
