import { epochS } from '../../platform/db/sql.ts'
import { isShownById } from '../../ledger/coupons/waiting-codes.ts'
import { tell } from '../../ledger/post/events.ts'
import { findSeries, lockSeries } from '../../ledger/post/lock.ts'
import { redeem } from '../../ledger/post/redeem.ts'
import { codeKeyOf, couponOfCode, isStanding } from '../../ledger/sql.ts'
import { chunkSql, referenceSql } from './reference-sql.ts'

const stagedKey = 'code_key(t.code collate "C")'
/** The columns of coupon `c` that a redemption is judged by. */
export const couponColumns =
  'c.id, c.series_id, c.customer_id, c.created_at, c.valid_until, c.revoked_at, c.redeemed, c.max_redeemed'

/** The coupon of a staged row `t` for customer `cu`: by its id or its code; a shared code by its holder. */
const couponSql = `
left join lateral (
  select * from (
    select ${couponColumns} from coupons c where t.coupon_id is not null and c.org_id = $1 and c.id = t.coupon_id
      and ${isShownById('$4')} and (t.code is null or ${codeKeyOf('c')} = ${stagedKey})
    union all (${couponOfCode({ key: stagedKey, holder: 'cu.id', columns: couponColumns, when: 't.coupon_id is null' })})
  ) c limit 1
) c on true`

/** The series of a chunk's coupons. $4 true: rows may name unassigned coupons by id. */
const seriesOfChunk = `select c.series_id from staged t ${referenceSql} ${couponSql} where ${chunkSql}`
export const findSeriesOfChunkSql = findSeries(seriesOfChunk)
export const lockSeriesOfChunkSql = lockSeries(seriesOfChunk)

/** The columns match `RedemptionRow`, with the coupon flattened. $4 as above. */
export const redemptionRowsSql = `
select t.line, t.fault_code as "faultCode", t.fault, k.low, k.high, cu.id as "customerId",
  c.id as "couponId", c.series_id as "seriesId", c.customer_id as "holderId", ${epochS('c.created_at')} as "createdAtS",
  ${epochS('c.valid_until')} as "validUntilS", c.revoked_at is not null as "isRevoked", c.redeemed,
  c.max_redeemed as "maxRedeemed",
  coalesce((select cs.redeemed from customer_series_usage cs
    where cs.org_id = $1 and cs.customer_id = cu.id and cs.series_id = c.series_id), 0) as "redeemedInSeries",
  case when c.redeemed > 0 then (select count(*)::int from redemptions x
    where x.org_id = $1 and x.coupon_id = c.id and x.customer_id = cu.id
      and ${isStanding('x')}) else 0 end
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
 * Writes the redemptions of a chunk with their reversals. $1 organisation; arrays: $2 line, $3 coupon, $4 series, $5
 * customer; $6 the instant, or null: now; $7 how the events are marked as imported. A reversed redemption affects no
 * counter.
 */
export const writeRedemptionsSql = redeem({
  given: `
  select nextval('redemptions_id_seq') as id, g.coupon_id, g.series_id, g.customer_id, t.redeemed_at, t.reversed_at,
    t.store_id, t.till_id, t.bill_number as transaction_number, t.bill_amount, t.bill_id,
    t.discount_amount - coalesce(t.returned_amount, 0) as discount_amount, t.returned_amount, t.returns, t.keeps_discount,
    case when t.details is null then t.custom_fields
      else coalesce(t.custom_fields, '{}') || jsonb_build_object('details', t.details) end as custom_fields
  from unnest($2::int[], $3::bigint[], $4::bigint[], $5::bigint[]) as g(line, coupon_id, series_id, customer_id)
  join staged t on t.line = g.line order by g.line`,
  columns: `id, coupon_id, series_id, customer_id, redeemed_at, store_id, till_id, bill_amount, transaction_number, bill_id,
    custom_fields, discount_amount, returned_amount`,
  isHistory: true,
  told: `${tell('coupon_id, redemption_id, till_id, occurred_at, imported, details')}
select $1, k.kind, k.coupon_id, k.redemption_id, k.till_id, coalesce($6::timestamptz, now()), $7::text,
  case k.kind when 'returned' then jsonb_build_object('returnId', k.return_id) end
from (
  select 1 as n, 'redeemed' as kind, e.id as redemption_id, null::bigint as return_id, e.coupon_id, e.till_id from e
  union all
  select 2, 'returned', r.redemption_id, r.id, r.coupon_id, r.till_id from r
  union all
  select 3, 'reversed', e.id, null, e.coupon_id, e.till_id from e where e.reversed_at is not null
) k
order by k.redemption_id, k.n, k.return_id`,
})
