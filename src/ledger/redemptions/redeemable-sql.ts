import { isWithinRegistrationSql } from '../customers/registration-window.ts'
import { hasRoomBesideHolds } from '../holds/held-sql.ts'
import { hasBudgetLeft, hasUsesLeft, isStanding } from '../sql.ts'

/**
 * The rules of `redemption-rules.ts` for coupon `c` and its holder, customer `cu`, without a bill or a store. A
 * property test keeps the two consistent. $1 is the organisation.
 *
 * @param now the instant of judgement.
 */
export const isRedeemable = (now: string): string => `exists (
  select from series s
  join organisations o on o.org_id = s.org_id
  join series_usage su on su.org_id = s.org_id and su.series_id = s.id
  left join customer_series_usage cs on cs.org_id = s.org_id and cs.customer_id = cu.id and cs.series_id = s.id
  where s.org_id = $1 and s.id = c.series_id
    and s.halt is null
    and cu.blocked_at is null
    and ${isWithinRegistrationSql}
    and s.valid_until >= ${now} and c.valid_until >= ${now}
    and coalesce(s.redemption_valid_from, ${now}) <= ${now}
    and (s.redemption_valid_after_days = 0 or (${now} at time zone o.time_zone)::date
      >= (c.created_at at time zone o.time_zone)::date + s.redemption_valid_after_days)
    and coalesce(extract(day from ${now} at time zone o.time_zone) = any(s.redemption_days_of_month), true)
    and coalesce(extract(isodow from ${now} at time zone o.time_zone) = any(s.redemption_days_of_week), true)
    and coalesce(extract(hour from ${now} at time zone o.time_zone) = any(s.redemption_hours), true)
    and ${hasUsesLeft()}
    and (s.is_same_user_multiple_redeem or c.redeemed = 0 or not exists (
      select from redemptions x
      where x.org_id = $1 and x.coupon_id = c.id and x.customer_id = cu.id
        and ${isStanding('x')}))
    and coalesce(cs.redeemed, 0) < coalesce(s.max_redemptions_per_customer, 2147483647)
    and (not s.is_multiple_use_allowed or s.min_days_between_redemptions is null or cs.last_redeemed_at is null
      or date_trunc('second', cs.last_redeemed_at) + s.min_days_between_redemptions * interval '86400 seconds' <= ${now})
    and su.redeemed < coalesce(su.max_redeemed, 2147483647)
    and (s.budget is null or ${hasBudgetLeft(now)})
    and (su.held_until is null or su.held_until <= ${now} or ${hasRoomBesideHolds(now)}))`
