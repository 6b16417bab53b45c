import { raiseCustomers, raiseSeries } from '../../ledger/post/counters.ts'
import { insertCoupons } from '../../ledger/post/issue.ts'
import { insertRedemptions } from '../../ledger/post/redeem.ts'
import { insertReturns } from '../../ledger/post/return.ts'
import { insertReversals } from '../../ledger/post/reverse.ts'
import { isStanding } from '../../ledger/sql.ts'
import { historyDays, sampleOrganisation } from './sample-rules.ts'

/**
 * The statements that write a sample, one per table. Unless stated otherwise, $1 is the organisation, $2 the seed as text, $3
 * the last day of the history (YYYY-MM-DD in the time zone of the organisation) and $4 the plan of the series.
 */

const zone = `'${sampleOrganisation.timeZone}'`

/** Four numbers `a` to `d`, each from 0 to below 1, which depend on the seed and the key alone. */
const draws = (key: string): string => `lateral (
      select ('x' || substr(m, 1, 8))::bit(32)::bigint / 4294967296::float8 as a,
        ('x' || substr(m, 9, 8))::bit(32)::bigint / 4294967296::float8 as b,
        ('x' || substr(m, 17, 8))::bit(32)::bigint / 4294967296::float8 as c,
        ('x' || substr(m, 25, 8))::bit(32)::bigint / 4294967296::float8 as d
      from (select md5($2::text || ':' || ${key}) as m offset 0) md
      offset 0
    ) z`

/** A time of a day between two hours, in whole seconds. */
const at = (day: string, fromHour: number, hours: number, draw: string): string =>
  `(${day} + make_interval(hours => ${fromHour}, secs => floor(${draw} * ${hours * 3600}))) at time zone ${zone}`

const element = (names: string, draw: string): string =>
  `(${names})[1 + floor(${draw} * cardinality(${names}))::int]`

/** $4 number of customers, $5 first names, $6 last names. Everybody was there before the first series began. */
export const sampleCustomersSql = `
insert into customers (org_id, id, first_name, last_name, created_at, updated_at)
select $1, n, ${element('$5::text[]', 'z.a')}, ${element('$6::text[]', 'z.b')}, r.at, r.at
from generate_series(1, $4::int) n, ${draws(`'customer' || n`)},
  lateral (select ${at(`($3::date - ${historyDays + 1} - floor(z.c * 700)::int)`, 9, 12, 'z.d')} as at) r`

/** A mobile number and an external id each, and an e-mail address for seven in ten. */
export const sampleIdentifiersSql = `
insert into customer_identifiers (org_id, type, value, customer_id, shown, created_at)
select $1, i.type, i.value, u.id, i.value, u.created_at
from customers u, ${draws(`'identifiers' || u.id`)},
  lateral (values ('mobile', (919000000000 + u.id)::text, true), ('externalId', 'C' || lpad(u.id::text, 7, '0'), true),
    ('email', lower(u.first_name || '.' || u.last_name) || u.id || '@example.com', z.a < 0.7)) i(type, value, has)
where u.org_id = $1 and i.has`

/** The plan of the series: a JSON list of `SampleSeries`, with the ids from 1 in their order. */
const planOf = (lastDay: string, json: string): string => `plan as materialized (
    select id, prefix, type, value, upto, "minBill" as min_bill, code, description, redeemed as rate, "validDays" as valid_days,
      ${lastDay}::date - "beganDaysAgo" as first_day, ${lastDay}::date - "endedDaysAgo" as end_day,
      sum(share) over (order by id) - share as low, sum(share) over (order by id) as high
    from rows from (jsonb_to_recordset(${json}::jsonb) as (code text, description text, prefix text, type text, value numeric,
      upto numeric, "minBill" numeric, "beganDaysAgo" int, "endedDaysAgo" int, "validDays" int, share float8, redeemed float8))
      with ordinality as s(code, description, prefix, type, value, upto, "minBill", "beganDaysAgo", "endedDaysAgo", "validDays",
        share, redeemed, id)
  )`
const plan = planOf('$3', '$4')

const endOf = (day: string): string => `(${day} + time '23:59:59') at time zone ${zone}`

/** $2 the last day, $3 the plan. */
export const sampleSeriesSql = `
with ${planOf('$2', '$3')}
insert into series (org_id, id, code, description, info, discount_code, discount_type, discount_value, discount_upto,
  min_bill_amount, client_handling_type, is_code_alphanumeric, code_prefix, valid_until, expiry_strategy,
  expiry_strategy_value, is_multiple_per_customer_allowed, created_at)
select $1, id, code, description, description, code, type, value, upto, min_bill, 'DISC_CODE', true, prefix,
  ${endOf('end_day')}, 'DAYS', valid_days, true, (first_day + time '08:00') at time zone ${zone}
from plan order by id`

export const sampleSeriesUsageSql = `
insert into series_usage (org_id, series_id) select org_id, id from series where org_id = $1`

/**
 * One to five coupons of each of $5 customers, numbered in the order of time. Codes are a permutation of the numbers below
 * 2^36, so no two are equal. Whether a coupon is redeemed, and what becomes of that, is drawn here and in `fate` alike.
 */
