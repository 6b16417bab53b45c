import { createHash } from 'node:crypto'
import type { Client } from 'pg'
import { withCopyClient } from '../../platform/db/copy-client.ts'
import type { Database } from '../../platform/db/database.ts'
import { refuse } from '../../values/errors.ts'
import type { Organisation } from '../../identity/organisations/find-organisation.ts'
import { holdNow, readNow } from '../../platform/clock.ts'
import type { SeriesMemory } from '../../ledger/series/series-terms.ts'
import { codeColumns, customerColumns, redemptionColumns } from './columns-rules.ts'
import { mergeCodes } from './merge-codes.ts'
import { mergeCustomers } from './merge-customers.ts'
import { mergeRedemptions } from './merge-redemptions.ts'
import { FileRepetitions } from './file-repetitions.ts'
import { findChunks, mergeSafely } from './merge-safely.ts'
import { CodesProver, type CodesProof } from './prove-codes.ts'
import { readRows } from './read-rows.ts'
import { repetitionReason, type Repetition } from './repetition-rules.ts'
import type { RejectedFile } from './rejected-file.ts'
import { stageCode, stageCustomer, stageRedemption } from './row-rules.ts'
import { refreshStatistics } from './refresh-statistics.ts'
import { readSetting } from './setting.ts'
import { stageRows, type FileKind } from './stage-rows.ts'
import { FirstCode, takenColumns, type TakenColumns } from './taken-columns.ts'
import type { Merge, MergeSetting, RefusedLine } from './verdicts.ts'

export interface FileSummary {
  rows: number
  /** Came in; in a dry run: would come in. */
  fresh: number
  /** Were there already, the same. */
  present: number
  /** Name again what an earlier row of the file has named, and are neither of those. */
  repeated: number
  refused: number
  /** Which columns were read; null until the file has been read. */
  taken: TakenColumns | null
  /** Of codes, and not in a dry run: what the judge of redemptions says of them. */
  proof: CodesProof | null
}

export interface FileImport {
  readonly database: Database
  readonly organisation: Organisation
  readonly kind: FileKind
  /** CSV or NDJSON, plain or gzip. */
  readonly source: AsyncIterable<Uint8Array>
  /** Id or code of the series that the rows go to; undefined: each names its own. */
  readonly series?: string | undefined
  /** True: everything is read and judged, and nothing is kept. */
  readonly isDryRun?: boolean
  /** True: webhooks are told of what comes in, with the date that it took place. */
  readonly isTold?: boolean
  /** Where the refused rows go; undefined: nowhere. */
  readonly rejected?: RejectedFile | undefined
  readonly onRefused?: (refused: RefusedLine) => void
  readonly onRepeated?: (repetition: Repetition) => void
  /** Told while the file is read (`rows` is 0) and after each chunk. */
  readonly onProgress?: (readBytes: number, summary: FileSummary) => void
  /** The instant at which rules are judged; null: the clock of the database. */
  readonly fixedNow?: Date | null
}

const kinds = {
  customers: { columns: customerColumns, stage: stageCustomer, merge: mergeCustomers },
  codes: { columns: codeColumns, stage: stageCode, merge: mergeCodes },
  redemptions: { columns: redemptionColumns, stage: stageRedemption, merge: mergeRedemptions },
} as const

/** Rows of a transaction. Tills of the series wait for so long and no longer. */
const chunkRows = 1_000

/**
 * Brings the rows of a file in: what is there already is left as it is, what a rule or the ledger contradicts is refused
 * row by row, the rest goes in, a chunk per transaction. The same file again changes nothing, and goes on where an
 * import was broken off.
 *
 * @throws OperatorError when the file as a whole cannot be read: then nothing of it has come in. Refusal 707 when the
 * organisation has no such series.
 */
export function importFile(given: FileImport): Promise<FileSummary> {
  const { database, kind, isDryRun = false } = given
  return withCopyClient(database, (client) =>
    kind === 'codes' && !isDryRun
      ? withCopyClient(database, (other) => importOn(client, given, other))
      : importOn(client, given),
  )
}

