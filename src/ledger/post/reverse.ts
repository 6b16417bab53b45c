import { isStanding } from '../sql.ts'
import { moveBudgets } from './budget.ts'

/** @param columns those of the rows, by the same names. @param from a query for the rows, or a name. */
export const insertReversals = (columns: string, from: string): string =>
  `insert into reversals (org_id, ${columns}) select $1, ${columns} from ${from}`

/**
 * Returns the uses of redemptions, as parts of a `with`: counters and limits are as if the redemptions had never been
 * made. Recomputes the customer's latest redemption in the series from those that still stand.
 *
 * @param rows a rowset with `redemption_id`, `coupon_id`, `series_id` and `customer_id`. $1 is the organisation.
 * @param ids the redemptions of the rows, for `<> all (…)`.
 */
export const giveUsesBack = (rows: string, ids: string): string => `
of_coupon as (
  update coupons c set redeemed = c.redeemed - d.n
  from (select coupon_id, count(*)::int as n from ${rows} group by coupon_id) d
  where c.org_id = $1 and c.id = d.coupon_id
), of_series as (
  update series_usage u set redeemed = u.redeemed - d.n
  from (select series_id, count(*)::int as n from ${rows} group by series_id) d
  where u.org_id = $1 and u.series_id = d.series_id
), of_customer as (
  update customer_series_usage u set redeemed = u.redeemed - d.n, last_redeemed_at = (
    select max(x.redeemed_at) from redemptions x
    where x.org_id = $1 and x.customer_id = d.customer_id and x.series_id = d.series_id
      and x.id <> all(${ids}) and ${isStanding('x')})
  from (select customer_id, series_id, count(*)::int as n from ${rows} group by customer_id, series_id) d
  where u.org_id = $1 and u.customer_id = d.customer_id and u.series_id = d.series_id
)`

/**
 * All effects of reversals in one statement; what the redemptions keep of their discounts is returned to the budgets.
 * $1 organisation; arrays: $2 redemption, $3 coupon, $4 series, $5 customer, $6 till, $8 request id; $7 the instant.
 */
const reverse = (told: string): string => `
with e as materialized (
  select e.*, $7::timestamptz as reversed_at
  from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $8::text[])
    with ordinality as e(redemption_id, coupon_id, series_id, customer_id, till_id, request_id, ordinal)
), ledger as (
  ${insertReversals('redemption_id, reversed_at, till_id', 'e')}
), ${giveUsesBack('e', '$2::bigint[]')}, of_budget as (${moveBudgets(`(
    select r.series_id, r.customer_id, r.redeemed_at, - coalesce(r.discount_amount, 0) as given, -1 as uses
    from e join redemptions r on r.org_id = $1 and r.id = e.redemption_id)`)}
)
${told}`

export const reverseSql =
  reverse(`insert into events (org_id, kind, coupon_id, redemption_id, till_id, occurred_at, request_id)
select $1, 'reversed', e.coupon_id, e.redemption_id, e.till_id, e.reversed_at, e.request_id from e order by e.ordinal`)

/** Records reversals without events: for those that took place elsewhere. */
export const reverseUntoldSql = reverse('select count(*) from e')
