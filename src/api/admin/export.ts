import type { ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { Type } from 'typebox'
import type { Caller, Resource } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import { couponStatuses } from '../../ledger/coupons/coupon-status.ts'
import { badParameter, refuse } from '../../values/errors.ts'
import { exportRows } from '../../bulk/rows/export-rows.ts'
import { exportKinds, type ExportKind } from '../../bulk/rows/export-columns.ts'
import type { ExportFilter } from '../../bulk/rows/export-sql.ts'
import { recordExportBegun, recordExportEnded } from '../../bulk/rows/record-export.ts'
import { readNow } from '../../platform/clock.ts'
import { parseStatedTimeS } from '../../values/stated-time.ts'
import type { App } from '../../http/app.ts'
import { recordedChange } from '../../http/recorded-change.ts'
import { route } from '../../http/route.ts'
import { FairShare } from '../../http/fair-share.ts'
import {
  readBoolean,
  readEnum,
  readEnumList,
  readInteger,
  readText,
  type Query,
} from '../../http/query-parameters.ts'
import { admin } from './fields.ts'
import { problems } from '../../http/problem.ts'

const parameters = Type.Object({
  format: Type.Optional(Type.String({ description: 'csv (without: csv) or ndjson.' })),
  gzip: Type.Optional(Type.String({ description: 'true: packed.' })),
  series: Type.Optional(Type.String({ description: 'Id of a series; not for customers.' })),
  status: Type.Optional(
    Type.String({
      description:
        'Of coupons: one or several as in the history, but REDEEMABLE. Without: all but revoked ones.',
    }),
  ),
  from: Type.Optional(Type.String({ description: 'Made at this time or later; YYYY-MM-DD or ISO 8601.' })),
  to: Type.Optional(Type.String({ description: 'Made before this time.' })),
})

const resources: Record<ExportKind, Resource> = {
  coupons: 'coupon',
  redemptions: 'coupon',
  returns: 'coupon',
  holds: 'coupon',
  series: 'series',
  customers: 'customer',
}
const retryAfterS = 10

/**
 * `GET /admin/v1/export/{what}`: the contents of the ledger, streamed from one snapshot. The query stops if the caller
 * disconnects.
 */
export function registerExport(app: App, context: Context): void {
  // An export holds a database connection while it runs, and tills need theirs.
  const share = new FairShare(context.config.exportsAtOnce, 'exports')
  route(app, 'GET /admin/v1/export/:what', {
    // All data of all customers at once requires its own permission; reading customers does not suffice.
    access: {
      all: [['export', 'read']],
      also: ({ params }) => {
        const kind = kindOf(params['what'])
        return kind === undefined ? [] : [[resources[kind], 'read']]
      },
    },
    ...admin,
    isLong: true,
    limit: 'bulk',
    schema: {
      operationId: 'exportRows',
      summary: 'Rows of the ledger as CSV or NDJSON',
      tags: ['Administration'],
      params: Type.Object({
        what: Type.String({ description: 'coupons, redemptions, returns, holds, series or customers.' }),
      }),
      querystring: parameters,
      response: {
        200: {
          description: 'The rows.',
          content: {
            'text/csv': { schema: Type.String() },
            'application/x-ndjson': { schema: Type.String() },
          },
        },
        ...problems,
      },
    },
    handler: async (caller, request, reply) => {
      const kind = kindOf(request.params.what)
      if (kind === undefined) throw refuse.notFound()
      const { query } = request
      const format = readEnum(query, 'format', ['csv', 'ndjson'] as const) ?? 'csv'
      const isGzip = readBoolean(query, 'gzip') ?? false
      const filter = await readFilter(context, caller, kind, query)
      const leave = share.enter(caller.orgId, retryAfterS)
      const exported = { kind, format, isGzip, filter, requestId: request.id }
      const target = await beginExport(context, caller, exported, reply.raw, leave)
      const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
      reply.headers({
        'content-type': isGzip ? 'application/gzip' : type,
        'content-disposition': `attachment; filename="${kind}.${format}${isGzip ? '.gz' : ''}"`,
      })
      return reply.send(target as never)
    },
  })
}

const kindOf = (name: string | undefined): ExportKind | undefined => exportKinds.find((one) => one === name)

async function readFilter(
  context: Context,
  caller: Caller,
  kind: ExportKind,
  query: Query,
): Promise<ExportFilter> {
  const filter = {
    orgId: caller.orgId,
    seriesId: readInteger(query, 'series', { min: 1, max: Number.MAX_SAFE_INTEGER }),
    statuses: readEnumList(query, 'status', couponStatuses),
    fromS: readTime(query, 'from', caller.timeZone),
    toS: readTime(query, 'to', caller.timeZone),
    now: await readNow(context, context.database.pool, caller),
    withoutContacts: caller.access.customer === 'none',
    // Unassigned codes are exported once, with their batch: a caller who could read them here could redeem them all.
    withoutUnissued: true,
  }
  if (filter.statuses.includes('REDEEMABLE'))
    throw badParameter('status', 'REDEEMABLE', 'the other statuses of the history')
  if (kind === 'customers' && filter.seriesId !== undefined)
    throw badParameter('series', String(filter.seriesId), 'customers are of no series')
  return filter
}

interface Exported {
  readonly kind: ExportKind
  readonly format: 'csv' | 'ndjson'
  readonly isGzip: boolean
  readonly filter: ExportFilter
  readonly requestId: string
}

/**
 * Records the beginning of an export and streams it as the answer; its end is recorded too.
 *
 * @param leave called when the export has ended, whatever its result. @returns the stream to send.
 */
async function beginExport(
  context: Context,
  caller: Caller,
  { kind, format, isGzip, filter, requestId }: Exported,
  answer: ServerResponse,
  leave: () => void,
): Promise<PassThrough> {
  const { database, log } = context
  try {
    await recordedChange(context, caller, (transaction) =>
      recordExportBegun(transaction, kind, format, filter),
    )
  } catch (error) {
    leave()
    throw error
  }
  let rows = 0
  const end = (isWhole: boolean): Promise<void> =>
    recordedChange(context, caller, (transaction) =>
      recordExportEnded(transaction, kind, format, filter, { rows, isWhole }),
    )
  const target = new PassThrough()
  const gone = new AbortController()
  answer.on('close', () => gone.abort())
  const onProgress = (written: number): void => void (rows = written)
  exportRows({ database, kind, format, isGzip, filter, target, signal: gone.signal, onProgress })
    .then((written) => {
      rows = written
      return end(true)
    })
    // An answer that has begun cannot become a failure, so the connection ends before the body does.
    .catch((error: unknown) => {
      if (!gone.signal.aborted) log.error({ err: error, requestId }, 'an export failed')
      target.destroy(error as Error)
      return end(false)
    })
    .catch((error: unknown) => log.error({ err: error, requestId }, 'could not record the end of an export'))
    .finally(leave)
  return target
}

function readTime(query: Query, name: string, timeZone: string): number | undefined {
  const text = readText(query, name)
  if (text === undefined) return undefined
  const timeS = parseStatedTimeS(text, timeZone)
  if (timeS === undefined) throw badParameter(name, text, 'YYYY-MM-DD or ISO 8601 with an offset')
  return timeS
}
