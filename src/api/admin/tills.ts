import { Type } from 'typebox'
import { passwordRule } from '../../identity/credentials/password-rules.ts'
import type { Context } from '../../ledger/context.ts'
import { listTills } from '../../identity/organisations/list-logins.ts'
import { setTillPassword } from '../../identity/organisations/set-till-password.ts'
import { lookupTypes } from '../../identity/credentials/attribution.ts'
import { setTillLookups } from '../../identity/organisations/till-lookups.ts'
import { readText } from '../../http/fields.ts'
import type { App } from '../../http/app.ts'
import { recordedEdit, recordedSetting } from '../../http/recorded-change.ts'
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
import { clientSettingsSchema } from './client-settings.ts'
import { lastUsedField, loginToWire } from './login-wire.ts'
import { ownLimits } from './logins.ts'

const lookup = Type.Object(
  {
    type: Type.Union(lookupTypes.map((type) => Type.Literal(type))),
    lookup: Type.String({ minLength: 1, maxLength: 200, description: 'Compared exactly.' }),
  },
  { description: 'A code of another system that stands for the till in the attribution headers.' },
)

const tillsSchema = Type.Object({
  tills: Type.Array(
    Type.Object({
      id: Type.Integer(),
      code: Type.String(),
      store: Type.String({ description: 'Code of the store that it stands in.' }),
      accessGroup: Type.String(),
      limits: nullable(ownLimits),
      lookups: Type.Array(lookup),
      clientSettings: clientSettingsSchema,
      version: versionField,
      isRevoked: Type.Boolean(),
      lastUsedAt: lastUsedField,
    }),
  ),
})

/** `/admin/v1/tills`: the tills and their passwords. Tills are created by `POST /v2/orgEntity/till`. */
export function registerTills(app: App, context: Context): void {
  const records = editedRecords(context)
  const { queries } = context.database
  route(app, 'GET /admin/v1/tills', {
    access: ['organisation', 'read'],
    ...admin,
    schema: {
      operationId: 'listTills',
      summary: 'The tills of the organisation',
      tags,
      querystring: pageParameters,
      response: answers(tillsSchema),
    },
    handler: async ({ orgId, timeZone }, { query }) => {
      const tills = await listTills(queries, orgId, readPage(query))
      return { tills: tills.map((one) => loginToWire(one, timeZone)) }
    },
  })

  route(app, 'PUT /admin/v1/tills/:id/lookups', {
    access: ['organisation', 'write'],
    ...admin,
    edits: records.till,
    schema: {
      operationId: 'setTillLookups',
      summary: 'Set the codes of other systems that stand for a till',
      description:
        'Replaces all of them. A request with X-CAP-API-ATTRIBUTION-LOOKUP-TYPE and X-CAP-API-ATTRIBUTION-LOOKUP is attributed to the till.',
      tags,
      params: idParams,
      body: Type.Object({ lookups: Type.Array(lookup, { maxItems: 100 }) }),
      response: answers(Type.Object({ id: Type.Integer(), lookups: Type.Array(lookup) })),
    },
    handler: async (caller, request) => {
      const id = readPathId(request.params.id)
      const { lookups } = request.body
      for (const { lookup: text } of lookups) readText('lookup', text, 200)
      await recordedSetting(context, caller, request, ['tills', id], (transaction) =>
        setTillLookups(transaction, caller.orgId, id, lookups),
      )
      return { id, lookups }
    },
  })

  route(app, 'PUT /admin/v1/tills/:id/password', {
    access: ['organisation', 'write'],
    ...admin,
    edits: records.till,
    needsReason: true,
    schema: {
      operationId: 'setTillPassword',
      summary: 'Give a till another password',
      tags,
      params: idParams,
      body: Type.Object({
        password: Type.String({ minLength: 1, maxLength: 200, description: passwordRule }),
      }),
      response: answers(Type.Object({ id: Type.Integer() })),
    },
    handler: async (caller, request) => {
      const id = readPathId(request.params.id)
      await recordedEdit(context, caller, request, ['tills', id], (transaction) =>
        setTillPassword(transaction, caller.orgId, id, request.body.password),
      )
      return { id }
    },
  })
}
