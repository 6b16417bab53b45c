import { discountGiven, gaveBackRest } from '../sql.ts'

/**
 * Sums of money in a period. $1 organisation, $2 the beginnings of its days, ascending, $3 its end, $4 a series, or
 * null for all, $5 decimals of an average.
 *
 * A bill with several coupons counts once: redemptions of one day, store and till with the same number are on one bill.
 * If they state different amounts, the largest is the amount of the bill. A redemption without a number is on a bill of
 * its own. A redemption with the amount 0 is on no bill, since 0 is recorded if the till states no amount.
 *
 * A return counts on its own day. A reversal counts with the amount that it gave back in addition to the earlier
 * returns.
 */
export const moneyFiguresSql = `
with made as materialized (
  select r.id, r.series_id, width_bucket(r.redeemed_at, $2::timestamptz[]) - 1 as day, r.store_id, r.till_id,
    r.transaction_number, r.bill_amount, ${discountGiven('r')} as discount_amount
  from redemptions r
  where r.org_id = $1 and r.redeemed_at >= ($2::timestamptz[])[1] and r.redeemed_at < $3::timestamptz
), bills as (
  select day, max(bill_amount) as amount, bool_or($4::bigint is null or series_id = $4) as is_meant
  from made where bill_amount > 0
  group by day, store_id, till_id, transaction_number, case when transaction_number = '' then id end
), days as (
  select day, sum(given) as given, sum(returned) as returned, sum(reversed) as reversed, sum(billed) as billed from (
    select day, discount_amount as given, 0 as returned, 0 as reversed, 0 as billed
    from made where discount_amount is not null and ($4::bigint is null or series_id = $4)
    union all
    select width_bucket(t.returned_at, $2::timestamptz[]) - 1, 0, t.amount, 0, 0
    from returns t join redemptions r on r.org_id = $1 and r.id = t.redemption_id
    where t.org_id = $1 and t.returned_at >= ($2::timestamptz[])[1] and t.returned_at < $3::timestamptz
      and ($4::bigint is null or r.series_id = $4)
    union all
    select width_bucket(v.reversed_at, $2::timestamptz[]) - 1, 0, 0, r.discount_amount, 0
    from reversals v join redemptions r on r.org_id = $1 and r.id = v.redemption_id
    where v.org_id = $1 and v.reversed_at >= ($2::timestamptz[])[1] and v.reversed_at < $3::timestamptz
      and ${gaveBackRest('v', 'r')} and ($4::bigint is null or r.series_id = $4)
    union all
    select day, 0, 0, 0, amount from bills where is_meant
  ) x group by day
)
select (select coalesce(json_agg(json_build_array(day, given::text, returned::text, reversed::text, billed::text)), '[]') from days) as days,
  coalesce((select sum(given) from days), 0)::text as given,
  coalesce((select sum(returned) from days), 0)::text as returned, coalesce((select sum(reversed) from days), 0)::text as reversed,
  coalesce(sum(amount) filter (where is_meant), 0)::text as billed, count(*) filter (where is_meant)::int as bills,
  round(avg(amount) filter (where is_meant), $5::int)::text as average,
  coalesce(sum(amount) filter (where not is_meant), 0)::text as "otherBilled",
  count(*) filter (where not is_meant)::int as "otherBills",
  round(avg(amount) filter (where not is_meant), $5::int)::text as "otherAverage"
from bills`
