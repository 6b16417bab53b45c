import { escapeLiteral } from 'pg'
import { codeKeyOf, couponOfCode, gaveBackRest } from '../../ledger/sql.ts'
import {
  statusMask,
  redeemableBit,
  revokedBit,
  type CouponStatus,
} from '../../ledger/coupons/coupon-status.ts'
import { columns, type ExportKind } from './export-columns.ts'

/** Selects rows. An undefined property does not filter. */
export interface ExportFilter {
  readonly orgId: number
  readonly seriesId?: number | undefined
  /** Of coupons; none: all that are not revoked. */
  readonly statuses?: readonly CouponStatus[]
  /** Epoch seconds, from inclusive, to exclusive: creation, redemption, return or hold. */
  readonly fromS?: number | undefined
  readonly toS?: number | undefined
  /** Omits mobile numbers, e-mail addresses, external ids, names and reasons. */
  readonly withoutContacts?: boolean
  /** Omits unassigned codes that could be redeemed. */
  readonly withoutUnissued?: boolean
  /** The instant that decides whether coupons and holds are expired; null: the database clock. */
  readonly now?: Date | null
}

/** Data that identifies a person outside this system, or may do so. */
const contacts: ReadonlySet<string> = new Set([
  'mobile',
  'email',
  'externalId',
  'firstName',
  'lastName',
  'reason',
])

/** A used-up code is worthless; an expired one could be extended. */
const issuedOrSpent = `(x.customer_id is not null or x.revoked_at is not null
  or x.redeemed >= case when s.is_multiple_use_allowed then coalesce(x.max_redeemed, 2147483647) else 1 end)`

/** All returns, and reversals with the amounts that they gave back in addition to earlier returns. */
const wentBack = `(
      select r.org_id, t.id, t.redemption_id, t.amount, t.returned_at, t.till_id, t.returns_use, t.reason, r.series_id,
        r.coupon_id, r.customer_id, r.redeemed_at, r.transaction_number
      from returns t join redemptions r on r.org_id = t.org_id and r.id = t.redemption_id
      where r.org_id = $1
      union all
      select r.org_id, null, v.redemption_id, r.discount_amount, v.reversed_at, v.till_id, true, null, r.series_id,
        r.coupon_id, r.customer_id, r.redeemed_at, r.transaction_number
      from reversals v join redemptions r on r.org_id = v.org_id and r.id = v.redemption_id
      where r.org_id = $1 and ${gaveBackRest('v', 'r')}
    )`

/** The coupon that code `k` of hold `x` means. */
const couponOfHold = couponOfCode({
  key: codeKeyOf('k'),
  holder: 'x.customer_id',
  columns: 'c.id, c.series_id, c.customer_id, c.redeemed',
})

/** Reads all identifiers of a customer by one probe of a covering index. */
const identifiersOf = (id: string): string => `left join lateral (
      select min(ci.shown) filter (where ci.type = 'mobile') as mobile,
        min(ci.shown) filter (where ci.type = 'email') as email,
        min(ci.shown) filter (where ci.type = 'externalId') as external_id
      from customer_identifiers ci where ci.org_id = $1 and ci.customer_id = ${id} and ci.shown <> ''
    ) i on true`

const sources: Record<ExportKind, string> = {
  customers: `customers x ${identifiersOf('x.id')}`,
  coupons: `coupons x join series s on s.org_id = x.org_id and s.id = x.series_id
    left join stores st on st.org_id = x.org_id and st.id = x.issued_store_id
    ${identifiersOf('x.customer_id')}`,
  redemptions: `redemptions x join organisations o on o.org_id = x.org_id
    join series s on s.org_id = x.org_id and s.id = x.series_id
    join coupons c on c.org_id = x.org_id and c.id = x.coupon_id
    left join stores st on st.org_id = x.org_id and st.id = x.store_id
    left join tills t on t.org_id = x.org_id and t.id = x.till_id
    left join reversals v on v.org_id = x.org_id and v.redemption_id = x.id
    ${identifiersOf('x.customer_id')}`,
  returns: `${wentBack} x join organisations o on o.org_id = x.org_id
    join series s on s.org_id = x.org_id and s.id = x.series_id
    join coupons c on c.org_id = x.org_id and c.id = x.coupon_id
    left join tills t on t.org_id = x.org_id and t.id = x.till_id
    ${identifiersOf('x.customer_id')}`,
  // A row for each code of a hold: those of one bill have its reference.
  holds: `holds x join organisations o on o.org_id = x.org_id
    left join lateral rows from (jsonb_to_recordset(x.codes) as (code text, discount numeric)) with ordinality
      as k(code, discount, n) on true
    left join lateral (${couponOfHold}) c on true
    left join series s on s.org_id = x.org_id and s.id = c.series_id
    left join stores st on st.org_id = x.org_id and st.id = x.store_id
    left join tills t on t.org_id = x.org_id and t.id = x.till_id
    ${identifiersOf('x.customer_id')}`,
  series: 'series x join series_usage u on u.org_id = x.org_id and u.series_id = x.id',
}

