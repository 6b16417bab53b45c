import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { listSeries } from '../../ledger/series/list-series.ts'
import type { Series } from '../../ledger/series/terms.ts'
import { parseId } from '../../values/ids.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readEnum, readInteger, readList } from '../../http/query-parameters.ts'
import { shapeOf } from '../../http/shape.ts'
import {
  checkCount,
  itemRefused,
  itemStatus,
  maxItems,
  sendItems,
  unwrapped,
  type Item,
} from '../../http/v1_1-envelope.ts'
import { answerSchema, formatParameter, itemFields, oneOrSeveral, produces, responses } from './schemas.ts'
import { inText, productCodes, seriesKeys, type OutgoingSeries } from './series-fields.ts'

const maxLimit = 1_000

const { offline_redemption_enabled, valid_redemption_org_entities, products, ...terms } = seriesKeys

/** A series as this call prints it, with all values as text for every caller. */
const shape = shapeOf<OutgoingSeries>()({
  ...inText(terms),
  coupons: {
    schema: Type.Object({ issued: Type.String(), redeemed: Type.String() }),
    from: ({ series }: OutgoingSeries) => ({
      issued: String(series.issued),
      redeemed: String(series.redeemed),
    }),
  },
  ...inText({ offline_redemption_enabled }),
  item_status: {
    schema: itemFields.item_status,
    from: () => itemStatus(true, 700, 'Coupon series fetched successfully'),
  },
  valid_redemption_org_entities,
  products,
  brands: productCodes('BRAND'),
  categories: productCodes('CATEGORY'),
})
const { id, item_status, ...others } = shape.properties

const answer = answerSchema({
  series: Type.Object({
    items: Type.Object({
      // An unknown series has only these two.
      item: oneOrSeveral({ id, ...Type.Partial(Type.Object(others)).properties, item_status }),
    }),
  }),
})

/** `GET /v1.1/coupon/series`: series by id, or all of them, with all values as text. */
export function registerSeries(app: App, context: Context, prefix: string, suffix: string): void {
  route(app, `GET ${prefix}/coupon/series`, {
    access: {
      all: [
        ['coupon', 'read'],
        ['series', 'read'],
      ],
    },
    failure: 'v1.1',
    schema: {
      operationId: `getSeries${suffix}`,
      summary: 'Coupon series with their counters',
      tags: ['Version 1.1'],
      produces,
      querystring: Type.Object({
        ...formatParameter,
        id: Type.Optional(
          Type.String({ description: `Ids, a comma list; at most ${maxItems}. Without it: all.` }),
        ),
        expired: Type.Optional(
          Type.String({
            description:
              'true: those that have ended; false: those that have not; without it or extended: both.',
          }),
        ),
        limit: Type.Optional(Type.String({ description: `1 to ${maxLimit}; default ${maxLimit}.` })),
        offset: Type.Optional(Type.String({ description: 'Rows to skip; default 0.' })),
      }),
      response: responses(answer),
    },
    handler: async (caller, request, reply) => {
      const { query } = request
      const asked = [...new Set(readList(query, 'id', { maxItems: 10_000 }))]
      checkCount('id', asked)
      const ids = asked.map(parseId).filter((id) => id !== undefined)
      const expired = readEnum(query, 'expired', ['true', 'false', 'extended']) ?? 'extended'
      const isAll = asked.length === 0
      const listed = await listSeries(context, caller, {
        // No series has the id 0.
        ids: isAll ? [] : [0, ...ids],
        codes: [],
        statuses: expired === 'extended' ? [] : [expired === 'true' ? 'EXPIRED' : 'ACTIVE'],
        places: undefined,
        limit: readInteger(query, 'limit', { min: 1, max: maxLimit }) ?? maxLimit,
        offset: readInteger(query, 'offset', { min: 0, max: 2_147_483_647 }) ?? 0,
      })
      const known = new Map(listed.map((series) => [series.id, series]))
      const items: Item[] = isAll
        ? listed.map((series) => seriesToWire(series, caller.timeZone))
        : asked.flatMap((id) => {
            const series = known.get(parseId(id) ?? 0)
            if (series !== undefined) return [seriesToWire(series, caller.timeZone)]
            // A series that the filter leaves out is still a known one.
            return expired === 'extended' || parseId(id) === undefined ? [unknownToWire(id)] : []
          })
      return sendItems(reply, request, { items, content: { series: { items: { item: unwrapped(items) } } } })
    },
  })
}

function unknownToWire(id: string): Item {
  const message = `Coupon Series ID = ${id.slice(0, 64)} is invalid`
  return { isFailed: true, wire: { id, item_status: itemRefused(707, message) } }
}

const seriesToWire = (series: Series, timeZone: string): Item => ({
  isFailed: false,
  wire: shape.toWire({ series, timeZone }),
})
