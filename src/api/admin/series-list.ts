import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { readSeriesById } from '../../ledger/series/list-series.ts'
import {
  readTags,
  searchSeries,
  seriesSorts,
  type SeriesSearch,
  type SeriesSort,
} from '../../ledger/series/search-series.ts'
import { seriesStates } from '../../ledger/series/series-state-rules.ts'
import { epochSecondsOf, readNow } from '../../platform/clock.ts'
import { badParameter, refuse } from '../../values/errors.ts'
import type { App } from '../../http/app.ts'
import { tellVersion } from '../../http/if-match.ts'
import { readEnumList, readInteger, readText, type Query } from '../../http/query-parameters.ts'
import { route } from '../../http/route.ts'
import { admin, answers, idParams, readPathId } from './fields.ts'
import { ownSeriesSchema, ownSeriesToWire, seriesState } from './series-wire.ts'

const tags = ['Series']
const maxLimit = 500
const maxOffset = 2_147_483_647
const maxLength = 200

export const foundSeriesSchema = Type.Object({
  series: Type.Array(ownSeriesSchema),
  total: Type.Integer({ description: 'How many series match; the page has at most limit of them.' }),
  states: Type.Array(Type.Object({ state: seriesState, series: Type.Integer() }), {
    description: 'How many match in each state, whatever states are asked for.',
  }),
})

export const tagsSchema = Type.Object({
  tags: Type.Array(Type.Object({ tag: Type.String(), series: Type.Integer() }), {
    description: 'The most frequent first; at most 200.',
  }),
})

const parameters = Type.Object({
  q: Type.Optional(
    Type.String({ description: 'Words that all occur in the description, the codes, the tags or the id.' }),
  ),
  state: Type.Optional(Type.String({ description: `A comma list of ${seriesStates.join(', ')}.` })),
  tag: Type.Optional(Type.String({ description: 'A tag, in any letter case.' })),
  sort: Type.Optional(
    Type.String({
      description: `${seriesSorts.join(', ')}; with - before it, descending. Without it: the latest first.`,
    }),
  ),
  limit: Type.Optional(Type.String({ description: `1 to ${maxLimit}; default 100.` })),
  offset: Type.Optional(Type.String({ description: 'Rows to skip; default 0.' })),
})

/** `GET /admin/v1/series`, `/admin/v1/series/{id}` and `/admin/v1/series-tags`. */
export function registerSeriesList(app: App, context: Context): void {
  const { pool } = context.database
  route(app, 'GET /admin/v1/series', {
    access: ['campaign', 'read'],
    ...admin,
    schema: {
      operationId: 'searchSeries',
      summary: 'Find coupon series, with their states and counters',
      tags,
      querystring: parameters,
      response: answers(foundSeriesSchema),
    },
    handler: async (caller, request) => {
      const { series, total, byState, nowS } = await searchSeries(context, caller, readSearch(request.query))
      return {
        series: series.map((one) => ownSeriesToWire(one, caller.timeZone, nowS)),
        total,
        states: seriesStates.map((state) => ({ state, series: byState.get(state) ?? 0 })),
      }
    },
  })
  route(app, 'GET /admin/v1/series/:id', {
    access: ['campaign', 'read'],
    ...admin,
    schema: {
      operationId: 'getSeries',
      summary: 'A coupon series, with its state, its schedule and its counters',
      tags,
      params: idParams,
      response: answers(ownSeriesSchema),
    },
    handler: async (caller, { params }, reply) => {
      const id = readPathId(params.id)
      const series = (await readSeriesById(context, caller.orgId, [id], 'counted')).get(id)
      if (series === undefined) throw refuse.notFound(`There is no coupon series ${id}`)
      tellVersion(reply, series.version)
      const nowS = await epochSecondsOf(pool, await readNow(context, pool, caller))
      return ownSeriesToWire(series, caller.timeZone, nowS)
    },
  })
  route(app, 'GET /admin/v1/series-tags', {
    access: ['campaign', 'read'],
    ...admin,
    schema: {
      operationId: 'listSeriesTags',
      summary: 'The tags that series have',
      tags,
      response: answers(tagsSchema),
    },
    handler: async ({ orgId }) => ({ tags: await readTags(context, orgId) }),
  })
}

function readSearch(query: Query): SeriesSearch {
  const text = readText(query, 'q') ?? ''
  const tag = readText(query, 'tag')
  for (const [name, value] of [
    ['q', text],
    ['tag', tag ?? ''],
  ] as const)
    if (value.length > maxLength) throw badParameter(name, value, `at most ${maxLength} characters`)
  const order = readText(query, 'sort') ?? '-id'
  const sort = order.replace(/^-/, '') as SeriesSort
  if (!seriesSorts.includes(sort))
    throw badParameter('sort', order, `one of ${seriesSorts.join(', ')}, with or without - before it`)
  return {
    words: text.split(/\s+/).filter((word) => word !== ''),
    states: readEnumList(query, 'state', seriesStates),
    tag,
    sort,
    isDescending: order.startsWith('-'),
    limit: readInteger(query, 'limit', { min: 1, max: maxLimit }) ?? 100,
    offset: readInteger(query, 'offset', { min: 0, max: maxOffset }) ?? 0,
    waitingCodes: 'counted',
  }
}
