import { limitsOfBudget } from '../post/budget.ts'

/**
 * Held uses and budgets for judging groups of coupons, in a statement about coupons `c` of series `s` and customers
 * `cu`. All sums are computed once, however many coupons are read. $1 is the organisation.
 */

/** Live holds of some series, as parts of a `with`. @param series a condition on items `i`. */
export const liveHolds = (now: string, series: string): string => `
live as materialized (
  select i.series_id, i.coupon_id, i.customer_id, i.discount_amount from hold_items i
  where i.org_id = $1 and ${series} and i.expires_at > ${now}
), held_in as materialized (
  select series_id, count(*) as n, sum(discount_amount) as given from live group by series_id
), held_by as materialized (
  select series_id, customer_id, count(*) as n, sum(discount_amount) as given from live group by series_id, customer_id
), held_of as materialized (
  select coupon_id, count(*) as n from live group by coupon_id
), held_of_by as materialized (
  select coupon_id, customer_id, count(*) as n from live group by coupon_id, customer_id
)`

export const joinHolds = `
left join held_in on held_in.series_id = c.series_id
left join held_by on held_by.series_id = c.series_id and held_by.customer_id = cu.id
left join held_of on held_of.coupon_id = c.id
left join held_of_by on held_of_by.coupon_id = c.id and held_of_by.customer_id = cu.id`

/** `HeldCounts`; null: no hold of the series is live. */
export const heldOfGroup = `
  case when held_in.n is not null then json_build_array(held_in.n, coalesce(held_by.n, 0), coalesce(held_of.n, 0),
    coalesce(held_of_by.n, 0), (held_in.given * 1000)::bigint, (coalesce(held_by.given, 0) * 1000)::bigint)::text end`

/** `ReachedLimits` of the customer, including held uses; null: none, or the series has no budget. */
export const reachedByCustomer = (now: string): string => `
  case when s.budget is not null and cu.id is not null then (
    select json_agg(json_build_array(k.per, coalesce(b.given, 0) + coalesce(held_by.given, 0) >= k.max_given,
      coalesce(b.uses, 0) + coalesce(held_by.n, 0) >= k.max_uses) order by k.per)::text
    from (${limitsOfBudget('cu.id', now)}) k
    left join budget_usage b on b.org_id = $1 and b.series_id = s.id and b.customer_id = k.customer_id
      and b.per = k.per and b.starts_on = k.starts_on
    where k.customer_id <> 0 and (coalesce(b.given, 0) + coalesce(held_by.given, 0) >= k.max_given
      or coalesce(b.uses, 0) + coalesce(held_by.n, 0) >= k.max_uses)) end`
