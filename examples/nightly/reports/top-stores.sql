-- Which stores redeemed most. A bill with several coupons counts once. $1 time zone, $2 number of days up to today.
with bills as (
  select "redeemedAt" as store, "billNumber", ("redeemedDate" at time zone $1)::date as day, count(*) as redemptions,
    max("billAmount") as amount, sum("discountKept") as kept
  from counterfoil.redemptions
  where "reversedDate" is null and "redeemedDate" >= (((now() at time zone $1)::date - $2::int) at time zone $1)
  -- Redemptions without a bill number are each a bill of their own.
  group by 1, 2, 3, case when coalesce("billNumber", '') = '' then "redemptionId" end
)
select coalesce(store, '(none)') as store, sum(redemptions) as redemptions, count(*) as bills,
  coalesce(sum(amount), 0)::numeric(18, 2) as sales, coalesce(sum(kept), 0)::numeric(18, 2) as discounts
from bills group by 1 order by redemptions desc, 1 limit 10
