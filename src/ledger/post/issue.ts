import { raiseCustomers, raiseSeries } from './counters.ts'

/** @param columns those of the rows, by the same names. @param from a query for the rows, or a name. */
export const insertCoupons = (columns: string, from: string): string =>
  `insert into coupons (org_id, ${columns}) select $1, ${columns} from ${from}`

/**
 * Assigns unassigned codes to customers. @param columns the columns to set. @param from a rowset `e` with `id` and the
 * columns.
 */
export const assignCoupons = (columns: string, from: string, onlyIf = 'true'): string => `
update coupons c set (${columns}) = row(${columns.replaceAll(/\w+/g, 'e.$&')}) from ${from}
where c.org_id = $1 and c.id = e.id and c.customer_id is null and ${onlyIf}`

/**
 * Updates the counters of issued coupons, as parts of a `with`. @param rows has `series_id`, `customer_id` and
 * `issued_at`.
 */
export const countIssued = (rows: string): string => {
  const sums = (by: string) =>
    `select ${by}, count(*)::int as issued, max(issued_at) as last_issued_at from ${rows} group by ${by}`
  return `
of_series as (${raiseSeries(['issued'], sums('series_id'))}
), of_customer as (${raiseCustomers(['issued'], sums('customer_id, series_id'))}
)`
}

/**
 * Inserts new coupons, except those whose code already exists. $1 organisation; arrays: $2 series, $3 customer, $4
 * valid until in epoch seconds, $5 store, $6 till, $7 code, $8 shared; $9 the instant. Instants are stored as printed,
 * in whole seconds: coupons of one second are ordered by id.
 */
export const insertCouponsSql = `${insertCoupons(
  'series_id, customer_id, created_at, valid_until, issued_store_id, issued_till_id, code, is_shared',
  `(select *, date_trunc('second', $9::timestamptz) as created_at, to_timestamp(valid_until_s) as valid_until
    from unnest($2::bigint[], $3::bigint[], $4::float8[], $5::bigint[], $6::bigint[], $7::text[], $8::boolean[])
      with ordinality as g(series_id, customer_id, valid_until_s, issued_store_id, issued_till_id, code, is_shared, ordinal)
  ) e order by ordinal`,
)}
on conflict do nothing
returning id, code, customer_id`

/**
 * Assigns unassigned codes. $1 organisation; arrays: $2 coupon, $3 customer, $4 valid until, $5 store, $6 till; $7 the
 * instant.
 */
export const assignCouponsSql = assignCoupons(
  'customer_id, valid_until, created_at, issued_store_id, issued_till_id',
  `(select *, date_trunc('second', $7::timestamptz) as created_at, to_timestamp(valid_until_s) as valid_until
    from unnest($2::bigint[], $3::bigint[], $4::float8[], $5::bigint[], $6::bigint[])
      as g(id, customer_id, valid_until_s, issued_store_id, issued_till_id)) e`,
)

/**
 * Writes the counters and events of issued coupons. $1 organisation; arrays: $2 coupon, $3 series, $4 customer, $5
 * till, $6 details, $8 request id; $7 the instant.
 */
export const countIssuedSql = `
with e as materialized (
  select e.*, $7::timestamptz as issued_at
  from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::jsonb[], $8::text[])
    with ordinality as e(coupon_id, series_id, customer_id, till_id, details, request_id, ordinal)
), ${countIssued('e')}
insert into events (org_id, kind, coupon_id, till_id, occurred_at, details, request_id)
select $1, 'issued', e.coupon_id, e.till_id, e.issued_at, e.details, e.request_id from e order by e.ordinal`

/**
 * Inserts the unassigned coupon that reserves the shared code of a series. $1 organisation, $2 series, $3 instant in
 * epoch seconds, $4 its end, $5 code.
 */
export const keepCodeSql = `
insert into coupons (org_id, series_id, created_at, valid_until, code) values ($1, $2, to_timestamp($3::float8), $4, $5)
on conflict do nothing`
