import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { readNow } from '../../platform/clock.ts'
import { refuse } from '../../values/errors.ts'
import { stillWorks } from '../sql.ts'

/** The coupons, customers and holds that a halt of a series would affect. */
export interface Reach {
  /** Coupons of customers that are neither revoked, expired nor used up; at most `maxCounted`. */
  readonly coupons: number
  /** Their holders. */
  readonly customers: number
  /** Live holds that reserve coupons of the series. */
  readonly liveHolds: number
  /** Whether more coupons work than were counted. */
  readonly isMore: boolean
}

/** Counting more would take seconds. */
export const maxCounted = 200_000

const now = 'coalesce($3::timestamptz, statement_timestamp())'
const reachSql = `
select count(*)::int as coupons, count(distinct w.customer_id)::int as customers,
  (select count(distinct i.hold_id)::int from hold_items i
    where i.org_id = $1 and i.series_id = $2 and i.expires_at > ${now}) as "liveHolds",
  exists (select from series s where s.org_id = $1 and s.id = $2) as "isThere"
from (
  select c.customer_id from coupons c join series s on s.org_id = $1 and s.id = $2
  where c.org_id = $1 and c.series_id = $2 and c.customer_id is not null and ${stillWorks(now)}
    and s.valid_until >= ${now}
  limit ${maxCounted + 1}
) w`

/** @throws Refusal 404 if the organisation has no such series. */
export async function readReach(context: Context, caller: Caller, id: number): Promise<Reach> {
  const { pool } = context.database
  const { rows } = await pool.query<Omit<Reach, 'isMore'> & { isThere: boolean }>(reachSql, [
    caller.orgId,
    id,
    await readNow(context, pool, caller),
  ])
  const [row] = rows
  if (row?.isThere !== true) throw refuse.notFound(`There is no coupon series ${id}`)
  const { coupons, customers, liveHolds } = row
  const isMore = coupons > maxCounted
  return { coupons: Math.min(coupons, maxCounted), customers, liveHolds, isMore }
}
