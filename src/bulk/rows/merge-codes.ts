import type { Client } from 'pg'
import { existingKeys } from '../../ledger/coupons/existing-codes.ts'
import { generateCode } from '../../ledger/coupons/generate-code.ts'
import { waitingCodesSql } from '../../ledger/coupons/issue-sql.ts'
import { readWaiting } from '../../ledger/coupons/issue-state.ts'
import { requireExclusivesLocked } from '../../ledger/coupons/exclusive-lock.ts'
import { findSeriesOfIssueSql, lockSeriesOfIssueSql } from '../../ledger/post/lock.ts'
import type { FileLookups, TooMany } from '../../ledger/lookups/file-lookups.ts'
import { readSeriesCounters, type CountedSeries } from '../../ledger/series/series-counters.ts'
import { codeKey } from '../../values/coupon-code.ts'
import { decideCodeRow, keyOfCode, type CodeVerdict } from './code-verdict-rules.ts'
import { codeRowsSql, rememberLinesSql, writeCodesSql } from './codes-sql.ts'
import { KeptIssues, keptWaitingSql } from './kept-issues.ts'
import { IssuedEarlier, type CodeGrant, type CodeRow } from './issued-earlier.ts'
import type { Chunk, Merge, MergeSetting, RefusedLine, Verdicts } from './verdicts.ts'

/** Issues the coupons of a chunk, or adds unassigned codes, by the rules of the issue call. */
export async function mergeCodes(given: MergeSetting): Promise<Merge> {
  const kept = given.isDryRun ? new KeptIssues(given.client) : undefined
  await kept?.create()
  return (chunk) => mergeChunk(given, chunk, kept)
}

async function mergeChunk(
  given: MergeSetting,
  chunk: Chunk,
  kept: KeptIssues | undefined,
): Promise<Verdicts> {
  const { client, setting, isDryRun, lookups } = given
  const { orgId, timeZone } = setting
  await lookups?.begin()
  const seriesIds = setting.series ? [setting.series.id] : await findSeries(client, chunk)
  const lockSql = isDryRun ? findSeriesOfIssueSql : lockSeriesOfIssueSql
  const locked = await client.query<{ series_id: number }>(lockSql, [orgId, seriesIds])
  const series = await readSeriesCounters(client, given.seriesMemory, orgId, seriesIds)
  const exclusions = [...series.values()].map(({ terms }) => ({ series: terms }))
  await requireExclusivesLocked(client, orgId, exclusions, new Set(locked.rows.map((row) => row.series_id)))
  const { rows: clock } = await client.query<{ now: Date }>(
    'select coalesce($1::timestamptz, clock_timestamp()) as now',
    [given.now],
  )
  const now = clock[0]?.now ?? new Date()
  const rows = await readCodeRows(given, chunk, now)
  const needed = countNeeded(rows, series)
  const termsOf = (ids: readonly number[]) => readSeriesCounters(client, given.seriesMemory, orgId, ids)
  const earlier = (await kept?.load(rows, series, needed, termsOf)) ?? new IssuedEarlier()
  const pools = await readWaiting(client, orgId, needed, isDryRun ? keptWaitingSql : waitingCodesSql)
  const read = new Map([...pools].map(([id, pool]) => [id, [...pool]]))
  const at = {
    nowS: now.getTime() / 1000,
    timeZone,
    series,
    pools,
    hidesOthers: lookups !== undefined,
  }
  const refused: RefusedLine[] = []
  const standing: { row: CodeRow; isFresh: boolean; code: string | null }[] = []
  for (const row of rows) {
    const tooMany = tooManyBefore(lookups, row)
    const verdict: CodeVerdict =
      tooMany === undefined ? decideCodeRow(row, earlier, at) : { kind: 'refused', ...tooMany }
    if (lookups !== undefined && tooMany === undefined) count(lookups, row, verdict)
    if (verdict.kind === 'refused')
      refused.push({ line: row.line, code: verdict.code, reason: verdict.reason })
    else standing.push({ row, isFresh: verdict.kind === 'fresh', code: verdict.code ?? null })
  }
  const listed = new Set(rows.flatMap(({ line, code }) => (code === null ? [line] : [])))
  const drawn = isDryRun ? new Map<number, string>() : await write(given, earlier.grants, listed, now)
  await kept?.save(earlier, read, pools)
  const freshCount = standing.filter(({ isFresh }) => isFresh).length
  return {
    fresh: freshCount,
    present: standing.length - freshCount,
    refused,
    standing: standing.map(({ row, isFresh, code }) => ({
      line: row.line,
      keys: keysOf(row, code ?? drawn.get(row.line) ?? null, series),
      isFresh,
      coupon: row,
    })),
  }
}

/** Undefined: the row may be looked up. */
const tooManyBefore = (lookups: FileLookups | undefined, { code, isTagged }: CodeRow): TooMany | undefined =>
  lookups?.refusal(
    ...(isTagged ? (['customers'] as const) : []),
    ...(code === null ? [] : (['codes'] as const)),
  )

