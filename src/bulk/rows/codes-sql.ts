import { heldSql, holdsExclusiveSql } from '../../ledger/coupons/issue-sql.ts'
import { tell } from '../../ledger/post/events.ts'
import { assignCoupons, countIssued, insertCoupons } from '../../ledger/post/issue.ts'
import { couponOfCode } from '../../ledger/sql.ts'
import { epochS } from '../../platform/db/sql.ts'
import { chunkSql, referenceSql } from './reference-sql.ts'

/**
 * $4: SHA-256 of the file, $5: the instant of judgement. The columns match `CodeRow`; few rows have `held` or `own`.
 */
export const codeRowsSql = `
select t.line, t.fault_code as "faultCode", t.fault, t.series_id as "seriesId", t.code,
  ${epochS('t.created_at')} as "createdAtS", ${epochS('t.valid_until')} as "validUntilS",
  t.max_redeemed as "maxRedeemed", t.is_tagged as "isTagged", k.low, k.high, cu.id as "customerId",
  cu.blocked_at is not null as "isBlocked", coalesce(cs.issued, 0) as issued, coalesce(cs.revoked, 0) as revoked,
  ${epochS('cs.last_issued_at')} as "lastIssuedAtS",
  case when held.id is not null then
    json_build_object('id', held.id, 'code', held.code, 'validUntilS', held.valid_until_s) end as held,
  ${holdsExclusiveSql} as "holdsExclusive",
  case when own.id is not null then json_build_object('id', own.id, 'seriesId', own.series_id, 'customerId', own.customer_id,
    'isRevoked', own.revoked_at is not null, 'redeemed', own.redeemed) end as own,
  case when t.code is null then (select c.code from import_lines l
    join coupons c on c.org_id = $1 and c.id = l.coupon_id
    where l.org_id = $1 and l.file_hash = $4 and l.series_id = t.series_id and l.line = t.line) end as "issuedCode"
from staged t ${referenceSql}
left join series s on s.org_id = $1 and s.id = t.series_id
left join lateral (
  select * from customer_series_usage x
  where x.org_id = $1 and x.customer_id = cu.id and x.series_id = t.series_id limit 1
) cs on true ${heldSql('$5::timestamptz')}
left join lateral (${couponOfCode({
  key: 'code_key(t.code collate "C")',
  holder: 'cu.id',
  columns: 'c.id, c.series_id, c.customer_id, c.revoked_at, c.redeemed',
  sharedWhen: "s.client_handling_type = 'GENERIC'",
})}
) own on t.code is not null
where ${chunkSql} order by t.line`

const written = 'customer_id, valid_until, created_at, issued_store_id, max_redeemed, transaction_number'

/**
 * Writes new coupons, assigned codes, counters and events. $1 organisation; arrays: $2 line, $3 customer or null, $4
 * valid until in epoch seconds, $5 code, $6 unassigned coupon or null, $7 shared; $8 the instant; $9 how the events are
 * marked as imported.
 */
export const writeCodesSql = `
with s as materialized (
  select g.line, g.customer_id, to_timestamp(g.valid_until_s) as valid_until, g.code, g.id, g.is_shared, t.series_id,
    coalesce(t.created_at, date_trunc('second', $8::timestamptz)) as created_at, t.store_id as issued_store_id,
    t.transaction_number, t.max_redeemed
  from unnest($2::int[], $3::bigint[], $4::float8[], $5::text[], $6::bigint[], $7::boolean[])
    as g(line, customer_id, valid_until_s, code, id, is_shared)
  join staged t on t.line = g.line
), made as (
  ${insertCoupons(`series_id, code, is_shared, ${written}`, 's where id is null order by line')}
  returning id, series_id, customer_id, created_at
), given as (${assignCoupons(written, 's e', 'c.id = any($6::bigint[])')}
  returning c.id, c.series_id, c.customer_id, c.created_at
), done as materialized (
  select * from made union all select * from given
), issued as materialized (
  select id, series_id, customer_id, created_at as issued_at from done where customer_id is not null
), ${countIssued('issued')}, told as (
  ${tell('coupon_id, occurred_at, imported')}
  select $1, 'issued', id, $8::timestamptz, $9::text from issued order by id
)
select count(*)::int as n from done`

/**
 * Remembers the coupons of lines that name only a customer. $1 organisation, $2 SHA-256 of the file; arrays: $3 line,
 * $4 code key, $5 customer.
 */
export const rememberLinesSql = `
insert into import_lines (org_id, file_hash, series_id, line, coupon_id)
select $1, $2, c.series_id, g.line, c.id
from unnest($3::int[], $4::text[], $5::bigint[]) as g(line, key, customer_id)
cross join lateral (${couponOfCode({ key: 'g.key', holder: 'g.customer_id', columns: 'c.id, c.series_id' })}
) c`
