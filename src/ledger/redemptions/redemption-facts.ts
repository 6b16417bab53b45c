import type { SeriesUsage, TermsOf } from '../series/terms.ts'

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

/** What the customer who wants to redeem has done so far. */
export interface CustomerUsage {
  readonly customerId: number
  readonly isBlocked: boolean
  /** Redemptions in the series by the customer that stand. */
  readonly redeemedInSeries: number
  /** Redemptions of this coupon by the customer that stand. */
  readonly redeemedThisCoupon: number
  readonly lastRedeemedInSeriesAtS: number | null
  /** Undefined: not known, and not judged. */
  readonly registeredAtS?: number
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

/** What a rule looks at. */
export interface Facts {
  readonly coupon: CouponState
  readonly series: TermsOf<'redeem'>
  readonly seriesUsage: Pick<SeriesUsage, 'redeemed' | 'maxRedeemed'>
  readonly customer: CustomerUsage
  readonly circumstances: RedemptionCircumstances
  /** When it happens: as the till says, or now. */
  readonly atS: number
}
