import type { LedgerCheck } from './ledger-check.ts'

/** What must hold of returns. $1 is the organisation. */
export const returnChecks: readonly LedgerCheck[] = [
  {
    name: 'the returned amount of each redemption = the sum of its returns',
    sql: `
      select 'redemption ' || id as subject, coalesce(r.returned_amount, 0)::text as found, coalesce(t.amount, 0)::text as expected
      from (select id, returned_amount from redemptions where org_id = $1 and returned_amount is not null) r
      full join (
        select redemption_id as id, sum(amount) as amount from returns where org_id = $1 group by redemption_id
      ) t using (id)
      where coalesce(r.returned_amount, 0) <> coalesce(t.amount, 0)`,
  },
  {
    name: 'returns do not exceed the shares of the returned items',
    sql: `
      select format('item %s of redemption %s', x.at, x.redemption_id) as subject,
        format('%s for %s', x.amount, x.quantity) as found,
        coalesce(format('at most %s for %s', i.item ->> 'discount', i.item ->> 'quantity'), 'no such item') as expected
      from (
        select t.redemption_id, (y.item ->> 'at')::int as at, sum((y.item ->> 'amount')::numeric) as amount,
          sum((y.item ->> 'quantity')::numeric) as quantity
        from returns t cross join jsonb_array_elements(t.items) as y(item) where t.org_id = $1 group by 1, 2
      ) x
      left join lateral (
        select k.items -> x.at as item from redemption_items k where k.org_id = $1 and k.redemption_id = x.redemption_id
      ) i on true
      where i.item is null or x.amount > (i.item ->> 'discount')::numeric or x.quantity > (i.item ->> 'quantity')::numeric
      union all
      select 'return ' || t.id, t.amount::text, n.amount::text
      from returns t
      cross join lateral (
        select sum((y.item ->> 'amount')::numeric) / 1000 as amount from jsonb_array_elements(t.items) as y(item)) n
      where t.org_id = $1 and t.items is not null and t.amount <> n.amount`,
  },
  {
    name: 'a use that was returned has a reversal, and only such a use keeps its discount',
    sql: `
      select 'redemption ' || coalesce(v.redemption_id, t.redemption_id) as subject,
        case when v.redemption_id is null then 'no reversal' else 'a reversal that keeps the discount' end as found,
        case when v.redemption_id is null then 'one' else 'a return of the use' end as expected
      from (select redemption_id, keeps_discount from reversals where org_id = $1) v
      full join (select redemption_id from returns where org_id = $1 and returns_use group by redemption_id) t
        on t.redemption_id = v.redemption_id
      where v.redemption_id is null or t.redemption_id is null and v.keeps_discount`,
  },
  {
    // Imported returns have no events: only those on coupons issued here are expected to have one.
    name: 'every return on a coupon that was issued here has one event, and every such event its return',
    sql: `
      with told as (
        select (details ->> 'returnId')::bigint as id, redemption_id, count(*) as n from events
        where org_id = $1 and kind = 'returned' group by 1, 2
      ), expected as (
        select t.id, t.redemption_id, exists (
          select from redemptions r join events e on e.org_id = $1 and e.coupon_id = r.coupon_id and e.kind = 'issued'
          where r.org_id = $1 and r.id = t.redemption_id) as is_here
        from returns t where t.org_id = $1
      )
      select 'return ' || coalesce(x.id, k.id) as subject, coalesce(k.n, 0) || ' events' as found,
        case when x.id is null then 'none' else 'one' end as expected
      from expected x full join told k on k.id = x.id and k.redemption_id = x.redemption_id
      where x.id is null or coalesce(k.n, 0) > 1 or x.is_here and k.n is null`,
  },
]
