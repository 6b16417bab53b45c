/**
 * The terms of a series, described once: types, select lists, the columns that an edit writes and the terms that
 * processes cache are derived from this table. The column comments in the database explain each column.
 */

/** Types of the values, by kind; a `?` after a kind adds null. */
interface Kinds {
  readonly text: string
  readonly flag: boolean
  readonly whole: number
  /** `numeric` in the database. */
  readonly amount: number
  /** `timestamptz` in the database; here whole epoch seconds, truncated. */
  readonly instant: number
  readonly numbers: readonly number[]
  readonly discount: 'ABS' | 'PERC'
  readonly handling: 'DISC_CODE' | 'DISC_CODE_PIN' | 'GENERIC'
  readonly expiry: 'SERIES_EXPIRY' | 'DAYS' | 'MONTHS_END'
  readonly products: readonly ProductGroup[]
  readonly target: TargetCustomers
  readonly budget: Budget
  readonly halt: Halt
  readonly properties: readonly { readonly name: string; readonly value: string }[]
}
type Kind = keyof Kinds | `${keyof Kinds}?`

/**
 * The purpose of a term: `redeem` and `issue`, the rules of these operations; `code`, the form of generated codes;
 * `form`, further settings of that form; `items`, rules for the items of a bill; `budget`; `control`, whether the
 * series is halted and when it begins to issue; `shown`, terms printed with each coupon; `usage`, limits stored beside
 * their counters in `series_usage`; `other`, everything else. `form`, `items`, `budget` and `control` are each set by a
 * call of their own, not by an edit of the series.
 */
type Group =
  | 'redeem'
  | 'issue'
  | 'code'
  | 'form'
  | 'items'
  | 'budget'
  | 'control'
  | 'shown'
  | 'usage'
  | 'other'

export const productTypes = ['SKU', 'CATEGORY', 'BRAND', 'ATTRIBUTE'] as const

/** Products that a coupon applies to, or does not: by id or by code, not both. */
export interface ProductGroup {
  readonly productType: (typeof productTypes)[number]
  readonly productIds?: readonly number[]
  readonly productCodes?: readonly string[]
}

/** As stated by the caller; epoch values keep their unit. */
export interface TargetCustomers {
  readonly validMaxUserTransactionLimit?: number
  readonly validUserRegistrationStartTime?: number
  readonly validUserRegistrationEndTime?: number
}

export const budgetPeriods = ['day', 'week', 'month'] as const

/** Limits of a calendar period. Null: no limit; at least one is not null. */
export interface PeriodLimits {
  readonly per: (typeof budgetPeriods)[number]
  readonly amount: number | null
  readonly uses: number | null
  readonly usesPerCustomer: number | null
}

export const defaultAlertShares: readonly number[] = [50, 80, 95]

/** The limits on the discounts of a series, and on how often it may be used. Null: no limit. */
export interface Budget {
  readonly total: number | null
  readonly perCustomer: number | null
  /** At most one of each kind of period. */
  readonly periods: readonly PeriodLimits[]
  /**
   * How a computed discount that exceeds the rest of the budget is treated: the redemption is refused, or the discount
   * is reduced to the rest.
   */
  readonly whenItDoesNotFit: 'refuse' | 'part'
  /**
   * The announced shares of each limit for all customers together, in percent, ascending. Absent: `defaultAlertShares`.
   */
  readonly alertAtPercent?: readonly number[]
  /**
   * The time zone of the periods: that of the organisation when the budget was set, so that periods do not change
   * later.
   */
  readonly timeZone: string
}

/** A series that neither issues nor redeems. While it is paused, existing holds may still be redeemed. */
export interface Halt {
  readonly as: 'paused' | 'stopped'
  readonly atS: number
  readonly reason: string
  /** The name of the person; null: unknown. */
  readonly by: string | null
}

