import { registeredAtSql } from '../customers/registration-window.ts'
import { epochS } from '../../platform/db/sql.ts'

const now = 'coalesce($7::timestamptz, statement_timestamp())'

/** $1 organisation, $2 series: those and the ones that exclude them or that they exclude. */
export const findSeriesSql = `
select su.series_id from series_usage su
where su.org_id = $1 and su.series_id in (
  select unnest($2::bigint[])
  union
  select unnest(s.mutually_exclusive_series_ids) from series s where s.org_id = $1 and s.id = any($2::bigint[]))
order by su.series_id`

/** Locks them, too. */
export const lockSeriesSql = `${findSeriesSql} for update`

/**
 * One row per item and series. $1 organisation; arrays: $2 ordinal, $3 customer id or null, $4 identifier type,
 * $5 identifier value, $6 series; $7 the instant of judgement or null.
 */
export const issueStateSql = `
select w.n, cu.id, cu.blocked_at is not null, cu.first_name, cu.last_name, ${epochS('cu.updated_at')},
  (select json_agg(json_build_array(i.type, i.shown) order by i.type desc)::text
    from customer_identifiers i where i.org_id = $1 and i.customer_id = cu.id),
  s.id, s.version, su.issued, su.max_issued, coalesce(cs.issued, 0), coalesce(cs.revoked, 0),
  ${epochS('cs.last_issued_at')}, held.id, held.code, held.valid_until_s,
  exists (select from customer_series_usage x where x.org_id = $1 and x.customer_id = cu.id
    and x.series_id = any(s.mutually_exclusive_series_ids) and x.series_id <> s.id and x.issued > x.revoked),
  date_part('epoch', ${now}), ${registeredAtSql}
from unnest($2::int[], $3::bigint[], $4::text[], $5::text[], $6::bigint[]) as w(n, customer_id, type, value, series_id)
left join customers cu on cu.org_id = $1 and cu.erased_at is null and cu.id = coalesce(w.customer_id, (
  select i.customer_id from customer_identifiers i where i.org_id = $1 and i.type = w.type and i.value = w.value))
left join series s on s.org_id = $1 and s.id = w.series_id
left join series_usage su on su.org_id = $1 and su.series_id = s.id
left join customer_series_usage cs on cs.org_id = $1 and cs.customer_id = cu.id and cs.series_id = s.id
left join lateral (
  select c.id, c.code, ${epochS('c.valid_until')} as valid_until_s from coupons c
  where cs.issued > cs.revoked and c.org_id = $1 and c.customer_id = cu.id and c.series_id = s.id
    and c.revoked_at is null and c.valid_until >= ${now}
    and (s.is_multiple_use_allowed or c.redeemed = 0) and c.redeemed < coalesce(c.max_redeemed, 2147483647)
  order by c.created_at desc, c.id desc limit 1
) held on not s.is_multiple_per_customer_allowed or s.client_handling_type = 'GENERIC'`

/** Codes that wait and that nobody has used, oldest first. $1 organisation; arrays: $2 series of uploaded codes, $3 how many of each. */
export const waitingCodesSql = `
select p.series_id, p.id, p.code
from unnest($2::bigint[], $3::int[]) as w(series_id, n)
cross join lateral (
  select c.series_id, c.id, c.code from coupons c
  where c.org_id = $1 and c.series_id = w.series_id and c.customer_id is null and c.revoked_at is null and c.redeemed = 0
  order by c.id limit w.n) p`

/**
 * New coupons; one whose code exists is left out. $1 organisation; arrays: $2 series, $3 customer, $4 valid until in
 * epoch seconds, $5 store, $6 till, $7 code, $8 shared; $9 the instant. A whole second is what is printed,
 * so it is what is kept: coupons of one second are ordered by id.
 */
export const insertCouponsSql = `
insert into coupons (org_id, series_id, customer_id, created_at, valid_until, issued_store_id, issued_till_id, code, is_shared)
select $1, e.series_id, e.customer_id, date_trunc('second', $9::timestamptz),
  to_timestamp(e.valid_until_s), e.store_id, e.till_id, e.code, e.is_shared
from unnest($2::bigint[], $3::bigint[], $4::float8[], $5::bigint[], $6::bigint[], $7::text[], $8::boolean[])
  with ordinality as e(series_id, customer_id, valid_until_s, store_id, till_id, code, is_shared, ordinal)
order by e.ordinal
on conflict do nothing
returning id, code, customer_id`

/** Gives waiting codes away. $1 organisation; arrays: $2 coupon, $3 customer, $4 valid until, $5 store, $6 till; $7 the instant. */
export const assignCouponsSql = `
update coupons c set customer_id = e.customer_id, valid_until = to_timestamp(e.valid_until_s),
  created_at = date_trunc('second', $7::timestamptz),
  issued_store_id = e.store_id, issued_till_id = e.till_id
from unnest($2::bigint[], $3::bigint[], $4::float8[], $5::bigint[], $6::bigint[])
  as e(id, customer_id, valid_until_s, store_id, till_id)
where c.org_id = $1 and c.id = e.id and c.customer_id is null`

/** Counters and events of what was issued. $1 organisation; arrays: $2 coupon, $3 series, $4 customer, $5 till, $6 details, $8 request id; $7 the instant. */
export const countIssuedSql = `
with at as (select $7::timestamptz as at),
e as materialized (
  select * from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::jsonb[], $8::text[])
    with ordinality as e(coupon_id, series_id, customer_id, till_id, details, request_id, ordinal)
), of_series as (
  update series_usage u set issued = u.issued + d.n, last_issued_at = greatest(u.last_issued_at, at.at)
  from (select series_id, count(*)::int as n from e group by series_id) d, at
  where u.org_id = $1 and u.series_id = d.series_id
), of_customer as (
  insert into customer_series_usage as u (org_id, customer_id, series_id, issued, last_issued_at)
  select $1, e.customer_id, e.series_id, count(*)::int, at.at from e, at group by e.customer_id, e.series_id, at.at
  on conflict (org_id, customer_id, series_id) do update
    set issued = u.issued + excluded.issued, last_issued_at = greatest(u.last_issued_at, excluded.last_issued_at)
)
insert into events (org_id, kind, coupon_id, till_id, occurred_at, details, request_id)
select $1, 'issued', e.coupon_id, e.till_id, at.at, e.details, e.request_id from e, at order by e.ordinal`
