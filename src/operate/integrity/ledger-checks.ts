import { countedInBudgets, limitsOfBudget } from '../../ledger/post/budget.ts'
import { isStanding } from '../../ledger/sql.ts'
import type { LedgerCheck } from './ledger-check.ts'
import { mergeChecks } from './merge-checks.ts'
import { returnChecks } from './return-checks.ts'

/** Redemptions that have not been reversed. */
const standing = `
  standing as materialized (
    select r.id, r.coupon_id, r.series_id, r.customer_id, r.redeemed_at from redemptions r
    where r.org_id = $1 and ${isStanding('r')})`

/** Events of effects that happen to a coupon or redemption only once. An expiry may be changed any number of times. */
const told = `
  told as materialized (
    select kind, coupon_id, redemption_id, count(*) as n from events
    where org_id = $1 and kind in ('issued', 'redeemed', 'reversed', 'revoked')
    group by kind, coupon_id, redemption_id)`

const usageText = (row: string) =>
  `format('issued %s (last %s), revoked %s, redeemed %s (last %s)', ${['issued', 'last_issued_at', 'revoked', 'redeemed', 'last_redeemed_at'].map((column) => `${row}.${column}`).join(', ')})`

export const ledgerChecks: readonly LedgerCheck[] = [
  {
    name: 'uses of each coupon = redemptions in the ledger',
    sql: `
      with ${standing}
      select 'coupon ' || c.id as subject, c.redeemed::text as found, coalesce(l.n, 0)::text as expected
      from coupons c
      left join (select coupon_id, count(*) as n from standing group by coupon_id) l on l.coupon_id = c.id
      where c.org_id = $1 and c.redeemed <> coalesce(l.n, 0)`,
  },
  {
    name: 'counters of each series = its coupons and redemptions',
    sql: `
      with ${standing}
      select 'series ' || u.series_id as subject, format('issued %s, redeemed %s', u.issued, u.redeemed) as found,
        format('issued %s, redeemed %s', coalesce(i.n, 0), coalesce(l.n, 0)) as expected
      from series_usage u
      left join (
        select series_id, count(*) as n from coupons where org_id = $1 and customer_id is not null group by series_id
      ) i on i.series_id = u.series_id
      left join (select series_id, count(*) as n from standing group by series_id) l on l.series_id = u.series_id
      where u.org_id = $1 and (u.issued, u.redeemed) <> (coalesce(i.n, 0), coalesce(l.n, 0))`,
  },
  {
    name: 'counters of each customer in a series = coupons and redemptions of theirs',
    sql: `
      with ${standing}, counted as (
        select customer_id, series_id, sum(issued) as issued, sum(revoked) as revoked, sum(redeemed) as redeemed,
          max(issued_at) as last_issued_at, max(redeemed_at) as last_redeemed_at
        from (
          select customer_id, series_id, 1 as issued, (revoked_at is not null)::int as revoked, 0 as redeemed,
            date_trunc('second', created_at) as issued_at, null::timestamptz as redeemed_at
          from coupons where org_id = $1 and customer_id is not null
          union all
          select customer_id, series_id, 0, 0, 1, null, redeemed_at from standing
        ) each
        group by customer_id, series_id
      )
      select format('customer %s in series %s', customer_id, series_id) as subject,
        ${usageText('u')} as found, ${usageText('k')} as expected
      from (select * from customer_series_usage where org_id = $1) u
      full join counted k using (customer_id, series_id)
      where (coalesce(u.issued, 0), coalesce(u.revoked, 0), coalesce(u.redeemed, 0), date_trunc('second', u.last_issued_at), u.last_redeemed_at)
        is distinct from (coalesce(k.issued, 0), coalesce(k.revoked, 0), coalesce(k.redeemed, 0), k.last_issued_at, k.last_redeemed_at)`,
  },
  {
    name: 'each redemption and its coupon are of one series',
    sql: `
      select 'redemption ' || r.id as subject, 'series ' || r.series_id as found, 'series ' || c.series_id as expected
      from redemptions r join coupons c on c.org_id = $1 and c.id = r.coupon_id
      where r.org_id = $1 and r.series_id <> c.series_id`,
  },
  {
    // Triggers enforce it, but not against manual changes or a restore without them.
    name: 'what each redemption names is there',
    sql: `
      select 'redemption ' || r.id as subject, 'none' as found,
        case when c.id is null then 'coupon ' || r.coupon_id when k.id is null then 'customer ' || r.customer_id
          else 'store ' || r.store_id end as expected
      from redemptions r
      left join coupons c on c.org_id = $1 and c.id = r.coupon_id
      left join customers k on k.org_id = $1 and k.id = r.customer_id
      left join stores s on s.org_id = $1 and s.id = r.store_id
      where r.org_id = $1 and (c.id is null or k.id is null or r.store_id is not null and s.id is null)`,
  },
  {
    // A redemption without a bill is recorded with the amount 0, although the till may state a discount.
    name: 'the discount of each redemption is from 0 to its bill',
    sql: `
      select 'redemption ' || r.id as subject, r.discount_amount::text as found,
        case when r.discount_amount < 0 then 'at least 0' else 'at most ' || r.bill_amount end as expected
      from redemptions r
      where r.org_id = $1 and (r.discount_amount < 0 or r.bill_amount > 0 and r.discount_amount > r.bill_amount)`,
  },
  ...returnChecks,
  ...mergeChecks,
  {
    name: 'usage of each budget = redemptions in the ledger',
    sql: `
      with expected as (${countedInBudgets})
      select format('%s of customer %s in series %s, %s', per, customer_id, series_id, starts_on) as subject,
        format('%s given, %s uses', coalesce(u.given, 0), coalesce(u.uses, 0)) as found,
        format('%s given, %s uses', coalesce(k.given, 0), coalesce(k.uses, 0)) as expected
      from (select * from budget_usage where org_id = $1) u
      full join expected k using (series_id, customer_id, per, starts_on)
      where (coalesce(u.given, 0), coalesce(u.uses, 0)) <> (coalesce(k.given, 0), coalesce(k.uses, 0))`,
  },
  {
    name: 'no series forgets a live hold',
    sql: `
      select 'series ' || u.series_id as subject, coalesce(u.held_until::text, 'none') as found,
        'at least ' || i.expires_at as expected
      from series_usage u
      join (select series_id, max(expires_at) as expires_at from hold_items where org_id = $1 group by series_id) i
        on i.series_id = u.series_id
      where u.org_id = $1 and i.expires_at > organisation_now($1) and i.expires_at > coalesce(u.held_until, '-infinity')`,
  },
  {
    name: 'every held use belongs to an open hold, its customer, and a coupon that is not revoked',
    sql: `
      select format('coupon %s of hold %s', i.coupon_id, i.hold_id) as subject,
        case when h.ended_at is not null then 'hold ended' when c.revoked_at is not null then 'coupon revoked'
          else format('series %s, customer %s, until %s', i.series_id, i.customer_id, i.expires_at) end as found,
        case when h.ended_at is not null or c.revoked_at is not null then 'not held'
          else format('series %s, customer %s, until %s', c.series_id, h.customer_id, h.expires_at) end as expected
      from hold_items i
      join holds h on h.org_id = $1 and h.id = i.hold_id
      join coupons c on c.org_id = $1 and c.id = i.coupon_id
      where i.org_id = $1 and (h.ended_at is not null or c.revoked_at is not null
        or (i.series_id, i.customer_id, i.expires_at) <> (c.series_id, h.customer_id, h.expires_at))`,
  },
  {
    // An edit may lower a limit below the number of holds, so holds from before the last edit of the series are left
    // out; so are holds from before a merge of customers, whose usage adds up.
    name: 'uses and holds together stay within each limit',
    sql: `
      with held as materialized (
        select i.* from hold_items i
        join holds h on h.org_id = $1 and h.id = i.hold_id
        join series s on s.org_id = $1 and s.id = i.series_id
        where i.org_id = $1 and i.expires_at > organisation_now($1) and h.created_at > s.updated_at
          and not exists (
            select from customer_merges m
            where m.org_id = $1 and m.survivor_id = h.customer_id and m.merged_at >= h.created_at))
      select 'series ' || u.series_id as subject, format('%s used, %s held', u.redeemed, n.held) as found,
        'at most ' || u.max_redeemed as expected
      from series_usage u
      join (select series_id, count(*) as held from held group by series_id) n on n.series_id = u.series_id
      where u.org_id = $1 and u.redeemed + n.held > u.max_redeemed
      union all
      select format('customer %s in series %s', n.customer_id, n.series_id),
        format('%s used, %s held', coalesce(u.redeemed, 0), n.held), 'at most ' || s.max_redemptions_per_customer
      from (select customer_id, series_id, count(*) as held from held group by 1, 2) n
      join series s on s.org_id = $1 and s.id = n.series_id
      left join customer_series_usage u on u.org_id = $1 and u.customer_id = n.customer_id and u.series_id = n.series_id
      where coalesce(u.redeemed, 0) + n.held > s.max_redemptions_per_customer
      union all
      select 'coupon ' || c.id, format('%s used, %s held', c.redeemed, n.held), 'at most ' || l.uses
      from (select coupon_id, count(*) as held from held group by 1) n
      join coupons c on c.org_id = $1 and c.id = n.coupon_id
      join series s on s.org_id = $1 and s.id = c.series_id
      cross join lateral (select least(s.max_redemptions_per_coupon, c.max_redeemed,
        case when s.is_multiple_use_allowed then null else 1 end) as uses) l
      where c.redeemed + n.held > l.uses
      union all
      select distinct format('%s of customer %s in series %s, %s', k.per, k.customer_id, s.id, k.starts_on),
        format('%s given in %s uses, %s held in %s uses', coalesce(u.given, 0), coalesce(u.uses, 0), n.given, n.uses),
        format('at most %s in %s uses', k.max_given, k.max_uses)
      from (select distinct series_id, customer_id from held) d
      join series s on s.org_id = $1 and s.id = d.series_id and s.budget is not null
      cross join lateral (${limitsOfBudget('d.customer_id', 'organisation_now($1)')}) k
      cross join lateral (
        select sum(i.discount_amount) as given, count(*)::int as uses from held i
        where i.series_id = s.id and k.customer_id in (0, i.customer_id)) n
      left join budget_usage u on u.org_id = $1 and u.series_id = s.id and u.customer_id = k.customer_id
        and u.per = k.per and u.starts_on = k.starts_on
      where coalesce(u.given, 0) + n.given > greatest(k.max_given, u.max_given)
        or coalesce(u.uses, 0) + n.uses > greatest(k.max_uses, u.max_uses)`,
  },
  {
    name: 'counters of each batch of codes = its codes',
    sql: `
      select 'code batch ' || b.id as subject, b.made || ' made' as found, coalesce(k.n, 0) || ' codes' as expected
      from code_batches b
      left join (
        select batch_id, count(*) as n from coupons where org_id = $1 and batch_id is not null group by batch_id
      ) k on k.batch_id = b.id
      where b.org_id = $1 and b.made <> coalesce(k.n, 0)`,
  },
  {
    name: 'every event records one effect',
    sql: `
      with ${told}
      select format('%s of coupon %s%s', t.kind, t.coupon_id, ', redemption ' || t.redemption_id) as subject,
        t.n || ' events' as found, case when t.n > 1 then 'one' else 'none' end as expected
      from told t
      left join coupons c on c.org_id = $1 and c.id = t.coupon_id
      left join redemptions r on r.org_id = $1 and r.id = t.redemption_id
      left join reversals v on v.org_id = $1 and v.redemption_id = t.redemption_id
      where t.n > 1 or not coalesce(case t.kind
        when 'issued' then c.customer_id is not null
        when 'revoked' then c.revoked_at is not null
        when 'redeemed' then r.coupon_id = t.coupon_id
        when 'reversed' then r.coupon_id = t.coupon_id and v.redemption_id is not null
      end, false)`,
  },
  {
    // Imported history has no events: only coupons issued here count.
    name: 'every effect on a coupon that was issued here has its event',
    sql: `
      with ${told}, here as (select coupon_id as id from told where kind = 'issued'), effects as (
        select 'revoked' as kind, c.id as coupon_id, null::bigint as redemption_id
        from here join coupons c on c.org_id = $1 and c.id = here.id where c.revoked_at is not null
        union all
        select 'redeemed', r.coupon_id, r.id from here join redemptions r on r.org_id = $1 and r.coupon_id = here.id
        union all
        select 'reversed', r.coupon_id, r.id
        from here join redemptions r on r.org_id = $1 and r.coupon_id = here.id
        join reversals v on v.org_id = $1 and v.redemption_id = r.id
      )
      select format('%s of coupon %s%s', f.kind, f.coupon_id, ', redemption ' || f.redemption_id) as subject,
        'no event' as found, 'one' as expected
      from effects f
      left join told t on t.kind = f.kind and t.coupon_id = f.coupon_id
        and t.redemption_id is not distinct from f.redemption_id
      where t.kind is null`,
  },
  {
    name: 'a coupon whose expiry was changed ends as the last change says',
    sql: `
      select 'coupon ' || c.id as subject, c.valid_until::text as found, e.valid_until::text as expected
      from (
        select distinct on (coupon_id) coupon_id, (details->>'validUntil')::timestamptz as valid_until from events
        where org_id = $1 and kind = 'expiry-changed' order by coupon_id, id desc
      ) e
      join coupons c on c.org_id = $1 and c.id = e.coupon_id
      where c.valid_until <> e.valid_until`,
  },
]
