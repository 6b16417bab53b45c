/** What the discounts of a series may come to, and how often it may be used. Amounts are thousandths; null: no limit. */
export interface BudgetPlan {
  readonly total: number | null
  readonly perCustomer: number | null
  readonly perDay: {
    readonly amount: number | null
    readonly uses: number | null
    readonly usesPerCustomer: number | null
  }
  readonly isGivenInPart: boolean
}

/** The terms of a series as far as the proof uses them. Null: no limit. */
export interface SeriesPlan {
  readonly handling: 'DISC_CODE' | 'DISC_CODE_PIN' | 'GENERIC'
  readonly isAnyUser: boolean
  readonly isMultipleUse: boolean
  readonly isSameUserMultiple: boolean
  readonly maxIssued: number | null
  readonly maxRedeemed: number | null
  readonly maxPerCoupon: number | null
  readonly maxPerCustomer: number | null
  readonly isMultiplePerCustomer: boolean
  readonly maxCouponsPerCustomer: number | null
  readonly isWithheld: boolean
  /** Uploaded codes; for DISC_CODE_PIN. */
  readonly poolSize: number
  /** The own limit of each coupon that exists from the start, as after an import. */
  readonly ownLimit: number | null
  /** Coupons that exist from the start. */
  readonly imported: number
  /** Excludes the other series of the round. */
  readonly isExclusive: boolean
  /** In thousandths of a per cent; null: 10 off the bill. */
  readonly percent: number | null
  /** The most that a coupon takes off, in thousandths; 0: no cap. */
  readonly discountUpto: number
  /** Applies to items of the category SHOES only, where items are known. */
  readonly isForShoes: boolean
  readonly budget: BudgetPlan | null
}

/** No limits at all. */
export const open: SeriesPlan = {
  handling: 'DISC_CODE',
  isAnyUser: true,
  isMultipleUse: true,
  isSameUserMultiple: true,
  maxIssued: null,
  maxRedeemed: null,
  maxPerCoupon: null,
  maxPerCustomer: null,
  isMultiplePerCustomer: true,
  maxCouponsPerCustomer: null,
  isWithheld: false,
  poolSize: 0,
  ownLimit: null,
  imported: 0,
  isExclusive: false,
  percent: null,
  discountUpto: 0,
  isForShoes: false,
  budget: null,
}
