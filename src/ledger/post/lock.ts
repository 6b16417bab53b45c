import { bearsCode } from '../sql.ts'

/**
 * The lock of the ledger. Every verb that changes coupons first locks the usage rows of their series, in ascending order of
 * series id: from then until the commit nothing of these series changes but by its hand, in whatever process. What is read in
 * the next statement is therefore the truth. One kind of lock and one order: no deadlock. $1 is the organisation.
 */

/** Series in the order of their locks, without locking them: for what only tries. @param ids a query for ids of series. */
export const findSeries = (ids: string): string => `
select su.series_id from series_usage su
where su.org_id = $1 and su.series_id = any(array(${ids}))
order by su.series_id`

/** Locks series. @param ids a query for ids of series. */
export const lockSeries = (ids: string): string => `${findSeries(ids)} for update`

/** $2 series. */
export const lockNamedSeriesSql = lockSeries('select unnest($2::bigint[])')

/**
 * The series that codes belong to. $2 code keys. The limit keeps the look-up of each code an index probe of its own: the
 * planner has no statistics of the expression and would rather scan whole series.
 */
const seriesOfCodes = `
  select c.series_id from unnest($2::text[]) as k(key)
  cross join lateral (select c.series_id from coupons c where ${bearsCode('k.key')} limit 1) c`
export const lockSeriesOfCodesSql = lockSeries(seriesOfCodes)

/** Those of codes, and one that is named. $2 code keys, $3 series or null. */
export const lockSeriesOfRevocationSql = lockSeries(`${seriesOfCodes} union all select $3::bigint`)

/** $2 series: those and the ones that exclude them or that they exclude. */
const seriesOfIssue = `
  select unnest($2::bigint[])
  union
  select unnest(s.mutually_exclusive_series_ids) from series s where s.org_id = $1 and s.id = any($2::bigint[])`
export const findSeriesOfIssueSql = findSeries(seriesOfIssue)
export const lockSeriesOfIssueSql = lockSeries(seriesOfIssue)

/** $2 redemptions. */
const seriesOfRedemptions = `
  select r.series_id from redemptions r where r.org_id = $1 and r.id = any($2::bigint[])`
export const lockSeriesOfRedemptionsSql = lockSeries(seriesOfRedemptions)
