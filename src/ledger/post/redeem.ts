import { raiseBudgets } from './budget.ts'
import { raiseCustomers, raiseSeries } from './counters.ts'
import { insertReturns } from './return.ts'
import { insertReversals } from './reverse.ts'

/** @param columns those of the rows, by the same names. @param from a query for the rows, or a name. */
export const insertRedemptions = (columns: string, from: string): string =>
  `insert into redemptions (org_id, ${columns}) select $1, ${columns} from ${from}`

interface Redemptions {
  /** A query for the redemptions: `columns`, and whatever `told` needs. */
  readonly given: string
  readonly columns: string
  /**
   * The redemptions are a history: those reversed since have `reversed_at`, are written with their reversals and do not
   * affect any counter. Those with returns have `returned_amount` and the list `returns`, of `amount`, `returned_at`
   * and `returns_use`; `keeps_discount` is true if the use was returned and the rest of the discount was not.
   */
  readonly isHistory?: boolean
  /** The statement that records events for the redemptions `e`, and for the returns `r` of a history. */
  readonly told: string
}

/**
 * All effects of redemptions in one statement: ledger rows, counters and events. $1 is the organisation. A history is
 * counted in budgets here; redemptions of tills are counted by `raiseBudgetsSql`, which runs only if their series has a
 * budget.
 */
export function redeem({ given, columns, isHistory = false, told }: Redemptions): string {
  const standing = isHistory ? 'e where reversed_at is null' : 'e'
  const ofSeries = `select series_id, (count(*)${isHistory ? ' filter (where reversed_at is null)' : ''})::int as redeemed,
    max(redeemed_at) as last_redeemed_at from e group by series_id`
  const ofCustomer = `select customer_id, series_id, count(*)::int as redeemed, max(redeemed_at) as last_redeemed_at
    from ${standing} group by customer_id, series_id`
  const counted = `(select series_id, customer_id, redeemed_at, coalesce(discount_amount, 0) as given,
    (reversed_at is null)::int as uses from e where reversed_at is null or keeps_discount)`
  const reversed =
    '(select id as redemption_id, reversed_at, keeps_discount from e where reversed_at is not null) e'
  return `
with e as materialized (${given}
), ledger as (
  ${insertRedemptions(columns, 'e')}
), ${isHistory ? historyOf(reversed) : ''}of_coupon as (
  update coupons c set redeemed = c.redeemed + d.n
  from (select coupon_id, count(*)::int as n from ${standing} group by coupon_id) d
  where c.org_id = $1 and c.id = d.coupon_id
), of_series as (${raiseSeries(['redeemed'], ofSeries)}
), of_customer as (${raiseCustomers(['redeemed'], ofCustomer)}
)${isHistory ? `, of_budget as (${raiseBudgets(counted, true)})` : ''}
${told}`
}

const historyOf = (reversed: string): string => `
back as (${insertReversals('redemption_id, reversed_at, keeps_discount', reversed)}
), r as materialized (
  select nextval('returns_id_seq') as id, x.* from (
    select e.id as redemption_id, e.coupon_id, e.till_id, x.amount, x.returned_at, x.returns_use
    from e cross join lateral rows from (
      jsonb_to_recordset(e.returns) as (amount numeric, returned_at timestamptz, returns_use boolean)
    ) with ordinality as x(amount, returned_at, returns_use, n)
    order by e.id, x.n) x
), returned as (${insertReturns('id, redemption_id, amount, returned_at, returns_use', 'r')}
), `

/**
 * The redemptions of a batch. $1 organisation; arrays with one element per redemption: $2 coupon, $3 series, $4
 * customer, $5 store, $6 till, $7 bill amount, $8 transaction number, $9 redemption time as given; $10 the instant; $11
 * redemption id, ascending; $12 custom fields; $13 request id; $14 amount taken off the bill, or null.
 */
export const redeemSql = redeem({
  given: `
  select e.*, $10::timestamptz as redeemed_at from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],
    $6::bigint[], $7::numeric[], $8::text[], $9::text[], $11::bigint[], $12::jsonb[], $13::text[], $14::numeric[]) as e(coupon_id,
    series_id, customer_id, store_id, till_id, bill_amount, transaction_number, redemption_time_given, id, custom_fields,
    request_id, discount_amount)`,
  columns: `id, coupon_id, series_id, customer_id, redeemed_at, store_id, till_id, bill_amount, transaction_number,
    redemption_time_given, custom_fields, discount_amount`,
  told: `insert into events (org_id, kind, coupon_id, redemption_id, till_id, occurred_at, request_id)
select $1, 'redeemed', e.coupon_id, e.id, e.till_id, e.redeemed_at, e.request_id from e order by e.id`,
})
