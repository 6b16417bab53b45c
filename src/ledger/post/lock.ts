import type { ClientBase } from 'pg'
import { bearsCode, openHoldOf } from '../sql.ts'

/**
 * The lock of the ledger. Every operation that changes coupons first locks the usage rows of their series, in ascending
 * order of series id. Until the commit, no other transaction in any process can change these series, so the next
 * statement reads their current state. A single kind of lock in a single order cannot deadlock. $1 is the organisation.
 */

/** Finds series in lock order without locking them: for dry runs. @param ids a query for ids of series. */
export const findSeries = (ids: string): string => `
select su.series_id from series_usage su
where su.org_id = $1 and su.series_id = any(array(${ids}))
order by su.series_id`

/** Locks series. @param ids a query for ids of series. */
export const lockSeries = (ids: string): string => `${findSeries(ids)} for update`

/** $2 series. */
export const lockNamedSeriesSql = lockSeries('select unnest($2::bigint[])')

/**
 * Locks one series, so that none of its redemptions is decided meanwhile. Take this lock before all others of the
 * transaction.
 */
export const lockOneSeries = (client: ClientBase, orgId: number, id: number): Promise<unknown> =>
  client.query(lockNamedSeriesSql, [orgId, [id]])

/**
 * The series of codes. $2 code keys. The limit keeps the look-up of each code a separate index probe: the planner has
 * no statistics of the expression and would otherwise scan whole series.
 */
const seriesOfCodes = `
  select c.series_id from unnest($2::text[]) as k(key)
  cross join lateral (select c.series_id from coupons c where ${bearsCode('k.key')} limit 1) c`
export const lockSeriesOfCodesSql = lockSeries(seriesOfCodes)

/** Locks the series of codes, and one given by id. $2 code keys, $3 series or null. */
export const lockSeriesOfRevocationSql = lockSeries(`${seriesOfCodes} union all select $3::bigint`)

/** The given series, and all series that exclude them or that they exclude. $2 series. */
const seriesOfIssue = `
  select unnest($2::bigint[])
  union
  select unnest(s.mutually_exclusive_series_ids) from series s where s.org_id = $1 and s.id = any($2::bigint[])`
export const findSeriesOfIssueSql = findSeries(seriesOfIssue)
export const lockSeriesOfIssueSql = lockSeries(seriesOfIssue)

/** The series of redemptions. $2 redemptions. */
const seriesOfRedemptions = `
  select r.series_id from redemptions r where r.org_id = $1 and r.id = any($2::bigint[])`
export const lockSeriesOfRedemptionsSql = lockSeries(seriesOfRedemptions)

/** The series of holds. $2 holds. */
export const lockSeriesOfHoldsSql = lockSeries(
  'select i.series_id from hold_items i where i.org_id = $1 and i.hold_id = any($2::bigint[])',
)

/**
 * The series of codes, and those of callers' holds with given references. $2 code keys; arrays: $3 kind of owner, $4
 * owner, $5 reference. Each look-up is a separate index probe here too: a plan made while there are no holds would
 * otherwise compare every hold with every item of a hold from then on.
 */
export const lockSeriesOfCheckoutsSql = lockSeries(`${seriesOfCodes}
  union all
  select i.series_id from unnest($3::text[], $4::bigint[], $5::text[]) as w(owner_kind, owner_id, reference)
  cross join lateral (${openHoldOf('w')}) h
  cross join lateral (
    select i.series_id from hold_items i where i.org_id = $1 and i.hold_id = h.id offset 0) i`)
