import type { Code } from '../errors.ts'
import { readSeriesCounters } from '../series/series-counters.ts'
import { KeptRows } from './kept-rows.ts'
import {
  decideRedemptionRow,
  identityOf,
  keysOf,
  RedeemedEarlier,
  type RedemptionRow,
} from './redemption-verdict-rules.ts'
import { lockSeriesOfChunkSql, redemptionRowsSql, writeRedemptionsSql } from './redemptions-sql.ts'
import type { Chunk, Merge, MergeSetting, RefusedLine, StandingRow, Verdicts } from './verdicts.ts'

type Flat = [
  number,
  Code | null,
  string | null,
  number | null,
  number | null,
  number | null,
  number | null,
  number,
  number | null,
  number,
  number,
  boolean,
  number,
  number | null,
  number,
  number,
  boolean,
  number,
  string,
  boolean,
]

/** Writes the redemptions of a chunk into the ledger, as history that took place. */
export async function mergeRedemptions(given: MergeSetting): Promise<Merge> {
  const kept = given.isDryRun ? new KeptRows<number>(given.client) : undefined
  await kept?.create()
  return (chunk) => mergeChunk(given, chunk, kept)
}

async function mergeChunk(
  given: MergeSetting,
  chunk: Chunk,
  kept: KeptRows<number> | undefined,
): Promise<Verdicts> {
  const { client, setting, isDryRun } = given
  const { orgId } = setting
  const lockSql = isDryRun ? lockSeriesOfChunkSql.replace('for update', '') : lockSeriesOfChunkSql
  const locked = await client.query<{ series_id: number }>(lockSql, [orgId, chunk.from, chunk.to])
  const series = await readSeriesCounters(
    client,
    given.seriesMemory,
    orgId,
    locked.rows.map((row) => row.series_id),
  )
  const rows = await readRedemptionRows(given, chunk)
  const counts = (await kept?.read(rows.flatMap(keysOf))) ?? []
  const earlier = new RedeemedEarlier(counts.map(({ key, value }) => [key, value]))
  const refused: RefusedLine[] = []
  const fresh: RedemptionRow[] = []
  const standing: StandingRow[] = []
  for (const row of rows) {
    const verdict = decideRedemptionRow(row, series, earlier, setting)
    if (verdict === 'fresh') fresh.push(row)
    if (verdict === 'fresh' || verdict === 'present')
      standing.push({ line: row.line, keys: [identityOf(row)], isFresh: verdict === 'fresh' })
    else refused.push({ line: row.line, ...verdict })
  }
  if (!isDryRun && fresh.length > 0) await write(given, fresh)
  await kept?.write([...earlier.entries].map(([key, value]) => ({ key, value })))
  return { fresh: fresh.length, present: standing.length - fresh.length, refused, standing }
}

async function readRedemptionRows(
  { client, setting: { orgId } }: MergeSetting,
  { from, to }: Chunk,
): Promise<RedemptionRow[]> {
  const { rows } = await client.query<Flat>({
    name: 'file-redemption-rows',
    text: redemptionRowsSql,
    rowMode: 'array',
    values: [orgId, from, to],
  })
  return rows.map((row) => ({
    line: row[0],
    faultCode: row[1],
    fault: row[2],
    low: row[3],
    high: row[4],
    customerId: row[5],
    coupon:
      row[6] === null
        ? null
        : {
            id: row[6],
            seriesId: row[7],
            customerId: row[8],
            createdAtS: row[9],
            validUntilS: row[10],
            isRevoked: row[11],
            redeemed: row[12],
            maxRedeemed: row[13],
          },
    redeemedInSeries: row[14],
    redeemedThisCoupon: row[15],
    isThere: row[16],
    redeemedAtS: row[17],
    billNumber: row[18],
    isReversed: row[19],
  }))
}

async function write(
  { client, setting, now, imported }: MergeSetting,
  rows: readonly RedemptionRow[],
): Promise<void> {
  await client.query({
    name: 'file-write-redemptions',
    text: writeRedemptionsSql,
    values: [
      setting.orgId,
      rows.map(({ line }) => line),
      rows.map(({ coupon }) => coupon?.id),
      rows.map(({ coupon }) => coupon?.seriesId),
      rows.map(({ customerId }) => customerId),
      now,
      imported,
    ],
  })
}
