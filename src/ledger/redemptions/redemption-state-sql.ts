import { registeredAtSql } from '../customers/registration-window.ts'
import { epochS } from '../../platform/db/sql.ts'

/**
 * Reading what a redemption is judged by. Every verb that changes a coupon first locks the usage row of its series,
 * in ascending order of series id: from then until the commit nothing of these series changes but by its hand, in
 * whatever process. What is read in the next statement is therefore the truth.
 */

/**
 * $1 organisation, $2 code keys. Locks the series that the codes belong to. The limit keeps the look-up of each code
 * an index probe of its own: the planner has no statistics of the expression and would rather scan whole series.
 */
export const lockSeriesOfCodesSql = `
select su.series_id from series_usage su
where su.org_id = $1 and su.series_id = any(array(
  select c.series_id from unnest($2::text[]) as k(key)
  cross join lateral (
    select c.series_id from coupons c
    where c.org_id = $1 and not c.is_shared and code_key(c.code collate "C") = k.key limit 1) c))
order by su.series_id for update`

/** The instant of judgement: the clock of the database, unless one is given. */
const now = 'coalesce($9::timestamptz, statement_timestamp())'

const couponColumns = `c.id, c.code, c.series_id, c.customer_id, c.created_at, c.valid_until, c.revoked_at, c.redeemed, c.max_redeemed`

/** Standing redemptions of the coupon by the customer. */
const standing = `from redemptions x where x.org_id = $1 and x.coupon_id = c.id and x.customer_id = cu.id
  and not exists (select from reversals y where y.org_id = $1 and y.redemption_id = x.id)`

/**
 * One row per item and code. $1 organisation; then arrays with one element per item and code: $2 item, $3 ordinal of
 * the code, $4 customer id or null, $5 identifier type, $6 identifier value, $7 code key, $8 transaction number when a
 * retry is to be recognised by it, else null; $9 the instant of judgement or null; $10 till, per item and code; $11 true:
 * with an id for the redemption that may be made, so that its answer is known before it is written. The limits keep
 * each look-up an index probe of its own.
 */
export const redemptionStateSql = `
select w.n, w.k, cu.id, cu.blocked_at is not null, cu.first_name, cu.last_name, ${epochS('cu.updated_at')},
  case when w.k = 0 then (
    select json_agg(json_build_array(i.type, i.shown) order by i.type desc)::text
    from customer_identifiers i where i.org_id = $1 and i.customer_id = cu.id) end,
  c.id, c.code, c.series_id, c.customer_id, ${epochS('c.created_at')}, ${epochS('c.valid_until')},
  c.revoked_at is not null, c.redeemed, c.max_redeemed,
  s.version, su.redeemed, su.max_redeemed, coalesce(cs.redeemed, 0), ${epochS('cs.last_redeemed_at')},
  case when c.redeemed > 0 then (select count(*)::int ${standing}) else 0 end,
  case when c.redeemed > 0 and w.transaction_number <> '' then (
    select min(x.id) ${standing} and x.till_id = w.till_id and x.transaction_number = w.transaction_number) end,
  date_part('epoch', ${now}), case when $11 and c.id is not null then nextval('redemptions_id_seq') end,
  ${registeredAtSql}
from unnest($2::int[], $3::int[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $10::bigint[])
  as w(n, k, customer_id, type, value, key, transaction_number, till_id)
left join customers cu on cu.org_id = $1 and cu.erased_at is null and cu.id = coalesce(w.customer_id, (
  select i.customer_id from customer_identifiers i where i.org_id = $1 and i.type = w.type and i.value = w.value))
left join lateral (
  select * from (
    select ${couponColumns}, 1 as preference from coupons c
    where c.org_id = $1 and c.is_shared and c.customer_id = cu.id and c.revoked_at is null
      and code_key(c.code collate "C") = w.key
    union all
    select ${couponColumns}, 2 from coupons c
    where c.org_id = $1 and c.is_shared and c.customer_id = cu.id and c.revoked_at is not null
      and code_key(c.code collate "C") = w.key
    union all
    select ${couponColumns}, 3 from coupons c
    where c.org_id = $1 and not c.is_shared and code_key(c.code collate "C") = w.key
  ) c order by c.preference, c.id desc limit 1
) c on true
left join series s on s.org_id = $1 and s.id = c.series_id
left join series_usage su on su.org_id = $1 and su.series_id = c.series_id
left join lateral (
  select * from customer_series_usage x where x.org_id = $1 and x.customer_id = cu.id and x.series_id = c.series_id limit 1
) cs on true`

/**
 * All effects of a batch in one statement. $1 organisation; arrays with one element per redemption: $2 coupon,
 * $3 series, $4 customer, $5 store, $6 till, $7 bill amount, $8 transaction number, $9 redemption time as given;
 * $10 the instant; $11 redemption id, ascending; $12 custom fields; $13 request id.
 */
export const redeemSql = `
with at as (select $10::timestamptz as at),
e as materialized (
  select * from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],
    $6::bigint[], $7::numeric[], $8::text[], $9::text[], $11::bigint[], $12::jsonb[], $13::text[]) as e(coupon_id, series_id,
    customer_id, store_id, till_id, bill_amount, transaction_number, redemption_time_given, id, custom_fields, request_id)
), ledger as (
  insert into redemptions (org_id, id, coupon_id, series_id, customer_id, redeemed_at, store_id, till_id, bill_amount,
    transaction_number, redemption_time_given, custom_fields)
  select $1, e.id, e.coupon_id, e.series_id, e.customer_id, at.at, e.store_id, e.till_id, e.bill_amount,
    e.transaction_number, e.redemption_time_given, e.custom_fields from e, at
), of_coupon as (
  update coupons c set redeemed = c.redeemed + d.n
  from (select coupon_id, count(*)::int as n from e group by coupon_id) d
  where c.org_id = $1 and c.id = d.coupon_id
), of_series as (
  update series_usage u set redeemed = u.redeemed + d.n, last_redeemed_at = greatest(u.last_redeemed_at, at.at)
  from (select series_id, count(*)::int as n from e group by series_id) d, at
  where u.org_id = $1 and u.series_id = d.series_id
), of_customer as (
  insert into customer_series_usage as u (org_id, customer_id, series_id, redeemed, last_redeemed_at)
  select $1, e.customer_id, e.series_id, count(*)::int, at.at from e, at group by e.customer_id, e.series_id, at.at
  on conflict (org_id, customer_id, series_id) do update
    set redeemed = u.redeemed + excluded.redeemed,
      last_redeemed_at = greatest(u.last_redeemed_at, excluded.last_redeemed_at)
)
insert into events (org_id, kind, coupon_id, redemption_id, till_id, occurred_at, request_id)
select $1, 'redeemed', e.coupon_id, e.id, e.till_id, at.at, e.request_id from e, at order by e.id`
