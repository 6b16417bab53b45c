import { epochS } from '../../platform/db/sql.ts'
import { chunkSql, referenceSql } from './reference-sql.ts'

/** $4: SHA-256 of the file, $5: the instant of judgement. Columns are those of `CodeRow`, with `held` and `own` flat. */
export const codeRowsSql = `
select t.line, t.fault_code as "faultCode", t.fault, t.series_id as "seriesId", t.code,
  ${epochS('t.created_at')} as "createdAtS", ${epochS('t.valid_until')} as "validUntilS",
  t.max_redeemed as "maxRedeemed", t.is_tagged as "isTagged", k.low, k.high, cu.id as "customerId",
  cu.blocked_at is not null as "isBlocked", coalesce(cs.issued, 0) as issued, coalesce(cs.revoked, 0) as revoked,
  ${epochS('cs.last_issued_at')} as "lastIssuedAtS",
  held.id as "heldId", held.code as "heldCode", ${epochS('held.valid_until')} as "heldValidUntilS",
  case when s.mutually_exclusive_series_ids is not null then exists (
    select from customer_series_usage x where x.org_id = $1 and x.customer_id = cu.id
      and x.series_id = any(s.mutually_exclusive_series_ids) and x.series_id <> s.id and x.issued > x.revoked)
  else false end as "holdsExclusive",
  own.id as "ownId", own.series_id as "ownSeriesId", own.customer_id as "ownCustomerId",
  own.revoked_at is not null as "isOwnRevoked", own.redeemed as "ownRedeemed",
  case when t.code is null then (select c.code from import_lines l
    join coupons c on c.org_id = $1 and c.id = l.coupon_id
    where l.org_id = $1 and l.file_hash = $4 and l.series_id = t.series_id and l.line = t.line) end as "issuedCode",
  cs.series_id is not null as "isCounted"
from staged t ${referenceSql}
left join series s on s.org_id = $1 and s.id = t.series_id
left join lateral (
  select * from customer_series_usage x
  where x.org_id = $1 and x.customer_id = cu.id and x.series_id = t.series_id limit 1
) cs on true
left join lateral (
  select c.id, c.code, c.valid_until from coupons c
  where (not s.is_multiple_per_customer_allowed or s.client_handling_type = 'GENERIC') and cs.issued > cs.revoked
    and c.org_id = $1 and c.customer_id = cu.id and c.series_id = t.series_id
    and c.revoked_at is null and c.valid_until >= $5::timestamptz
    and (s.is_multiple_use_allowed or c.redeemed = 0) and c.redeemed < coalesce(c.max_redeemed, 2147483647)
  order by c.created_at desc, c.id desc limit 1
) held on true
left join lateral (
  select * from (
    select c.id, c.series_id, c.customer_id, c.revoked_at, c.redeemed from coupons c
    where s.client_handling_type = 'GENERIC' and c.org_id = $1 and c.is_shared and c.customer_id = cu.id
      and c.revoked_at is null and code_key(c.code collate "C") = code_key(t.code collate "C")
    union all
    select c.id, c.series_id, c.customer_id, c.revoked_at, c.redeemed from coupons c
    where c.org_id = $1 and not c.is_shared and code_key(c.code collate "C") = code_key(t.code collate "C")
  ) c limit 1
) own on t.code is not null
where ${chunkSql} order by t.line`

/**
 * New coupons, waiting codes given away, counters and events. $1 organisation; arrays: $2 line, $3 customer or null,
 * $4 valid until in epoch seconds, $5 code, $6 waiting coupon or null, $7 shared; $8 the instant; $9 customers and
 * $10 series that have counters together; $11 as what the events are kept.
 */
export const writeCodesSql = `
with g as materialized (
  select * from unnest($2::int[], $3::bigint[], $4::float8[], $5::text[], $6::bigint[], $7::boolean[])
    as g(line, customer_id, valid_until_s, code, coupon_id, is_shared)
), s as materialized (
  select g.*, t.series_id, coalesce(t.created_at, date_trunc('second', $8::timestamptz)) as created_at, t.store_id,
    t.transaction_number, t.max_redeemed
  from g join staged t on t.line = g.line
), made as (
  insert into coupons (org_id, series_id, customer_id, created_at, valid_until, issued_store_id, max_redeemed, code,
    transaction_number, is_shared)
  select $1, s.series_id, s.customer_id, s.created_at, to_timestamp(s.valid_until_s), s.store_id, s.max_redeemed, s.code,
    s.transaction_number, s.is_shared
  from s where s.coupon_id is null order by s.line
  returning id, series_id, customer_id, created_at, code
), given as (
  update coupons c set customer_id = s.customer_id, valid_until = to_timestamp(s.valid_until_s), created_at = s.created_at,
    issued_store_id = s.store_id, max_redeemed = s.max_redeemed, transaction_number = s.transaction_number
  from s where c.org_id = $1 and c.id = any($6::bigint[]) and c.id = s.coupon_id and c.customer_id is null
  returning c.id, c.series_id, c.customer_id, c.created_at, c.code
), done as materialized (
  select * from made union all select * from given
), issued as materialized (
  select * from done where customer_id is not null
), of_series as (
  update series_usage u set issued = u.issued + d.n, last_issued_at = greatest(u.last_issued_at, d.at)
  from (select series_id, count(*)::int as n, max(created_at) as at from issued group by series_id) d
  where u.org_id = $1 and u.series_id = d.series_id
), of_customer as materialized (
  select customer_id, series_id, count(*)::int as n, max(created_at) as at,
    (customer_id, series_id) in (select * from unnest($9::bigint[], $10::bigint[])) as is_counted
  from issued group by customer_id, series_id
), raised as (
  update customer_series_usage u set issued = u.issued + d.n, last_issued_at = greatest(u.last_issued_at, d.at)
  from of_customer d
  where d.is_counted and u.org_id = $1 and u.customer_id = d.customer_id and u.series_id = d.series_id
), begun as (
  insert into customer_series_usage (org_id, customer_id, series_id, issued, last_issued_at)
  select $1, customer_id, series_id, n, at from of_customer where not is_counted order by customer_id, series_id
), told as (
  insert into events (org_id, kind, coupon_id, occurred_at, imported)
  select $1, 'issued', id, $8::timestamptz, $11::text from issued order by id
)
select count(*)::int as n from done`

/** Remembers the coupons of lines that name a customer alone. $1 organisation, $2 SHA-256 of the file; arrays: $3 line, $4 code key, $5 customer. */
export const rememberLinesSql = `
insert into import_lines (org_id, file_hash, series_id, line, coupon_id)
select $1, $2, c.series_id, g.line, c.id
from unnest($3::int[], $4::text[], $5::bigint[]) as g(line, key, customer_id)
cross join lateral (
  select d.id, d.series_id from coupons d
  where d.org_id = $1 and d.is_shared and d.customer_id = g.customer_id and d.revoked_at is null
    and code_key(d.code collate "C") = g.key
  union all
  select d.id, d.series_id from coupons d where d.org_id = $1 and not d.is_shared and code_key(d.code collate "C") = g.key
  limit 1
) c`
