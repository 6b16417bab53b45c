import { endOfDayS, dayOf, wallClock } from '../values/calendar.ts'

/**
 * The one judge of redeemability. The history, the check call, the explanation and the redemption ask it; only the
 * redemption asks it about locked rows. Instants are epoch seconds, limits that do not apply are null.
 */

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

/** Limits of a series beside what is used of them. */
export interface SeriesLimits {
  readonly isMultipleUseAllowed: boolean
  readonly maxRedemptionsPerCoupon: number | null
  readonly maxRedemptionsPerCustomer: number | null
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
  readonly place?: { readonly storeId: number; readonly tillId: number | null }
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

const dayS = 86_400

/** A coupon that may be used once, by its series or by a limit of one of its own. */
function isSingleUse(coupon: CouponState, series: SeriesLimits): boolean {
  return !series.isMultipleUseAllowed || coupon.maxRedeemed === 1
}

/** First instant at which the coupon may be redeemed: the n-th day after issue begins. −∞ when nothing is said. */
export function redeemableFromS(
  coupon: Pick<CouponState, 'createdAtS'>,
  series: Pick<SeriesTerms, 'redemptionValidFromS' | 'redemptionValidAfterDays'>,
  timeZone: string,
): number {
  const afterDays =
    series.redemptionValidAfterDays === 0
      ? Number.NEGATIVE_INFINITY
      : startOfDayAfterS(coupon.createdAtS, series.redemptionValidAfterDays, timeZone)
  return Math.max(series.redemptionValidFromS ?? Number.NEGATIVE_INFINITY, afterDays)
}

function startOfDayAfterS(fromS: number, days: number, timeZone: string): number {
  let endS = endOfDayS(timeZone, dayOf(timeZone, fromS))
  for (let day = 1; day < days; day++) endS = endOfDayS(timeZone, dayOf(timeZone, endS + 1))
  return endS + 1
}

function isOutsideWindow(series: SeriesTerms, circumstances: RedemptionCircumstances): boolean {
  const { timeZone, nowS, statedTimeS } = circumstances
  if (!series.redemptionDaysOfMonth && !series.redemptionDaysOfWeek && !series.redemptionHours) return false
  const { dayOfMonth, dayOfWeek, hour } = wallClock(timeZone, Math.floor(statedTimeS ?? nowS))
  const excludes = (allowed: readonly number[] | null, value: number) =>
    allowed !== null && !allowed.includes(value)
  return (
    excludes(series.redemptionDaysOfMonth, dayOfMonth) ||
    excludes(series.redemptionDaysOfWeek, dayOfWeek) ||
    excludes(series.redemptionHours, hour)
  )
}

function isPlaceExcluded(series: SeriesTerms, place: RedemptionCircumstances['place']): boolean {
  if (place === undefined || (series.redemptionStoreIds === null && series.redemptionTillIds === null))
    return false
  return (
    !series.redemptionStoreIds?.includes(place.storeId) &&
    !(place.tillId !== null && series.redemptionTillIds?.includes(place.tillId))
  )
}

function isBillOutside(series: SeriesTerms, bill: RedemptionCircumstances['bill']): boolean {
  if (bill === undefined) return false
  return (
    bill.amount < (series.minBillAmount ?? 0) ||
    bill.amount > (series.maxBillAmount ?? Number.POSITIVE_INFINITY)
  )
}

/**
 * Every rule that the redemption breaks, in the order in which refusals are told: the first is the answer. Empty:
 * the coupon may be redeemed.
 */
export function judge(
  coupon: CouponState,
  series: SeriesTerms,
  customer: CustomerUsage,
  circumstances: RedemptionCircumstances,
): RedemptionRefusal[] {
  const { nowS, timeZone, bill } = circumstances
  const atS = circumstances.statedTimeS ?? nowS
  const isUsed = coupon.redeemed > 0
  const reached = (used: number, limit: number | null) => limit !== null && used >= limit
  const gapEndsAtS =
    series.isMultipleUseAllowed &&
    series.minDaysBetweenRedemptions !== null &&
    customer.lastRedeemedInSeriesAtS !== null
      ? customer.lastRedeemedInSeriesAtS + series.minDaysBetweenRedemptions * dayS
      : Number.NEGATIVE_INFINITY

  const rules: readonly (readonly [RedemptionRefusal, boolean])[] = [
    [660, coupon.isRevoked],
    [712, atS > series.validUntilS],
    [713, atS > coupon.validUntilS],
    [739, atS < redeemableFromS(coupon, series, timeZone)],
    [703, !series.isAnyUser && coupon.customerId !== customer.customerId],
    [742, customer.isBlocked],
    [735, isPlaceExcluded(series, circumstances.place)],
    [733, isBillOutside(series, bill)],
    [729, isOutsideWindow(series, circumstances)],
    [718, bill !== undefined && bill.isNumberRequired && bill.transactionNumber === ''],
    [711, isSingleUse(coupon, series) && isUsed],
    [716, !series.isSameUserMultipleRedeem && customer.redeemedThisCoupon > 0],
    [
      696,
      reached(coupon.redeemed, series.maxRedemptionsPerCoupon) ||
        reached(coupon.redeemed, coupon.maxRedeemed),
    ],
    [736, reached(customer.redeemedInSeries, series.maxRedemptionsPerCustomer)],
    [738, nowS < gapEndsAtS],
    [728, reached(series.redeemed, series.maxRedeemed)],
  ]
  return rules.filter(([, isBroken]) => isBroken).map(([code]) => code)
}

/**
 * How often the coupon can still be redeemed by the limits alone: the smallest remainder, never below 0; −1 when no
 * limit applies. Expiry does not zero it.
 */
export function redemptionsLeft(
  coupon: Pick<CouponState, 'redeemed' | 'maxRedeemed'>,
  series: SeriesLimits,
  customer: Pick<CustomerUsage, 'redeemedInSeries'>,
): number {
  let left = Number.POSITIVE_INFINITY
  const apply = (limit: number | null, used: number): void => {
    if (limit !== null) left = Math.min(left, limit - used)
  }
  apply(series.maxRedeemed, series.redeemed)
  apply(series.maxRedemptionsPerCustomer, customer.redeemedInSeries)
  apply(series.maxRedemptionsPerCoupon, coupon.redeemed)
  apply(series.isMultipleUseAllowed ? null : 1, coupon.redeemed)
  apply(coupon.maxRedeemed, coupon.redeemed)
  return left === Number.POSITIVE_INFINITY ? -1 : Math.max(0, left)
}
