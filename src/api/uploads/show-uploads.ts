import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { seesContacts } from '../../identity/credentials/contact-rules.ts'
import { recordEntry } from '../../identity/audit-log/record-entry.ts'
import type { Context } from '../../ledger/context.ts'
import { refuse } from '../../values/errors.ts'
import { readResults, type ResultKind } from '../../bulk/uploads/read-results.ts'
import { listUploads, type UploadKind } from '../../bulk/uploads/upload.ts'
import { readPathId } from '../admin/fields.ts'
import type { App } from '../../http/app.ts'
import { recordedChange } from '../../http/recorded-change.ts'
import { route } from '../../http/route.ts'
import { uploadFailures } from '../../http/envelope.ts'
import { seriesParams, uploadListSchema, uploadsToWire } from './upload-wire.ts'

interface StatusCall {
  readonly kind: UploadKind
  readonly name: string
  readonly operationId: string
  readonly summary: string
}

const codesStatusCall: StatusCall = {
  kind: 'codes',
  name: 'getUploadStatus',
  operationId: 'getUploadStatus',
  summary: 'How far the uploads of coupons for a series are',
}
export const redemptionsStatusCall: StatusCall = {
  kind: 'redemptions',
  name: 'getUploadRedeemedCouponStatus',
  operationId: 'getUploadRedeemedCouponStatus',
  summary: 'How far the uploads of redemptions for a series are',
}
export const statusCalls = [codesStatusCall, redemptionsStatusCall] as const

/**
 * `GET …/getUploadStatus/{couponSeriesId}` and its counterpart for redemptions: the latest uploads of a series, at most
 * 100.
 */
export function registerStatus(
  app: App,
  { database: { pool } }: Context,
  { kind, name, operationId, summary }: StatusCall,
  prefix: string,
  suffix: string,
): void {
  route(app, `GET ${prefix}/${name}/:couponSeriesId`, {
    access: ['upload', 'read'],
    failure: 'upload',
    schema: {
      operationId: `${operationId}${suffix}`,
      summary,
      tags: ['Uploads'],
      params: seriesParams,
      response: { 200: uploadListSchema(kind), ...uploadFailures },
    },
    handler: async ({ orgId, access }, request) => {
      const seriesId = readPathId(request.params.couponSeriesId)
      const uploads = await listUploads(pool, orgId, seriesId, kind)
      return uploadsToWire(orgId, seriesId, kind, uploads, access.upload === 'write')
    },
  })
}

/** `GET …/files/{name}`: streams the file that `errorFileUrl` or `successFileUrl` names. */
export function registerResults(app: App, context: Context, prefix: string, suffix: string): void {
  const { pool } = context.database
  route(app, `GET ${prefix}/files/:name`, {
    access: ['upload', 'write'],
    audit: true,
    // A HEAD request would read all rows and discard them.
    exposeHeadRoute: false,
    failure: 'upload',
    isLong: true,
    limit: 'bulk',
    schema: {
      operationId: `getUploadResult${suffix}`,
      summary: 'The refused or imported rows of an upload',
      tags: ['Uploads'],
      params: Type.Object({
        name: Type.String({ description: 'error_… or success_…, as the status names it.' }),
      }),
      response: {
        200: { description: 'The rows.', content: { 'text/csv': { schema: Type.String() } } },
        ...uploadFailures,
      },
    },
    handler: async (caller, request, reply) => {
      // Rows contain customers, so reading them requires the permission to upload them.
      const { orgId } = caller
      const { name } = request.params
      const [, kind, seriesId = '', id = ''] = /^(error|success)_(\d+)_(\d+)\.csv$/.exec(name) ?? []
      if (kind === undefined) throw refuse.notFound()
      const uploadId = readPathId(id)
      const result = kind as ResultKind
      const { pages, rows } = await readResults(
        pool,
        orgId,
        readPathId(seriesId),
        uploadId,
        result,
        seesContacts(caller),
      )
      await recordedChange(context, caller, (transaction) =>
        recordEntry(transaction, orgId, 'upload.exported', uploadId, { result, rows }),
      )
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${name}"`)
        .send(Readable.from(pages, { objectMode: false }) as never)
    },
  })
}
