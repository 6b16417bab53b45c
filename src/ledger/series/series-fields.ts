import type { IssueTerms } from '../coupons/issue-rules.ts'

export type ClientHandlingType = IssueTerms['clientHandlingType']
export type ExpiryStrategy = IssueTerms['expiryStrategy']
export type DiscountType = 'ABS' | 'PERC'

export const productTypes = ['SKU', 'CATEGORY', 'BRAND', 'ATTRIBUTE'] as const

/** Products that a coupon is for: by id or by code, not both. */
export interface ProductGroup {
  readonly productType: (typeof productTypes)[number]
  readonly productIds?: readonly number[]
  readonly productCodes?: readonly string[]
}

/** As the caller states it; epoch values keep the unit they came in. */
export interface TargetCustomers {
  readonly validMaxUserTransactionLimit?: number
  readonly validUserRegistrationStartTime?: number
  readonly validUserRegistrationEndTime?: number
}

/** Text that stands before or behind the random characters of a code. */
export interface Affix {
  readonly text: string | null
  readonly isEnabled: boolean
  readonly isOfOrganisation: boolean
}

/** What means the same in a request and in the database. Null in a limit: no limit. */
export interface PlainTerms {
  readonly maxIssued: number | null
  readonly maxRedeemed: number | null
  readonly maxRedemptionsPerCoupon: number | null
  readonly maxRedemptionsPerCustomer: number | null
  readonly isSameUserMultipleRedeem: boolean
  readonly isMultipleUseAllowed: boolean
  readonly minDaysBetweenRedemptions: number | null
  readonly isMultiplePerCustomerAllowed: boolean
  readonly maxCouponsPerCustomer: number | null
  readonly minDaysBetweenCoupons: number | null
  readonly isExistingCouponWithheld: boolean
  readonly mutuallyExclusiveSeriesIds: readonly number[] | null
  readonly discountUpto: number
  readonly minBillAmount: number | null
  readonly maxBillAmount: number | null
  readonly redemptionDaysOfMonth: readonly number[] | null
  readonly redemptionDaysOfWeek: readonly number[] | null
  readonly redemptionHours: readonly number[] | null
  readonly redemptionValidAfterDays: number
  readonly redemptionStoreIds: readonly number[] | null
  readonly redemptionTillIds: readonly number[] | null
  readonly redemptionZoneIds: readonly number[] | null
  readonly redemptionConceptIds: readonly number[] | null
  readonly products: readonly ProductGroup[] | null
  readonly targetCustomers: TargetCustomers | null
  readonly isCodeAlphanumeric: boolean
  /** 0: the default. */
  readonly statedCodeLength: number
  readonly isResendMessageEnabled: boolean
  readonly isSmsDisabled: boolean
  readonly customProperties: readonly { readonly name: string; readonly value: string }[] | null
  readonly isValidationRequired: boolean
  readonly isReferralOfExistingAllowed: boolean
  readonly isValidWithDiscountedItem: boolean
  readonly maxReferralsPerReferee: number | null
}

/** A series as a caller states it. Undefined: left out. Instants are epoch seconds. */
export interface SeriesFields {
  /** Empty when it was stated so. */
  readonly code: string | undefined
  readonly description: string | undefined
  readonly discountCode: string | undefined
  readonly smsTemplate: string | undefined
  readonly discountValue: number | undefined
  readonly discountType: DiscountType | undefined
  readonly isAnyUser: boolean | undefined
  readonly clientHandlingType: ClientHandlingType | undefined
  readonly expiryStrategy: ExpiryStrategy | undefined
  readonly expiryStrategyValue: number | undefined
  /** Some instant of the last day. */
  readonly validTillDateS: number | undefined
  /** The last instant itself. */
  readonly validTillDateTimeS: number | undefined
  readonly redemptionValidFromS: number | undefined
  /** Empty when it was stated so. */
  readonly genericCode: string | undefined
  readonly info: string | undefined
  readonly tag: string | undefined
  readonly prefix: Affix
  readonly suffix: Affix
  readonly plain: PlainTerms
}

/** A series as it is kept. Instants are epoch seconds. */
export interface SeriesTermsKept extends PlainTerms {
  readonly code: string
  readonly description: string
  readonly info: string
  readonly tag: string
  /** Null: none, for series that were not made by API. */
  readonly discountCode: string | null
  readonly smsTemplate: string
  readonly discountValue: number
  readonly discountType: DiscountType
  readonly isAnyUser: boolean
  readonly clientHandlingType: ClientHandlingType
  readonly genericCode: string | null
  readonly expiryStrategy: ExpiryStrategy
  readonly expiryStrategyValue: number | null
  readonly validUntilS: number
  /** Null: at once. */
  readonly redemptionValidFromS: number | null
  readonly codeLength: number
  readonly codePrefix: string
  readonly codeSuffix: string
  readonly statedPrefix: string | null
  readonly statedSuffix: string | null
  readonly isPrefixEnabled: boolean
  readonly isSuffixEnabled: boolean
  readonly isPrefixOfOrganisation: boolean
  readonly isSuffixOfOrganisation: boolean
}

/** A series with what has become of it. */
export interface KeptSeries extends SeriesTermsKept {
  readonly id: number
  /** Counts the changes of the terms. */
  readonly version: number
  readonly orgId: number
  readonly createdTillId: number | null
  /** Made by the import of a history, and never edited. */
  readonly isImported: boolean
  readonly createdAtS: number
  readonly updatedAtS: number
  readonly issued: number
  readonly redeemed: number
  /** Null: never. */
  readonly lastIssuedAtS: number | null
  readonly lastRedeemedAtS: number | null
  /** Uploaded codes that wait for a customer. */
  readonly waitingCodes: number
}
