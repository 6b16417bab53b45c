import { epochS } from '../../platform/db/sql.ts'
import type { Pool } from 'pg'
import { readNow, type TimedOrganisation } from '../../platform/clock.ts'
import {
  heldOfGroup,
  joinHolds,
  liveHolds,
  reachedByCustomer,
} from '../../ledger/redemptions/group-usage-sql.ts'
import { judgeGroups, type CouponGroup, type GroupsVerdict } from '../../ledger/redemptions/judge-groups.ts'
import { SeriesMemory } from '../../ledger/series/series-memory.ts'
import { readSeriesCounters } from '../../ledger/series/series-counters.ts'
import type { CodeBatch } from './code-batch.ts'

/**
 * The codes of a batch as `CouponGroup`. $1 organisation, $2 series, $3 batch, $4 and $5 the range of its codes' ids,
 * $6 the instant.
 */
const groupsSql = `
with ${liveHolds('$6::timestamptz', 'i.series_id = $2')}
select c.series_id, false, c.revoked_at is not null, ${epochS('c.created_at')}, c.valid_until < $6::timestamptz,
  c.redeemed, c.max_redeemed, cu.blocked_at is not null, coalesce(cs.redeemed, 0), ${epochS('cs.last_redeemed_at')},
  ${heldOfGroup}, ${reachedByCustomer('$6::timestamptz')}, count(*)::float8
from coupons c
join series s on s.org_id = $1 and s.id = c.series_id
left join customers cu on cu.org_id = $1 and cu.id = c.customer_id
left join customer_series_usage cs on cs.org_id = $1 and cs.series_id = $2 and cs.customer_id = c.customer_id ${joinHolds}
where c.org_id = $1 and c.series_id = $2 and c.batch_id = $3 and c.id between $4 and $5
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12`

/**
 * Counts the existing codes of a batch and applies the redemption rules to each. Reads all of them, ten million in
 * about a minute, and locks nothing.
 */
export async function proveBatch(
  pool: Pool,
  organisation: TimedOrganisation & { readonly timeZone: string },
  { id, seriesId, firstCouponId, lastCouponId }: CodeBatch,
): Promise<GroupsVerdict> {
  const { orgId, timeZone } = organisation
  const now = (await readNow({ fixedNow: null }, pool, organisation)) ?? new Date()
  const { rows } = await pool.query<CouponGroup>({
    text: groupsSql,
    rowMode: 'array',
    values: [orgId, seriesId, id, firstCouponId ?? 0, lastCouponId ?? 0, now],
  })
  const seriesOf = await readSeriesCounters(pool, new SeriesMemory(), orgId, [seriesId])
  return judgeGroups(pool, orgId, rows, seriesOf, { nowS: now.getTime() / 1000, timeZone })
}