const orders: Record<ExportKind, string> = {
  customers: 'x.id',
  coupons: 'x.id',
  redemptions: 'x.id',
  // Reversals have no id of their own.
  returns: 'x.returned_at, x.redemption_id, x.id',
  holds: 'x.id, k.n',
  series: 'x.id',
}

const instants: Record<ExportKind, string> = {
  customers: 'x.created_at',
  coupons: 'x.created_at',
  redemptions: 'x.redeemed_at',
  returns: 'x.returned_at',
  holds: 'x.created_at',
  series: 'x.created_at',
}

/** The cells and bits of `coupon-status.ts`. Redeemability by the rules is not considered here. */
function statusCondition(statuses: readonly CouponStatus[]): string {
  const mask = statusMask(statuses)
  const cells = mask & ~(redeemableBit | revokedBit)
  const cell = `1 << (case when x.valid_until >= $2 then 0 else 2 end + case when x.redeemed > 0 then 0 else 1 end)`
  const conditions = [
    ...(cells === 0 ? [] : [`(x.revoked_at is null and (${cell}) & ${cells} <> 0)`]),
    ...((mask & revokedBit) === 0 ? [] : ['x.revoked_at is not null']),
  ]
  return conditions.length === 0 ? 'false' : `(${conditions.join(' or ')})`
}

function conditionsOf(kind: ExportKind, filter: ExportFilter): string {
  const { seriesId, statuses = [], fromS, toS } = filter
  const at = instants[kind]
  const seriesColumn = kind === 'series' ? 'x.id' : kind === 'holds' ? 's.id' : 'x.series_id'
  return [
    'x.org_id = $1',
    ...(seriesId === undefined ? [] : [`${seriesColumn} = ${Math.floor(seriesId)}`]),
    ...(kind === 'coupons' ? [statusCondition(statuses)] : []),
    // The shared code belongs to the series itself; it is not an unassigned coupon.
    ...(kind === 'coupons' ? ["not (s.client_handling_type = 'GENERIC' and x.customer_id is null)"] : []),
    ...(kind === 'coupons' && filter.withoutUnissued ? [issuedOrSpent] : []),
    ...(fromS === undefined ? [] : [`${at} >= to_timestamp(${Math.floor(fromS)})`]),
    ...(toS === undefined ? [] : [`${at} < to_timestamp(${Math.floor(toS)})`]),
  ].join(' and ')
}

/** The same as `defuseCell`. The first character alone rules most cells out, at a fraction of the cost. */
const defused = (sql: string): string =>
  `case when ascii(${sql}) in (9, 13, 39, 43, 45, 61, 64) and ${sql} ~ '^''*[=+@\\t\\r-]' then '''' || ${sql} else ${sql} end`

/**
 * One COPY, and thus one snapshot, in a fixed order. COPY takes no parameters: only numbers, an instant and our own
 * names are inserted. NDJSON is written as CSV with a delimiter and a quote that JSON text never contains, so that
 * nothing in it is quoted or doubled.
 */
export function exportSql(kind: ExportKind, format: 'csv' | 'ndjson', filter: ExportFilter): string {
  const asCsv = format === 'csv'
  const told = columns[kind].filter(([name]) => !filter.withoutContacts || !contacts.has(name))
  const inner = `select ${told.map(([name, sql]) => `${sql} as "${name}"`).join(', ')}
    from ${sources[kind]} where ${conditionsOf(kind, filter)} order by ${orders[kind]}`
  const outer = told.map(([name, , isText]) =>
    asCsv && isText ? `${defused(`e."${name}"`)} as "${name}"` : `e."${name}"`,
  )
  const query = asCsv
    ? `select ${outer.join(', ')} from (${inner}) e`
    : `select row_to_json(e) from (${inner}) e`
  const options = asCsv
    ? 'format csv, header true'
    : `format csv, delimiter ${escapeLiteral('\u0001')}, quote ${escapeLiteral('\u0002')}`
  const { orgId, now = null, withoutUnissued = false } = filter
  const parameters: Readonly<Record<string, string>> = {
    $1: String(Math.floor(orgId)),
    $2: now === null ? 'now()' : `timestamptz ${escapeLiteral(now.toISOString())}`,
    $3: String(!withoutUnissued),
  }
  return `copy (${query.replaceAll(/\$[123]\b/g, (name) => parameters[name] ?? name)}) to stdout with (${options})`
}
