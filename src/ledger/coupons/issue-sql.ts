import { registeredAtSql } from '../customers/registration-window.ts'
import { epochS } from '../../platform/db/sql.ts'
import { customerOf, stillWorks, type CouponLimit } from '../sql.ts'

const now = 'coalesce($7::timestamptz, statement_timestamp())'

/**
 * These limits decide whether an existing coupon still works and is returned instead of a new one. A coupon that has
 * reached its limit per code is returned too.
 */
export const heldLimits: readonly CouponLimit[] = ['singleUse', 'ownLimit']

/**
 * The latest working coupon of customer `cu` in series `s`, if the series allows one per customer. `cs` holds the
 * customer's counters.
 */
export const heldSql = (at: string): string => `
left join lateral (
  select c.id, c.code, ${epochS('c.valid_until')} as valid_until_s from coupons c
  where (not s.is_multiple_per_customer_allowed or s.client_handling_type = 'GENERIC') and cs.issued > cs.revoked
    and c.org_id = $1 and c.customer_id = cu.id and c.series_id = s.id and ${stillWorks(at, heldLimits)}
  order by c.created_at desc, c.id desc limit 1
) held on true`

/** Customer `cu` holds a coupon of a series that excludes series `s`. */
export const holdsExclusiveSql = `
  case when s.mutually_exclusive_series_ids is not null then exists (
    select from customer_series_usage x where x.org_id = $1 and x.customer_id = cu.id
      and x.series_id = any(s.mutually_exclusive_series_ids) and x.series_id <> s.id and x.issued > x.revoked)
  else false end`

/**
 * One row per item and series. $1 organisation; arrays: $2 ordinal, $3 customer id or null, $4 identifier type,
 * $5 identifier value, $6 series; $7 the instant of judgement or null.
 */
export const issueStateSql = `
select w.n, cu.id, cu.blocked_at is not null, cu.first_name, cu.last_name, ${epochS('cu.updated_at')},
  (select json_agg(json_build_array(i.type, i.shown) order by i.type desc)::text
    from customer_identifiers i where i.org_id = $1 and i.customer_id = cu.id and i.shown <> ''),
  s.id, s.version, su.issued, su.max_issued, coalesce(cs.issued, 0), coalesce(cs.revoked, 0),
  ${epochS('cs.last_issued_at')}, held.id, held.code, held.valid_until_s, ${holdsExclusiveSql},
  date_part('epoch', ${now}), ${registeredAtSql}
from unnest($2::int[], $3::bigint[], $4::text[], $5::text[], $6::bigint[]) as w(n, customer_id, type, value, series_id)
left join customers cu on cu.org_id = $1 and cu.erased_at is null and cu.id = coalesce(${customerOf('w.customer_id')}, (
  select i.customer_id from customer_identifiers i where i.org_id = $1 and i.type = w.type and i.value = w.value))
left join series s on s.org_id = $1 and s.id = w.series_id
left join series_usage su on su.org_id = $1 and su.series_id = s.id
left join customer_series_usage cs on cs.org_id = $1 and cs.customer_id = cu.id and cs.series_id = s.id ${heldSql(now)}`

/**
 * Unassigned, unused codes, oldest first. $1 organisation; arrays: $2 series of uploaded codes, $3 the number of codes
 * for each.
 *
 * @param joined further tables that series `w` are joined with. @param onlyIf a further condition on coupons `c`.
 */
export const waitingCodes = (joined: string, onlyIf: string): string => `
select p.series_id, p.id, p.code
from unnest($2::bigint[], $3::int[]) as w(series_id, n) ${joined}
cross join lateral (
  select c.series_id, c.id, c.code from coupons c
  where c.org_id = $1 and c.series_id = w.series_id and c.customer_id is null and c.revoked_at is null and c.redeemed = 0
    and ${onlyIf}
  order by c.id limit w.n) p`
export const waitingCodesSql = waitingCodes('', 'true')
