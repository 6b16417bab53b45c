import type { LedgerCheck } from './ledger-check.ts'

/** Retired customers. Few, so that everything else is looked up for each of them. */
const retired = `
  retired as materialized (
    select c.id, c.merged_into from customers c where c.org_id = $1 and c.merged_into is not null)`

const naming = (thing: string, table: string, which = 'true'): string => `
        select '${thing}' as thing from ${table} x where x.org_id = $1 and x.customer_id = r.id and ${which}`

/** What must hold of merges of customers. $1 is the organisation. */
export const mergeChecks: readonly LedgerCheck[] = [
  {
    name: 'everything of a merged customer has changed over to the survivor',
    sql: `
      with ${retired}
      select format('%s of customer %s', n.thing, r.id) as subject, n.n::text as found, '0' as expected
      from retired r
      cross join lateral (select thing, count(*) as n from (${[
        // Revoked coupons have an index of their own.
        ['coupons', 'coupons', 'x.revoked_at is null'],
        ['revoked coupons', 'coupons', 'x.revoked_at is not null'],
        ['redemptions', 'redemptions'],
        ['counters', 'customer_series_usage'],
        ['holds', 'holds'],
        ['identifiers', 'customer_identifiers'],
        ['notes', 'customer_notes'],
      ]
        .map(([thing = '', table = '', which]) => naming(thing, table, which))
        .join(' union all ')}) each group by thing) n
      union all
      select format('budget usage of customer %s', b.customer_id), count(*)::text, '0'
      from budget_usage b join retired r on r.id = b.customer_id where b.org_id = $1 group by b.customer_id`,
  },
  {
    name: 'each merged customer leads to one who is not merged, along the ledger of merges',
    sql: `
      with recursive ${retired}, steps as (
        select m.retired_id as id, m.survivor_id as at, 1 as n from customer_merges m where m.org_id = $1
        union all
        select s.id, m.survivor_id, s.n + 1 from steps s
        join customer_merges m on m.org_id = $1 and m.retired_id = s.at where s.n < 1000
      ), ends as (select distinct on (id) id, at from steps order by id, n desc)
      select 'customer ' || coalesce(r.id, e.id) as subject, coalesce('customer ' || r.merged_into, 'not merged') as found,
        case when e.id is null then 'not merged' when t.id is null then 'a customer who is there and not merged'
          else 'customer ' || e.at end as expected
      from retired r
      full join ends e on e.id = r.id
      left join customers t on t.org_id = $1 and t.id = r.merged_into and t.merged_into is null
      where r.merged_into is distinct from e.at or t.id is null`,
  },
  {
    name: 'what a merge changed over names its first customer',
    sql: `
      select format('%s %s', x.thing, x.id) as subject, 'customer ' || x.original_customer_id as found,
        format('none, or a customer merged into customer %s', x.customer_id) as expected
      from (
        select 'coupon' as thing, c.id, c.customer_id, c.original_customer_id from coupons c
        where c.org_id = $1 and c.original_customer_id is not null
        union all
        select 'redemption', r.id, r.customer_id, r.original_customer_id from redemptions r
        where r.org_id = $1 and r.original_customer_id is not null
      ) x
      left join customers k on k.org_id = $1 and k.id = x.original_customer_id
      where k.merged_into is distinct from x.customer_id`,
  },
  {
    name: 'every merge has one event, and every such event its merge',
    sql: `
      with told as (
        select (details ->> 'mergeId')::bigint as id, (details ->> 'retiredId')::bigint as retired_id,
          (details ->> 'survivorId')::bigint as survivor_id
        from events where org_id = $1 and kind = 'customers-merged'
      )
      select 'merge ' || coalesce(m.id, t.id) as subject,
        coalesce(format('event of customers %s and %s', t.retired_id, t.survivor_id), 'no event') as found,
        coalesce(format('event of customers %s and %s', m.retired_id, m.survivor_id), 'none') as expected
      from (select * from customer_merges where org_id = $1) m
      full join told t on t.id = m.id
      where (m.retired_id, m.survivor_id) is distinct from (t.retired_id, t.survivor_id)`,
  },
  {
    name: 'a coupon that was superseded is redeemed, has no use left, and its code means another one of its holder',
    sql: `
      select 'coupon ' || c.id as subject,
        format('redeemed %s of %s, superseded by %s', c.redeemed, c.max_redeemed, c.superseded_by_id) as found,
        'a coupon of the same customer and series' as expected
      from coupons c
      left join coupons k on k.org_id = $1 and k.id = c.superseded_by_id
      where c.org_id = $1 and c.superseded_by_id is not null
        and (c.max_redeemed is null or c.revoked_at is null and k.customer_id is distinct from c.customer_id
          or k.series_id is distinct from c.series_id)`,
  },
]
