import { createHash } from 'node:crypto'
import type { Client } from 'pg'
import { withCopyClient } from '../../platform/db/copy-client.ts'
import type { Database } from '../../platform/db/database.ts'
import { refuse } from '../../values/errors.ts'
import type { Organisation } from '../../identity/organisations/find-organisation.ts'
import { holdNow, readNow } from '../../platform/clock.ts'
import { SeriesMemory } from '../../ledger/series/series-memory.ts'
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
import { stageRedemption } from './redemption-row-rules.ts'
import { stageCode, stageCustomer } from './row-rules.ts'
import { refreshStatistics } from './refresh-statistics.ts'
import { readSetting } from './setting.ts'
import { stageRows, type FileKind } from './stage-rows.ts'
import { FirstCode, takenColumns, type TakenColumns } from './taken-columns.ts'
import type { Merge, MergeSetting, RefusedLine } from './verdicts.ts'

export interface FileSummary {
  rows: number
  /** Imported rows; in a dry run: rows that would be imported. */
  fresh: number
  /** Rows that already existed, identical. */
  present: number
  /** Rows that repeat an earlier row of the file; counted neither as fresh nor as present. */
  repeated: number
  refused: number
  /** The columns that were read; null until the header has been read. */
  taken: TakenColumns | null
  /** Of codes, except in a dry run: the verdict of the redemption rules on them. */
  proof: CodesProof | null
}

export interface FileImport {
  readonly database: Database
  readonly organisation: Organisation
  readonly kind: FileKind
  /** CSV or NDJSON, plain or gzip. */
  readonly source: AsyncIterable<Uint8Array>
  /** Id or code of the rows' series; undefined: each row names its own. */
  readonly series?: string | undefined
  /** True: everything is read and judged, and nothing is stored. */
  readonly isDryRun?: boolean
  /** True: webhooks report the imported records, with the date that they took place. */
  readonly isTold?: boolean
  /** Receives the refused rows; undefined: they are not written. */
  readonly rejected?: RejectedFile | undefined
  readonly onRefused?: (refused: RefusedLine) => void
  readonly onRepeated?: (repetition: Repetition) => void
  /** Called while the file is read (`rows` is 0) and after each chunk. */
  readonly onProgress?: (readBytes: number, summary: FileSummary) => void
  /** The instant of judgement; null: the database clock. */
  readonly fixedNow?: Date | null
}

const kinds = {
  customers: { columns: customerColumns, stage: stageCustomer, merge: mergeCustomers },
  codes: { columns: codeColumns, stage: stageCode, merge: mergeCodes },
  redemptions: { columns: redemptionColumns, stage: stageRedemption, merge: mergeRedemptions },
} as const

/** Rows per transaction. Tills of the series wait at most for the duration of one. */
const chunkRows = 1_000

/**
 * Imports the rows of a file: existing records are left unchanged, rows that contradict a rule or the ledger are
 * refused individually, and the others are imported, one chunk per transaction. Importing the same file again changes
 * nothing, and continues an interrupted import.
 *
 * @throws OperatorError if the file as a whole cannot be read: nothing of it is then imported. Refusal 707 if the
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

/** @param other a connection on which imported rows are verified while the next chunk is merged. */
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
  const seriesMemory = new SeriesMemory()
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
 * Waits until all commits are on disk. Commits of the chunks do not wait: what a machine crash loses, the same file
 * restores. This last commit waits, and all earlier ones are then durable too, so that the reported result holds.
 */
async function waitForDisk(client: Client): Promise<void> {
  await client.query('reset synchronous_commit')
  await client.query("select pg_logical_emit_message(true, 'counterfoil', '')")
}

/**
 * Reports lines that need attention. A code that occurs twice in a file was meant to be two codes: its row needs to be
 * fixed too.
 */
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
