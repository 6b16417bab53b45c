import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { badParameter, catalogue } from '../../values/errors.ts'
import {
  readDaysOfSeries,
  readOverview,
  readSeriesFigures,
  type RefusalFigures,
} from '../../ledger/reports/read-figures.ts'
import { formatInstant } from '../../values/calendar.ts'
import { isId } from '../../values/ids.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readInteger, readList, type Query } from '../../http/query-parameters.ts'
import { answers, idParams, nullable, readPathId } from './fields.ts'
import { seriesState } from './series-wire.ts'

export const tags = ['Figures']
const maxDays = 92
const count = Type.Integer()

const day = Type.Object({
  day: Type.String({ description: 'YYYY-MM-DD in the time zone of the organisation.' }),
  issued: count,
  redeemed: Type.Integer({ description: 'Made on the day, whether they stand or not.' }),
  reversed: Type.Integer({ description: 'Taken back on the day.' }),
})
const named = { id: Type.Integer(), code: Type.String(), description: Type.String() }
const limits = { issued: count, maxIssued: nullable(count), redeemed: count, maxRedeemed: nullable(count) }
export const daysParameter = (without: number) =>
  Type.Optional(
    Type.String({ description: `The last days, today among them: 1 to ${maxDays}; default ${without}.` }),
  )

const refusals = Type.Array(
  Type.Object({
    operation: Type.String({ description: 'redeem or issue.' }),
    code: Type.Integer({ description: 'Of the catalogue of errors.' }),
    message: Type.String(),
    refused: count,
  }),
  {
    description:
      'Refused redemptions and issues of the same days, the most frequent reason first; at most 20. Servers add to them every few seconds.',
  },
)

export const overviewSchema = Type.Object({
  days: Type.Array(day),
  refusals,
  ending: Type.Array(Type.Object({ ...named, validUntil: Type.String() }), {
    description: 'Series that end within endingWithinDays, the first of them first; at most 20.',
  }),
  halted: Type.Array(
    Type.Object({
      ...named,
      as: Type.Union([Type.Literal('paused'), Type.Literal('stopped')]),
      since: Type.String(),
      reason: Type.String(),
    }),
    {
      description:
        'Series that people have paused or stopped and that have not ended, the latest first; at most 20.',
    },
  ),
  runningOut: Type.Array(Type.Object({ ...named, ...limits }), {
    description: 'Series of whose limits a tenth or less is left, the least first; at most 20.',
  }),
})

export const seriesFiguresSchema = Type.Object({
  ...named,
  state: seriesState,
  validUntil: Type.String(),
  daysLeft: Type.Integer({ description: 'Until its last day; 0: that is today. Negative: it has passed.' }),
  ...limits,
  days: Type.Array(day),
  stores: Type.Array(
    Type.Object({
      storeId: nullable(Type.Integer()),
      code: nullable(Type.String()),
      name: nullable(Type.String()),
      issued: count,
      redeemed: Type.Integer({ description: 'Those that stand.' }),
    }),
    { description: 'In the same days, busiest first; at most 100. Null: the store is unknown.' },
  ),
  refusals,
})

/** The most series in one request for figures by day. */
const maxSeries = 100
export const daysOfSeriesSchema = Type.Object({
  series: Type.Array(Type.Object({ id: Type.Integer(), days: Type.Array(day) }), {
    description: 'In the order in which they are named.',
  }),
})

const refusalsToWire = (counted: readonly RefusalFigures[]) =>
  counted.map((one) => ({ ...one, message: catalogue[one.code]?.message ?? '' }))

export const readDayCount = (query: Query, without: number): number =>
  readInteger(query, 'days', { min: 1, max: maxDays }) ?? without

function readIds(query: Query): number[] {
  const named = readList(query, 'ids', { maxItems: maxSeries })
  return [...new Set(named)].map((text) => {
    const id = /^\d{1,16}$/.test(text) ? Number(text) : undefined
    if (!isId(id)) throw badParameter('ids', text, 'ids of series, separated by commas')
    return id
  })
}

/** `GET /admin/v1/figures/overview`, `/admin/v1/figures/series` and `/admin/v1/series/{id}/figures`. */
export function registerFigures(app: App, context: Context): void {
  route(app, 'GET /admin/v1/figures/overview', {
    access: ['campaign', 'read'],
    failure: 'problem',
    schema: {
      operationId: 'getOverview',
      summary: 'What was issued, redeemed and reversed by day, and which series need a look',
      tags,
      querystring: Type.Object({
        days: daysParameter(14),
        endingWithinDays: Type.Optional(Type.String({ description: '1 to 366; default 14.' })),
      }),
      response: answers(overviewSchema),
    },
    handler: async (caller, request) => {
      const {
        ending,
        halted,
        refusals: counted,
        ...rest
      } = await readOverview(context, caller, {
        dayCount: readDayCount(request.query, 14),
        endingWithinDays: readInteger(request.query, 'endingWithinDays', { min: 1, max: 366 }) ?? 14,
      })
      return {
        ...rest,
        refusals: refusalsToWire(counted),
        halted: halted.map(({ sinceS, ...one }) => ({
          ...one,
          since: formatInstant(caller.timeZone, sinceS),
        })),
        ending: ending.map(({ validUntilS, ...one }) => ({
          ...one,
          validUntil: formatInstant(caller.timeZone, validUntilS),
        })),
      }
    },
  })

  route(app, 'GET /admin/v1/figures/series', {
    access: ['campaign', 'read'],
    failure: 'problem',
    schema: {
      operationId: 'getDaysOfSeries',
      summary: 'What was issued, redeemed and reversed by day, of several series at once',
      tags,
      querystring: Type.Object({
        ids: Type.String({ description: `Ids of series, separated by commas; at most ${maxSeries}.` }),
        days: daysParameter(14),
      }),
      response: answers(daysOfSeriesSchema),
    },
    handler: async (caller, request) => {
      const ids = readIds(request.query)
      return { series: await readDaysOfSeries(context, caller, ids, readDayCount(request.query, 14)) }
    },
  })

  route(app, 'GET /admin/v1/series/:id/figures', {
    access: ['campaign', 'read'],
    failure: 'problem',
    schema: {
      operationId: 'getSeriesFigures',
      summary: 'How a series goes, by day and by store',
      tags,
      params: idParams,
      querystring: Type.Object({ days: daysParameter(30) }),
      response: answers(seriesFiguresSchema),
    },
    handler: async (caller, request) => {
      const dayCount = readDayCount(request.query, 30)
      const id = readPathId(request.params.id)
      const read = await readSeriesFigures(context, caller, id, dayCount)
      const { validUntilS, refusals: counted, ...figures } = read
      return {
        ...figures,
        refusals: refusalsToWire(counted),
        validUntil: formatInstant(caller.timeZone, validUntilS),
      }
    },
  })
}
