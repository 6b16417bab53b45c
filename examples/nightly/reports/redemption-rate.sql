-- How many of the issued coupons of each series are used now, of those that can no longer be used too.
select s."seriesCode" as series, s.description, count(*) as issued, count(*) filter (where c.redeemed > 0) as redeemed,
  round(100.0 * count(*) filter (where c.redeemed > 0) / count(*), 1) || ' %' as rate,
  coalesce(round(100.0 * count(*) filter (where c.redeemed > 0 and c."validTill" < now())
    / nullif(count(*) filter (where c."validTill" < now()), 0), 1) || ' %', '-') as "rate of expired"
from counterfoil.coupons c join counterfoil.series s using ("seriesCode")
-- A code that was not given to anybody was not issued.
where c."customerId" is not null
group by 1, 2
order by issued desc, 1
