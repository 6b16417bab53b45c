import type { Client } from 'pg'
import type { Code } from '../../values/errors.ts'
import type { FileLookups, TooMany } from '../../ledger/lookups/file-lookups.ts'
import { readAsMeant, readUnambiguousForms } from '../../ledger/lookups/meant-codes.ts'
import { announceSharesSql } from '../../ledger/post/budget.ts'
import { readSeriesCounters } from '../../ledger/series/series-counters.ts'
import type { CodeForm } from '../../values/code-form.ts'
import { codeKey } from '../../values/coupon-code.ts'
import { KeptRows } from './kept-rows.ts'
import {
  decideRedemptionRow,
  identityOf,
  keysOf,
  RedeemedEarlier,
  type RedemptionRow,
  type RedemptionVerdict,
} from './redemption-verdict-rules.ts'
import {
  findSeriesOfChunkSql,
  lockSeriesOfChunkSql,
  redemptionRowsSql,
  writeRedemptionsSql,
} from './redemptions-sql.ts'
import type { Setting } from './setting.ts'
import type { Chunk, Merge, MergeSetting, RefusedLine, StandingRow, Verdicts } from './verdicts.ts'

type Coupon = NonNullable<RedemptionRow['coupon']>

/** A row of `redemptionRowsSql`: without a coupon id, its other coupon columns are null too. */
interface Row extends Omit<RedemptionRow, 'coupon'> {
  readonly couponId: number | null
  readonly seriesId: Coupon['seriesId']
  readonly holderId: Coupon['customerId']
  readonly createdAtS: Coupon['createdAtS']
  readonly validUntilS: Coupon['validUntilS']
  readonly isRevoked: Coupon['isRevoked']
  readonly redeemed: Coupon['redeemed']
  readonly maxRedeemed: Coupon['maxRedeemed']
}

/** Writes the redemptions of a chunk to the ledger, as history. */
export async function mergeRedemptions(given: MergeSetting): Promise<Merge> {
  const kept = given.isDryRun ? new KeptRows<number>(given.client) : undefined
  await kept?.create()
  const forms = await readUnambiguousForms(given.client, given.setting.orgId)
  return async (chunk) => {
    if (forms.length > 0) await replaceTyped(given, forms, chunk)
    return mergeChunk(given, chunk, kept)
  }
}

const replaceSql = `
update staged t set code = r.meant from unnest($3::text[], $4::text[]) as r(typed, meant)
where t.line > $1 and t.line <= $2 and t.code = r.typed`

/** Replaces typed codes with the codes that were meant, as every call that accepts codes does. */
async function replaceTyped(
  { client, setting: { orgId } }: MergeSetting,
  forms: readonly CodeForm[],
  { from, to }: Chunk,
): Promise<void> {
  const { rows } = await client.query<{ code: string }>(
    'select distinct code from staged where line > $1 and line <= $2 and code is not null',
    [from, to],
  )
  const keys = rows.map(({ code }) => codeKey(code))
  const meant = await readAsMeant(client, orgId, forms, keys)
  const typed = rows.flatMap(({ code }, at) => {
    const key = meant[at] ?? ''
    return key === keys[at] ? [] : [{ code, key }]
  })
  if (typed.length === 0) return
  await client.query(replaceSql, [from, to, typed.map(({ code }) => code), typed.map(({ key }) => key)])
}

async function mergeChunk(
  given: MergeSetting,
  chunk: Chunk,
  kept: KeptRows<number> | undefined,
): Promise<Verdicts> {
  const { client, setting, isDryRun, lookups } = given
  const { orgId } = setting
  await lookups?.begin()
  const spent = lookups?.refusal('customers', 'codes')
  if (spent !== undefined) return refuseAll(client, chunk, spent)
  const lockSql = isDryRun ? findSeriesOfChunkSql : lockSeriesOfChunkSql
  const isOperator = lookups === undefined
  const locked = await client.query<{ series_id: number }>(lockSql, [orgId, chunk.from, chunk.to, isOperator])
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
  const credited = new Set<number>()
  const standing: StandingRow[] = []
  for (const row of rows) {
    const tooMany = lookups?.refusal('customers', 'codes')
    const verdict = tooMany ?? decideRedemptionRow(row, series, earlier, setting, !isOperator)
    if (lookups !== undefined && tooMany === undefined) count(lookups, row, verdict, setting, credited)
    if (verdict === 'fresh') fresh.push(row)
    if (verdict === 'fresh' || verdict === 'present')
      standing.push({ line: row.line, keys: [identityOf(row)], isFresh: verdict === 'fresh' })
    else refused.push({ line: row.line, ...verdict })
  }
  if (!isDryRun && fresh.length > 0) await write(given, fresh)
  await kept?.write([...earlier.entries].map(([key, value]) => ({ key, value })))
  return { fresh: fresh.length, present: standing.length - fresh.length, refused, standing }
}

/** Counts the look-up outcome of a row's customer and coupon. @param credited coupons already credited. */
function count(
  lookups: FileLookups,
  { fault, low, high, customerId, coupon, unknownCode, isFirst }: RedemptionRow,
  verdict: RedemptionVerdict,
  { series }: Setting,
  credited: Set<number>,
): void {
  if (fault !== null) return
  if (low === 0 || customerId === null) lookups.unknownCustomer()
  else if (low !== high) return
  else if (coupon === null) lookups.unknownCode(unknownCode === null ? undefined : codeKey(unknownCode))
  else if (verdict === 'fresh') {
    lookups.cameIn(isFirst && !credited.has(coupon.id))
    credited.add(coupon.id)
  } else if (verdict !== 'present' && (verdict.code === 702 || coupon.seriesId !== series?.id))
    lookups.foreignCode(coupon.seriesId)
}

/** Refuses all rows of a chunk without a look-up. */
async function refuseAll(client: Client, { from, to }: Chunk, spent: TooMany): Promise<Verdicts> {
  const { rows } = await client.query<{ line: number; code: Code | null; reason: string }>(
    `select line, case when fault is null then $3::int else fault_code end as code, coalesce(fault, $4) as reason
     from staged where line > $1 and line <= $2 order by line`,
    [from, to, spent.code, spent.reason],
  )
  return { fresh: 0, present: 0, refused: rows, standing: [] }
}

async function readRedemptionRows(
  { client, setting: { orgId }, lookups }: MergeSetting,
  { from, to }: Chunk,
): Promise<RedemptionRow[]> {
  const { rows } = await client.query<Row>({
    name: 'file-redemption-rows',
    text: redemptionRowsSql,
    values: [orgId, from, to, lookups === undefined],
  })
  return rows.map(
    ({ couponId, holderId, seriesId, createdAtS, validUntilS, isRevoked, redeemed, maxRedeemed, ...row }) => {
      const held = { seriesId, createdAtS, validUntilS, isRevoked, redeemed, maxRedeemed }
      return { ...row, coupon: couponId === null ? null : { id: couponId, customerId: holderId, ...held } }
    },
  )
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
  const seriesIds = new Set(rows.flatMap(({ coupon }) => coupon?.seriesId ?? []))
  await client.query(announceSharesSql, [setting.orgId, [...seriesIds], null])
}
