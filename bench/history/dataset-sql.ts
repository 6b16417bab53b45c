import type { Scale } from './dataset.ts'

const storeCount = 50

/**
 * Expressions over a customer `c` and the ordinal `k` of one of their coupons. Coupons are numbered ordinal by ordinal,
 * as in practice: those of one customer are far apart. `h` scatters.
 */
const couponId = (customers: number) => `k::bigint * ${customers} + c`
const h = '((c::bigint * 2654435761 + k::bigint * 40503) % 1000003)::int'
/** Every fifth coupon is the second one of its series. */
const seriesIdOf = ({ series }: Scale) => `1 + (c * 31 + (k - (k % 5 = 4)::int) * 13) % ${series}`
/** Issued over the past two years, whatever their number. */
const createdAtOf = ({ couponsPerCustomer }: Scale) =>
  `date_trunc('second', now()) - interval '2 years' + k % ${couponsPerCustomer} * interval '${720 / couponsPerCustomer} days' + ${h} * interval '4 seconds'`
const isRedeemedOf = ({ redeemedOfThree }: Scale) => `(c + k) % 3 < ${redeemedOfThree}`
/** End of a day in the organisation's zone. */
const validUntilOf = ({
  validDays,
}: Scale) => `(date_trunc('day', (created_at + interval '${validDays} days') at time zone 'Asia/Kolkata')
  + interval '1 day - 1 second') at time zone 'Asia/Kolkata'`

const coupons = (scale: Scale, customers: string, ordinals: string, id: string) => `
  with plan as (
    select ${id} as id, ${seriesIdOf(scale)} as series_id, c, k, ${createdAtOf(scale)} as created_at,
      (${isRedeemedOf(scale)} and ${h} % 50 <> 0)::int as redeemed, 1 + ${h} % ${storeCount} as store_id
    from generate_series(${ordinals}) k, generate_series(${customers}) c
  )
  insert into coupons (org_id, id, series_id, customer_id, created_at, valid_until, issued_store_id, redeemed, code,
    transaction_number)
  select 1, id, series_id, c, created_at, ${validUntilOf(scale)}, store_id, redeemed,
    'S' || lpad(series_id::text, 3, '0') || upper(substr(md5(id::text), 1, 12)) || id,
    case when k % 4 = 0 then 'T' || (id * 7) end
  from plan`

const redemptions = (scale: Scale, customers: string, ordinals: string, id: string, from: string) => `
  insert into redemptions (org_id, id, coupon_id, series_id, customer_id, redeemed_at, store_id, bill_amount,
    transaction_number)
  select 1, ${from} + row_number() over (), ${id}, ${seriesIdOf(scale)}, c, ${createdAtOf(scale)} + (1 + ${h} % 80) * interval '1 day',
    1 + ${h} % ${storeCount}, 100 + ${h} % 5000, 'R' || ${h} || '-' || c
  from generate_series(${ordinals}) k, generate_series(${customers}) c
  where ${isRedeemedOf(scale)}`

/** The statements of the load, by name and in order. Counters are written to match the ledger. */
export function loadSteps(scale: Scale): Record<string, string> {
  const { customers, couponsPerCustomer, couponsOfLargest, series } = scale
  const total = customers * couponsPerCustomer
  const largest = customers + 1
  const everyone = `1, ${customers}`
  const ordinals = `0, ${couponsPerCustomer - 1}`
  const couponOfLargest = `${total} + k + 1`
  const ordinalsOfLargest = `0, ${couponsOfLargest - 1}`
  return {
    'stores and series': `
      insert into stores (org_id, id, code, name)
      select 1, n, 'store-' || n, 'Store number ' || n from generate_series(1, ${storeCount}) n;
      insert into series (org_id, id, code, description, info, discount_code, discount_type, discount_value,
        discount_upto, client_handling_type, valid_until, is_multiple_use_allowed, is_same_user_multiple_redeem,
        max_redemptions_per_coupon, max_redemptions_per_customer, custom_properties)
      select 1, n, 'series-' || n, (5 + n % 30) || ' off your next visit, number ' || n, 'Terms apply', 'D' || n,
        case when n % 2 = 0 then 'ABS' else 'PERC' end, 5 + n % 30, case when n % 2 = 0 then 0 else 500 end,
        'DISC_CODE', date_trunc('day', now()) + interval '2 years', n % 5 = 0, n % 5 = 0,
        case when n % 5 = 0 then 3 end, case when n % 5 = 0 then 10 end,
        case when n % 4 = 1 then jsonb_build_array(
          jsonb_build_object('name', 'channel', 'value', 'app'),
          jsonb_build_object('name', 'banner', 'value', 'https://cdn.example.com/b/' || n || '.png')) end
      from generate_series(1, ${series}) n;`,
    customers: `
      insert into customers (org_id, id, first_name, last_name)
      select 1, n, 'First' || n, 'Last' || n % 5000 from generate_series(1, ${largest}) n`,
    identifiers: `
      insert into customer_identifiers (org_id, type, value, customer_id, shown)
      select 1, t.type, t.value, n, t.value
      from generate_series(1, ${largest}) n, lateral (values
        ('mobile', (919000000000 + n)::text),
        ('email', 'customer' || n || '@mail.example.com'),
        ('externalId', 'EXT-' || n)) t (type, value)`,
    coupons: coupons(scale, everyone, ordinals, couponId(customers)),
    'coupons of the largest': coupons(scale, `${largest}, ${largest}`, ordinalsOfLargest, couponOfLargest),
    redemptions: redemptions(scale, everyone, ordinals, couponId(customers), '0'),
    'redemptions of the largest': redemptions(
      scale,
      `${largest}, ${largest}`,
      ordinalsOfLargest,
      couponOfLargest,
      '(select max(id) from redemptions)',
    ),
    statistics: 'analyze coupons; analyze redemptions',
    reversals: `
      insert into reversals (org_id, redemption_id, reversed_at)
      select 1, r.id, r.redeemed_at + interval '1 hour'
      from redemptions r join coupons c on c.org_id = 1 and c.id = r.coupon_id where c.redeemed = 0`,
    'usage by customer and series': `
      insert into customer_series_usage (org_id, customer_id, series_id, issued, redeemed, last_issued_at, last_redeemed_at)
      select 1, c.customer_id, c.series_id, count(*), sum(c.redeemed), max(c.created_at),
        max(r.redeemed_at) filter (where c.redeemed = 1)
      from coupons c left join redemptions r on r.org_id = 1 and r.coupon_id = c.id
      group by c.customer_id, c.series_id`,
    'usage by series': `
      insert into series_usage (org_id, series_id, issued, redeemed, max_redeemed)
      select 1, s.id, u.issued, u.redeemed, case when s.id % 10 = 0 then u.redeemed + 100000 end
      from series s join (select series_id, sum(issued) as issued, sum(redeemed) as redeemed
        from customer_series_usage group by series_id) u on u.series_id = s.id`,
    sequences: ['stores', 'series', 'customers', 'coupons', 'redemptions']
      .map((table) => `select setval('${table}_id_seq', (select max(id) from ${table}));`)
      .join('\n'),
  }
}
