import { PassThrough } from 'node:stream'
import { Type } from 'typebox'
import { recorded } from '../../platform/author.ts'
import { requireAccess, type Resource } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import { couponStatuses } from '../../ledger/coupons/coupon-status.ts'
import { badParameter, Refusal } from '../../values/errors.ts'
import { exportRows } from '../../bulk/rows/export-rows.ts'
import { exportKinds, type ExportKind } from '../../bulk/rows/export-sql.ts'
import { recordExportBegun, recordExportEnded } from '../../bulk/rows/record-export.ts'
import { readNow } from '../../platform/clock.ts'
import { parseStatedTimeS } from '../../values/stated-time.ts'
import type { App } from '../../http/app.ts'
import { FairShare } from '../../http/fair-share.ts'
import {
  readBoolean,
  readEnum,
  readEnumList,
  readInteger,
  readText,
  type Query,
} from '../../http/query-parameters.ts'
import { config, signInFor } from './fields.ts'
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
  series: 'series',
  customers: 'customer',
}
const retryAfterS = 10

/** `GET /admin/v1/export/{what}`: what the ledger holds, streamed from one snapshot. Who hangs up stops the query. */
export function registerExport(app: App, context: Context): void {
  // Each holds a connection for as long as it runs, and tills need theirs.
  const share = new FairShare(context.config.exportsAtOnce, 'exports')
  app.get(
    '/admin/v1/export/:what',
    {
      config: { ...config, isLong: true, limit: 'bulk' },
      schema: {
        operationId: 'exportRows',
        summary: 'Rows of the ledger as CSV or NDJSON',
        tags: ['Administration'],
        params: Type.Object({
          what: Type.String({ description: 'coupons, redemptions, series or customers.' }),
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
    },
    async (request, reply) => {
      // Everything about everybody at once is for those who administer, not for every till that reads customers.
      const caller = await signInFor(request, 'export', 'read')
      const kind = exportKinds.find((one) => one === request.params.what)
      if (kind === undefined) throw new Refusal(404)
      requireAccess(caller, resources[kind], 'read')
      const query = request.query as Query
      const format = readEnum(query, 'format', ['csv', 'ndjson'] as const) ?? 'csv'
      const isGzip = readBoolean(query, 'gzip') ?? false
      const filter = {
        orgId: caller.orgId,
        seriesId: readInteger(query, 'series', { min: 1, max: Number.MAX_SAFE_INTEGER }),
        statuses: readEnumList(query, 'status', couponStatuses),
        fromS: readTime(query, 'from', caller.timeZone),
        toS: readTime(query, 'to', caller.timeZone),
        now: await readNow(context, context.database.pool, caller),
        withoutContacts: caller.access.customer === 'none',
        // They leave with their batch, once; who could read them here could redeem them all.
        withoutUnissued: true,
      }
      if (filter.statuses.includes('REDEEMABLE'))
        throw badParameter('status', 'REDEEMABLE', 'the other statuses of the history')
      if (kind === 'customers' && filter.seriesId !== undefined)
        throw badParameter('series', String(filter.seriesId), 'customers are of no series')
      const leave = share.enter(caller.orgId, retryAfterS)
      const { queries } = context.database
      try {
        await recorded(queries, caller, (transaction) => recordExportBegun(transaction, kind, format, filter))
      } catch (error) {
        leave()
        throw error
      }
      let rows = 0
      const end = (isWhole: boolean): Promise<void> =>
        recorded(queries, caller, (transaction) =>
          recordExportEnded(transaction, kind, format, filter, { rows, isWhole }),
        )
      const target = new PassThrough()
      const gone = new AbortController()
      reply.raw.on('close', () => gone.abort())
      exportRows({
        database: context.database,
        kind,
        format,
        isGzip,
        filter,
        target,
        signal: gone.signal,
        onProgress: (written) => (rows = written),
      })
        .then((written) => {
          rows = written
          return end(true)
        })
        // What has begun cannot be answered otherwise: the connection ends before the body does.
        .catch((error: unknown) => {
          if (!gone.signal.aborted)
            context.log.error({ err: error, requestId: request.id }, 'an export failed')
          target.destroy(error as Error)
          return end(false)
        })
        .catch((error: unknown) =>
          context.log.error({ err: error, requestId: request.id }, 'the end of an export was not recorded'),
        )
        .finally(leave)
      const name = `${kind}.${format}${isGzip ? '.gz' : ''}`
      const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
      reply.headers({
        'content-type': isGzip ? 'application/gzip' : type,
        'content-disposition': `attachment; filename="${name}"`,
      })
      return reply.send(target as never)
    },
  )
}

function readTime(query: Query, name: string, timeZone: string): number | undefined {
  const text = readText(query, name)
  if (text === undefined) return undefined
  const timeS = parseStatedTimeS(text, timeZone)
  if (timeS === undefined) throw badParameter(name, text, 'YYYY-MM-DD or ISO 8601 with an offset')
  return timeS
}
