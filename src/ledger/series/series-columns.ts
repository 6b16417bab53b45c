import type { QueryRunner } from './series-terms.ts'
import type { KeptSeries, SeriesTermsKept } from './series-fields.ts'

type Kind = 'plain' | 'instant' | 'amount' | 'json'
type InUsage = 'maxIssued' | 'maxRedeemed'
type InSeries = Exclude<keyof SeriesTermsKept, InUsage>

/** Where each term is kept in `series`, and how it is read and written. */
const columns: Readonly<Record<InSeries, readonly [column: string, kind: Kind]>> = {
  code: ['code', 'plain'],
  description: ['description', 'plain'],
  info: ['info', 'plain'],
  tag: ['tag', 'plain'],
  discountCode: ['discount_code', 'plain'],
  smsTemplate: ['sms_template', 'plain'],
  discountValue: ['discount_value', 'amount'],
  discountType: ['discount_type', 'plain'],
  discountUpto: ['discount_upto', 'amount'],
  isAnyUser: ['is_any_user', 'plain'],
  clientHandlingType: ['client_handling_type', 'plain'],
  genericCode: ['generic_code', 'plain'],
  expiryStrategy: ['expiry_strategy', 'plain'],
  expiryStrategyValue: ['expiry_strategy_value', 'plain'],
  validUntilS: ['valid_until', 'instant'],
  redemptionValidFromS: ['redemption_valid_from', 'instant'],
  redemptionValidAfterDays: ['redemption_valid_after_days', 'plain'],
  isSameUserMultipleRedeem: ['is_same_user_multiple_redeem', 'plain'],
  isMultipleUseAllowed: ['is_multiple_use_allowed', 'plain'],
  maxRedemptionsPerCoupon: ['max_redemptions_per_coupon', 'plain'],
  maxRedemptionsPerCustomer: ['max_redemptions_per_customer', 'plain'],
  minDaysBetweenRedemptions: ['min_days_between_redemptions', 'plain'],
  minBillAmount: ['min_bill_amount', 'amount'],
  maxBillAmount: ['max_bill_amount', 'amount'],
  redemptionDaysOfMonth: ['redemption_days_of_month', 'plain'],
  redemptionDaysOfWeek: ['redemption_days_of_week', 'plain'],
  redemptionHours: ['redemption_hours', 'plain'],
  redemptionStoreIds: ['redemption_store_ids', 'plain'],
  redemptionTillIds: ['redemption_till_ids', 'plain'],
  redemptionZoneIds: ['redemption_zone_ids', 'plain'],
  redemptionConceptIds: ['redemption_concept_ids', 'plain'],
  isMultiplePerCustomerAllowed: ['is_multiple_per_customer_allowed', 'plain'],
  maxCouponsPerCustomer: ['max_coupons_per_customer', 'plain'],
  minDaysBetweenCoupons: ['min_days_between_coupons', 'plain'],
  isExistingCouponWithheld: ['is_existing_coupon_withheld', 'plain'],
  mutuallyExclusiveSeriesIds: ['mutually_exclusive_series_ids', 'plain'],
  products: ['products', 'json'],
  targetCustomers: ['target_customers', 'json'],
  customProperties: ['custom_properties', 'json'],
  isCodeAlphanumeric: ['is_code_alphanumeric', 'plain'],
  codeLength: ['code_length', 'plain'],
  statedCodeLength: ['stated_code_length', 'plain'],
  codePrefix: ['code_prefix', 'plain'],
  codeSuffix: ['code_suffix', 'plain'],
  statedPrefix: ['stated_prefix', 'plain'],
  statedSuffix: ['stated_suffix', 'plain'],
  isPrefixEnabled: ['is_prefix_enabled', 'plain'],
  isSuffixEnabled: ['is_suffix_enabled', 'plain'],
  isPrefixOfOrganisation: ['is_prefix_of_organisation', 'plain'],
  isSuffixOfOrganisation: ['is_suffix_of_organisation', 'plain'],
  isResendMessageEnabled: ['is_resend_message_enabled', 'plain'],
  isSmsDisabled: ['is_sms_disabled', 'plain'],
  isValidationRequired: ['is_validation_required', 'plain'],
  isReferralOfExistingAllowed: ['is_referral_of_existing_allowed', 'plain'],
  isValidWithDiscountedItem: ['is_valid_with_discounted_item', 'plain'],
  maxReferralsPerReferee: ['max_referrals_per_referee', 'plain'],
}
const entries = Object.entries(columns) as [InSeries, readonly [string, Kind]][]

