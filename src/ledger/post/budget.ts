import { defaultAlertShares } from '../series/terms.ts'
import { isStanding, keepsDiscount } from '../sql.ts'
import { tell } from './events.ts'

/**
 * Counts budgets: every statement that adds or reverses redemptions, or changes their discounts, updates the usage of
 * the budgets in the same way. `ledger/money/budget-rules.ts` judges them. $1 is the organisation.
 */

/** Redemptions and what each adds: a rowset with `series_id`, `customer_id`, `redeemed_at`, `given` and `uses`. */
type Rows = string

/** The first day of the period under which the totals of a budget are counted. */
export const totalStartsOn = '1970-01-01'

/**
 * The limits of the budget of series `s` for a customer at an instant, each with the key of the row of `budget_usage`
 * in which it is counted.
 */
export const limitsOfBudget = (customer: string, at: string): string => `
    select 0::bigint as customer_id, 'total' as per, date '${totalStartsOn}' as starts_on,
      (s.budget ->> 'total')::numeric as max_given, null::int as max_uses
    union all
    select ${customer}, 'total', date '${totalStartsOn}', (s.budget ->> 'perCustomer')::numeric, null
    where s.budget ->> 'perCustomer' is not null
    union all
    select l.customer_id, p.per, date_trunc(p.per, ${at} at time zone (s.budget ->> 'timeZone'))::date,
      l.max_given, l.max_uses
    from jsonb_to_recordset(s.budget -> 'periods') as p(per text, amount numeric, uses int, "usesPerCustomer" int)
    cross join lateral (values (0::bigint, p.amount, p.uses), (${customer}, null, p."usesPerCustomer"))
      as l(customer_id, max_given, max_uses)
    where l.max_given is not null or l.max_uses is not null`

/** The rows of `budget_usage` in which redemptions count, with their sums and the current limits. */
const countedIn = (rows: Rows): string => `
  select x.series_id, k.customer_id, k.per, k.starts_on, sum(x.given) as given, sum(x.uses)::int as uses,
    k.max_given, k.max_uses
  from ${rows} x
  join series s on s.org_id = $1 and s.id = x.series_id and s.budget is not null
  cross join lateral (${limitsOfBudget('x.customer_id', 'x.redeemed_at')}
  ) k
  group by x.series_id, k.customer_id, k.per, k.starts_on, k.max_given, k.max_uses`

/** A limit, or the count beyond it. A limit of null stays null; `greatest` alone would ignore it. */
const ceiling = (limit: string, reached: string): string =>
  `case when ${limit} is not null then greatest(${limit}, ${reached}) end`

/**
 * Adds redemptions to the budgets of their series.
 *
 * @param isHistory the redemptions took place regardless of the budget, so it may be exceeded. Otherwise the
 * constraints of the table refuse what exceeds a limit.
 */
export function raiseBudgets(rows: Rows, isHistory: boolean): string {
  const max = (column: 'given' | 'uses'): string =>
    isHistory ? ceiling(`d.max_${column}`, `d.${column}`) : `d.max_${column}`
  const raised = (column: 'given' | 'uses'): string => `${column} = u.${column} + excluded.${column},
    max_${column} = ${ceiling(`excluded.max_${column}`, isHistory ? `u.${column} + excluded.${column}` : `u.${column}`)}`
  return `
  insert into budget_usage as u (org_id, series_id, customer_id, per, starts_on, given, uses, max_given, max_uses)
  select $1, d.series_id, d.customer_id, d.per, d.starts_on, d.given, d.uses, ${max('given')}, ${max('uses')}
  from (${countedIn(rows)}) d order by d.series_id, d.customer_id, d.per, d.starts_on
  on conflict (org_id, series_id, customer_id, per, starts_on) do update set
    ${raised('given')}, ${raised('uses')}`
}

/**
 * Changes the usage of budgets for counted redemptions: downwards, or by the difference of their discounts. Usage above
 * a limit may decrease, but an increase is refused.
 */
export function moveBudgets(rows: Rows): string {
  const moved = (column: 'given' | 'uses'): string => `${column} = u.${column} + d.${column},
    max_${column} = ${ceiling(`d.max_${column}`, `least(u.${column}, u.${column} + d.${column})`)}`
  return `
  update budget_usage u set ${moved('given')}, ${moved('uses')}
  from (${countedIn(rows)}) d
  where u.org_id = $1 and u.series_id = d.series_id and u.customer_id = d.customer_id and u.per = d.per
    and u.starts_on = d.starts_on`
}

/**
 * Redemptions of the ledger as they are counted: with the discounts that they keep, and as a use until the use is
 * returned.
 *
 * @param which a condition on `r`.
 */