export const terms = {
  code: ['code', 'text', 'other'],
  description: ['description', 'text', 'shown'],
  info: ['info', 'text', 'shown'],
  tag: ['tag', 'text', 'other'],
  discountCode: ['discount_code', 'text?', 'shown'],
  discountType: ['discount_type', 'discount', 'shown'],
  discountValue: ['discount_value', 'amount', 'shown'],
  discountUpto: ['discount_upto', 'amount', 'shown'],
  smsTemplate: ['sms_template', 'text', 'other'],
  clientHandlingType: ['client_handling_type', 'handling', 'issue'],
  genericCode: ['generic_code', 'text?', 'issue'],
  expiryStrategy: ['expiry_strategy', 'expiry', 'issue'],
  expiryStrategyValue: ['expiry_strategy_value', 'whole?', 'issue'],
  maxIssued: ['max_issued', 'whole?', 'usage'],
  isMultiplePerCustomerAllowed: ['is_multiple_per_customer_allowed', 'flag', 'issue'],
  maxCouponsPerCustomer: ['max_coupons_per_customer', 'whole?', 'issue'],
  minDaysBetweenCoupons: ['min_days_between_coupons', 'whole?', 'issue'],
  isExistingCouponWithheld: ['is_existing_coupon_withheld', 'flag', 'issue'],
  mutuallyExclusiveSeriesIds: ['mutually_exclusive_series_ids', 'numbers?', 'issue'],
  maxRedeemed: ['max_redeemed', 'whole?', 'usage'],
  validUntilS: ['valid_until', 'instant', 'redeem'],
  redemptionValidFromS: ['redemption_valid_from', 'instant?', 'redeem'],
  redemptionValidAfterDays: ['redemption_valid_after_days', 'whole', 'redeem'],
  isAnyUser: ['is_any_user', 'flag', 'redeem'],
  isMultipleUseAllowed: ['is_multiple_use_allowed', 'flag', 'redeem'],
  isSameUserMultipleRedeem: ['is_same_user_multiple_redeem', 'flag', 'redeem'],
  maxRedemptionsPerCoupon: ['max_redemptions_per_coupon', 'whole?', 'redeem'],
  maxRedemptionsPerCustomer: ['max_redemptions_per_customer', 'whole?', 'redeem'],
  minDaysBetweenRedemptions: ['min_days_between_redemptions', 'whole?', 'redeem'],
  minBillAmount: ['min_bill_amount', 'amount?', 'redeem'],
  maxBillAmount: ['max_bill_amount', 'amount?', 'redeem'],
  redemptionDaysOfMonth: ['redemption_days_of_month', 'numbers?', 'redeem'],
  redemptionDaysOfWeek: ['redemption_days_of_week', 'numbers?', 'redeem'],
  redemptionHours: ['redemption_hours', 'numbers?', 'redeem'],
  redemptionStoreIds: ['redemption_store_ids', 'numbers?', 'redeem'],
  redemptionTillIds: ['redemption_till_ids', 'numbers?', 'redeem'],
  targetCustomers: ['target_customers', 'target?', 'redeem'],
  products: ['products', 'products?', 'redeem'],
  excludedProducts: ['excluded_products', 'products?', 'items'],
  minQuantity: ['min_quantity', 'whole?', 'items'],
  budget: ['budget', 'budget?', 'budget'],
  halt: ['halt', 'halt?', 'control'],
  issueValidFromS: ['issue_valid_from', 'instant?', 'control'],
  redemptionZoneIds: ['redemption_zone_ids', 'numbers?', 'other'],
  redemptionConceptIds: ['redemption_concept_ids', 'numbers?', 'other'],
  isCodeAlphanumeric: ['is_code_alphanumeric', 'flag', 'code'],
  codeLength: ['code_length', 'whole', 'code'],
  codePrefix: ['code_prefix', 'text', 'code'],
  codeSuffix: ['code_suffix', 'text', 'code'],
  codeAlphabet: ['code_alphabet', 'text?', 'form'],
  codePattern: ['code_pattern', 'text?', 'form'],
  hasCheckCharacter: ['has_check_character', 'flag', 'form'],
  statedCodeLength: ['stated_code_length', 'whole', 'other'],
  statedPrefix: ['stated_prefix', 'text?', 'other'],
  statedSuffix: ['stated_suffix', 'text?', 'other'],
  isPrefixEnabled: ['is_prefix_enabled', 'flag', 'other'],
  isSuffixEnabled: ['is_suffix_enabled', 'flag', 'other'],
  isPrefixOfOrganisation: ['is_prefix_of_organisation', 'flag', 'other'],
  isSuffixOfOrganisation: ['is_suffix_of_organisation', 'flag', 'other'],
  customProperties: ['custom_properties', 'properties?', 'shown'],
  isResendMessageEnabled: ['is_resend_message_enabled', 'flag', 'other'],
  isSmsDisabled: ['is_sms_disabled', 'flag', 'other'],
  isValidationRequired: ['is_validation_required', 'flag', 'other'],
  isReferralOfExistingAllowed: ['is_referral_of_existing_allowed', 'flag', 'other'],
  isValidWithDiscountedItem: ['is_valid_with_discounted_item', 'flag', 'other'],
  maxReferralsPerReferee: ['max_referrals_per_referee', 'whole?', 'other'],
} as const satisfies Readonly<Record<string, readonly [column: string, kind: Kind, group: Group]>>

