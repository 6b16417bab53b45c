import { isShownById } from '../../ledger/coupons/waiting-codes.ts'
import { holdStatusSql } from '../../ledger/holds/read-held.ts'
import { discountGiven } from '../../ledger/sql.ts'

export const exportKinds = ['coupons', 'redemptions', 'returns', 'holds', 'series', 'customers'] as const
export type ExportKind = (typeof exportKinds)[number]

/** In `sql`, $1 is the organisation, $2 the instant, and $3 whether unassigned codes are shown. */
type Column = readonly [name: string, sql: string, isText: boolean]

const latestReturn = `case when x.returned_amount is not null then (
      select max(y.returned_at) from returns y where y.org_id = $1 and y.redemption_id = x.id) end`

/** Each return, as an import takes it. */
const everyReturn = `case when x.returned_amount is not null or v.keeps_discount then (
      select jsonb_agg(jsonb_build_object('amount', y.amount, 'date', y.returned_at, 'useReturned', y.returns_use) order by y.id)
      from returns y where y.org_id = $1 and y.redemption_id = x.id)::text end`

/** Columns from `i`; see `identifiersOf` of the statement. */
const ofCustomer = (id: string): Column[] => [
  ['customerId', id, false],
  ['mobile', 'i.mobile', true],
  ['email', 'i.email', true],
  ['externalId', 'i.external_id', true],
]

/** The columns of each kind of rows, in order. `x` is the row, `i` the identifiers of its customer. */
export const columns: Record<ExportKind, readonly Column[]> = {
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
