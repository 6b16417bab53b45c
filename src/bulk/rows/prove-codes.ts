import { epochS } from '../../platform/db/sql.ts'
import type { Client } from 'pg'
import {
  heldOfGroup,
  joinHolds,
  liveHolds,
  reachedByCustomer,
} from '../../ledger/redemptions/group-usage-sql.ts'
import {
  countAt,
  judgeGroups,
  type CouponGroup,
  type GroupsVerdict,
} from '../../ledger/redemptions/judge-groups.ts'
import { readSeriesCounters } from '../../ledger/series/series-counters.ts'
import { couponOfCode } from '../../ledger/sql.ts'
import { codeKey } from '../../values/coupon-code.ts'
import { couponColumns } from './redemptions-sql.ts'
import type { MergeSetting, PromisedCoupon } from './verdicts.ts'

/** The state of a file's codes, as a redemption would see it. */
export interface CodesProof extends GroupsVerdict {
  /**
   * Rows of the file. A row that was imported or present whose coupon is not found counts as missing: that indicates a
   * fault.
   */
  readonly rows: number
  readonly refusedRows: number
  /** Rows that name the coupon of an earlier row: both share one coupon. */
  readonly repeatedRows: number
  /** Every row of the file has a coupon of its own. False: there are fewer coupons than rows. */
  readonly holds: boolean
}

/**
 * Coupons of rows, in groups that the judge cannot tell apart. $1 organisation, $2 SHA-256 of the file, $3 the instant;
 * arrays with one element per row: $4 line, $5 series, $6 code key or null, $7 customer or null, $8 tagged.
 */
// The limit keeps the look-up of each code a separate index probe: without it, the series would be scanned.
const proofSql = `
with ${liveHolds('$3::timestamptz', 'i.series_id = any($5::bigint[])')}
select c.series_id, c.id is null, c.revoked_at is not null, ${epochS('c.created_at')}, c.valid_until < $3::timestamptz,
  c.redeemed, c.max_redeemed, cu.blocked_at is not null, coalesce(cs.redeemed, 0), ${epochS('cs.last_redeemed_at')},
  ${heldOfGroup}, ${reachedByCustomer('$3::timestamptz')}, count(*)::int
from unnest($4::int[], $5::bigint[], $6::text[], $7::bigint[], $8::boolean[]) as t(line, series_id, key, customer_id, is_tagged)
left join customers cu on cu.org_id = $1 and cu.id = t.customer_id
left join lateral (
  select * from (
    select ${couponColumns} from import_lines l join coupons c on c.org_id = $1 and c.id = l.coupon_id
    where t.key is null and l.org_id = $1 and l.file_hash = $2 and l.series_id = t.series_id and l.line = t.line
    union all (${couponOfCode({ key: 't.key', holder: 't.customer_id', columns: couponColumns })})
  ) d limit 1
) c on c.series_id = t.series_id and (not t.is_tagged or c.customer_id = t.customer_id)
left join lateral (
  select * from customer_series_usage x
  where x.org_id = $1 and x.customer_id = t.customer_id and x.series_id = c.series_id limit 1
) cs on true
left join series s on s.org_id = $1 and s.id = c.series_id ${joinHolds}
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12`

/**
 * Reads the coupons of a file again, each after the transaction that imported it, on a separate connection, and applies
 * the redemption rules to them. It locks nothing.
 */
export class CodesProver {
  readonly #client: Client
  readonly #given: MergeSetting
  readonly #now: Date
  readonly #groups: CouponGroup[] = []
  #running: Promise<void> = Promise.resolve()

  constructor(client: Client, given: MergeSetting) {
    this.#client = client
    this.#given = given
    this.#now = new Date(given.setting.nowS * 1000)
  }

  /**
   * Continues in the background with coupons of committed rows, each once; waits for the previous ones, so that few are
   * held in memory.
   */
  async add(rows: readonly PromisedCoupon[]): Promise<void> {
    await this.#running
    if (rows.length === 0) return
    this.#running = this.#look(rows)
    // Reported to the next caller that waits for it.
    this.#running.catch(() => {})
  }

  /** The result for all added coupons. */
  async result(rows: number, refusedRows: number, repeatedRows: number): Promise<CodesProof> {
    await this.#running
    const { setting, seriesMemory } = this.#given
    const { orgId, timeZone } = setting
    const seriesIds = [...new Set(this.#groups.map((group) => group[0]))]
    const seriesOf = await readSeriesCounters(this.#client, seriesMemory, orgId, seriesIds)
    const verdict = await judgeGroups(this.#client, orgId, this.#groups, seriesOf, {
      nowS: this.#now.getTime() / 1000,
      timeZone,
    })
    const holds = verdict.missing + refusedRows + repeatedRows === 0
    return { rows, refusedRows, repeatedRows, holds, ...verdict }
  }

  async #look(rows: readonly PromisedCoupon[]): Promise<void> {
    const { setting, fileHash } = this.#given
    const found = await this.#client.query<CouponGroup>({
      name: 'file-proof',
      text: proofSql,
      rowMode: 'array',
      values: [
        setting.orgId,
        fileHash,
        this.#now,
        rows.map(({ line }) => line),
        rows.map(({ seriesId }) => seriesId),
        rows.map(({ code }) => (code === null ? null : codeKey(code))),
        rows.map(({ customerId }) => customerId),
        rows.map(({ isTagged }) => isTagged),
      ],
    })
    addGroups(this.#groups, found.rows)
  }
}

/** Merges groups of several chunks that differ only in the count: a file has few. */
function addGroups(groups: CouponGroup[], found: readonly CouponGroup[]): void {
  for (const one of found) {
    const same = groups.find((group) => group.every((value, at) => at === countAt || value === one[at]))
    if (same) same[countAt] += one[countAt]
    else groups.push(one)
  }
}