/** Counts the look-up outcome of a row's customer and code. A taken code reveals its existence. */
function count(lookups: FileLookups, row: CodeRow, verdict: CodeVerdict): void {
  const { fault, isTagged, low, customerId, own, seriesId } = row
  if (fault !== null) return
  if (isTagged && (low === 0 || customerId === null)) lookups.unknownCustomer()
  else if (verdict.kind === 'refused' && verdict.code === 703) lookups.foreignCode(own?.seriesId ?? seriesId)
  else if (verdict.kind === 'fresh' && isTagged) lookups.cameIn(false)
}

/** The keys of a row's coupon: its code, or the one assigned to the row; a shared code together with its customer. */
function keysOf(
  row: CodeRow,
  givenCode: string | null,
  series: ReadonlyMap<number, CountedSeries>,
): string[] {
  const code = row.code ?? row.issuedCode ?? givenCode
  if (code === null) return []
  const isShared = series.get(row.seriesId)?.terms.clientHandlingType === 'GENERIC'
  return [keyOfCode(code, isShared, row.customerId)]
}

async function findSeries(client: Client, { from, to }: Chunk): Promise<number[]> {
  const { rows } = await client.query<{ series_id: number }>(
    'select distinct series_id from staged where line > $1 and line <= $2 and series_id is not null',
    [from, to],
  )
  return rows.map((row) => row.series_id)
}

async function readCodeRows(
  { client, setting: { orgId }, fileHash }: MergeSetting,
  { from, to }: Chunk,
  now: Date,
): Promise<CodeRow[]> {
  const { rows } = await client.query<CodeRow>({
    name: 'file-code-rows',
    text: codeRowsSql,
    values: [orgId, from, to, fileHash, now],
  })
  return rows
}

/**
 * Number of the oldest unassigned codes that suffice for the rows that take one, by series, whichever of them other
 * rows name.
 */
function countNeeded(
  rows: readonly CodeRow[],
  series: ReadonlyMap<number, CountedSeries>,
): Map<number, number> {
  const needed = new Map<number, number>()
  for (const { seriesId, code, isTagged } of rows) {
    if (code !== null || !isTagged || series.get(seriesId)?.terms.clientHandlingType !== 'DISC_CODE_PIN')
      continue
    needed.set(seriesId, rows.length)
  }
  return needed
}

/** @param listed lines that name a customer and no code. @returns the code of each line's coupon. */
async function write(
  given: MergeSetting,
  grants: readonly CodeGrant[],
  listed: ReadonlySet<number>,
  now: Date,
): Promise<ReadonlyMap<number, string>> {
  if (grants.length === 0) return new Map()
  const { client, setting, fileHash } = given
  const codes = await drawCodes(given, grants)
  const { rows } = await client.query<{ n: number }>({
    name: 'file-write-codes',
    text: writeCodesSql,
    values: [
      setting.orgId,
      grants.map(({ line }) => line),
      grants.map(({ customerId }) => customerId),
      grants.map(({ validUntilS }) => validUntilS),
      codes,
      grants.map(({ couponId }) => couponId),
      grants.map(({ series }) => series.clientHandlingType === 'GENERIC'),
      now,
      given.imported,
    ],
  })
  if (rows[0]?.n !== grants.length) throw new Error(`wrote ${rows[0]?.n} of ${grants.length} coupons`)
  const named = grants.map((grant, at) => ({ ...grant, key: codeKey(codes[at] ?? '') }))
  const lines = new Map(grants.map(({ line }, at) => [line, codes[at] ?? '']))
  const remembered = named.filter(({ line }) => listed.has(line))
  if (remembered.length === 0) return lines
  await client.query(rememberLinesSql, [
    setting.orgId,
    fileHash,
    remembered.map(({ line }) => line),
    remembered.map(({ key }) => key),
    remembered.map(({ customerId }) => customerId),
  ])
  return lines
}

const maxDraws = 20

/** Returns the codes of the grants; draws a unique one for each grant without a code. */
async function drawCodes(
  { client, setting: { orgId } }: MergeSetting,
  grants: readonly CodeGrant[],
): Promise<string[]> {
  const codes = grants.map(({ code }) => code)
  const keys = new Set(codes.flatMap((code) => (code === null ? [] : [codeKey(code)])))
  for (let draw = 0; codes.includes(null); draw++) {
    if (draw === maxDraws)
      throw Object.assign(new Error('the form of the codes has no room for more'), { code: '23505' })
    const drawn = new Map<string, number>()
    for (const [at, { series }] of grants.entries()) {
      if (codes[at] !== null) continue
      const code = generateCode(series)
      if (keys.has(codeKey(code)) || drawn.has(codeKey(code))) continue
      codes[at] = code
      drawn.set(codeKey(code), at)
    }
    for (const key of await existingKeys(client, orgId, [...drawn.keys()])) {
      const at = drawn.get(key)
      if (at !== undefined) codes[at] = null
      drawn.delete(key)
    }
    for (const key of drawn.keys()) keys.add(key)
  }
  return codes.map((code) => code ?? '')
}
