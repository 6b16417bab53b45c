import { registeredAtSql } from '../customers/registration-window.ts'
import { epochS } from '../../platform/db/sql.ts'
import { couponOfCode, customerOf, discountGiven, isStanding } from '../sql.ts'

/** The instant of judgement: the given one, or else the database clock. */
const now = 'coalesce($9::timestamptz, statement_timestamp())'

const couponColumns = `c.id, c.code, c.series_id, c.customer_id, c.created_at, c.valid_until, c.revoked_at, c.redeemed, c.max_redeemed`

/** The customer's standing redemptions of the coupon. */
const standing = `from redemptions x where x.org_id = $1 and x.coupon_id = c.id and x.customer_id = cu.id
  and ${isStanding('x')}`

/**
 * One row per item and code. $1 organisation; then arrays with one element per item and code: $2 item, $3 ordinal of
 * the code, $4 customer id or null, $5 identifier type, $6 identifier value, $7 code key, $8 transaction number that
 * identifies a retry, else null; $9 the instant of judgement or null; $10 till, per item and code; $11 true: include an
 * id for a possible redemption, so that its answer is known before it is written. The limits keep each look-up a
 * separate index probe.
 */
export const redemptionStateSql = `
select w.n, w.k, cu.id, cu.blocked_at is not null, cu.first_name, cu.last_name, ${epochS('cu.updated_at')},
  case when w.k = 0 then (
    select json_agg(json_build_array(i.type, i.shown) order by i.type desc)::text
    from customer_identifiers i where i.org_id = $1 and i.customer_id = cu.id and i.shown <> '') end,
  c.id, c.code, c.series_id, c.customer_id, ${epochS('c.created_at')}, ${epochS('c.valid_until')},
  c.revoked_at is not null, c.redeemed, c.max_redeemed,
  s.version, su.redeemed, su.max_redeemed, coalesce(cs.redeemed, 0), ${epochS('cs.last_redeemed_at')},
  case when c.redeemed > 0 then (select count(*)::int ${standing}) else 0 end,
  case when c.redeemed > 0 and w.transaction_number <> '' then (
    select array[x.id, coalesce((${discountGiven('x')}) * 1000, -1)]::bigint[] ${standing} and x.till_id = w.till_id
      and x.transaction_number = w.transaction_number order by x.id limit 1) end,
  date_part('epoch', ${now}), case when $11 and c.id is not null then nextval('redemptions_id_seq') end,
  ${registeredAtSql}, su.held_until > ${now}
from unnest($2::int[], $3::int[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $10::bigint[])
  as w(n, k, customer_id, type, value, key, transaction_number, till_id)
left join customers cu on cu.org_id = $1 and cu.erased_at is null and cu.id = coalesce(${customerOf('w.customer_id')}, (
  select i.customer_id from customer_identifiers i where i.org_id = $1 and i.type = w.type and i.value = w.value))
left join lateral (${couponOfCode({ key: 'w.key', holder: 'cu.id', columns: couponColumns, findsRevoked: true })}
) c on true
left join series s on s.org_id = $1 and s.id = c.series_id
left join series_usage su on su.org_id = $1 and su.series_id = c.series_id
left join lateral (
  select * from customer_series_usage x where x.org_id = $1 and x.customer_id = cu.id and x.series_id = c.series_id limit 1
) cs on true`
