import type { Client } from 'pg'
import type { Context } from '../../ledger/context.ts'
import { withCopyClient } from '../../platform/db/copy-client.ts'
import { mergeCodes } from '../rows/merge-codes.ts'
import { mergeRedemptions } from '../rows/merge-redemptions.ts'
import { mergeSafely } from '../rows/merge-safely.ts'
import { cellValue } from '../rows/csv-rules.ts'
import type { FileRow } from '../rows/file-row.ts'
import { stageRedemption } from '../rows/redemption-row-rules.ts'
import { stageCode, type Staged } from '../rows/row-rules.ts'
import { refreshStatistics } from '../rows/refresh-statistics.ts'
import { readSetting, type Setting } from '../rows/setting.ts'
import { createStaged, fillStaged } from '../rows/stage-rows.ts'
import type { Chunk, Merge } from '../rows/verdicts.ts'
import { SeriesMemory } from '../../ledger/series/series-memory.ts'
import { FileLookups } from '../../ledger/lookups/file-lookups.ts'
import { findOrganisation } from '../../identity/organisations/find-organisation.ts'
import { holdNow, readNow } from '../../platform/clock.ts'
import { keepOpenRows, recordVerdicts } from './record-verdicts.ts'
import type { CodesForm, RedemptionsForm } from './upload-form-rules.ts'
import { codeValues, redemptionValues } from './upload-row-rules.ts'
import { senderOf } from './sender-of.ts'
import { uploadColumns, type Upload } from './upload.ts'

/** Rows per transaction. Tills of the series wait at most for the duration of one. */
const chunkRows = 1_000
/** Number of consecutive errors after which an upload is abandoned: otherwise it would be retried forever. */
const maxFailures = 20

export interface WorkOptions {
  /** Checked after each chunk; true: leave the rest for later. */
  readonly shouldPause?: () => boolean
}
/** One process at a time works on a series. The lock belongs to a session and is released if the process is killed. */
const lockSql = `select pg_try_advisory_lock(hashtextextended($1, 0)) as is_ours`

/** The oldest upload comes first: a list may be meant for codes that were sent before it. */
const takeSql = `
update uploads u set state = 'running', updated_at = statement_timestamp() where u.org_id = $1 and u.id = (
  select o.id from uploads o where o.org_id = $1 and o.series_id = $2 and o.state in ('queued', 'running')
  order by o.created_at, o.id limit 1)
returning ${uploadColumns}`

const finishSql = `
update uploads u set state = 'done', ended_at = statement_timestamp(), updated_at = statement_timestamp()
where u.org_id = $1 and u.id = $2 and u.state = 'running' returning ${uploadColumns}`

const failSql = `
update uploads u set failures = u.failures + 1, updated_at = statement_timestamp(),
  state = case when u.failures + 1 >= $3 then 'failed' else u.state end,
  ended_at = case when u.failures + 1 >= $3 then statement_timestamp() end
where u.org_id = $1 and u.id = $2 and u.state = 'running'`

/**
 * Works on the oldest open upload of a series. Rows are judged like those of an import, and their verdicts are recorded
 * in the transaction of their effects: whatever is interrupted, each row is imported once.
 *
 * @returns the upload afterwards; undefined if another process is working on the series, or it has no open upload.
 * @throws when the database fails: the upload stays open until that has happened 20 times in a row.
 */
export function workOnUpload(
  context: Context,
  orgId: number,
  seriesId: number,
  options: WorkOptions = {},
): Promise<Upload | undefined> {
  const { database } = context
  return withCopyClient(database, async (client) => {
    const { rows } = await client.query<{ is_ours: boolean }>(lockSql, [
      `counterfoil uploads ${orgId} ${seriesId}`,
    ])
    if (!rows[0]?.is_ours) return undefined
    const taken = await client.query<Upload>(takeSql, [orgId, seriesId])
    const upload = taken.rows[0]
    if (upload === undefined) return undefined
    try {
      return await work(client, context, orgId, upload, options)
    } catch (error) {
      await database.pool.query(failSql, [orgId, upload.id, maxFailures]).catch(() => {})
      throw error
    }
  })
}

async function work(
  client: Client,
  context: Context,
  orgId: number,
  upload: Upload,
  { shouldPause }: WorkOptions,
): Promise<Upload> {
  const { fixedNow } = context
  const organisation = await findOrganisation(context.database.queries, String(orgId))
  const now = await readNow({ fixedNow }, client, organisation)
  const named = await readSetting(client, organisation, undefined, now)
  const series = [...(named?.seriesByCode.values() ?? [])].find(({ id }) => id === upload.seriesId)
  if (named === undefined || series === undefined) throw new Error(`series ${upload.seriesId} is gone`)
  const setting: Setting = { ...named, series }
  await createStaged(client, upload.kind)
  await client.query('alter table staged add primary key (line)')
  const sender = await senderOf(client, organisation, upload)
  const lookups = new FileLookups(context, sender, upload.seriesId)
  const merge = await (upload.kind === 'codes' ? mergeCodes : mergeRedemptions)({
    client,
    setting,
    seriesMemory: new SeriesMemory(),
    isDryRun: false,
    imported: upload.isQuiet ? 'quiet' : null,
    fileHash: upload.fileHash,
    now,
    lookups,
  })
  const mergeOpen: Merge = async (chunk) => {
    await holdNow({ fixedNow }, client, organisation)
    await keepOpenRows(client, orgId, upload.id, chunk)
    return merge(chunk)
  }
  const toStaged = stagingOf(upload, setting)
  for (let from = upload.judgedUpToLine, chunks = 0; ; chunks += 1) {
    await refreshStatistics(client, chunks)
    const chunk = await stageChunk(client, orgId, upload, from, toStaged)
    if (chunk === undefined) {
      const { rows } = await client.query<Upload>(finishSql, [orgId, upload.id])
      return rows[0] ?? upload
    }
    await mergeSafely(client, mergeOpen, chunk, async (part, verdicts) => {
      await recordVerdicts(client, orgId, upload.id, part, verdicts)
      lookups.keep()
    })
    if (shouldPause?.()) return upload
    from = chunk.to
  }
}

function stagingOf(
  { kind, form, storeId }: Upload,
  setting: Setting,
): (cells: readonly string[]) => Staged[] {
  if (kind === 'redemptions')
    return (cells) => stageRedemption(redemptionValues(form as RedemptionsForm, cells, setting), setting)
  const [storeCode = ''] = [...setting.storeIds].find(([, id]) => id === storeId) ?? []
  return (cells) => stageCode(codeValues(form as CodesForm, cells, storeCode), setting)
}

/** Stages the next unprocessed rows after a line. @returns their lines; undefined: there are none. */
async function stageChunk(
  client: Client,
  orgId: number,
  { id, kind }: Upload,
  from: number,
  toStaged: (cells: readonly string[]) => Staged[],
): Promise<Chunk | undefined> {
  const { rows } = await client.query<{ line: number; raw: string; fault: string | null }>(
    `select line, raw, fault from upload_rows where org_id = $1 and upload_id = $2 and line > $3
       and is_refused is null
     order by line limit $4`,
    [orgId, id, from, chunkRows],
  )
  const last = rows.at(-1)
  if (last === undefined) return undefined
  const block: FileRow[] = rows.map(({ line, raw, fault }) => {
    const cells = JSON.parse(raw) as string[]
    return { line, raw: cells, values: cells.map(cellValue), fault }
  })
  await client.query('truncate staged')
  await fillStaged(client, kind, [block], toStaged)
  await client.query('analyze staged')
  return { from, to: last.line }
}