const issued = `(
    with ${plan}, issues as (
      select p.id as series_id, u as customer_id, p.prefix, p.rate, r.at as created_at,
        least(${endOf('p.end_day')}, ${endOf(`((r.at at time zone ${zone})::date + p.valid_days)`)}) as valid_until,
        row_number() over (order by r.at, u, k) as id
      from generate_series(1, $5::int) u, lateral (select 1 + floor(z.a * 5)::int as n from ${draws(`'coupons' || u`)}) w,
        lateral generate_series(1, w.n) k, ${draws(`'coupon' || u || '-' || k`)}
        join plan p on z.a * (select max(high) from plan) >= p.low and z.a * (select max(high) from plan) < p.high,
        lateral (select ${at('(p.first_day + floor(z.b * (least(p.end_day, $3::date) - p.first_day + 1))::int)', 9, 12, 'z.c')} as at) r
    )
    select i.id, i.series_id, i.customer_id, i.created_at, i.valid_until, ($6::bigint[])[1 + floor(z.d * z.d * cardinality($6::bigint[]))::int]
        as issued_store_id, (f.is_used and not f.is_reversed)::int as redeemed,
      i.prefix || lpad(upper(to_hex((i.id * 40503000037 + $2::bigint) % 68719476736)), 9, '0') as code
    from issues i, ${draws(`'use' || i.id`)}, lateral (FATE) f
  ) e order by id`

/**
 * What becomes of coupon \`i\` with the draws \`z\`: most redemptions are soon after the issue, two in a hundred are reversed,
 * and of four in a hundred a part of the discount is returned, all within the history.
 */
const fate = `select r.at as redeemed_at, v.is_used, v.is_used and z.d < 0.02 as is_reversed,
      v.is_used and z.d between 0.02 and 0.06 and r.at + interval '4 days' <= ${endOf('$3::date')} as is_returned
    from (select ${at(`((i.created_at at time zone ${zone})::date + 1 + floor(z.b * z.b * 28)::int)`, 10, 11, 'z.c')} as at) r,
      lateral (select z.a < i.rate and r.at <= i.valid_until and r.at <= ${endOf('$3::date')} as is_used) v`

/** $5 number of customers, $6 ids of the stores, of which the first issue most. */
export const sampleCouponsSql = insertCoupons(
  'id, series_id, customer_id, created_at, valid_until, issued_store_id, redeemed, code',
  issued.replace('FATE', fate),
)

/** Redemptions of the coupons that are there, with bills of 250 to 6,750. $5 ids of the stores, of which the first sell most, $6 of their tills. */
export const sampleRedemptionsSql = insertRedemptions(
  'id, coupon_id, series_id, customer_id, redeemed_at, store_id, till_id, transaction_number, bill_amount, discount_amount, returned_amount',
  `(
    with ${plan}
    select row_number() over (order by f.redeemed_at, i.id) as id, i.id as coupon_id, i.series_id, i.customer_id, f.redeemed_at,
      ($5::bigint[])[s.n] as store_id, ($6::bigint[])[s.n] as till_id, 'B' || lpad(i.id::text, 8, '0') as transaction_number,
      b.amount as bill_amount, t.discount - coalesce(t.returned, 0) as discount_amount, t.returned as returned_amount
    from (select c.id, c.series_id, c.customer_id, c.created_at, c.valid_until, p.rate, p.type, p.value, p.upto, p.min_bill
        from coupons c join plan p on p.id = c.series_id where c.org_id = $1) i,
      ${draws(`'use' || i.id`)}, lateral (${fate}) f,
      lateral (select 1 + floor(power(z.a / i.rate, 1.7) * cardinality($5::bigint[]))::int as n) s,
      lateral (select greatest(coalesce(i.min_bill, 0),
        round((250 + 6500 * power(z.b * 997 - floor(z.b * 997), 2.5))::numeric, 2)) as amount) b,
      lateral (select case i.type when 'ABS' then least(i.value, b.amount)
        else least(round(b.amount * i.value / 100, 2), nullif(i.upto, 0)) end as discount) g,
      lateral (select g.discount, case when f.is_returned then round(g.discount * 0.4, 2) end as returned) t
    where f.is_used
  ) e order by id`,
)

/** A coupon that was redeemed and has no use is one whose redemption was reversed, 40 minutes later. */
export const sampleReversalsSql = insertReversals(
  'redemption_id, reversed_at, till_id',
  `(select r.id as redemption_id, r.redeemed_at + interval '40 minutes' as reversed_at, r.till_id
    from redemptions r join coupons c on c.org_id = $1 and c.id = r.coupon_id
    where r.org_id = $1 and c.redeemed = 0) e`,
)

export const sampleReturnsSql = insertReturns(
  'redemption_id, amount, returned_at, returns_use, till_id',
  `(select r.id as redemption_id, r.returned_amount as amount, r.redeemed_at + interval '3 days' as returned_at,
      false as returns_use, r.till_id
    from redemptions r where r.org_id = $1 and r.returned_amount is not null order by r.redeemed_at, r.id) e`,
)

const counted = (by: string): string => `
  select ${by}, count(*)::int as issued, coalesce(sum(c.redeemed), 0)::int as redeemed, max(c.created_at) as last_issued_at,
    max(r.redeemed_at) as last_redeemed_at
  from coupons c left join redemptions r on r.org_id = $1 and r.coupon_id = c.id and ${isStanding('r')}
  where c.org_id = $1 group by ${by}`
export const sampleCustomerCountersSql = raiseCustomers(
  ['issued', 'redeemed'],
  counted('c.customer_id, c.series_id'),
)
export const sampleSeriesCountersSql = raiseSeries(['issued', 'redeemed'], counted('c.series_id'))
