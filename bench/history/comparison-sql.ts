/**
 * Reference statements for the measurement and check of the history: they share nothing with it and are written in the
 * plain way. All take the customer's mobile number and return the data of `GET /v2/customers/coupons?mobile=…`.
 */

const joins = (mobile: string) => `
from customer_identifiers i
join customers cu on cu.org_id = 1 and cu.id = i.customer_id
join coupons c on c.org_id = 1 and c.customer_id = cu.id and c.revoked_at is null
join series s on s.org_id = 1 and s.id = c.series_id
join series_usage su on su.org_id = 1 and su.series_id = s.id
join customer_series_usage cs on cs.org_id = 1 and cs.customer_id = cu.id and cs.series_id = s.id
left join stores issuer on issuer.org_id = 1 and issuer.id = c.issued_store_id
left join redemptions rd on rd.org_id = 1 and rd.coupon_id = c.id
left join reversals rv on rv.org_id = 1 and rv.redemption_id = rd.id
left join stores place on place.org_id = 1 and place.id = rd.store_id
where i.org_id = 1 and i.type = 'mobile' and i.value = ${mobile}
order by c.created_at desc, c.id desc, rd.redeemed_at, rd.id`

/**
 * The plain rows: coupons, terms and redemptions, joined. No total and no paging, since no customer has more than a
 * page.
 */
export const plainRowsSql = (mobile: string) => `
select cu.id, cu.first_name, cu.last_name, cu.blocked_at,
  c.id, c.code, c.series_id, c.created_at, c.valid_until, c.transaction_number, c.max_redeemed,
  issuer.code, issuer.name, s.description, s.discount_type, s.discount_value, s.discount_upto, s.custom_properties,
  s.is_multiple_use_allowed, s.max_redemptions_per_coupon, s.max_redemptions_per_customer,
  su.redeemed, su.max_redeemed, cs.redeemed,
  rd.id, rd.redeemed_at, rd.transaction_number, rd.customer_id, place.code, place.name, rv.reversed_at
${joins(mobile)}`

const instant = (column: string) =>
  `to_char(${column} at time zone 'Asia/Kolkata', 'YYYY-MM-DD"T"HH24:MI:SS') || '+05:30'`
const place = (alias: string) =>
  `case when ${alias}.id is not null then json_build_object('code', ${alias}.code, 'name', ${alias}.name) end`
const shown = (type: string) =>
  `(select x.shown from customer_identifiers x where x.org_id = 1 and x.customer_id = cu.id and x.type = '${type}')`
const standing = `rd.coupon_id = c.id and not exists (
  select from reversals rv where rv.org_id = 1 and rv.redemption_id = rd.id)`

/** The whole answer as one JSON text, in the straightforward way: a subselect for every list. */
export const jsonAnswerSql = `
select json_build_object(
  'entity', json_build_object(
    'pagination', json_build_object('limit', '100', 'offset', '0', 'total', (
      select count(*) from coupons c where c.org_id = 1 and c.customer_id = cu.id and c.revoked_at is null)),
    'customers', json_build_array(json_build_object(
      'firstname', cu.first_name, 'lastname', cu.last_name, 'id', cu.id,
      'email', ${shown('email')}, 'mobile', ${shown('mobile')}, 'externalId', ${shown('externalId')},
      'coupons', (select coalesce(json_agg(listed.coupon order by listed.created_at desc, listed.id desc), '[]') from (
        select c.created_at, c.id, json_build_object(
          'code', upper(c.code), 'seriesId', c.series_id, 'description', s.description,
          'validTill', ${instant(`(date_trunc('day', c.valid_until at time zone 'Asia/Kolkata') at time zone 'Asia/Kolkata')`)},
          'discountType', s.discount_type, 'discountValue', s.discount_value::float8,
          'discountUpto', s.discount_upto::float8, 'redemptionCount', c.redeemed,
          'redemptionsLeft', coalesce(greatest(0, least(su.max_redeemed - su.redeemed,
            s.max_redemptions_per_customer - cs.redeemed, s.max_redemptions_per_coupon - c.redeemed,
            c.max_redeemed - c.redeemed, case when not s.is_multiple_use_allowed then 1 - c.redeemed end)), -1),
          'id', c.id, 'createdDate', ${instant('c.created_at')},
          'transactionNumber', coalesce(c.transaction_number, '0'), 'issuedAt', ${place('issuer')},
          'customProperty', s.custom_properties,
          'redemptions', (select coalesce(json_agg(json_build_object('id', rd.id, 'date', ${instant('rd.redeemed_at')},
              'transactionNumber', rd.transaction_number, 'redeemedAt', ${place('place')})
              order by rd.redeemed_at, rd.id), '[]')
            from redemptions rd left join stores place on place.org_id = 1 and place.id = rd.store_id
            where rd.org_id = 1 and ${standing}),
          'reversedRedemptions', (select coalesce(json_agg(json_build_object('id', rd.id,
              'date', ${instant('rd.redeemed_at')}, 'reversedOn', ${instant('rv.reversed_at')},
              'redeemedAt', ${place('place')}) order by rd.redeemed_at, rd.id), '[]')
            from redemptions rd
            join reversals rv on rv.org_id = 1 and rv.redemption_id = rd.id
            left join stores place on place.org_id = 1 and place.id = rd.store_id
            where rd.org_id = 1 and rd.coupon_id = c.id),
          'validTillDateTime', ${instant('c.valid_until')}) as coupon
        from coupons c
        join series s on s.org_id = 1 and s.id = c.series_id
        join series_usage su on su.org_id = 1 and su.series_id = s.id
        left join customer_series_usage cs on cs.org_id = 1 and cs.customer_id = cu.id and cs.series_id = s.id
        left join stores issuer on issuer.org_id = 1 and issuer.id = c.issued_store_id
        where c.org_id = 1 and c.customer_id = cu.id and c.revoked_at is null
        order by c.created_at desc, c.id desc limit 100) listed)))),
  'warnings', json_build_array(), 'errors', json_build_array(), 'success', true)::text as body
from customer_identifiers i
join customers cu on cu.org_id = 1 and cu.id = i.customer_id
where i.org_id = 1 and i.type = 'mobile' and i.value = $1`

/** Counters that differ from the ledger: none are expected. */
export const wrongCountersSql = `
with standing as materialized (
  select rd.coupon_id, rd.series_id, rd.customer_id from redemptions rd
  where rd.org_id = 1 and not exists (select from reversals rv where rv.org_id = 1 and rv.redemption_id = rd.id))
select
  (select count(*)::int from coupons c
    left join (select coupon_id, count(*) as n from standing group by 1) x on x.coupon_id = c.id
    where c.org_id = 1 and c.redeemed <> coalesce(x.n, 0)) as coupons,
  (select count(*)::int from customer_series_usage u
    left join (select customer_id, series_id, count(*) as n from standing group by 1, 2) x using (customer_id, series_id)
    where u.org_id = 1 and u.redeemed <> coalesce(x.n, 0)) as customers,
  (select count(*)::int from series_usage u
    left join (select series_id, count(*) as n from standing group by 1) x using (series_id)
    where u.org_id = 1 and u.redeemed <> coalesce(x.n, 0)) as series`
