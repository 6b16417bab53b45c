import type { ClientBase, Pool } from 'pg'
import type { SeriesTerms } from '../redemptions/redemption-facts.ts'
import type { IssueTerms } from '../coupons/issue-rules.ts'

/** A series' terms without its counters: what changes only with `version`. */
export interface VersionedSeries extends IssueTerms, SeriesTerms {
  readonly id: number
  readonly version: number
  readonly description: string
  readonly info: string
  readonly discountCode: string | null
  readonly discountType: string
  readonly discountValue: number
  readonly discountUpto: number
}

/** A connection, or the pool where nothing needs to stay locked. */
export type QueryRunner = ClientBase | Pool

/** Terms by organisation and series. One that is remembered holds for its version alone. */
export type SeriesMemory = Map<string, VersionedSeries>

const maxRemembered = 50_000

const epochS = (column: string) => `floor(date_part('epoch', ${column}))::float8`

/**
 * The stores themselves and those of the zones and concepts. A list, if an empty one, as soon as any of these is named:
 * a zone without stores is nowhere, not everywhere.
 */
const storeIds = `
  case when s.redemption_zone_ids is null and s.redemption_concept_ids is null then s.redemption_store_ids
    else coalesce(s.redemption_store_ids, '{}') || array(
      select st.id from stores st where st.org_id = s.org_id
        and (st.zone_id = any(s.redemption_zone_ids) or st.concept_id = any(s.redemption_concept_ids)))
  end`

const sql = `
select s.id, s.version, s.description, s.info, s.discount_code as "discountCode", s.discount_type as "discountType",
  s.discount_value::float8 as "discountValue", s.discount_upto::float8 as "discountUpto",
  s.client_handling_type as "clientHandlingType", ${epochS('s.valid_until')} as "validUntilS",
  s.expiry_strategy as "expiryStrategy", s.expiry_strategy_value as "expiryStrategyValue",
  ${epochS('s.redemption_valid_from')} as "redemptionValidFromS",
  s.redemption_valid_after_days as "redemptionValidAfterDays", s.is_any_user as "isAnyUser",
  s.is_multiple_use_allowed as "isMultipleUseAllowed",
  s.is_same_user_multiple_redeem as "isSameUserMultipleRedeem",
  s.max_redemptions_per_coupon as "maxRedemptionsPerCoupon",
  s.max_redemptions_per_customer as "maxRedemptionsPerCustomer",
  s.min_days_between_redemptions as "minDaysBetweenRedemptions",
  s.min_bill_amount::float8 as "minBillAmount", s.max_bill_amount::float8 as "maxBillAmount",
  s.redemption_days_of_month as "redemptionDaysOfMonth", s.redemption_days_of_week as "redemptionDaysOfWeek",
  s.redemption_hours as "redemptionHours",
  ${storeIds} as "redemptionStoreIds",
  s.redemption_till_ids as "redemptionTillIds",
  s.is_multiple_per_customer_allowed as "isMultiplePerCustomerAllowed",
  s.max_coupons_per_customer as "maxCouponsPerCustomer", s.min_days_between_coupons as "minDaysBetweenCoupons",
  s.is_existing_coupon_withheld as "isExistingCouponWithheld",
  coalesce(s.mutually_exclusive_series_ids, '{}') as "mutuallyExclusiveSeriesIds", s.generic_code as "genericCode",
  s.code_length as "codeLength", s.is_code_alphanumeric as "isCodeAlphanumeric",
  s.code_alphabet as "codeAlphabet", s.code_pattern as "codePattern", s.has_check_character as "hasCheckCharacter",
  s.code_prefix as "codePrefix", s.code_suffix as "codeSuffix"
from series s where s.org_id = $1 and s.id = any($2::bigint[])`

/**
 * The terms of some series in the given versions, from memory where the version fits, else from the database. Called
 * in the transaction that has locked the series, so that the versions are the current ones.
 */
export async function readTerms(
  client: QueryRunner,
  memory: SeriesMemory,
  orgId: number,
  versions: ReadonlyMap<number, number>,
): Promise<Map<number, VersionedSeries>> {
  const terms = new Map<number, VersionedSeries>()
  const missing: number[] = []
  for (const [id, version] of versions) {
    const known = memory.get(`${orgId} ${id}`)
    if (known?.version === version) terms.set(id, known)
    else missing.push(id)
  }
  if (missing.length === 0) return terms
  const { rows } = await client.query<VersionedSeries>({
    name: 'series-terms',
    text: sql,
    values: [orgId, missing],
  })
  for (const row of rows) {
    terms.set(row.id, row)
    if (memory.size >= maxRemembered) memory.clear()
    memory.set(`${orgId} ${row.id}`, row)
  }
  return terms
}
