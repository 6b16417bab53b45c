import { moveBudgets } from './budget.ts'
import { giveUsesBack, insertReversals } from './reverse.ts'

/** @param columns those of the rows, by the same names. @param from a query for the rows, or a name. */
export const insertReturns = (columns: string, from: string): string =>
  `insert into returns (org_id, ${columns}) select $1, ${columns} from ${from}`

/**
 * All effects of returns in one statement, which has at most one return of each redemption. $1 organisation; arrays: $2
 * redemption, $3 amount, $4 items or null, $5 whether the use is returned; $6 reason or null, $7 till, $8 the instant.
 *
 * A return lowers `discount_amount`, whose constraint keeps all returns of a redemption within the discount given. If
 * the use is returned while a part of the discount is kept, a reversal with `keeps_discount` records it.
 *
 * @param told the part of the `with` that records events for the returns `e`, after a comma.
 */
const returned = (told: string): string => `
with e as materialized (
  select nextval('returns_id_seq') as id, w.redemption_id, r.coupon_id, r.series_id, r.customer_id, r.redeemed_at, w.amount,
    w.items, w.gives_use_back as returns_use, $6::text as reason, $7::bigint as till_id, $8::timestamptz as returned_at,
    coalesce(r.discount_amount, 0) > w.amount as keeps_discount, w.ordinal
  from unnest($2::bigint[], $3::numeric[], $4::jsonb[], $5::boolean[])
    with ordinality as w(redemption_id, amount, items, gives_use_back, ordinal)
  join redemptions r on r.org_id = $1 and r.id = w.redemption_id
), u as materialized (
  select e.*, e.returned_at as reversed_at from e where e.returns_use
), ledger as (
  ${insertReturns('id, redemption_id, amount, returns_use, items, reason, returned_at, till_id', 'e')}
), kept as (
  update redemptions r set discount_amount = r.discount_amount - e.amount,
    returned_amount = coalesce(r.returned_amount, 0) + e.amount
  from e where r.org_id = $1 and r.id = e.redemption_id and e.amount > 0
), back as (
  ${insertReversals('redemption_id, reversed_at, till_id, keeps_discount', 'u')}
), ${giveUsesBack('u', 'array(select u.redemption_id from u)')}, of_budget as (${moveBudgets(`(
    select e.series_id, e.customer_id, e.redeemed_at, - e.amount as given, - e.returns_use::int as uses from e)`)}
)${told}
select e.id, e.redemption_id from e order by e.ordinal`

/** $9 request id. */
export const returnSql = returned(`, told as (
  insert into events (org_id, kind, coupon_id, redemption_id, till_id, occurred_at, request_id, details)
  select $1, k.kind, e.coupon_id, e.redemption_id, e.till_id, e.returned_at, $9::text,
    case k.kind when 'returned' then jsonb_build_object('returnId', e.id) end
  from e cross join lateral (values (1, 'returned'), (2, 'reversed')) as k(n, kind)
  where k.n = 1 or e.returns_use order by e.ordinal, k.n
)`)

/** Records returns without events: for those that took place elsewhere. */
export const returnUntoldSql = returned('')

/** Stores the items of bills with the redemptions. $1 organisation; arrays: $2 redemption, $3 discount, $4 items. */
export const keepItemsSql = `
insert into redemption_items (org_id, redemption_id, discount_amount, items)
select $1, e.* from unnest($2::bigint[], $3::numeric[], $4::jsonb[]) as e`

/** Deletes the reasons of the returns of a customer's redemptions. $1 organisation, $2 customer. */
export const forgetReasonsOfReturnsSql = `
update returns t set reason = null from redemptions r
where r.org_id = $1 and r.customer_id = $2 and t.org_id = $1 and t.redemption_id = r.id and t.reason is not null`
