import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { badParameter, refuse } from '../../values/errors.ts'
import { createSeries } from '../../ledger/series/create-series.ts'
import {
  listSeries,
  placeTypes,
  seriesStatuses,
  type PlaceType,
  type SeriesQuery,
} from '../../ledger/series/list-series.ts'
import { updateSeries } from '../../ledger/series/update-series.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readIfMatch, tellVersion } from '../../http/if-match.ts'
import { readEnumList, readInteger, readList, readText, type Query } from '../../http/query-parameters.ts'
import { answerOf, sendAnswer } from '../../http/answer.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { entityFailure, entityFailures, writeHeaders } from '../../http/envelope.ts'
import { readId } from '../../http/fields.ts'
import { editedRecords } from '../admin/edited.ts'
import {
  readSeriesFields,
  savedSeriesAnswer,
  seriesListAnswer,
  seriesRequest,
  seriesToWire,
  warningsOf,
} from './series-wire.ts'

const maxLimit = 1_000
const maxOffset = 2_147_483_647
const maxIds = 1_000

const parameters = Type.Object({
  ids: Type.Optional(Type.String({ description: 'Series ids: the key repeated, or a comma list.' })),
  orgEntityType: Type.Optional(
    Type.String({ description: `${placeTypes.join(', ')}: with orgEntityIds, series tied to one of them.` }),
  ),
  orgEntityIds: Type.Optional(Type.String({ description: 'Ids: the key repeated, or a comma list.' })),
  seriesCode: Type.Optional(Type.String({ description: 'Series codes, exactly; repeated or a comma list.' })),
  status: Type.Optional(
    Type.String({ description: `${seriesStatuses.join(' or ')}: has its end passed? Without it: both.` }),
  ),
  limit: Type.Optional(Type.String({ description: `1 to ${maxLimit}; default 100.` })),
  offset: Type.Optional(Type.String({ description: 'Rows to skip; default 0.' })),
})

const tags = ['Series']
const saved = { 200: savedSeriesAnswer, ...entityFailures }

/**
 * The contract assigns series to the coupon resource, and access groups have a resource for them too; `campaign` is
 * granted by both together.
 */
/** `POST` and `GET /v2/coupon/series`, `PUT /v2/coupon/series/{id}`: creates, lists and edits series. */
export function registerSeries(app: App, context: Context): void {
  route(app, 'POST /v2/coupon/series', {
    access: ['campaign', 'write'],
    audit: true,
    schema: {
      operationId: 'createSeries',
      summary: 'Create a coupon series',
      tags,
      headers: writeHeaders,
      body: seriesRequest,
      response: saved,
    },
    handler: async (caller, request, reply) => {
      const { outcome, isReplay } = await createSeries(context, caller, {
        fields: readSeriesFields(request.body.CouponSeriesV2, caller.timeZone),
        idempotencyKey: readIdempotencyKey(request, caller),
      })
      if (!isReplay) tellVersion(reply, outcome.version)
      const wire = seriesToWire(outcome, caller.timeZone, outcome.maxIssued ?? 0)
      return sendAnswer(reply, answerOf(200, { ...wire, warnings: warningsOf(outcome) }), isReplay)
    },
  })
  route(app, 'PUT /v2/coupon/series/:id', {
    access: ['campaign', 'write'],
    audit: true,
    edits: editedRecords(context).series,
    schema: {
      operationId: 'updateSeries',
      summary: 'Edit a coupon series',
      tags,
      headers: writeHeaders,
      params: Type.Object({ id: Type.String() }),
      body: seriesRequest,
      response: { ...saved, 412: entityFailure },
    },
    handler: async (caller, request, reply) => {
      const { outcome, isReplay } = await updateSeries(context, caller, {
        id: readId('id', request.params.id),
        expected: readIfMatch(request),
        fields: readSeriesFields(request.body.CouponSeriesV2, caller.timeZone),
        idempotencyKey: readIdempotencyKey(request, caller),
      })
      // A replay has no version, since it may be out of date.
      if (!isReplay) tellVersion(reply, outcome.version)
      const wire = seriesToWire(outcome, caller.timeZone, outcome.maxIssued ?? -1)
      return sendAnswer(reply, answerOf(200, { ...wire, warnings: warningsOf(outcome) }), isReplay)
    },
  })
  route(app, 'GET /v2/coupon/series', {
    access: ['campaign', 'read'],
    audit: true,
    schema: {
      operationId: 'listSeries',
      summary: 'Coupon series with their counters',
      tags,
      querystring: parameters,
      response: { 200: seriesListAnswer, ...entityFailures },
    },
    handler: async (caller, request, reply) => {
      const found = await listSeries(context, caller, readQuery(request.query))
      const [only, ...others] = found
      // The contract has no version in the body, so it is in a header if a single series is requested.
      if (only !== undefined && others.length === 0) tellVersion(reply, only.version)
      return {
        entity: found.map((series) => seriesToWire(series, caller.timeZone, series.maxIssued ?? -1)),
        warnings: [],
      }
    },
  })
}

const readIds = (query: Query, name: string): number[] =>
  readList(query, name, { maxItems: maxIds }).map((id) => readId(name, id))

function readQuery(query: Query): SeriesQuery {
  return {
    ids: readIds(query, 'ids'),
    codes: readList(query, 'seriesCode', { maxItems: maxIds }),
    statuses: readEnumList(query, 'status', seriesStatuses),
    places: readPlaces(query),
    limit: readInteger(query, 'limit', { min: 1, max: maxLimit }) ?? 100,
    offset: readInteger(query, 'offset', { min: 0, max: maxOffset }) ?? 0,
  }
}

/** The contract writes "Stores" and "Till", so plural and case do not matter. */
function readPlaces(query: Query): { type: PlaceType; ids: number[] } | undefined {
  const typeText = readText(query, 'orgEntityType')
  const ids = readIds(query, 'orgEntityIds')
  if (typeText === undefined && ids.length === 0) return undefined
  if (typeText === undefined || ids.length === 0)
    throw refuse.badRequest('orgEntityType and orgEntityIds go together')
  const upper = typeText.trim().toUpperCase()
  const type = placeTypes.find((one) => upper === one || upper === `${one}S`)
  if (type === undefined) throw badParameter('orgEntityType', typeText, `one of ${placeTypes.join(', ')}`)
  return { type, ids }
}
