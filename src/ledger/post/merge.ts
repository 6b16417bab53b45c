import { codeKeyOf } from '../sql.ts'
import { tell } from './events.ts'
import { lockSeries } from './lock.ts'
import { revoke } from './revoke.ts'

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
 * Leaves one coupon of each shared code that both customers hold. Of the other, an unredeemed one is revoked, and a
 * redeemed one is superseded. $4 till, $5 the instant or null, $6 request id.
 */
export const settleSharedCodesSql = `
with pairs as materialized (${sharedPairs}
), ${revoke({
  ids: 'array(select p.other from pairs p where p.redeemed = 0)',
  now: 'coalesce($5::timestamptz, statement_timestamp())',
  till: '$4',
  requestId: '$6',
})}, superseded as (
  update coupons c set superseded_by_id = p.kept, max_redeemed = c.redeemed
  from pairs p where c.org_id = $1 and c.id = p.other and p.redeemed > 0
  returning c.id
), unreserved as (
  delete from hold_items i where i.org_id = $1 and i.coupon_id = any(array(select id from superseded))
)
select (select count(*)::int from revoked) as revoked, (select count(*)::int from superseded) as superseded`

/** Coupons and redemptions change over; each keeps the first customer that it had. */
export const moveCouponsSql = `
update coupons set customer_id = $3, original_customer_id = coalesce(original_customer_id, customer_id)
where org_id = $1 and customer_id = $2`
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

/** Records the merge. $4 the instant or null; numbers of $5 coupons and $6 redemptions; $7 till, $8 request id. */
export const recordMergeSql = `
with made as (
  insert into customer_merges (org_id, retired_id, survivor_id, merged_at, coupons, redemptions)
  values ($1, $2, $3, coalesce($4::timestamptz, statement_timestamp()), $5, $6)
  returning id, merged_at
), told as (
  ${tell('occurred_at, details, till_id, request_id')}
  select $1, 'customers-merged', merged_at,
    jsonb_build_object('mergeId', id, 'survivorId', $3::bigint, 'retiredId', $2::bigint), $7::bigint, $8::text
  from made
)
select id from made`
