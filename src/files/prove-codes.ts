import { findChunkEnd } from './merge-safely.ts'
import { judgeGroups, type CouponGroup, type GroupsVerdict } from '../redemptions/judge-groups.ts'
import { readSeriesCounters } from '../series/series-counters.ts'
import { chunkSql, epochS, referenceSql } from './reference-sql.ts'
import type { MergeSetting } from './verdicts.ts'

/** What became of the codes of a file, as the redemption would see them now. */
export interface CodesProof extends GroupsVerdict {
  /** Rows of the file. Those that came in or were there, and whose coupon is not found, are missing: or something is wrong. */
  readonly rows: number
  readonly refusedRows: number
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
  const groups: CouponGroup[] = []
  for (let from = 0; ;) {
    const to = await findChunkEnd(client, from, proofRows)
    if (to === null) break
    const found = await client.query<CouponGroup>({
      name: 'file-proof',
      text: proofSql,
      rowMode: 'array',
      values: [orgId, from, to, fileHash, now],
    })
    addGroups(groups, found.rows)
    from = to
  }
  const seriesIds = [...new Set(groups.map((group) => group[0]))]
  const seriesOf = await readSeriesCounters(client, given.seriesMemory, orgId, seriesIds)
  const verdict = judgeGroups(groups, seriesOf, { nowS: now.getTime() / 1000, timeZone })
  return { rows, refusedRows, ...verdict }
}

/** Groups of several chunks are one where all but the count is the same: a file has few. */
function addGroups(groups: CouponGroup[], found: readonly CouponGroup[]): void {
  for (const one of found) {
    const same = groups.find((group) => group.every((value, at) => at === 10 || value === one[at]))
    if (same) same[10] += one[10]
    else groups.push(one)
  }
}
