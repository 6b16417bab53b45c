import { codeKeyOf } from '../sql.ts'
import { tell } from './events.ts'
import { lockSeries } from './lock.ts'

/**
 * Merges one customer into another: everything that the ledger has of the retired customer changes over to the survivor,
 * and counters are added up. $1 organisation, $2 the retired customer, $3 the survivor. The caller holds the locks of
 * `lockSeriesOfCustomerSql` and of both customers.
 */

/** The series in which a customer has anything. $2 the customer. */
export const seriesOfCustomer = `
  select u.series_id from customer_series_usage u where u.org_id = $1 and u.customer_id = $2
  union
  select i.series_id from holds h join hold_items i on i.org_id = $1 and i.hold_id = h.id
  where h.org_id = $1 and h.customer_id = $2`
export const lockSeriesOfCustomerSql = lockSeries(seriesOfCustomer)

/**
 * Pairs of coupons of one shared code: `kept` is the one that the code means after the merge, `other` is not. The more
 * redeemed one is kept, so that no use is gained; then the one that is valid for longer; then the survivor's.
 */
export const sharedPairs = `
  select case when w.is_retired then a.id else b.id end as kept, case when w.is_retired then b.id else a.id end as other,
    case when w.is_retired then b.redeemed else a.redeemed end as redeemed
  from coupons a
  join coupons b on b.org_id = $1 and b.customer_id = $3 and b.is_shared and b.revoked_at is null
    and b.superseded_by_id is null and ${codeKeyOf('b')} = ${codeKeyOf('a')}
  cross join lateral (select (a.redeemed, a.valid_until) > (b.redeemed, b.valid_until) as is_retired) w
  where a.org_id = $1 and a.customer_id = $2 and a.is_shared and a.revoked_at is null and a.superseded_by_id is null`

/**
 * Supersedes redeemed coupons of shared codes: they remain for their redemptions and have no use left. $1 organisation;
 * arrays: $2 coupon, $3 the coupon that the code means.
 */
export const supersedeSql = `
update coupons c set superseded_by_id = e.kept, max_redeemed = c.redeemed
from unnest($2::bigint[], $3::bigint[]) as e(id, kept) where c.org_id = $1 and c.id = e.id`

/** Nothing is reserved of coupons that their codes do not mean. $1 organisation, $2 coupons. */
export const unholdSupersededSql =
  'delete from hold_items where org_id = $1 and coupon_id = any($2::bigint[])'

/** Changes the holder of coupons; each keeps the first that it had. Revoked coupons have an index of their own. */
const moveCoupons = (which: string): string => `
update coupons set customer_id = $3, original_customer_id = coalesce(original_customer_id, customer_id)
where org_id = $1 and customer_id = $2 and ${which}`
export const moveCouponsSql = moveCoupons('revoked_at is null')
export const moveRevokedCouponsSql = moveCoupons('revoked_at is not null')

/** Redemptions count for the survivor, and keep the customer by whose id they were made. */
export const moveRedemptionsSql = `
update redemptions set customer_id = $3, original_customer_id = coalesce(original_customer_id, customer_id)
where org_id = $1 and customer_id = $2`

export const addUpUsageSql = `
with gone as (
  delete from customer_series_usage where org_id = $1 and customer_id = $2 returning *
)
insert into customer_series_usage as u (org_id, customer_id, series_id, issued, revoked, redeemed, last_issued_at, last_redeemed_at)
select $1, $3::bigint, series_id, issued, revoked, redeemed, last_issued_at, last_redeemed_at from gone order by series_id
on conflict (org_id, customer_id, series_id) do update set issued = u.issued + excluded.issued,
  revoked = u.revoked + excluded.revoked, redeemed = u.redeemed + excluded.redeemed,
  last_issued_at = greatest(u.last_issued_at, excluded.last_issued_at),
  last_redeemed_at = greatest(u.last_redeemed_at, excluded.last_redeemed_at)`

const ceiling = (column: 'given' | 'uses'): string =>
  `max_${column} = case when coalesce(u.max_${column}, excluded.max_${column}) is not null
    then greatest(u.max_${column}, excluded.max_${column}, u.${column} + excluded.${column}) end`

/** The sum may exceed a limit, as with limits that are set below the usage. $4 the locked series. */
export const addUpBudgetsSql = `
with gone as (
  delete from budget_usage where org_id = $1 and customer_id = $2 and series_id = any($4::bigint[]) returning *
)
insert into budget_usage as u (org_id, series_id, customer_id, per, starts_on, given, uses, max_given, max_uses)
select $1, series_id, $3::bigint, per, starts_on, given, uses, max_given, max_uses from gone order by series_id, per, starts_on
on conflict (org_id, series_id, customer_id, per, starts_on) do update set
  given = u.given + excluded.given, uses = u.uses + excluded.uses, ${ceiling('given')}, ${ceiling('uses')}`

/** Live holds go on for the survivor; ended ones change over too, so that an erasure finds their bills. */
export const moveHoldsSql = `
with moved as (
  update holds set customer_id = $3 where org_id = $1 and customer_id = $2 returning id
)
update hold_items i set customer_id = $3 where i.org_id = $1 and i.hold_id = any(array(select id from moved))`

/** Records the merge. $4 the instant; numbers of $5 coupons and $6 redemptions. */
export const recordMergeSql = `
insert into customer_merges (org_id, retired_id, survivor_id, merged_at, coupons, redemptions)
values ($1, $2, $3, $4::timestamptz, $5, $6)
returning id`

/** Announces the merge. $4 the instant, $5 the merge, $6 till, $7 request id. */
export const tellMergeSql = `${tell('occurred_at, details, till_id, request_id')}
values ($1, 'customers-merged', $4::timestamptz,
  jsonb_build_object('mergeId', $5::bigint, 'survivorId', $3::bigint, 'retiredId', $2::bigint), $6, $7)`
