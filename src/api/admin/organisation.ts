import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { readSettings, updateSettings } from '../../identity/organisations/organisation-settings.ts'
import type { App } from '../../http/app.ts'
import { tellVersion } from '../../http/if-match.ts'
import { answers, changeHeaders, config, signInAdministrator, tags, versionField } from './fields.ts'
import { recordedChange } from './recorded-change.ts'

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
  isSandbox: Type.Boolean(),
  version: versionField,
})

/** `GET` and `PATCH /admin/v1/organisation`: how an organisation is set. */
export function registerOrganisation(app: App, context: Context): void {
  const { queries } = context.database
  app.get(
    '/admin/v1/organisation',
    {
      config,
      schema: {
        operationId: 'getOrganisation',
        summary: 'The settings of the organisation',
        tags,
        response: answers(settingsSchema),
      },
    },
    async (request, reply) => {
      const settings = await readSettings(queries, (await signInAdministrator(request, 'read')).orgId)
      tellVersion(reply, settings.version)
      return settings
    },
  )

  app.patch(
    '/admin/v1/organisation',
    {
      config,
      schema: {
        operationId: 'updateOrganisation',
        summary: 'Change settings of the organisation',
        description: 'What is given is changed; servers follow within a second.',
        tags,
        headers: changeHeaders,
        body: Type.Object({
          name: Type.Optional(Type.String({ maxLength: 200 })),
          timeZone: Type.Optional(Type.String({ maxLength: 100 })),
          country: Type.Optional(Type.String({ maxLength: 2 })),
          currency: Type.Optional(Type.Union([Type.String({ maxLength: 3 }), Type.Null()])),
          requiresTransactionNumber: Type.Optional(Type.Boolean()),
          replaysTillRetries: Type.Optional(Type.Boolean()),
          couponPrefix: Type.Optional(affix),
          couponSuffix: Type.Optional(affix),
        }),
        response: answers(settingsSchema),
      },
    },
    async (request, reply) => {
      const caller = await signInAdministrator(request, 'write')
      const settings = await recordedChange(
        context,
        request,
        caller,
        ['organisations', null],
        (transaction) => updateSettings(transaction, caller.orgId, request.body),
      )
      tellVersion(reply, settings.version)
      return settings
    },
  )
}
