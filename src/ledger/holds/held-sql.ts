import { limitsOfBudget } from '../post/budget.ts'

/**
 * Uses reserved by live holds, for a statement that reads coupon `c`, customer `cu`, series `s` and its usage `su`. $1
 * is the organisation. Nothing is looked up unless a hold of the series lasts until now.
 */
const counts = (now: string, series = 's.id', customer = 'cu.id'): string => `
  select count(*) as of_series, count(*) filter (where i.customer_id = ${customer}) as of_customer,
    count(*) filter (where i.coupon_id = c.id) as of_coupon,
    count(*) filter (where i.coupon_id = c.id and i.customer_id = ${customer}) as of_coupon_by_customer,
    coalesce(sum(i.discount_amount), 0) as given,
    coalesce(sum(i.discount_amount) filter (where i.customer_id = ${customer}), 0) as given_to_customer
  from hold_items i where i.org_id = $1 and i.series_id = ${series} and i.expires_at > ${now}`

/** The held uses, as `HeldCounts`; null: no hold of the series is live. */
export const heldCounts = (now: string, series?: string, customer?: string): string => `
  case when su.held_until > ${now} then (
    select json_build_array(h.of_series, h.of_customer, h.of_coupon, h.of_coupon_by_customer,
      (h.given * 1000)::bigint, (h.given_to_customer * 1000)::bigint)::text
    from (${counts(now, series, customer)}) h) end`

/**
 * Every limit of the budget of series `s` has something left after held uses. Until the first redemption, a limit has
 * no row in `budget_usage`.
 */
const hasBudgetLeftBesideHolds = (now: string): string => `not exists (
      select from (${limitsOfBudget('cu.id', now)}) k
      left join budget_usage b on b.org_id = $1 and b.series_id = s.id and b.customer_id = k.customer_id
        and b.per = k.per and b.starts_on = k.starts_on
      where coalesce(b.given, 0) + case when k.customer_id = 0 then h.given else h.given_to_customer end >= k.max_given
        or coalesce(b.uses, 0) + case when k.customer_id = 0 then h.of_series else h.of_customer end >= k.max_uses)`

/**
 * The limits leave a use after held uses. `cs` is the usage of the customer in the series. A property test keeps this
 * consistent with the rules.
 */
export const hasRoomBesideHolds = (now: string): string => `exists (
  select from (${counts(now)}) h
  where (s.is_multiple_use_allowed or h.of_coupon = 0)
    and c.redeemed + h.of_coupon < coalesce(c.max_redeemed, 2147483647)
    and c.redeemed + h.of_coupon < coalesce(s.max_redemptions_per_coupon, 2147483647)
    and (s.is_same_user_multiple_redeem or h.of_coupon_by_customer = 0)
    and coalesce(cs.redeemed, 0) + h.of_customer < coalesce(s.max_redemptions_per_customer, 2147483647)
    and (not s.is_multiple_use_allowed or coalesce(s.min_days_between_redemptions, 0) = 0 or h.of_customer = 0)
    and su.redeemed + h.of_series < coalesce(su.max_redeemed, 2147483647)
    and (s.budget is null or h.of_series = 0 or ${hasBudgetLeftBesideHolds(now)}))`
