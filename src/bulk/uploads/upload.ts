import { refuse } from '../../values/errors.ts'
import type { Runner } from '../../platform/db/runner.ts'
import type { Delimiter } from '../rows/csv-rules.ts'
import type { TakenColumn } from './upload-columns-rules.ts'
import type { UploadForm } from './upload-form-rules.ts'

export type UploadKind = UploadForm['kind']
export type UploadState = 'queued' | 'running' | 'done' | 'failed'

/** How a file was read. */
export interface Reading {
  readonly delimiter: Delimiter
  readonly columns: readonly TakenColumn[]
}

/** A file uploaded by HTTP, and the progress of its processing. */
export interface Upload {
  readonly id: number
  readonly seriesId: number
  readonly kind: UploadKind
  readonly state: UploadState
  /** The name given by the sender. */
  readonly fileName: string
  /** SHA-256 of its content. */
  readonly fileHash: Buffer
  readonly header: readonly string[]
  readonly form: UploadForm['form']
  /** Null: no longer retained, or never stored. */
  readonly reading: Reading | null
  /** Rows below the header. */
  readonly rows: number
  /** Rows that were imported or already existed. */
  readonly accepted: number
  readonly refused: number
  /** No row up to this line is open. */
  readonly judgedUpToLine: number
  /** The store that issued coupons are attributed to. */
  readonly storeId: number | null
  /** The sender and its address. Null: accepted by a version that did not record it. */
  readonly senderKind: 'till' | 'client' | 'user' | null
  readonly senderId: number | null
  readonly senderAddress: string | null
  /** Instants in epoch milliseconds. */
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** Webhooks do not report what it imports. */
  readonly isQuiet: boolean
  /** Its rows are deleted: the retention period is over. */
  readonly isForgotten: boolean
}

/** The part of an upload shown to those who may read it. */
export type ShownUpload = Pick<
  Upload,
  | 'id'
  | 'seriesId'
  | 'kind'
  | 'state'
  | 'fileName'
  | 'header'
  | 'form'
  | 'reading'
  | 'rows'
  | 'accepted'
  | 'refused'
  | 'createdAtMs'
  | 'updatedAtMs'
  | 'isForgotten'
>

export const shownUploadOf = (upload: Upload): ShownUpload => ({
  id: upload.id,
  seriesId: upload.seriesId,
  kind: upload.kind,
  state: upload.state,
  fileName: upload.fileName,
  header: upload.header,
  form: upload.form,
  reading: upload.reading,
  rows: upload.rows,
  accepted: upload.accepted,
  refused: upload.refused,
  createdAtMs: upload.createdAtMs,
  updatedAtMs: upload.updatedAtMs,
  isForgotten: upload.isForgotten,
})

const epochMs = (column: string) => `floor(date_part('epoch', ${column}) * 1000)::float8`

/** Columns of `uploads as u` as an `Upload`. */
export const uploadColumns = `u.id, u.series_id as "seriesId", u.kind, u.state, u.file_name as "fileName",
  u.file_hash as "fileHash", u.header, u.form, u.reading, u.row_count as rows, u.accepted, u.refused,
  u.judged_up_to_line as "judgedUpToLine", u.store_id as "storeId", u.is_quiet as "isQuiet",
  u.sender_kind as "senderKind", u.sender_id as "senderId", u.sender_address as "senderAddress",
  ${epochMs('u.created_at')} as "createdAtMs", ${epochMs('u.updated_at')} as "updatedAtMs",
  u.forgotten_at is not null as "isForgotten"`

/** Maximum number of uploads in a list. */
const maxListed = 100

/**
 * Lists the uploads of a kind for a series, latest first, at most 100.
 *
 * @throws Refusal 404 if the organisation has no such series.
 */
export async function listUploads(
  runner: Runner,
  orgId: number,
  seriesId: number,
  kind: UploadKind,
): Promise<Upload[]> {
  const { rows } = await runner.query<Upload>(
    `select ${uploadColumns} from uploads u where u.org_id = $1 and u.series_id = $2 and u.kind = $3
     order by u.id desc limit ${maxListed}`,
    [orgId, seriesId, kind],
  )
  if (rows.length === 0) await requireSeries(runner, orgId, seriesId)
  return rows
}

/** @returns true if the series has ended. @throws Refusal 404 if the organisation has no such series. */
export async function requireSeries(
  runner: Runner,
  orgId: number,
  seriesId: number,
  now: Date | null = null,
): Promise<{ hasEnded: boolean }> {
  const { rows } = await runner.query<{ hasEnded: boolean }>(
    `select coalesce($3::timestamptz, clock_timestamp()) > valid_until as "hasEnded"
     from series where org_id = $1 and id = $2`,
    [orgId, seriesId, now],
  )
  const [series] = rows
  if (series === undefined) throw refuse.notFound(`There is no coupon series ${seriesId}`)
  return series
}
