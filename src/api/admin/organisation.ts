import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { readSettings, updateSettings } from '../../identity/organisations/organisation-settings.ts'
import type { App } from '../../http/app.ts'
import { recordedEdit } from '../../http/recorded-change.ts'
import { editedRecords } from './edited.ts'
import { route } from '../../http/route.ts'
import { tellVersion } from '../../http/if-match.ts'
import {
  clientSettingsChangeSchema,
  clientSettingsSchema,
  readClientSettingsChange,
} from './client-settings.ts'
import { admin, answers, tags, versionField } from './fields.ts'

const affix = Type.Union([Type.String({ maxLength: 10 }), Type.Null()])

export const settingsSchema = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  timeZone: Type.String(),
  country: Type.String(),
  currency: Type.Union([Type.String(), Type.Null()]),
  requiresTransactionNumber: Type.Boolean(),
  replaysTillRetries: Type.Boolean(),
  couponPrefix: affix,
  couponSuffix: affix,
  clientSettings: clientSettingsSchema,
  isSandbox: Type.Boolean(),
  version: versionField,
})

/** `GET` and `PATCH /admin/v1/organisation`: the settings of an organisation. */
export function registerOrganisation(app: App, context: Context): void {
  const records = editedRecords(context)
  const { queries } = context.database
  route(app, 'GET /admin/v1/organisation', {
    access: ['organisation', 'read'],
    ...admin,
    schema: {
      operationId: 'getOrganisation',
      summary: 'The settings of the organisation',
      tags,
      response: answers(settingsSchema),
    },
    handler: async ({ orgId }, _request, reply) => {
      const settings = await readSettings(queries, orgId)
      tellVersion(reply, settings.version)
      return settings
    },
  })

  route(app, 'PATCH /admin/v1/organisation', {
    access: ['organisation', 'write'],
    ...admin,
    edits: records.organisation,
    schema: {
      operationId: 'updateOrganisation',
      summary: 'Change settings of the organisation',
      description: 'What is given is changed; servers follow within a second.',
      tags,
      body: Type.Object({
        name: Type.Optional(Type.String({ maxLength: 200 })),
        timeZone: Type.Optional(Type.String({ maxLength: 100 })),
        country: Type.Optional(Type.String({ maxLength: 2 })),
        currency: Type.Optional(Type.Union([Type.String({ maxLength: 3 }), Type.Null()])),
        requiresTransactionNumber: Type.Optional(Type.Boolean()),
        replaysTillRetries: Type.Optional(Type.Boolean()),
        couponPrefix: Type.Optional(affix),
        couponSuffix: Type.Optional(affix),
        clientSettings: Type.Optional(clientSettingsChangeSchema),
      }),
      response: answers(settingsSchema),
    },
    handler: async (caller, request, reply) => {
      const { clientSettings, ...others } = request.body
      const change = {
        ...others,
        ...(clientSettings && { clientSettings: readClientSettingsChange(clientSettings) }),
      }
      const settings = await recordedEdit(context, caller, request, ['organisations', null], (transaction) =>
        updateSettings(transaction, caller.orgId, change),
      )
      tellVersion(reply, settings.version)
      return settings
    },
  })
}