/** @param other a connection on which what has come in is proved, while the next chunk is merged. */
async function importOn(client: Client, given: FileImport, other?: Client): Promise<FileSummary> {
  const { organisation, kind, isDryRun = false, fixedNow = null } = given
  const { columns, stage, merge } = kinds[kind]
  const now = await readNow({ fixedNow }, client, organisation)
  const setting = await readSetting(client, organisation, given.series, now)
  if (setting === undefined) throw refuse.seriesInvalid(`There is no series ${JSON.stringify(given.series)}`)
  const summary: FileSummary = {
    rows: 0,
    fresh: 0,
    present: 0,
    repeated: 0,
    refused: 0,
    taken: null,
    proof: null,
  }
  const hash = createHash('sha256')
  let readBytes = 0
  const file = readRows(given.source, columns, (block) => {
    hash.update(block)
    readBytes += block.length
    given.onProgress?.(readBytes, summary)
  })
  const firstCode = new FirstCode(columns)
  summary.rows = await stageRows(client, kind, firstCode.among(file.rows), (values) => stage(values, setting))
  summary.taken = takenColumns(file, columns, firstCode.value)
  await client.query('set synchronous_commit = off')
  const seriesMemory: SeriesMemory = new Map()
  const merging: MergeSetting = {
    client,
    setting,
    seriesMemory,
    isDryRun,
    imported: given.isTold ? 'told' : 'quiet',
    fileHash: hash.digest(),
    now,
  }
  const mergeRows = await merge(merging)
  const mergeChunk: Merge = async (chunk) => {
    await holdNow({ fixedNow }, client, organisation)
    return mergeRows(chunk)
  }
  const prover = other && new CodesProver(other, merging)
  const repetitions = new FileRepetitions(client)
  await repetitions.create()
  for (const [at, chunk] of (await findChunks(client, chunkRows)).entries()) {
    await refreshStatistics(client, at)
    const verdicts = await mergeSafely(client, mergeChunk, chunk)
    const repeated = await repetitions.find(verdicts.standing)
    const repeatedLines = new Set(repeated.map(({ line }) => line))
    const distinct = verdicts.standing.filter(({ line }) => !repeatedLines.has(line))
    const fresh = distinct.filter(({ isFresh }) => isFresh).length
    summary.fresh += fresh
    summary.present += distinct.length - fresh
    summary.repeated += repeated.length
    summary.refused += verdicts.refused.length
    await tellLines(client, given, file.header, verdicts.refused, repeated)
    await prover?.add(distinct.flatMap(({ coupon }) => coupon ?? []))
    given.onProgress?.(readBytes, summary)
  }
  if (!isDryRun) await waitForDisk(client)
  if (prover) summary.proof = await prover.result(summary.rows, summary.refused, summary.repeated)
  return summary
}

/**
 * Commits of the chunks do not wait for the disk: what a crash of the machine takes back, the same file brings in again.
 * This one waits, and all that were before it are there with it, so that what is reported stays.
 */
async function waitForDisk(client: Client): Promise<void> {
  await client.query('reset synchronous_commit')
  await client.query("select pg_logical_emit_message(true, 'counterfoil', '')")
}

/** Tells of lines that need a look. A code that stands in a file twice was meant to be two: its row is to be mended too. */
async function tellLines(
  client: Client,
  { kind, rejected, onRefused, onRepeated }: FileImport,
  header: readonly string[],
  refused: readonly RefusedLine[],
  repeated: readonly Repetition[],
): Promise<void> {
  for (const one of refused) onRefused?.(one)
  for (const one of repeated) onRepeated?.(one)
  const again = kind === 'codes' ? repeated : []
  const told = [
    ...refused,
    ...again.map((one) => ({ line: one.line, code: null, reason: repetitionReason(one) })),
  ].toSorted((a, b) => a.line - b.line)
  if (told.length === 0) return
  const { rows } = await client.query<{ line: number; raw: string }>(
    'select line, raw from staged where line = any($1::int[])',
    [told.map(({ line }) => line)],
  )
  const raws = new Map(rows.map(({ line, raw }) => [line, JSON.parse(raw) as string[]]))
  await rejected?.write(
    header,
    told.map((one) => ({ ...one, raw: raws.get(one.line) ?? [] })),
  )
}
