import { extname } from 'node:path'
import { Type } from 'typebox'
import type { ResultKind } from '../../bulk/uploads/read-results.ts'
import type { CodesForm } from '../../bulk/uploads/upload-form-rules.ts'
import type { ShownUpload, UploadKind, UploadState } from '../../bulk/uploads/upload.ts'

export const uploadPath = '/coupon/api/v1/upload'

export const seriesParams = Type.Object({
  couponSeriesId: Type.String({ description: 'Id of the series.' }),
})

const text = Type.Union([Type.String(), Type.Null()])
/** Additional to the contract: how the file was read. */
const reading = {
  delimiter: Type.Union([Type.String(), Type.Null()], {
    description: 'The separator of the cells: a comma, a semicolon or a tab; null: no longer known.',
  }),
  columns: Type.Array(
    Type.Object({
      holds: Type.String({
        description: 'code, mobile, email, externalId, customerId, or as uploadHeaders calls it.',
      }),
      column: Type.Integer({ description: 'Counted from 0.' }),
      name: Type.String({ description: 'What the first line of the file calls it.' }),
      firstValue: Type.Union([Type.String(), Type.Null()], {
        description:
          'Of codes the first one; null: of other columns, and in lists also for those who may not upload and where codes wait for customers.',
      }),
    }),
    { description: 'The columns that were taken.' },
  ),
}
const common = {
  createdOn: Type.String({ description: 'Milliseconds since 1970.' }),
  updatedOn: Type.String({ description: 'Milliseconds since 1970.' }),
  errorFileUrl: Type.Union([Type.String(), Type.Null()], {
    description:
      'Path of the refused rows; null: there are none, the upload has not ended, or they are no longer retained.',
  }),
  successFileUrl: text,
  uploadedFileUrl: Type.String(),
  totalUploadedCount: Type.Integer({
    description: 'Number of rows that have been imported or were already present so far.',
  }),
  actualRowCount: Type.Integer({ description: 'Rows of the file below its header.' }),
  errorCount: Type.Integer({ description: 'Rows that were refused, so far.' }),
  uploadTableName: text,
  uploadedFileName: Type.String(),
}
export const codesStatus = Type.Object({
  jobId: Type.Integer(),
  uploadStatus: Type.String({ description: 'STARTED, RUNNING, FINISHED or FAILED.' }),
  ...common,
  audienceGroupId: Type.Integer(),
  audienceGroupVersionId: Type.Integer(),
  ...reading,
})
const redemptionsStatus = Type.Object({
  jobId: Type.Integer(),
  uploadRedeemedCouponStatus: Type.String({ description: 'QUEUED, RUNNING, COMPLETED or FAILED.' }),
  ...common,
  ...reading,
})

const answerOf = (list: string, status: typeof codesStatus | typeof redemptionsStatus, isNew: boolean) =>
  Type.Object({
    success: Type.Literal(true),
    status: Type.Integer(),
    result: Type.Object({
      orgId: Type.Integer(),
      couponSeriesId: Type.Integer(),
      [list]: Type.Array(status),
      ...(isNew && { fileName: Type.String() }),
    }),
  })

const lists = { codes: 'uploadJobStatuses', redemptions: 'redeemUploadJobStatuses' } as const
const statusSchemas = { codes: codesStatus, redemptions: redemptionsStatus } as const

export const newUploadSchema = (kind: UploadKind): object => answerOf(lists[kind], statusSchemas[kind], true)
export const uploadListSchema = (kind: UploadKind): object =>
  answerOf(lists[kind], statusSchemas[kind], false)

const states: Record<UploadKind, Record<UploadState, string>> = {
  codes: { queued: 'STARTED', running: 'RUNNING', done: 'FINISHED', failed: 'FAILED' },
  redemptions: { queued: 'QUEUED', running: 'RUNNING', done: 'COMPLETED', failed: 'FAILED' },
}

/** The name of a file in answers: `couponCode_1601835836573_123.csv`. */
function storedName({ fileName, createdAtMs, seriesId }: ShownUpload): string {
  const extension = extname(fileName)
  return `${fileName.slice(0, fileName.length - extension.length)}_${createdAtMs}_${seriesId}${extension}`
}

const resultPath = ({ id, seriesId }: ShownUpload, kind: ResultKind): string =>
  `${uploadPath}/files/${kind}_${seriesId}_${id}.csv`

/** Whether the codes of an upload are unassigned, so that a caller who read one later could redeem it. */
const codesWait = ({ kind, form }: ShownUpload): boolean =>
  kind === 'codes' && (form as CodesForm).customer === null

/** An element of the list of uploads, with the keys of the contract in their order, followed by the additional ones. */
function uploadToWire(upload: ShownUpload, withCodes: boolean) {
  const { id, kind, state, rows, accepted, isForgotten } = upload
  const hasFiles = (state === 'done' || state === 'failed') && !isForgotten
  // Rows that were not processed before an upload was abandoned count as errors.
  const errors = state === 'failed' ? rows - accepted : upload.refused
  const status = states[kind][state]
  return {
    jobId: id,
    ...(kind === 'codes' ? { uploadStatus: status } : { uploadRedeemedCouponStatus: status }),
    createdOn: String(upload.createdAtMs),
    updatedOn: String(upload.updatedAtMs),
    errorFileUrl: hasFiles && errors > 0 ? resultPath(upload, 'error') : null,
    successFileUrl: hasFiles && accepted > 0 ? resultPath(upload, 'success') : null,
    uploadedFileUrl: storedName(upload),
    totalUploadedCount: accepted,
    actualRowCount: rows,
    errorCount: errors,
    // In the contract each upload names its own table; here all uploads share this one.
    uploadTableName: state === 'queued' || isForgotten ? null : 'upload_rows',
    uploadedFileName: upload.fileName,
    ...(kind === 'codes' && { audienceGroupId: 0, audienceGroupVersionId: 0 }),
    delimiter: upload.reading?.delimiter ?? null,
    columns: (upload.reading?.columns ?? []).map(({ holds, column, firstValue }) => ({
      holds,
      column,
      name: upload.header[column] ?? '',
      firstValue: withCodes ? firstValue : null,
    })),
  }
}

/**
 * @param mayUpload whether the caller may see the codes, except unassigned ones, of files that others have sent.
 * @param isNew whether this answers the sender of the only upload, in which case the name of its file is printed too.
 */
export function uploadsToWire(
  orgId: number,
  seriesId: number,
  kind: UploadKind,
  uploads: readonly ShownUpload[],
  mayUpload: boolean,
  isNew = false,
) {
  const [first] = uploads
  return {
    success: true,
    status: 200,
    result: {
      orgId,
      couponSeriesId: seriesId,
      [lists[kind]]: uploads.map((one) => uploadToWire(one, isNew || (mayUpload && !codesWait(one)))),
      ...(isNew && first && { fileName: storedName(first) }),
    },
  }
}
