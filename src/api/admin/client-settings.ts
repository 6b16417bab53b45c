import { Type, type TUnsafe } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import {
  setClientSettings,
  type ClientSettingsChange,
} from '../../identity/organisations/set-client-settings.ts'
import { clientSettings, type ClientSettingName } from '../../values/client-settings.ts'
import type { App } from '../../http/app.ts'
import { recordedEdit } from '../../http/recorded-change.ts'
import { route } from '../../http/route.ts'
import { admin, answers, changeHeaders, idParams, readPathId, tags } from './fields.ts'

/** What is stated, by name; null: not stated. */
export const clientSettingsSchema = Type.Object(
  Object.fromEntries(
    clientSettings.map(({ name, values, meaning }) => [
      name,
      Type.Unsafe<string | null>(
        Type.Union([...values.map((value) => Type.Literal(value)), Type.Null()], { description: meaning }),
      ),
    ]),
  ) as Record<ClientSettingName, TUnsafe<string | null>>,
)

/** A change of them: null means that the setting is no longer stated. Figures may be numbers. */
export const clientSettingsChangeSchema = Type.Object(
  Object.fromEntries(
    clientSettings.map(({ name, values, meaning }) => [
      name,
      Type.Optional(
        Type.Union(
          [
            ...values.map((value) => Type.Literal(value)),
            ...values.filter((value) => /^\d+$/.test(value)).map((value) => Type.Literal(Number(value))),
            Type.Null(),
          ],
          { description: `${meaning} Null: no longer stated here.` },
        ),
      ),
    ]),
  ),
)

/** @param body what the schema has let pass. */
export function readClientSettingsChange(
  body: Readonly<Record<string, string | number | null | undefined>>,
): ClientSettingsChange {
  const names = clientSettings.map(({ name }) => name).filter((name) => body[name] !== undefined)
  return Object.fromEntries(names.map((name) => [name, body[name] === null ? null : String(body[name])]))
}

export const definitionSchema = Type.Object({
  name: Type.String(),
  default: Type.String(),
  meaning: Type.String(),
  symptom: Type.String({ description: 'What is seen of a program for which the setting should be changed.' }),
  values: Type.Array(Type.Object({ value: Type.String(), meaning: Type.String() })),
})

const definitions = clientSettings.map(
  ({ name, values, default: usual, meaning, symptom, valueMeanings }) => ({
    name,
    default: usual,
    meaning,
    symptom,
    values: values.map((value) => ({
      value,
      meaning: (valueMeanings as Readonly<Record<string, string>>)[value] ?? '',
    })),
  }),
)

const kinds = [
  {
    kind: 'till',
    table: 'tills',
    access: ['organisation', 'write'],
    operationId: 'setTillClientSettings',
  },
  {
    kind: 'client',
    table: 'clients',
    access: ['client', 'write'],
    operationId: 'setClientClientSettings',
  },
] as const

/** `/admin/v1/client-settings`, and those of one till or client; those of the organisation are changed with it. */
export function registerClientSettings(app: App, context: Context): void {
  route(app, 'GET /admin/v1/client-settings', {
    access: ['organisation', 'read'],
    ...admin,
    schema: {
      operationId: 'listClientSettings',
      summary: 'Which settings adapt answers to the programs that call',
      tags,
      response: answers(Type.Object({ clientSettings: Type.Array(definitionSchema) })),
    },
    handler: async () => ({ clientSettings: definitions }),
  })

  for (const { kind, table, access, operationId } of kinds)
    route(app, `PATCH /admin/v1/${table}/:id/client-settings`, {
      access,
      ...admin,
      schema: {
        operationId,
        summary: `Change how a ${kind} is answered`,
        description: 'What is given is changed; servers follow within a second.',
        tags,
        headers: changeHeaders,
        params: idParams,
        body: clientSettingsChangeSchema,
        response: answers(Type.Object({ id: Type.Integer(), clientSettings: clientSettingsSchema })),
      },
      handler: async (caller, request) => {
        const id = readPathId(request.params.id)
        const change = readClientSettingsChange(request.body)
        const stated = await recordedEdit(context, caller, request, [table, id], (transaction) =>
          setClientSettings(transaction, caller.orgId, { kind, which: id }, change),
        )
        return { id, clientSettings: stated }
      },
    })
}
