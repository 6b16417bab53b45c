/** What redemptions are judged by. Instants are epoch seconds, limits that do not apply are null. */

export interface CouponState {
  readonly customerId: number | null
  readonly createdAtS: number
  readonly validUntilS: number
  readonly isRevoked: boolean
  /** Redemptions of the coupon that stand. */
  readonly redeemed: number
  /** The coupon's own limit. */
  readonly maxRedeemed: number | null
}

/** The limits of a series for one coupon and one customer. */
export interface SeriesLimits {
  readonly isMultipleUseAllowed: boolean
  readonly maxRedemptionsPerCoupon: number | null
  readonly maxRedemptionsPerCustomer: number | null
}

/** The counter of a series, and the limit that bounds it. */
export interface SeriesUsage {
  /** Redemptions in the series that stand. */
  readonly redeemed: number
  readonly maxRedeemed: number | null
}

export interface SeriesTerms extends SeriesLimits {
  readonly validUntilS: number
  readonly redemptionValidFromS: number | null
  readonly redemptionValidAfterDays: number
  readonly isAnyUser: boolean
  readonly isSameUserMultipleRedeem: boolean
  readonly minDaysBetweenRedemptions: number | null
  readonly minBillAmount: number | null
  readonly maxBillAmount: number | null
  readonly redemptionDaysOfMonth: readonly number[] | null
  readonly redemptionDaysOfWeek: readonly number[] | null
  readonly redemptionHours: readonly number[] | null
  readonly redemptionStoreIds: readonly number[] | null
  readonly redemptionTillIds: readonly number[] | null
}

/** What the customer who wants to redeem has done so far. */
export interface CustomerUsage {
  readonly customerId: number
  readonly isBlocked: boolean
  /** Redemptions in the series by the customer that stand. */
  readonly redeemedInSeries: number
  /** Redemptions of this coupon by the customer that stand. */
  readonly redeemedThisCoupon: number
  readonly lastRedeemedInSeriesAtS: number | null
}

/** The circumstances. What is unknown is not judged: a history has neither a till nor a bill. */
export interface RedemptionCircumstances {
  readonly nowS: number
  /** When the till says that it happened. Expiry and windows are judged then, gaps and limits now. */
  readonly statedTimeS?: number
  readonly timeZone: string
  readonly place?: { readonly storeId: number | null; readonly tillId: number | null }
  readonly bill?: {
    readonly amount: number
    readonly transactionNumber: string
    readonly isNumberRequired: boolean
  }
}

export type RedemptionRefusal =
  | 660
  | 696
  | 703
  | 711
  | 712
  | 713
  | 716
  | 718
  | 728
  | 729
  | 733
  | 735
  | 736
  | 738
  | 739
  | 742

/** What a rule looks at. */
export interface Facts {
  readonly coupon: CouponState
  readonly series: SeriesTerms
  readonly seriesUsage: SeriesUsage
  readonly customer: CustomerUsage
  readonly circumstances: RedemptionCircumstances
  /** When it happens: as the till says, or now. */
  readonly atS: number
}
