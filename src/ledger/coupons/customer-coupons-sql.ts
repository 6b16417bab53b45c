import { epochS } from '../../platform/db/sql.ts'
import type { Identifier } from '../../values/identifier.ts'
import { registeredAtSql } from '../customers/registration-window.ts'
import { codeKeyOf, customerOf, isStanding } from '../sql.ts'
import { heldCounts } from '../holds/held-sql.ts'
import { isRedeemable } from '../redemptions/redeemable-sql.ts'

/**
 * The statement behind the coupon history. It reads many customers of one organisation in one round trip and one
 * snapshot. docs/decisions/0001-history-read-path.md gives the measurements.
 *
 * It returns one flat row per coupon and redemption, because building JSON for every row costs PostgreSQL three times
 * as much. Of a series it returns the version: the process caches the terms. Only the customer is JSON, once per
 * customer. Instants are returned as whole epoch seconds, truncated rather than rounded. The unfiltered form reads
 * coupons and redemptions through covering indexes alone, so a page costs the same for a customer with ten coupons and
 * for one with a hundred thousand.
 */

export type SortOrder = 'ASC' | 'DESC'

/** The primary sort key of a history. The issue instant and the id, in the same direction, break ties. */
export type SortKey = 'createdDate' | 'amount' | 'validTill' | 'createdBy'

/**
 * `all`: no filter. `filtered`: by status and transaction number. `revoked`: like `filtered`, including revoked
 * coupons. `searched`: like `filtered`, and by dates and places. `named`: by codes, with any status.
 */
export type Variant = 'all' | 'filtered' | 'revoked' | 'searched' | 'named'

/** Further filters of a searched history. An empty list does not filter. */
export interface HistorySearch {
  /**
   * Epoch seconds, `[from, until)`: the coupon was issued in this period, or redeemed in it by a standing redemption.
   */
  readonly fromS: number
  readonly untilS: number
  readonly seriesIds: readonly number[]
  /** Where it can be redeemed: at one of these stores or tills. Undefined: anywhere. */
  readonly places: Places | undefined
}

/** Stores, and tills of them. */
interface Places {
  readonly storeIds: readonly number[]
  readonly tillIds: readonly number[]
}

export interface HistoryRequest {
  readonly customerId: number | undefined
  readonly identifier: Identifier | undefined
  readonly limit: number
  readonly offset: number
  readonly mask: number
  readonly transactionNumbers: readonly string[]
  /** Only for a searched history. */
  readonly search?: HistorySearch | undefined
  /** Code keys; only for a named history. */
  readonly codeKeys?: readonly string[] | undefined
}

/** The instant of judgement: the given one, or else the database clock. */
const now = 'coalesce($10::timestamptz, now())'

/** See `coupon-status.ts` for the bits. */
const matches = `
  and ((1 << (case when c.valid_until >= ${now} then 0 else 2 end + case when c.redeemed > 0 then 0 else 1 end))
      & r.mask <> 0
    or (r.mask & 16 <> 0 and ${isRedeemable(now)}))`
const transactionMatches = `
  and (r.transactions is null or coalesce(c.transaction_number, '0') = any(string_to_array(r.transactions, chr(31))))`

const searchMatches = `
  and (c.created_at >= to_timestamp(r.from_s) and c.created_at < to_timestamp(r.until_s) or exists (
    select from redemptions x
    where x.org_id = $1 and x.coupon_id = c.id
      and x.redeemed_at >= to_timestamp(r.from_s) and x.redeemed_at < to_timestamp(r.until_s)
      and ${isStanding('x')}))
  and (r.series_ids is null or c.series_id = any(r.series_ids::bigint[]))
  and (r.store_ids is null or exists (
    select from series s
    where s.org_id = $1 and s.id = c.series_id
      and (coalesce(s.redemption_store_ids, s.redemption_till_ids, s.redemption_zone_ids, s.redemption_concept_ids) is null
        or s.redemption_store_ids && r.store_ids::bigint[] or s.redemption_till_ids && r.till_ids::bigint[]
        or exists (select from stores st
          where st.org_id = $1 and st.id = any(r.store_ids::bigint[])
            and (st.zone_id = any(s.redemption_zone_ids) or st.concept_id = any(s.redemption_concept_ids))))))`

/** A page sorted by issue instant comes straight from the index; any other order reads all coupons of the customer. */
const sortKeys: Record<SortKey, string | undefined> = {
  createdDate: undefined,
  amount: '(select s.discount_value from series s where s.org_id = $1 and s.id = c.series_id)',
  validTill: 'c.valid_until',
  createdBy: 'coalesce(c.issued_till_id, 0)',
}

