/**
 * Changes the expiry of coupons. $1 organisation; arrays: $2 coupon, $3 valid until; $4 till, $5 the instant or null,
 * $6 request id.
 */
export const extendSql = `
with e as (
  select e.*, c.valid_until as was from unnest($2::bigint[], $3::float8[]) with ordinality as e(id, valid_until_s, ordinal)
  join coupons c on c.org_id = $1 and c.id = e.id
), changed as (
  update coupons c set valid_until = to_timestamp(e.valid_until_s) from e where c.org_id = $1 and c.id = e.id
)
insert into events (org_id, kind, coupon_id, till_id, occurred_at, details, request_id)
select $1, 'expiry-changed', e.id, $4, coalesce($5::timestamptz, statement_timestamp()),
  jsonb_build_object('validUntil', to_timestamp(e.valid_until_s), 'validUntilBefore', e.was), $6
from e order by e.ordinal`

/**
 * Changes the expiry of the coupon that reserves the shared code of a series, without an event. $1 organisation, $2
 * series, $3 the end.
 */
export const extendKeeperSql = `
update coupons set valid_until = $3
where org_id = $1 and series_id = $2 and customer_id is null and valid_until <> $3`
