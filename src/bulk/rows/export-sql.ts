import { escapeLiteral } from 'pg'
import { holdStatusSql } from '../../ledger/holds/read-held.ts'
import { codeKeyOf, couponOfCode, discountGiven, gaveBackRest } from '../../ledger/sql.ts'
import { isShownById } from '../../ledger/coupons/waiting-codes.ts'
import {
  statusMask,
  redeemableBit,
  revokedBit,
  type CouponStatus,
} from '../../ledger/coupons/coupon-status.ts'

export const exportKinds = ['coupons', 'redemptions', 'returns', 'holds', 'series', 'customers'] as const
export type ExportKind = (typeof exportKinds)[number]

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

/** In `sql`, $1 is the organisation, $2 the instant, and $3 whether unassigned codes are shown. */
type Column = readonly [name: string, sql: string, isText: boolean]

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

const latestReturn = `case when x.returned_amount is not null then (
      select max(y.returned_at) from returns y where y.org_id = $1 and y.redemption_id = x.id) end`

/** Each return, as an import takes it. */
const everyReturn = `case when x.returned_amount is not null or v.keeps_discount then (
      select jsonb_agg(jsonb_build_object('amount', y.amount, 'date', y.returned_at, 'useReturned', y.returns_use) order by y.id)
      from returns y where y.org_id = $1 and y.redemption_id = x.id)::text end`

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

/** Columns from `i`; see `identifiersOf`. */
const ofCustomer = (id: string): Column[] => [
  ['customerId', id, false],
  ['mobile', 'i.mobile', true],
  ['email', 'i.email', true],
  ['externalId', 'i.external_id', true],
]

/** Reads all identifiers of a customer by one probe of a covering index. */
const identifiersOf = (id: string): string => `left join lateral (
      select min(ci.shown) filter (where ci.type = 'mobile') as mobile,
        min(ci.shown) filter (where ci.type = 'email') as email,
        min(ci.shown) filter (where ci.type = 'externalId') as external_id
      from customer_identifiers ci where ci.org_id = $1 and ci.customer_id = ${id} and ci.shown <> ''
    ) i on true`

const columns: Record<ExportKind, readonly Column[]> = {
  customers: [
    ...ofCustomer('x.id'),
    ['firstName', 'x.first_name', true],
    ['lastName', 'x.last_name', true],
    ['blockedDate', 'x.blocked_at', false],
    ['createdDate', 'x.created_at', false],
    ['mergedInto', 'x.merged_into', false],
  ],
  coupons: [
    ['couponId', 'x.id', false],
    ['seriesCode', 's.code', true],
    ['code', 'x.code', true],
    ...ofCustomer('x.customer_id'),
    ['createdDate', 'x.created_at', false],
    ['validTill', 'x.valid_until', false],
    ['issuedAt', 'st.code', true],
    ['transactionNumber', 'x.transaction_number', true],
    ['redeemed', 'x.redeemed', false],
    ['maxRedeemed', 'x.max_redeemed', false],
    ['revokedDate', 'x.revoked_at', false],
    ['originalCustomerId', 'x.original_customer_id', false],
  ],
  redemptions: [
    ['redemptionId', 'x.id', false],
    ['seriesCode', 's.code', true],
    ['code', 'c.code', true],
    ...ofCustomer('x.customer_id'),
    ['redeemedDate', 'x.redeemed_at', false],
    ['redeemedAt', 'st.code', true],
    ['till', 't.code', true],
    ['billNumber', 'x.transaction_number', true],
    ['billAmount', 'x.bill_amount', false],
    ['reversedDate', 'v.reversed_at', false],
    ['customFields', 'x.custom_fields::text', true],
    ['discountAmount', discountGiven('x'), false],
    ['currency', 'o.currency', true],
    ['discountReturned', 'x.returned_amount', false],
    ['returnedDate', latestReturn, false],
    [
      'discountKept',
      'case when v.redemption_id is null or v.keeps_discount then x.discount_amount else 0 end',
      false,
    ],
    ['returns', everyReturn, true],
    ['originalCustomerId', 'x.original_customer_id', false],
  ],
  returns: [
    ['returnId', 'x.id', false],
    ['redemptionId', 'x.redemption_id', false],
    ['seriesCode', 's.code', true],
    ['code', 'c.code', true],
    ...ofCustomer('x.customer_id'),
    ['redeemedDate', 'x.redeemed_at', false],
    ['billNumber', 'x.transaction_number', true],
    ['returnedDate', 'x.returned_at', false],
    ['till', 't.code', true],
    ['amount', 'x.amount', false],
    ['currency', 'o.currency', true],
    ['useReturned', 'x.returns_use', false],
    ['reason', 'x.reason', true],
  ],
  holds: [
    ['holdId', 'x.id', false],
    ['reference', 'x.reference', true],
    ['status', holdStatusSql('$2', 'x'), true],
    ['seriesCode', 's.code', true],
    ['code', `case when ${isShownById('$3')} then k.code end`, true],
    ...ofCustomer('x.customer_id'),
    ['createdDate', 'x.created_at', false],
    ['expiresDate', 'x.expires_at', false],
    ['endedDate', 'x.ended_at', false],
    ['madeBy', 'x.owner_kind', true],
    ['heldAt', 'st.code', true],
    ['till', 't.code', true],
    ['billNumber', "x.bill ->> 'transactionNumber'", true],
    ['billAmount', "x.bill ->> 'amount'", true],
    ['discountAmount', 'round(k.discount / 1000, 3)', false],
    ['currency', 'o.currency', true],
  ],
  series: [
    ['seriesId', 'x.id', false],
    ['seriesCode', 'x.code', true],
    ['description', 'x.description', true],
    ['discountCode', 'x.discount_code', true],
    ['discountType', 'x.discount_type', true],
    ['discountValue', 'x.discount_value', false],
    ['kind', 'x.client_handling_type', true],
    ['validTill', 'x.valid_until', false],
    ['createdDate', 'x.created_at', false],
    ['issued', 'u.issued', false],
    ['maxIssued', 'u.max_issued', false],
    ['redeemed', 'u.redeemed', false],
    ['maxRedeemed', 'u.max_redeemed', false],
    ['tags', 'nullif(x.tag, x.description)', true],
    ['issueFrom', 'x.issue_valid_from', false],
    ['redeemableFrom', 'x.redemption_valid_from', false],
    ['halted', "x.halt ->> 'as'", true],
    ['haltedDate', "to_timestamp((x.halt ->> 'atS')::float8)", false],
    ['haltReason', "x.halt ->> 'reason'", true],
  ],
}

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