const columns =
  'c.id, c.series_id, c.created_at, c.valid_until, c.issued_store_id, c.max_redeemed, c.code, c.transaction_number'
const ofCustomer = 'from coupons c where c.org_id = $1 and c.customer_id = cu.id'

/** Looks up each kind of code through its own index. */
const named = (columns: string, kind: string): string => `
  select ${columns}, c.revoked_at is not null as is_revoked ${ofCustomer} and ${kind}
    and ${codeKeyOf('c')} = any(string_to_array(r.code_keys, chr(31)))
    and case when c.revoked_at is null then true ${matches} else r.mask & 32 <> 0 end ${transactionMatches}`

const selections: Record<Variant, (columns: string) => string> = {
  all: (columns) => `select ${columns}, false as is_revoked ${ofCustomer} and c.revoked_at is null`,
  filtered: (columns) =>
    `select ${columns}, false as is_revoked ${ofCustomer} and c.revoked_at is null ${matches} ${transactionMatches}`,
  searched: (columns) =>
    `select ${columns}, false as is_revoked ${ofCustomer} and c.revoked_at is null ${matches} ${searchMatches}`,
  revoked: (columns) => `select * from (
      select ${columns}, false as is_revoked ${ofCustomer} and c.revoked_at is null ${matches} ${transactionMatches}
      union all
      select ${columns}, true ${ofCustomer} and c.revoked_at is not null ${transactionMatches}
    ) c where true`,
  named: (columns) => `select * from (
      ${named(columns, 'not c.is_shared')}
      union all
      ${named(columns, 'c.is_shared and c.revoked_at is null and c.superseded_by_id is null')}
      union all
      ${named(columns, 'c.is_shared and c.revoked_at is null and c.superseded_by_id is not null')}
      union all
      ${named(columns, 'c.is_shared and c.revoked_at is not null')}
    ) c where true`,
}

/**
 * Up to this number, coupons are counted from the index entries that the page itself reads. A customer's counters are
 * spread over as many pages as there are series, so they are read only if that is cheaper.
 */
const countedAtMost = 100

const totals: Record<Variant, string> = {
  all: `select case when few.n <= ${countedAtMost} then few.n else (
      select sum(u.issued - u.revoked) from customer_series_usage u where u.org_id = $1 and u.customer_id = cu.id
    ) end::int as total
    from (select count(*) as n from (${selections.all(columns)} limit ${countedAtMost + 1}) coupons) few`,
  filtered: `select count(*)::int as total from (${selections.filtered(columns)}) matching`,
  revoked: `select count(*)::int as total from (${selections.revoked(columns)}) matching`,
  searched: `select count(*)::int as total from (${selections.searched(columns)}) matching`,
  named: `select count(*)::int as total from (${selections.named(columns)}) matching`,
}

/** Parameters that a variant needs in addition to the common ones, from $11 on. */
const furtherParameters: Partial<Record<Variant, readonly (readonly [name: string, type: string])[]>> = {
  searched: [
    ['from_s', 'float8'],
    ['until_s', 'float8'],
    ['series_ids', 'text'],
    ['store_ids', 'text'],
    ['till_ids', 'text'],
  ],
  named: [['code_keys', 'text']],
}

/**
 * For the parameters, see `historyParameters`. A request with an unknown customer returns no row.
 *
 * The arrays are in subselects to hide their length from the planner. Otherwise the plan for one request always looks
 * cheaper than the generic plan, and every execution spends a millisecond on planning. `offset 0` stops the planner
 * from merging a subselect into the outer query, where it would be computed for every row.
 *
 * @param holds `counted`: the column `held` contains the held uses. `noticed`: only whether a hold of the series is
 * live, because even the plan of the count costs PostgreSQL 4 %.
 */
