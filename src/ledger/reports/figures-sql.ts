/**
 * Counts operations in a period. $1 organisation, $2 the beginnings of its days, ascending, $3 its end. Rows are
 * assigned to days by the day boundaries, which stays correct when clocks change. Coupons and redemptions count on the
 * day they were made, whatever happened to them later; reversals count on the day of the reversal.
 */
const inPeriod = (column: string) => `${column} >= ($2::timestamptz[])[1] and ${column} < $3::timestamptz`
const dayOf = (column: string) => `width_bucket(${column}, $2::timestamptz[]) - 1`

/** @param ofSeries counts each series in `$4` separately; otherwise counts all together as series 0. */
export function dailySql(ofSeries: boolean): string {
  const series = (table: string) => (ofSeries ? `${table}.series_id` : '0')
  const only = (table: string) => (ofSeries ? `and ${table}.series_id = any($4::bigint[])` : '')
  return `
select x.series_id, day::int, sum(issued)::int as issued, sum(redeemed)::int as redeemed,
  sum(reversed)::int as reversed from (
  select ${series('c')} as series_id, ${dayOf('c.created_at')} as day, count(*) as issued, 0 as redeemed, 0 as reversed
  from coupons c
  where c.org_id = $1 and ${inPeriod('c.created_at')} and c.customer_id is not null ${only('c')} group by 1, 2
  union all
  select ${series('r')}, ${dayOf('r.redeemed_at')}, 0, count(*), 0 from redemptions r
  where r.org_id = $1 and ${inPeriod('r.redeemed_at')} ${only('r')} group by 1, 2
  union all
  select ${series('r')}, ${dayOf('v.reversed_at')}, 0, 0, count(*) from reversals v
  ${ofSeries ? 'join redemptions r on r.org_id = $1 and r.id = v.redemption_id' : ''}
  where v.org_id = $1 and ${inPeriod('v.reversed_at')} ${only('r')} group by 1, 2
) x group by x.series_id, day`
}

/** $1 organisation, $2 first day, $3 last day, $4 series or null: all. */
export const refusalsSql = `
select operation, code, sum(refused)::int8 as refused from refusals
where org_id = $1 and day between $2::date and $3::date and ($4::bigint is null or series_id = $4)
group by operation, code order by refused desc, operation, code limit 20`

/**
 * $4 series. Returns its days, `[day, issued, redeemed, reversed]`, and its stores with their standing redemptions; the
 * unknown store is null. The rows of the period are read once for both.
 */
export const seriesSql = `
with issued as (
  select c.issued_store_id as store_id, ${dayOf('c.created_at')} as day, count(*) as n from coupons c
  where c.org_id = $1 and ${inPeriod('c.created_at')} and c.customer_id is not null and c.series_id = $4::bigint
  group by 1, 2
), redeemed as (
  select r.store_id, ${dayOf('r.redeemed_at')} as day, count(*) as n, count(*) filter (where v.redemption_id is null) as standing
  from redemptions r left join reversals v on v.org_id = $1 and v.redemption_id = r.id
  where r.org_id = $1 and ${inPeriod('r.redeemed_at')} and r.series_id = $4::bigint group by 1, 2
), days as (
  select day, sum(issued) as issued, sum(redeemed) as redeemed, sum(reversed) as reversed from (
    select day, n as issued, 0 as redeemed, 0 as reversed from issued
    union all
    select day, 0, n, 0 from redeemed
    union all
    select ${dayOf('v.reversed_at')}, 0, 0, 1
    from reversals v join redemptions r on r.org_id = $1 and r.id = v.redemption_id
    where v.org_id = $1 and ${inPeriod('v.reversed_at')} and r.series_id = $4::bigint
  ) x group by day
), stores as (
  select x.store_id, s.code, s.name, sum(x.issued) as issued, sum(x.redeemed) as redeemed from (
    select store_id, n as issued, 0 as redeemed from issued
    union all
    select store_id, 0, standing from redeemed
  ) x left join stores s on s.org_id = $1 and s.id = x.store_id
  group by x.store_id, s.code, s.name having sum(x.issued) + sum(x.redeemed) > 0
  order by redeemed desc, issued desc, x.store_id limit 100
)
select (select coalesce(json_agg(json_build_array(day, issued, redeemed, reversed)), '[]') from days) as days,
  (select coalesce(json_agg(json_build_object('storeId', store_id, 'code', code, 'name', name, 'issued', issued,
    'redeemed', redeemed) order by redeemed desc, issued desc, store_id), '[]') from stores) as stores`

/** Series that end within a number of days. $1 organisation, $2 instant, $3 days. */
export const endingSql = `
select s.id, s.code, s.description, floor(date_part('epoch', s.valid_until))::bigint as "validUntilS"
from series s where s.org_id = $1 and s.valid_until >= $2::timestamptz
  and s.valid_until < $2::timestamptz + make_interval(days => $3::int)
order by s.valid_until, s.id limit 20`

/** Series that people have halted and that have not ended, latest halt first. $1 organisation, $2 instant. */
export const haltedSql = `
select s.id, s.code, s.description, s.halt ->> 'as' as "as", (s.halt ->> 'atS')::float8 as "sinceS", s.halt ->> 'reason' as reason
from series s where s.org_id = $1 and s.halt is not null and s.valid_until >= $2::timestamptz
order by (s.halt ->> 'atS')::float8 desc, s.id limit 20`

/** Current series with at most a tenth of a limit left. $1 organisation, $2 instant. */
export const runningOutSql = `
select s.id, s.code, s.description, u.issued, u.max_issued as "maxIssued", u.redeemed, u.max_redeemed as "maxRedeemed"
from series_usage u join series s on s.org_id = $1 and s.id = u.series_id
where u.org_id = $1 and s.valid_until >= $2::timestamptz
  and (u.issued * 10::bigint >= u.max_issued * 9::bigint or u.redeemed * 10::bigint >= u.max_redeemed * 9::bigint)
order by least(u.max_issued - u.issued, u.max_redeemed - u.redeemed), s.id limit 20`
