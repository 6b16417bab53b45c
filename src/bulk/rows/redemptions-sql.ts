import { epochS } from '../../platform/db/sql.ts'
import { isShownById } from '../../ledger/coupons/waiting-codes.ts'
import { chunkSql, referenceSql } from './reference-sql.ts'

const couponColumns =
  'c.id, c.series_id, c.customer_id, c.created_at, c.valid_until, c.revoked_at, c.redeemed, c.max_redeemed'

/** The coupon that a staged row `t` means for the customer `cu`: by its id, or by its code, a shared one by its holder. */
const couponSql = `
left join lateral (
  select * from (
    select ${couponColumns} from coupons c where t.coupon_id is not null and c.org_id = $1 and c.id = t.coupon_id
      and ${isShownById('$4')} and (t.code is null or code_key(c.code collate "C") = code_key(t.code collate "C"))
    union all
    select ${couponColumns} from coupons c
    where t.coupon_id is null and c.org_id = $1 and c.is_shared and c.customer_id = cu.id and c.revoked_at is null
      and code_key(c.code collate "C") = code_key(t.code collate "C")
    union all
    select ${couponColumns} from coupons c
    where t.coupon_id is null and c.org_id = $1 and not c.is_shared
      and code_key(c.code collate "C") = code_key(t.code collate "C")
  ) c limit 1
) c on true`

/** The series that the coupons of a chunk belong to. $4 true: rows may name coupons that nobody has by their ids. */
export const findSeriesOfChunkSql = `
select su.series_id from series_usage su
where su.org_id = $1 and su.series_id = any(array(
  select c.series_id from staged t ${referenceSql} ${couponSql} where ${chunkSql}))
order by su.series_id`

/** Locks them, too. */
export const lockSeriesOfChunkSql = `${findSeriesOfChunkSql} for update`

/** Columns are those of `RedemptionRow`, with the coupon flat. $4 as above. */
export const redemptionRowsSql = `
select t.line, t.fault_code as "faultCode", t.fault, k.low, k.high, cu.id as "customerId",
  c.id as "couponId", c.series_id as "seriesId", c.customer_id as "holderId", ${epochS('c.created_at')} as "createdAtS",
  ${epochS('c.valid_until')} as "validUntilS", c.revoked_at is not null as "isRevoked", c.redeemed,
  c.max_redeemed as "maxRedeemed",
  coalesce((select cs.redeemed from customer_series_usage cs
    where cs.org_id = $1 and cs.customer_id = cu.id and cs.series_id = c.series_id), 0) as "redeemedInSeries",
  case when c.redeemed > 0 then (select count(*)::int from redemptions x
    where x.org_id = $1 and x.coupon_id = c.id and x.customer_id = cu.id
      and not exists (select from reversals y where y.org_id = $1 and y.redemption_id = x.id)) else 0 end
    as "redeemedThisCoupon",
  exists (select from redemptions x where x.org_id = $1 and x.coupon_id = c.id and x.customer_id = cu.id
    and date_trunc('second', x.redeemed_at) = date_trunc('second', t.redeemed_at)
    and x.transaction_number = t.bill_number) as "isThere",
  ${epochS('t.redeemed_at')} as "redeemedAtS", t.bill_number as "billNumber", t.reversed_at is not null as "isReversed",
  coalesce(c.redeemed = 0 and not exists (select from redemptions x where x.org_id = $1 and x.coupon_id = c.id), false)
    as "isFirst",
  case when c.id is null and t.coupon_id is null then t.code end as "unknownCode"
from staged t ${referenceSql} ${couponSql}
where ${chunkSql} order by t.line`

/**
 * Ledger rows, reversals, counters and events. $1 organisation; arrays: $2 line, $3 coupon, $4 series, $5 customer;
 * $6 the instant, or null: now; $7 as what the events are kept. A redemption that was taken back counts nowhere.
 */
export const writeRedemptionsSql = `
with s as materialized (
  select nextval('redemptions_id_seq') as id, g.*, t.redeemed_at, t.reversed_at, t.store_id, t.till_id, t.bill_number,
    t.bill_amount, t.bill_id, t.details
  from unnest($2::int[], $3::bigint[], $4::bigint[], $5::bigint[]) as g(line, coupon_id, series_id, customer_id)
  join staged t on t.line = g.line order by g.line
), ledger as (
  insert into redemptions (org_id, id, coupon_id, series_id, customer_id, redeemed_at, store_id, till_id, bill_amount,
    transaction_number, bill_id, custom_fields)
  select $1, id, coupon_id, series_id, customer_id, redeemed_at, store_id, till_id, bill_amount, bill_number, bill_id,
    case when details is not null then jsonb_build_object('details', details) end
  from s order by id
), back as (
  insert into reversals (org_id, redemption_id, reversed_at, till_id)
  select $1, id, reversed_at, null from s where reversed_at is not null
), standing as materialized (
  select * from s where reversed_at is null
), of_coupon as (
  update coupons c set redeemed = c.redeemed + d.n
  from (select coupon_id, count(*)::int as n from standing group by coupon_id) d
  where c.org_id = $1 and c.id = d.coupon_id
), of_series as (
  update series_usage u set redeemed = u.redeemed + d.n, last_redeemed_at = greatest(u.last_redeemed_at, d.at)
  from (
    select series_id, (count(*) filter (where reversed_at is null))::int as n, max(redeemed_at) as at
    from s group by series_id) d
  where u.org_id = $1 and u.series_id = d.series_id
), of_customer as (
  insert into customer_series_usage as u (org_id, customer_id, series_id, redeemed, last_redeemed_at)
  select $1, customer_id, series_id, count(*)::int, max(redeemed_at) from standing
  group by customer_id, series_id order by customer_id, series_id
  on conflict (org_id, customer_id, series_id) do update
    set redeemed = u.redeemed + excluded.redeemed,
      last_redeemed_at = greatest(u.last_redeemed_at, excluded.last_redeemed_at)
)
insert into events (org_id, kind, coupon_id, redemption_id, till_id, occurred_at, imported)
select $1, e.kind, s.coupon_id, s.id, s.till_id, coalesce($6::timestamptz, now()), $7::text
from s cross join lateral (values (1, 'redeemed'), (2, 'reversed')) as e(n, kind)
where e.n = 1 or s.reversed_at is not null order by s.id, e.n`