type Table = typeof terms
export type TermKey = keyof Table
type ValueOf<Of> = Of extends `${infer Base extends keyof Kinds}?`
  ? Kinds[Base] | null
  : Of extends keyof Kinds
    ? Kinds[Of]
    : never

/** Terms of some groups. Null in a limit: no limit; null in a list: all. */
export type TermsOf<Groups extends Group> = {
  readonly [Key in TermKey as Table[Key][2] extends Groups ? Key : never]: ValueOf<Table[Key][1]>
}

/** All terms that an edit of a series states or derives. */
export type SeriesTerms = TermsOf<Exclude<Group, 'form' | 'items' | 'budget' | 'control'>>

/** The usage of a series' limits: issued coupons and standing redemptions. */
export interface SeriesUsage extends TermsOf<'usage'> {
  readonly issued: number
  readonly redeemed: number
}

/** A complete series, including its usage and history. */
export interface Series extends SeriesTerms, SeriesUsage, TermsOf<'budget' | 'control'> {
  readonly id: number
  /** Number of changes of the terms. */
  readonly version: number
  readonly orgId: number
  readonly createdTillId: number | null
  /** Created by the import of a history, and never edited. */
  readonly isImported: boolean
  readonly createdAtS: number
  readonly updatedAtS: number
  /** Null: never. */
  readonly lastIssuedAtS: number | null
  readonly lastRedeemedAtS: number | null
  /** Number of uploaded codes that are not assigned to a customer. */
  readonly waitingCodes: number
}

const allKeys = Object.keys(terms) as TermKey[]

export const keysOf = (...groups: readonly Group[]): TermKey[] =>
  allKeys.filter((key) => groups.includes(terms[key][2]))

/** Terms that an edit writes, by table. */
export const statedKeys = {
  series: keysOf('redeem', 'issue', 'code', 'shown', 'other') as (keyof SeriesTerms)[],
  series_usage: keysOf('usage') as (keyof SeriesTerms)[],
}
type StatedTable = keyof typeof statedKeys

const kindOf = (key: TermKey) => terms[key][1].replace('?', '') as keyof Kinds
const jsonKinds: ReadonlySet<keyof Kinds> = new Set(['products', 'target', 'properties'])

export const epochS = (column: string): string => `floor(date_part('epoch', ${column}))::float8`

/** The column of a term; `s` is the series, `u` its usage. */
const columnOf = (key: TermKey): string => `${terms[key][2] === 'usage' ? 'u' : 's'}.${terms[key][0]}`

/** A select list of terms, each named by its key. */
export function selectTerms(keys: readonly TermKey[]): string {
  const read = (key: TermKey): string => {
    const column = columnOf(key)
    if (kindOf(key) === 'instant') return epochS(column)
    return kindOf(key) === 'amount' ? `${column}::float8` : column
  }
  return keys.map((key) => `${read(key)} as "${key}"`).join(', ')
}

/** Columns that an edit writes. */
export const columnsOf = (table: StatedTable): string[] => statedKeys[table].map((key) => terms[key][0])

/** The assignments of an edit. @param first the number of the first parameter. */
export const assignmentsOf = (table: StatedTable, first: number): string =>
  columnsOf(table)
    .map((name, at) => `${name} = $${at + first}`)
    .join(', ')

/** Their values, in the same order. */
export const parametersOf = (table: StatedTable, stated: SeriesTerms): unknown[] =>
  statedKeys[table].map((key) => {
    const value = stated[key]
    if (value === null) return null
    if (kindOf(key) === 'instant') return new Date((value as number) * 1000)
    return jsonKinds.has(kindOf(key)) ? JSON.stringify(value) : value
  })