const epochS = (column: string) => `floor(date_part('epoch', ${column}))::float8`
const readers: Readonly<Record<Kind, (column: string) => string>> = {
  plain: (column) => column,
  json: (column) => column,
  instant: epochS,
  amount: (column) => `${column}::float8`,
}

/** Names of the columns of `series` that an edit states anew, in the order of `columnValues`. */
export const columnNames: readonly string[] = entries.map(([, [column]]) => column)

/** The terms as parameters, one per column. */
export function columnValues(terms: SeriesTermsKept): unknown[] {
  return entries.map(([key, [, kind]]) => {
    const value = terms[key]
    if (value === null) return null
    if (kind === 'instant') return new Date((value as number) * 1000)
    return kind === 'json' ? JSON.stringify(value) : value
  })
}

/**
 * Reads whole series, each as a `KeptSeries`, in the order of their ids. `page` gives the ids.
 *
 * @param waitingCodes SQL of the number of codes that wait for a customer; a count of millions takes a second, so it is
 * made neither under a lock nor where nobody prints it.
 */
export const readSeriesSql = (page: string, waitingCodes: string) => `
with page as materialized (${page})
select s.id, s.version, s.org_id as "orgId", s.created_till_id as "createdTillId", s.is_imported as "isImported", ${epochS('s.created_at')} as "createdAtS",
  ${epochS('s.updated_at')} as "updatedAtS", u.issued, u.redeemed, u.max_issued as "maxIssued",
  u.max_redeemed as "maxRedeemed", ${epochS('u.last_issued_at')} as "lastIssuedAtS",
  ${epochS('u.last_redeemed_at')} as "lastRedeemedAtS",
  ${waitingCodes} as "waitingCodes",
  ${entries.map(([key, [column, kind]]) => `${readers[kind](`s.${column}`)} as "${key}"`).join(',\n  ')}
from page
join series s on s.org_id = $1 and s.id = page.id
join series_usage u on u.org_id = $1 and u.series_id = s.id
order by s.id`

/** Counts in the index of the pool, and for series of uploaded codes alone. $1 organisation; `s` the series. */
export const countWaitingSql = `
  case when s.client_handling_type = 'DISC_CODE_PIN' then (
    select count(*)::int from coupons c
    where c.org_id = $1 and c.series_id = s.id and c.customer_id is null and c.revoked_at is null) else 0 end`

const oneSql = readSeriesSql('select $2::bigint as id', '$3::int')

/**
 * One series; undefined: the organisation has none of this id.
 *
 * @param waitingCodes as `countWaiting` has counted them before.
 */
export async function readSeries(
  client: QueryRunner,
  orgId: number,
  id: number,
  waitingCodes: number,
): Promise<KeptSeries | undefined> {
  const { rows } = await client.query<KeptSeries>({
    name: 'read-series',
    text: oneSql,
    values: [orgId, id, waitingCodes],
  })
  return rows[0]
}

/** How many codes of a series wait for a customer; 0 when there is no such series. */
export async function countWaiting(client: QueryRunner, orgId: number, id: number): Promise<number> {
  const { rows } = await client.query<{ n: number }>({
    name: 'count-waiting',
    text: `select ${countWaitingSql} as n from series s where s.org_id = $1 and s.id = $2`,
    values: [orgId, id],
  })
  return rows[0]?.n ?? 0
}