const counted = (which: string): Rows => `(
    select r.series_id, r.customer_id, r.redeemed_at, coalesce(r.discount_amount, 0) as given, (${isStanding('r')})::int as uses
    from redemptions r where r.org_id = $1 and ${which} and ${keepsDiscount('r')})`

/** The correct usage of all budgets of an organisation. $1 organisation. */
export const countedInBudgets = countedIn(counted('true'))

/** Counts redemptions of tills written by an earlier statement. $1 organisation, $2 their ids. */
export const raiseBudgetsSql = raiseBudgets(counted('r.id = any($2::bigint[])'), false)

/** Counts redemptions of an imported history in the same way; reversed ones are not counted. */
export const raiseBudgetsOfHistorySql = raiseBudgets(counted('r.id = any($2::bigint[])'), true)

/** Changes the discounts of counted redemptions. $1 organisation; arrays: $2 redemption, $3 the difference. */
export const moveBudgetsSql = moveBudgets(`(
    select r.series_id, r.customer_id, r.redeemed_at, e.given, 0 as uses
    from unnest($2::bigint[], $3::numeric[]) as e(id, given)
    join redemptions r on r.org_id = $1 and r.id = e.id)`)

/**
 * Recounts the budget of a series from its ledger, after `dropBudgetUsageSql` has deleted its usage: when a budget is
 * set, earlier redemptions count. $1 organisation, $2 series.
 */
export const countBudgetSql = raiseBudgets(
  counted(`r.series_id = $2 and exists (
      select from series_usage su where su.org_id = $1 and su.series_id = $2
        and (su.redeemed > 0 or su.last_redeemed_at is not null))`),
  true,
)
export const dropBudgetUsageSql = 'delete from budget_usage where org_id = $1 and series_id = $2'

/** Deletes the announced shares when a budget is removed. $1 organisation, $2 series. */
export const forgetSharesSql = 'delete from budget_shares where org_id = $1 and series_id = $2'

/**
 * The limits of the budget of series `s` for all customers together, with the usage of each: `per`, `starts_on`,
 * `measure` (amount or uses), `max` and `taken`. @param now an instant in the current periods. @param org the
 * organisation.
 */
export const measuredLimits = (now: string, org: string): string => `
    select k.per, k.starts_on, m.measure, m.max, m.taken
    from (${limitsOfBudget('null::bigint', now)}) k
    join budget_usage u on u.org_id = ${org} and u.series_id = s.id and u.customer_id = 0 and u.per = k.per
      and u.starts_on = k.starts_on
    cross join lateral (values ('amount', k.max_given, u.given), ('uses', k.max_uses, u.uses)) as m(measure, max, taken)
    where k.customer_id = 0 and m.max is not null`

/** The shares that the budget of series `s` announces, as rows `p(percent)`. */
export const alertShares = `
  jsonb_array_elements_text(coalesce(s.budget -> 'alertAtPercent', '${JSON.stringify(defaultAlertShares)}')) as p(percent)`

const instant = 'coalesce($3::timestamptz, organisation_now($1))'

/**
 * Announces shares of budgets that are reached and have not been announced yet: of the total, and of the current
 * periods. Call it in the transaction that increases the usage, after the increase and under the locks of the series:
 * each share is then announced exactly once, together with the redemption that reaches it. A share that is no longer
 * reached after a reversal stays announced, so that a budget that fluctuates around it sends no second alert. $1
 * organisation, $2 series, $3 the instant or null.
 */
export const announceSharesSql = `
with reached as materialized (
  select s.id as series_id, l.*, p.percent::smallint as percent, ${instant} as at
  from series s
  cross join lateral (${measuredLimits(instant, '$1')}) l
  cross join lateral ${alertShares}
  where s.org_id = $1 and s.id = any($2::bigint[]) and s.budget is not null
    and l.taken * 100 >= l.max * p.percent::int
), told as (
  insert into budget_shares (org_id, series_id, per, starts_on, measure, max, percent, reached_at)
  select $1, series_id, per, starts_on, measure, max, percent, at from reached
  order by series_id, per, starts_on, measure, percent
  on conflict do nothing
  returning series_id, per, measure, percent
)
${tell('occurred_at, details')}
select $1, 'budget-share-reached', r.at, jsonb_build_object('seriesId', r.series_id, 'per', r.per,
  'startsOn', case when r.per <> 'total' then r.starts_on end, 'measure', r.measure, 'percent', r.percent,
  'limit', r.max::text, 'taken', r.taken::text)
from reached r join told using (series_id, per, measure, percent)
order by r.series_id, r.per = 'total' desc, r.per, r.measure, r.percent`
