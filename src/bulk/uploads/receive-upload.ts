import { createHash } from 'node:crypto'
import type { Client } from 'pg'
import type { Caller } from '../../values/caller.ts'
import { authorSetting } from '../../platform/db/author.ts'
import type { Context } from '../../ledger/context.ts'
import { isConstraint } from '../../platform/db/constraint.ts'
import { withCopyClient } from '../../platform/db/copy-client.ts'
import { OperatorError, refuse } from '../../values/errors.ts'
import type { Delimiter } from '../rows/csv-rules.ts'
import type { FileRow } from '../rows/file-row.ts'
import { readCsvRows } from '../rows/read-rows.ts'
import { copyBlocks } from '../rows/stage-rows.ts'
import { executeOneOnce } from '../../platform/idempotency/execute-once.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import { takenColumns, type Sample } from './upload-columns-rules.ts'
import type { UploadForm } from './upload-form-rules.ts'
import { shownUploadOf, uploadColumns, type Reading, type ShownUpload, type Upload } from './upload.ts'

/** A file whose rows are in the database. */
export interface TakenFile {
  readonly header: readonly string[]
  readonly delimiter: Delimiter
  /** The first readable rows. */
  readonly sample: Sample
  readonly rows: number
  /** SHA-256 of its content. */
  readonly hash: Buffer
}

/** How to process a file. */
interface UploadOrder extends IdempotentCommand {
  readonly upload: UploadForm
  readonly fileName: string
  readonly file: TakenFile
  /** Webhooks do not report what it imports. */
  readonly isQuiet: boolean
}

/** Reads the parts of a request in any order: passes the file to `takeFile`, once, and returns its purpose. */
export type ReadRequest = (
  takeFile: (source: AsyncIterable<Buffer>) => Promise<TakenFile>,
) => Promise<UploadOrder>

/** Rows that show whether a column contains what it is declared to contain. */
const sampleRows = 200
/** Maximum number of an organisation's open uploads. */
const maxOpen = 100

/**
 * Accepts a file: when this returns, its rows and the job are in the database, in one transaction. An interrupted or
 * invalid request leaves nothing. The job is executed later, see `work-on-open-uploads.ts`.
 *
 * @param signal aborted: the sender has disconnected.
 * @throws Refusal thrown by `read`; 400 if the file cannot be read; 422 if the idempotency key was used for another
 * request; 503 if too many uploads of the organisation are open.
 */
export function receiveUpload(
  { database, config, fixedNow }: Context,
  caller: Caller,
  seriesId: number,
  read: ReadRequest,
  signal: AbortSignal,
): Promise<Done<ShownUpload>> {
  const { orgId } = caller
  return withCopyClient(
    database,
    async (client) => {
      await requireRoom(client, orgId)
      await client.query('begin')
      // The sender may pause before and after the file.
      await client.query(`set local idle_in_transaction_session_timeout = ${config.uploadTimeoutMs}`)
      if (caller.origin !== undefined) await client.query(authorSetting(caller))
      const { rows } = await client.query<{ id: number }>(`select nextval('uploads_id_seq') as id`)
      const id = rows[0]?.id ?? 0
      const order = await read((source) => takeFile(client, orgId, id, source))
      try {
        const done = await executeOneOnce(client, orgId, order, async () => ({
          outcome: shownUploadOf(await insertUpload(client, caller, { id, seriesId, order, fixedNow })),
        }))
        await client.query(done.isReplay ? 'rollback' : 'commit')
        return done
      } catch (error) {
        await client.query('rollback').catch(() => {})
        if (!isConstraint(error, 'idempotency_keys__pkey')) throw error
        // A concurrent duplicate of the request: the outcome is the other one's.
        return await executeOneOnce<ShownUpload>(client, orgId, order, () => Promise.reject(error))
      }
    },
    signal,
  )
}

async function requireRoom(client: Client, orgId: number): Promise<void> {
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::int as n from uploads where org_id = $1 and state in ('queued', 'running')`,
    [orgId],
  )
  if ((rows[0]?.n ?? 0) >= maxOpen)
    throw refuse.unavailable(`${maxOpen} uploads are waiting already`, { retryAfterS: 10 })
}

async function takeFile(
  client: Client,
  orgId: number,
  id: number,
  source: AsyncIterable<Buffer>,
): Promise<TakenFile> {
  const hash = createHash('sha256')
  try {
    const file = readCsvRows(source, (block) => hash.update(block))
    const sample: string[][] = []
    const rows = await copyBlocks(
      client,
      'copy upload_rows (org_id, upload_id, line, raw, fault) from stdin',
      sampled(file.rows, sample),
      ({ line, raw, fault }) => [orgId, id, line, JSON.stringify(raw), fault],
    )
    if (rows === 0) throw new OperatorError('it has a header and no rows below it')
    return { header: file.header, delimiter: file.delimiter ?? ',', sample, rows, hash: hash.digest() }
  } catch (error) {
    if (error instanceof OperatorError) throw refuse.badRequest(`The file cannot be read: ${error.message}`)
    throw error
  }
}

/** Passes the rows on and keeps the first ones. */
async function* sampled(
  blocks: AsyncIterable<readonly FileRow[]>,
  sample: string[][],
): AsyncGenerator<readonly FileRow[]> {
  for await (const block of blocks) {
    for (const { raw, fault } of block)
      if (fault === null && sample.length < sampleRows) sample.push([...raw])
    yield block
  }
}

interface NewUpload {
  readonly id: number
  readonly seriesId: number
  readonly order: UploadOrder
  readonly fixedNow: Date | null
}

async function insertUpload(
  client: Client,
  { orgId, storeId, tillId, kind, holderId, from }: Caller,
  { id, seriesId, order, fixedNow }: NewUpload,
): Promise<Upload> {
  const { upload, file, fileName } = order
  const reading: Reading = { delimiter: file.delimiter, columns: takenColumns(upload, file.sample) }
  const { rows } = await client.query<Upload>(
    `insert into uploads as u (org_id, id, series_id, kind, file_name, file_hash, header, form, row_count, store_id,
       created_till_id, is_quiet, created_at, updated_at, sender_kind, sender_id, sender_address, reading)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, t.now, t.now, $14, $15, $16, $17
     from (select coalesce($13::timestamptz, clock_timestamp()) as now) t
     returning ${uploadColumns}`,
    [
      orgId,
      id,
      seriesId,
      upload.kind,
      fileName,
      file.hash,
      JSON.stringify(file.header),
      JSON.stringify(upload.form),
      file.rows,
      storeId,
      tillId,
      order.isQuiet,
      fixedNow,
      kind,
      holderId,
      from?.address ?? null,
      JSON.stringify(reading),
    ],
  )
  if (rows[0] === undefined) throw new Error(`upload ${id} was not kept`)
  return rows[0]
}
