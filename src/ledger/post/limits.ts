import { assignmentsOf } from '../series/terms.ts'

/**
 * Stores the limits of a series beside its counters. $1 organisation, $2 series, $3 … as `parametersOf('series_usage',
 * …)`.
 */
export const stateLimitsSql = `update series_usage set ${assignmentsOf('series_usage', 3)} where org_id = $1 and series_id = $2`

/** Raises the issue limit of a series. $1 organisation, $2 series, $3 the number of coupons to add. */
export const leaveToIssueSql =
  'update series_usage set max_issued = issued + $3 where org_id = $1 and series_id = $2'

/** Resets the counters of series whose coupons were deleted, in a sandbox that is being emptied. $1 organisation. */
export const emptyCountersSql = `
update series_usage set issued = 0, redeemed = 0, last_issued_at = null, last_redeemed_at = null, held_until = null
where org_id = $1 and (issued > 0 or redeemed > 0 or last_issued_at is not null or last_redeemed_at is not null
    or held_until is not null)`

/** Changes the coupons' own limits. $1 organisation, $2 rows with `id` and `max_redeemed`. */
export const stateOwnLimitsSql = `
update coupons c set max_redeemed = r.max_redeemed
from jsonb_to_recordset($2::jsonb) as r(id bigint, max_redeemed int)
where c.org_id = $1 and c.id = r.id and c.max_redeemed is distinct from r.max_redeemed`