export function customerCouponsSql(
  variant: Variant,
  order: SortOrder,
  by: SortKey = 'createdDate',
  holds: 'noticed' | 'counted' = 'noticed',
): string {
  const key = sortKeys[by]
  const selected = key === undefined ? columns : `${columns}, ${key} as sort_key`
  const sorted = `${key === undefined ? '' : `c.sort_key ${order}, `}c.created_at ${order}, c.id ${order}`
  const further = furtherParameters[variant] ?? []
  return `
select r.n, holder.customer,
  c.id, c.code, c.series_id, ${epochS('c.created_at')}, ${epochS('c.valid_until')}, c.transaction_number,
  c.max_redeemed, c.is_revoked, issuer.code, issuer.name, s.version, s.redeemed, s.max_redeemed, cs.redeemed, s.held,
  rd.id, ${epochS('rd.redeemed_at')}, rd.transaction_number, rd.customer_id, place.code, place.name,
  ${epochS('rv.reversed_at')}
from unnest((select $2::int[]), (select $3::bigint[]), (select $4::text[]), (select $5::text[]),
    (select $6::int[]), (select $7::int[]), (select $8::int[]), (select $9::text[])${further
      .map(([, type], at) => `, (select $${11 + at}::${type}[])`)
      .join('')})
  as r(n, customer_id, type, value, max_rows, skip_rows, mask, transactions${further
    .map(([name]) => `, ${name}`)
    .join('')})
join customers cu on cu.org_id = $1 and cu.erased_at is null and cu.id = coalesce(${customerOf('r.customer_id')}, (
  select i.customer_id from customer_identifiers i where i.org_id = $1 and i.type = r.type and i.value = r.value))
cross join lateral (
  select max(i.shown) filter (where i.type = 'mobile') as mobile,
    max(i.shown) filter (where i.type = 'email') as email,
    max(i.shown) filter (where i.type = 'externalId') as external_id
  from customer_identifiers i where i.org_id = $1 and i.customer_id = cu.id and i.shown <> '') known
cross join lateral (${totals[variant]}) counted
cross join lateral (
  select json_build_array(cu.id, cu.first_name, cu.last_name, known.mobile, known.email, known.external_id,
    cu.blocked_at is not null, counted.total, date_part('epoch', ${now}),
    ${registeredAtSql})::text as customer offset 0) holder
left join lateral (
  ${selections[variant](selected)} order by ${sorted.replace('c.sort_key', 'sort_key')} limit r.max_rows offset r.skip_rows
) c on true
left join lateral (
  select s.max_redemptions_per_customer, s.version, su.redeemed, su.max_redeemed,
    ${holds === 'counted' ? heldCounts(now) : `su.held_until > ${now}`} as held
  from series s
  join series_usage su on su.org_id = $1 and su.series_id = s.id
  where s.org_id = $1 and s.id = c.series_id offset 0) s on true
left join lateral (
  select u.redeemed from customer_series_usage u
  where u.org_id = $1 and u.customer_id = cu.id and u.series_id = c.series_id
    and s.max_redemptions_per_customer is not null offset 0) cs on true
left join stores issuer on issuer.org_id = $1 and issuer.id = c.issued_store_id
left join (redemptions rd
  left join reversals rv on rv.org_id = $1 and rv.redemption_id = rd.id
  left join stores place on place.org_id = $1 and place.id = rd.store_id
) on rd.org_id = $1 and rd.coupon_id = c.id
order by r.n, ${sorted}, rd.redeemed_at, rd.id`
}

const recordSeparator = '\u001F'

/**
 * $1 organisation; then arrays with one element per request: $2 ordinal, $3 customer id or null, $4 identifier type, $5
 * identifier value, $6 limit, $7 offset, $8 status mask, $9 transaction numbers joined by U+001F or null; $10 the
 * instant of judgement, null for the database clock. A searched history also has $11 and $12, the instants from and
 * until, and $13 ids of series, $14 of stores and $15 of tills, each the text of an array or null. A named history also
 * has $11, the code keys joined by U+001F.
 */
export function historyParameters(
  orgId: number,
  requests: readonly HistoryRequest[],
  judgedAt: Date | null,
): unknown[] {
  const searches = requests.flatMap(({ search }) => search ?? [])
  const names = requests.flatMap(({ codeKeys }) => codeKeys?.join(recordSeparator) ?? [])
  const array = (list: readonly number[]) => `{${list.join(',')}}`
  return [
    orgId,
    requests.map((_, at) => at),
    requests.map((request) => request.customerId ?? null),
    requests.map((request) => request.identifier?.type ?? null),
    requests.map((request) => request.identifier?.value ?? null),
    requests.map((request) => request.limit),
    requests.map((request) => request.offset),
    requests.map((request) => request.mask),
    requests.map(({ transactionNumbers: numbers }) =>
      numbers.length === 0 ? null : numbers.join(recordSeparator),
    ),
    judgedAt,
    ...(searches.length === 0
      ? []
      : [
          searches.map(({ fromS }) => fromS),
          searches.map(({ untilS }) => untilS),
          searches.map(({ seriesIds }) => (seriesIds.length === 0 ? null : array(seriesIds))),
          searches.map(({ places }) => places && array(places.storeIds)),
          searches.map(({ places }) => places && array(places.tillIds)),
        ]),
    ...(names.length === 0 ? [] : [names]),
  ]
}
