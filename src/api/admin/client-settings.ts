import { Type, type TUnsafe } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { readClientSettingsFile } from '../../identity/organisations/client-settings-file-rules.ts'
import {
  exportClientSettings,
  importClientSettings,
} from '../../identity/organisations/move-client-settings.ts'
import {
  setClientSettings,
  type ClientSettingsChange,
} from '../../identity/organisations/set-client-settings.ts'
import { clientSettings, type ClientSettingName } from '../../values/client-settings.ts'
import type { App } from '../../http/app.ts'
import { readBoolean } from '../../http/query-parameters.ts'
import { recordedChange, recordedEdit } from '../../http/recorded-change.ts'
import { editedRecords } from './edited.ts'
import { route } from '../../http/route.ts'
import { admin, answers, idParams, nullable, readPathId, tags } from './fields.ts'

/** The stated settings by name; null: not stated. */
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

/** A change of the settings: null means that a setting is no longer stated. Values of digits may be numbers. */
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

/** @param body a body that the schema has validated. */
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

const named = (what: string, description: string) =>
  Type.Optional(
    Type.Record(Type.String(), clientSettingsChangeSchema, { description: `${what} ${description}` }),
  )

/** The document that is exported, and imported here or elsewhere. */
const document = (description: string) =>
  Type.Object({
    organisation: Type.Optional(clientSettingsChangeSchema),
    tills: named('Tills by their codes.', description),
    clients: named('OAuth clients by their names.', description),
  })

export const changedSchema = Type.Object({
  isDryRun: Type.Boolean(),
  changed: Type.Array(
    Type.Object({
      kind: Type.Union([Type.Literal('organisation'), Type.Literal('till'), Type.Literal('client')]),
      name: nullable(Type.String({ description: 'Code of the till or name of the client.' })),
      settings: Type.Array(
        Type.Object({
          name: Type.String(),
          before: nullable(Type.String({ description: 'Null: not stated.' })),
          after: nullable(Type.String({ description: 'Null: no longer stated.' })),
        }),
      ),
    }),
    { description: 'What the document states differently; nothing else was changed.' },
  ),
})

/** `/admin/v1/client-settings/stated`: the settings of the organisation, its tills and clients as one document. */
function registerDocument(app: App, context: Context): void {
  const { queries } = context.database
  const path = '/admin/v1/client-settings/stated'
  route(app, `GET ${path}`, {
    access: {
      all: [
        ['organisation', 'read'],
        ['client', 'read'],
      ],
    },
    ...admin,
    schema: {
      operationId: 'exportClientSettings',
      summary: 'Export the settings that the organisation, its tills and clients state',
      description: 'Without revoked tills and clients, and without secrets.',
      tags,
      response: answers(document('All of them; an empty object states nothing.')),
    },
    handler: ({ orgId }) => exportClientSettings(queries, orgId),
  })

  route(app, `PUT ${path}`, {
    access: {
      all: [
        ['organisation', 'write'],
        ['client', 'write'],
      ],
    },
    ...admin,
    // A document states many records; records that it does not name are unchanged.
    edits: 'no record',
    schema: {
      operationId: 'importClientSettings',
      summary: 'Import the settings that the organisation, its tills and clients state',
      description:
        'All or none. A part, till or client that the document does not name keeps its settings; one that it names has exactly those of the document afterwards. A document with an unknown part, setting, value, till or client is refused with 400, and nothing is changed. Changes take effect in all servers within a second.',
      tags,
      querystring: Type.Object({
        dryRun: Type.Optional(
          Type.String({ description: 'true: report what would change, without changing anything.' }),
        ),
      }),
      body: document('Each has exactly these settings afterwards.'),
      response: answers(changedSchema),
    },
    handler: async (caller, request) => {
      const isDryRun = readBoolean(request.query, 'dryRun') ?? false
      const settings = readClientSettingsFile(request.body)
      const changed = await recordedChange(context, caller, (transaction) =>
        importClientSettings(transaction, caller.orgId, settings, isDryRun),
      )
      return { isDryRun, changed }
    },
  })
}

/**
 * `/admin/v1/client-settings` describes the settings; the calls below change those of a till or client. Settings of the
 * organisation are changed with the organisation.
 */
export function registerClientSettings(app: App, context: Context): void {
  const records = editedRecords(context)
  registerDocument(app, context)
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
      edits: records[kind],
      schema: {
        operationId,
        summary: `Change how a ${kind} is answered`,
        description: 'What is given is changed; servers follow within a second.',
        tags,
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
