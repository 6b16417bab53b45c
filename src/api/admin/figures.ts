import { Type } from 'typebox'
import { requireAccess } from '../../access/caller.ts'
import type { Context } from '../../context.ts'
import { readOverview, readSeriesFigures } from '../../figures/read-figures.ts'
import { formatInstant } from '../../values/calendar.ts'
import type { App } from '../app.ts'
import { readInteger } from '../query-parameters.ts'
import { answers, config, idParams, readPathId } from './fields.ts'

const tags = ['Figures']
const maxDays = 92
const nullable = (schema: object) => Type.Union([schema, Type.Null()])
const count = Type.Integer()

const day = Type.Object({
  day: Type.String({ description: 'YYYY-MM-DD on the clock of the organisation.' }),
  issued: count,
  redeemed: Type.Integer({ description: 'Made on the day, whether they stand or not.' }),
  reversed: Type.Integer({ description: 'Taken back on the day.' }),
})
const named = { id: Type.Integer(), code: Type.String(), description: Type.String() }
const limits = { issued: count, maxIssued: nullable(count), redeemed: count, maxRedeemed: nullable(count) }
const daysParameter = (without: number) =>
  Type.Optional(
    Type.String({ description: `The last days, today among them: 1 to ${maxDays}; default ${without}.` }),
  )

const overview = Type.Object({
  days: Type.Array(day),
  ending: Type.Array(Type.Object({ ...named, validUntil: Type.String() }), {
    description: 'Series that end within endingWithinDays, the first of them first; at most 20.',
  }),
  runningOut: Type.Array(Type.Object({ ...named, ...limits }), {
    description: 'Series of whose limits a tenth or less is left, the least first; at most 20.',
  }),
})

const seriesFigures = Type.Object({
  ...named,
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
    { description: 'In the same days, the busiest first; at most 100. Null: the store is not known.' },
  ),
})

/** `GET /admin/v1/figures/overview` and `/admin/v1/series/{id}/figures`. */
export function registerFigures(app: App, context: Context): void {
  app.get(
    '/admin/v1/figures/overview',
    {
      config,
      schema: {
        operationId: 'getOverview',
        summary: 'What was issued, redeemed and reversed by day, and which series need a look',
        tags,
        querystring: Type.Object({
          days: daysParameter(14),
          endingWithinDays: Type.Optional(Type.String({ description: '1 to 366; default 14.' })),
        }),
        response: answers(overview),
      },
    },
    async (request) => {
      const caller = await request.signIn()
      requireAccess(caller, 'campaign', 'read')
      const { ending, ...rest } = await readOverview(context, caller, {
        dayCount: readInteger(request.query, 'days', { min: 1, max: maxDays }) ?? 14,
        endingWithinDays: readInteger(request.query, 'endingWithinDays', { min: 1, max: 366 }) ?? 14,
      })
      return {
        ...rest,
        ending: ending.map(({ validUntilS, ...one }) => ({
          ...one,
          validUntil: formatInstant(caller.timeZone, validUntilS),
        })),
      }
    },
  )

  app.get(
    '/admin/v1/series/:id/figures',
    {
      config,
      schema: {
        operationId: 'getSeriesFigures',
        summary: 'How a series goes, by day and by store',
        tags,
        params: idParams,
        querystring: Type.Object({ days: daysParameter(30) }),
        response: answers(seriesFigures),
      },
    },
    async (request) => {
      const caller = await request.signIn()
      requireAccess(caller, 'campaign', 'read')
      const dayCount = readInteger(request.query, 'days', { min: 1, max: maxDays }) ?? 30
      const id = readPathId(request.params.id)
      const { validUntilS, ...figures } = await readSeriesFigures(context, caller, id, dayCount)
      return { ...figures, validUntil: formatInstant(caller.timeZone, validUntilS) }
    },
  )
}
