import { findChunkEnd } from './merge-safely.ts'
import { judge, type RedemptionRefusal } from '../redemptions/redemption-rules.ts'
import { chunkSql, epochS, referenceSql } from './reference-sql.ts'
import { readSeriesCounters } from './series-counters.ts'
import type { MergeSetting } from './verdicts.ts'

/** What became of the codes of a file, as the redemption would see them now. */
export interface CodesProof {
  /** Rows of the file. */
  readonly rows: number
  /** There, and redeemed if somebody came now: the holder, or for one that waits its customer to be. */
  readonly redeemable: number
  /** There, and refused now by the redemption's own rules: how many by which number. */
  readonly refusedNow: ReadonlyMap<RedemptionRefusal, number>
  readonly refusedRows: number
  /** Rows that came in or were there, and whose coupon is not found. None, or something is wrong. */
  readonly missing: number
}

/**
 * Coupons of the rows that were not refused, in groups that the judge cannot tell apart. $4 SHA-256 of the
 * file, $5 the instant.
 */
// The limit keeps the look-up of each code a probe of its index: pushed below it, the series would be scanned instead.
const proofSql = `
select c.series_id, c.id is null, c.revoked_at is not null, ${epochS('c.created_at')}, c.valid_until < $5::timestamptz,
  c.redeemed, c.max_redeemed, cu.blocked_at is not null, coalesce(cs.redeemed, 0), ${epochS('cs.last_redeemed_at')},
  count(*)::int
from staged t ${referenceSql}
left join lateral (
  select * from (
    select d.* from import_lines l join coupons d on d.org_id = $1 and d.id = l.coupon_id
    where t.code is null and l.org_id = $1 and l.file_hash = $4 and l.series_id = t.series_id and l.line = t.line
    union all
    select d.* from coupons d where d.org_id = $1 and d.is_shared and d.customer_id = cu.id and d.revoked_at is null
      and upper(d.code collate "C") = upper(t.code collate "C")
    union all
    select d.* from coupons d where d.org_id = $1 and not d.is_shared
      and upper(d.code collate "C") = upper(t.code collate "C")
  ) d limit 1
) c on c.series_id = t.series_id and (not t.is_tagged or c.customer_id = cu.id)
left join lateral (
  select * from customer_series_usage x
  where x.org_id = $1 and x.customer_id = cu.id and x.series_id = c.series_id limit 1
) cs on true
where ${chunkSql} and not exists (select from refused_lines r where r.line = t.line)
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10`

type Flat = [
  number,
  boolean,
  boolean,
  number,
  boolean,
  number,
  number | null,
  boolean,
  number,
  number | null,
  number,
]

/** Rows of a statement of the proof; it locks nothing. */
const proofRows = 5_000

/** Looks every code of the staged file up again and asks the judge of redemptions about it. */
export async function proveCodes(
  given: MergeSetting,
  rows: number,
  refusedRows: number,
): Promise<CodesProof> {
  const { client, setting, fileHash } = given
  const { orgId, timeZone } = setting
  const now = new Date(setting.nowS * 1000)
  const groups: Flat[] = []
  for (let from = 0; ;) {
    const to = await findChunkEnd(client, from, proofRows)
    if (to === null) break
    const found = await client.query<Flat>({
      name: 'file-proof',
      text: proofSql,
      rowMode: 'array',
      values: [orgId, from, to, fileHash, now],
    })
    addGroups(groups, found.rows)
    from = to
  }
  const seriesOf = await readSeriesCounters(given, [...new Set(groups.map((group) => group[0]))])
  const refusedNow = new Map<RedemptionRefusal, number>()
  const nowS = now.getTime() / 1000
  let redeemable = 0
  let missing = 0
  for (const group of groups) {
    const count = group[10]
    const series = seriesOf.get(group[0])
    if (group[1] || series === undefined) {
      missing += count
      continue
    }
    const [refusal] = judge(
      {
        customerId: 0,
        createdAtS: group[3],
        validUntilS: group[4] ? nowS - 1 : nowS,
        isRevoked: group[2],
        redeemed: group[5],
        maxRedeemed: group[6],
      },
      { ...series.terms, redeemed: series.redeemed, maxRedeemed: series.maxRedeemed },
      {
        customerId: 0,
        isBlocked: group[7],
        redeemedInSeries: group[8],
        redeemedThisCoupon: group[5],
        lastRedeemedInSeriesAtS: group[9],
      },
      { nowS, timeZone },
    )
    if (refusal === undefined) redeemable += count
    else refusedNow.set(refusal, (refusedNow.get(refusal) ?? 0) + count)
  }
  return { rows, redeemable, refusedNow, refusedRows, missing }
}

/** Groups of several chunks are one where all but the count is the same: a file has few. */
function addGroups(groups: Flat[], found: readonly Flat[]): void {
  for (const one of found) {
    const same = groups.find((group) => group.every((value, at) => at === 10 || value === one[at]))
    if (same) same[10] += one[10]
    else groups.push(one)
  }
}
