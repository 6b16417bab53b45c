/**
 * Inserts holds. $1 organisation; arrays with one element per hold: $2 id, $3 kind of owner, $4 owner, $5 reference, $6
 * customer, $7 store, $8 till, $9 codes, $10 bill, $11 expiry in epoch seconds; $12 the instant; arrays with one
 * element per item: $13 hold, $14 coupon, $15 series, $16 discount; $17 per hold, whether another hold of the batch
 * replaces it: such a hold has no items. Nothing is held for a customer who is erased at the same time.
 */
export const holdSql = `
with c as materialized (
  select id from customers where org_id = $1 and id = any($6::bigint[]) and erased_at is null order by id for key share
), h as materialized (
  select h.*, to_timestamp(h.expires_at_s) as expires_at
  from unnest($2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::jsonb[],
    $10::jsonb[], $11::float8[], $17::boolean[])
    as h(id, owner_kind, owner_id, reference, customer_id, store_id, till_id, codes, bill, expires_at_s, is_replaced)
  join c on c.id = h.customer_id
), i as materialized (
  select i.*, h.customer_id, h.expires_at
  from unnest($13::bigint[], $14::bigint[], $15::bigint[], $16::numeric[]) as i(hold_id, coupon_id, series_id, discount_amount)
  join h on h.id = i.hold_id
), made as (
  insert into holds (org_id, id, owner_kind, owner_id, reference, customer_id, store_id, till_id, codes, bill, created_at,
    expires_at, ended_at, ended_as)
  select $1, id, owner_kind, owner_id, reference, customer_id, store_id, till_id, codes, bill, $12::timestamptz, expires_at,
    case when is_replaced then $12::timestamptz end, case when is_replaced then 'replaced' end
  from h order by id
), items as (
  insert into hold_items (org_id, hold_id, coupon_id, series_id, customer_id, discount_amount, expires_at)
  select $1, hold_id, coupon_id, series_id, customer_id, discount_amount, expires_at from i order by hold_id, coupon_id
)
update series_usage u set held_until = greatest(u.held_until, d.expires_at)
from (select series_id, max(expires_at) as expires_at from i group by series_id) d
where u.org_id = $1 and u.series_id = d.series_id`

/**
 * Ends holds, as parts of a `with`. Here and below, conditions with `any` repeat the join condition, so that rows are
 * found by their keys whatever the statistics say.
 *
 * @param ended a query for `id` and `ended_as`. $1 is the organisation.
 */
const end = (ended: string, now: string): string => `
ended as materialized (${ended}
), marked as (
  update holds h set ended_at = ${now}, ended_as = e.ended_as from ended e
  where h.org_id = $1 and h.id = e.id and h.id = any(array(select id from ended))
), freed as (
  delete from hold_items i where i.org_id = $1 and i.hold_id = any(array(select id from ended))
)`

/**
 * Ends holds and releases what they reserve. A hold that was released may still be redeemed if the limits leave room.
 * $1 organisation; arrays: $2 hold, $3 how it ends; $4 the instant or null. Rows are locked in ascending order.
 */
export const endHoldsSql = `
with ${end(
  `
  select h.id, w.ended_as from unnest($2::bigint[], $3::text[]) as w(id, ended_as)
  join holds h on h.org_id = $1 and h.id = w.id and h.id = any($2::bigint[])
  where h.ended_at is null or w.ended_as = 'redeemed' and h.ended_as in ('released', 'expired')
  order by h.id for update of h`,
  'coalesce($4::timestamptz, statement_timestamp())',
)}
select id from ended`

/**
 * Removes redeemed coupons from their holds; a hold that reserves nothing else ends as redeemed. $1 organisation;
 * arrays: $2 hold, $3 coupon; $4 the instant. The condition reads `ended_as` so that the index of open holds is not
 * used.
 */
export const takeFromHoldsSql = `
with taken as materialized (
  select w.hold_id, w.coupon_id from unnest($2::bigint[], $3::bigint[]) as w(hold_id, coupon_id)
), gone as (
  delete from hold_items i using taken t
  where i.org_id = $1 and i.hold_id = any($2::bigint[]) and i.hold_id = t.hold_id and i.coupon_id = t.coupon_id
)
update holds h set ended_at = $4::timestamptz, ended_as = 'redeemed'
where h.org_id = $1 and h.id = any($2::bigint[]) and h.ended_as is null and not exists (
  select from hold_items i where i.org_id = $1 and i.hold_id = h.id
    and not exists (select from taken t where t.hold_id = i.hold_id and t.coupon_id = i.coupon_id) offset 0)`

/** Changes the expiry of a hold. $1 organisation, $2 hold, $3 the expiry. */
export const extendHoldSql = `
with held as (
  update holds set expires_at = $3::timestamptz where org_id = $1 and id = $2
), items as (
  update hold_items set expires_at = $3::timestamptz where org_id = $1 and hold_id = $2 returning series_id
)
update series_usage u set held_until = greatest(u.held_until, $3::timestamptz)
where u.org_id = $1 and u.series_id in (select series_id from items)`

/** Releases the holds of a customer. $1 organisation, $2 customer. */
export const releaseHoldsOfCustomerSql = `
with ${end(
  `
  select h.id, 'released' as ended_as from holds h
  where h.org_id = $1 and h.customer_id = $2 and h.ended_at is null order by h.id for update`,
  'organisation_now($1)',
)}
select id from ended`

/** Deletes the bills of a customer's holds. $1 organisation, $2 customer. */
export const forgetBillsOfHoldsSql =
  "update holds set bill = '{}', codes = '[]' where org_id = $1 and customer_id = $2"

/** Removes revoked coupons from holds, as part of a `with`. @param revoked a rowset with the `id` of each coupon. */
export const unholdRevoked = (revoked: string): string => `
unheld as (
  delete from hold_items i where i.org_id = $1 and i.coupon_id = any(array(select id from ${revoked}))
)`

/**
 * Ends holds that expired an hour ago by the clock of their organisation. $1 organisation, $2 maximum number of holds.
 */
export const endExpiredHoldsSql = `
with ${end(
  `
  select h.id, 'expired' as ended_as from holds h
  where h.org_id = $1 and h.ended_at is null and h.expires_at < organisation_now($1) - interval '1 hour'
  order by h.id limit $2 for update skip locked`,
  'h.expires_at',
)}
select count(*)::int as n from ended`
