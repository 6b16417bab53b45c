import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import { refuse } from '../../values/errors.ts'
import type { Done, IdempotencyKey } from '../../platform/idempotency/idempotent.ts'
import { readNow } from '../../platform/clock.ts'
import { receiveUpload } from '../../bulk/uploads/receive-upload.ts'
import { requirePlausible } from '../../bulk/uploads/upload-columns-rules.ts'
import { requireSeries, type ShownUpload, type UploadKind } from '../../bulk/uploads/upload.ts'
import { FairShare } from '../../http/fair-share.ts'
import { readPathId } from '../admin/fields.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { answerOf, sendAnswer } from '../../http/answer.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { uploadFailures, writeHeaders } from '../../http/envelope.ts'
import { discardBody, readMultipart, tooLarge, type ReadParts } from './read-multipart.ts'
import {
  codesBody,
  readCodesForm,
  readIsQuiet,
  readRedemptionsForm,
  redemptionsBody,
  type ReadForm,
} from './upload-fields.ts'
import { newUploadSchema, seriesParams, uploadsToWire } from './upload-wire.ts'

interface UploadCall {
  readonly kind: UploadKind
  readonly name: string
  readonly operationId: string
  readonly summary: string
  readonly body: object
  readonly readForm: ReadForm
}

const uploadCalls: readonly UploadCall[] = [
  {
    kind: 'codes',
    name: 'file',
    operationId: 'uploadCoupons',
    summary: 'Upload codes, customers, or both',
    body: codesBody,
    readForm: readCodesForm,
  },
  {
    kind: 'redemptions',
    name: 'redeemFile',
    operationId: 'uploadRedemptions',
    summary: 'Upload redemptions that took place elsewhere',
    body: redemptionsBody,
    readForm: readRedemptionsForm,
  },
]

const retryAfterS = 5
/** Space for fields and boundaries in addition to the file. */
const maxBesideBytes = 1024 * 1024

async function requireMultipart({ headers }: FastifyRequest): Promise<void> {
  if (!/^multipart\/form-data\b/i.test(headers['content-type'] ?? ''))
    throw refuse.unsupportedMediaType('The content type is not supported: send multipart/form-data')
}

/**
 * `POST …/file/{couponSeriesId}` and `…/redeemFile/{couponSeriesId}`: accepts a file, which is processed in the
 * background.
 */
export function sendFileRoutes(context: Context): (app: App, prefix: string, suffix: string) => void {
  // An upload holds a database connection while its file arrives, and tills need theirs.
  const share = new FairShare(context.config.uploadsAtOnce, 'uploads')
  return (app, prefix, suffix) => {
    for (const call of uploadCalls) {
      route(app, `POST ${prefix}/${call.name}/:couponSeriesId`, {
        access: ['upload', 'write'],
        failure: 'upload',
        isUpload: true,
        limit: 'bulk',
        preParsing: requireMultipart,
        // A refused sender gets to read the answer after it has sent the file.
        onError: async ({ raw }) => discardBody(raw, context.config.uploadLimitBytes),
        // The body is a stream, whose parts are checked as they arrive.
        validatorCompiler: () => () => true,
        schema: {
          operationId: `${call.operationId}${suffix}`,
          summary: call.summary,
          tags: ['Uploads'],
          consumes: ['multipart/form-data'],
          headers: writeHeaders,
          params: seriesParams,
          body: call.body,
          response: { 200: newUploadSchema(call.kind), ...uploadFailures },
        },
        handler: async (caller, request, reply) => {
          const leave = share.enter(caller.orgId, retryAfterS)
          try {
            const { outcome, isReplay } = await receive(context, call, caller, request, reply)
            const wire = uploadsToWire(caller.orgId, outcome.seriesId, call.kind, [outcome], true, true)
            return sendAnswer(reply, answerOf(200, wire), isReplay)
          } finally {
            leave()
          }
        },
      })
    }
  }
}

async function receive(
  context: Context,
  { kind, readForm }: UploadCall,
  caller: Caller,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Done<ShownUpload>> {
  const { uploadLimitBytes } = context.config
  if (Number(request.headers['content-length'] ?? 0) > uploadLimitBytes + maxBesideBytes)
    throw tooLarge(uploadLimitBytes)
  const seriesId = readPathId((request.params as { couponSeriesId: string }).couponSeriesId)
  const { pool } = context.database
  const now = await readNow(context, pool, caller)
  const { hasEnded } = await requireSeries(pool, caller.orgId, seriesId, now)
  // A past redemption is valid even if the series has ended since; a coupon would expire before it is issued.
  if (hasEnded && kind === 'codes') throw refuse.seriesExpired()
  const idempotencyKey = readIdempotencyKey(request, caller)
  const gone = new AbortController()
  reply.raw.on('close', () => gone.abort())
  try {
    return await receiveUpload(
      context,
      caller,
      seriesId,
      async (takeFile) => {
        const parts = await readMultipart(
          request,
          uploadLimitBytes,
          (fields) => {
            readForm(fields, undefined)
            readIsQuiet(fields)
          },
          takeFile,
        )
        const upload = readForm(parts.fields, parts.file.header)
        if (upload === undefined) throw new Error('with a header there is a form')
        requirePlausible(upload, parts.file.header, parts.file.sample, caller.country)
        return {
          upload,
          fileName: parts.fileName,
          file: parts.file,
          isQuiet: readIsQuiet(parts.fields),
          idempotencyKey: idempotencyKey && keyOf(idempotencyKey, parts),
        }
      },
      gone.signal,
    )
  } catch (error) {
    // Nobody reads the answer, and an aborted request is not a fault of the server.
    throw gone.signal.aborted ? refuse.badRequest('The request broke off') : error
  }
}

/** The same key with another file is another request. */
function keyOf(key: IdempotencyKey, { fields, file }: ReadParts): IdempotencyKey {
  const hash = createHash('sha256')
    .update(JSON.stringify([key.requestHash, fields]))
    .update(file.hash)
  return { ...key, requestHash: hash.digest('base64') }
}
