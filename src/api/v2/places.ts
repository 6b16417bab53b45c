import { Type, type Static } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { badParameter, refuse } from '../../values/errors.ts'
import {
  listPlaces,
  placeFields,
  readTillPlace,
  type Place,
} from '../../identity/organisations/list-places.ts'
import { isId } from '../../values/ids.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readBoolean, readEnum, readInteger, readList, readText } from '../../http/query-parameters.ts'
import { emptyList, pagination } from '../../http/answer-fields.ts'
import { entityFailures } from '../../http/envelope.ts'

const tags = ['Places']
const types = ['STORE', 'ZONE', 'TILL', 'CONCEPT'] as const
const defaultLimit = 20
const maxCodes = 30
const maxBeginnings = 10

const tillAnswer = Type.Object({
  id: Type.Integer(),
  code: Type.String(),
  description: Type.String(),
  name: Type.String({ description: 'The same as the code.' }),
  type: Type.Literal('TILL'),
  referenceId: Type.Literal(-1),
  adminType: Type.Literal('GENERAL'),
  isActive: Type.Boolean(),
  isOuEnabled: Type.Literal(false),
  timeZoneId: Type.Literal(-1),
  currencyId: Type.Literal(-1),
  languageId: Type.Literal(-1),
  customField: emptyList,
  default: Type.Literal(false),
  warnings: emptyList,
})

export const placeSchema = Type.Object({
  id: Type.Integer(),
  code: Type.String(),
  name: Type.String(),
  description: Type.String(),
  type: Type.String(),
  isActive: Type.Boolean(),
  externalIds: Type.Array(Type.String()),
  parentId: Type.Optional(Type.Integer()),
  parentType: Type.Optional(Type.String()),
})

/** `GET /v2/locations` and `GET /v2/organization/till/{id}`: stores, tills, zones and concepts. */
export function registerPlaces(app: App, context: Context): void {
  const { queries } = context.database
  route(app, 'GET /v2/organization/till/:tillId', {
    access: ['organisation', 'read'],
    schema: {
      operationId: 'getTill',
      summary: 'A till',
      tags,
      params: Type.Object({ tillId: Type.String({ description: 'The till’s id.' }) }),
      response: { 200: tillAnswer, ...entityFailures },
    },
    handler: async (caller, request) => {
      const id = /^\d{1,16}$/.test(request.params.tillId) ? Number(request.params.tillId) : 0
      const till = isId(id) ? await readTillPlace(queries, caller.orgId, id) : undefined
      if (till === undefined) throw refuse.notFound('There is no such till')
      return tillToWire(till)
    },
  })

  route(app, 'GET /v2/locations', {
    access: ['organisation', 'read'],
    schema: {
      operationId: 'listLocations',
      summary: 'Stores, tills, zones and concepts',
      tags,
      querystring: Type.Object({
        type: Type.Optional(Type.String({ description: `One of ${types.join(', ')}; required.` })),
        entityCodes: Type.Optional(Type.String({ description: `Comma list of at most ${maxCodes} codes.` })),
        q: Type.Optional(
          Type.String({
            description: 'Comma list of name:…, code:… and external_id:…; one must begin so.',
          }),
        ),
        isActive: Type.Optional(Type.String({ description: 'true or false; both without it.' })),
        limit: Type.Optional(Type.String({ description: `1 to 100; default ${defaultLimit}.` })),
        offset: Type.Optional(Type.String({ description: 'Places to skip; default 0.' })),
      }),
      response: {
        200: Type.Object({
          pagination,
          data: Type.Array(placeSchema),
          warnings: emptyList,
          errors: emptyList,
        }),
        ...entityFailures,
      },
    },
    handler: async (caller, request) => {
      const { query } = request
      const type = readEnum(query, 'type', types)
      if (type === undefined)
        throw refuse.badRequest(`The parameter type is missing: one of ${types.join(', ')}`)
      const page = {
        limit: readInteger(query, 'limit', { min: 1, max: 100 }) ?? defaultLimit,
        offset: readInteger(query, 'offset', { min: 0, max: 2_147_483_647 }) ?? 0,
      }
      const filters = {
        codes: readList(query, 'entityCodes', { maxItems: maxCodes }),
        beginnings: readBeginnings(readText(query, 'q')),
        isActive: readBoolean(query, 'isActive'),
      }
      const { total, places } = await listPlaces(queries, caller.orgId, { type, ...filters, ...page })
      const data = places.map((place) => placeToWire(place, type))
      return { pagination: { ...page, total }, data, warnings: [], errors: [] }
    },
  })
}

function readBeginnings(text: string | undefined) {
  const parts = (text?.split(',') ?? []).map((part) => part.trim()).filter((part) => part !== '')
  if (parts.length > maxBeginnings)
    throw badParameter('q', `${parts.length} values`, `at most ${maxBeginnings}`)
  return parts.map((part) => {
    const [name = '', ...rest] = part.split(':')
    const field = placeFields.find((one) => one === name.trim().toLowerCase())
    const beginning = rest.join(':').trim()
    if (field === undefined || beginning === '')
      throw badParameter('q', part, `${placeFields.join(', ')}, a colon and a text`)
    return { field, text: beginning }
  })
}

function placeToWire({ id, code, name, description, isActive, externalIds, parentId }: Place, type: string) {
  return {
    id,
    code,
    name,
    description,
    type,
    isActive,
    externalIds: externalIds.filter((one) => one !== null),
    ...(parentId !== null && { parentId, parentType: type === 'TILL' ? 'STORE' : 'ZONE' }),
  }
}

/** Ids of catalogues that do not exist here are printed as −1. */
function tillToWire({ id, code, name, description, isActive }: Place): Static<typeof tillAnswer> {
  return {
    id,
    code,
    description,
    name,
    type: 'TILL',
    referenceId: -1,
    adminType: 'GENERAL',
    isActive,
    isOuEnabled: false,
    timeZoneId: -1,
    currencyId: -1,
    languageId: -1,
    customField: [],
    default: false,
    warnings: [],
  }
}
