-- What discounts took off bills, and what is left of that after returns and reversals, by series and day of the sale.
-- Unknown: redemptions that were recorded without a bill or a discount, which the sums leave out. $1 time zone, $2 number of days up to today.
select ("redeemedDate" at time zone $1)::date::text as day, "seriesCode" as series, count(*) as redemptions,
  coalesce(sum("discountAmount"), 0)::numeric(18, 2) as given, coalesce(sum("discountKept"), 0)::numeric(18, 2) as kept,
  count(*) filter (where "discountAmount" is null) as unknown
from counterfoil.redemptions
where "redeemedDate" >= (((now() at time zone $1)::date - $2::int) at time zone $1)
group by 1, 2
order by 1 desc, given desc, 2
