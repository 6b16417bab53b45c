import { Type } from 'typebox'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import {
  entityTypes,
  listEntities,
  parentKeys,
  type EntityQuery,
} from '../../identity/organisations/list-entities.ts'
import { readSettings } from '../../identity/organisations/organisation-settings.ts'
import { badParameter, refuse } from '../../values/errors.ts'
import { maxId } from '../../values/ids.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import {
  readBoolean,
  readEnum,
  readInteger,
  readList,
  readText,
  type Query,
} from '../../http/query-parameters.ts'
import { readId } from '../../http/fields.ts'
import { sendItems, type Item } from '../../http/v1_1-envelope.ts'
import { entityShape } from './entity-wire.ts'
import { answerSchema, booleanStatus, formatParameter, produces, responses } from './schemas.ts'
import { wallClockS } from './wall-clock.ts'

const maxLimit = 500
/** A kind of machine in stores that does not exist here. */
const noneOfHere = 'STR_SERVER'
const types = [...entityTypes, noneOfHere] as const

const answer = answerSchema(
  {
    organization: Type.Object({
      entities: Type.Object({ entity: Type.Array(Type.Object(entityShape.properties)) }),
    }),
  },
  { pagination: Type.Object({ limit: Type.String(), offset: Type.String(), total: Type.Integer() }) },
  booleanStatus,
)

/** `GET /v1.1/organization/entities`: tills, stores, zones and concepts. */
export function registerEntities(app: App, context: Context, prefix: string, suffix: string): void {
  const { queries } = context.database
  const described = (description: string) => Type.Optional(Type.String({ description }))
  route(app, `GET ${prefix}/organization/entities`, {
    access: ['organisation', 'read'],
    failure: 'v1.1',
    schema: {
      operationId: `listEntities${suffix}`,
      summary: 'Tills, stores, zones and concepts',
      tags: ['Version 1.1'],
      produces,
      querystring: Type.Object({
        ...formatParameter,
        type: described(`One of ${types.join(', ')}; required. Of ${noneOfHere} there are none.`),
        id: described('Ids, a comma list.'),
        parent_identifier_type: described(`${parentKeys.join(', ')}: with parent_identifier_value.`),
        parent_identifier_value: described('What the entities belong to.'),
        include_parent: described('true: with what each belongs to.'),
        details: described('basic: without currency, time zone and language.'),
        exclude_locale: described('1: the same.'),
        active_only: described('true: only those that are active.'),
        modified_since: described('YYYY-MM-DD: made on this day or later.'),
        start_id: described('Those with this id or a higher one.'),
        limit: described(`1 to ${maxLimit}; default ${maxLimit}.`),
      }),
      response: responses(answer),
    },
    handler: async (caller, request, reply) => {
      const { query } = request
      const type = readEnum(query, 'type', types)
      if (type === undefined)
        throw refuse.badRequest(`The parameter type is missing: one of ${types.join(', ')}`)
      const asked = readAsked(query, caller)
      const { total, entities } =
        type === noneOfHere
          ? { total: 0, entities: [] }
          : await listEntities(queries, caller.orgId, { type, ...asked })
      const { currency } = await readSettings(queries, caller.orgId)
      const withParent = readBoolean(query, 'include_parent') ?? false
      const withLocale =
        readText(query, 'details')?.toLowerCase() !== 'basic' && !(readBit(query, 'exclude_locale') ?? false)
      const items = entities.map((entity): Item => {
        const outgoing = {
          entity,
          type: type as EntityQuery['type'],
          caller,
          currency,
          withParent,
          withLocale,
        }
        return { isFailed: false, wire: entityShape.toWire(outgoing) }
      })
      return sendItems(reply, request, {
        before: { pagination: { limit: String(asked.limit), offset: '0', total } },
        status: { success: true, code: 200, message: 'SUCCESS' },
        items,
        content: { organization: { entities: { entity: items.map(({ wire }) => wire) } } },
      })
    },
  })
}

function readAsked(query: Query, { timeZone }: Caller): Omit<EntityQuery, 'type'> {
  const key = readEnum(query, 'parent_identifier_type', parentKeys)
  const value = readText(query, 'parent_identifier_value')
  return {
    ids: readList(query, 'id', { maxItems: maxLimit }).map((id) => readId('id', id)),
    parent: key === undefined || value === undefined ? undefined : { key, value },
    isActiveOnly: readBit(query, 'active_only') ?? false,
    sinceS: readSince(query, timeZone),
    startId: readInteger(query, 'start_id', { min: 0, max: maxId }) ?? 0,
    limit: readInteger(query, 'limit', { min: 1, max: maxLimit }) ?? maxLimit,
  }
}

function readSince(query: Query, timeZone: string): number | undefined {
  const text = readText(query, 'modified_since')
  if (text === undefined) return undefined
  const sinceS = wallClockS(text, timeZone)
  if (sinceS === undefined) throw badParameter('modified_since', text, 'a day, YYYY-MM-DD')
  return sinceS
}

/** Reads a flag: true, false, 1 or 0. */
function readBit(query: Query, name: string): boolean | undefined {
  const value = readEnum(query, name, ['true', 'false', '1', '0'])
  return value === undefined ? undefined : value === 'true' || value === '1'
}
