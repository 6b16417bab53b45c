import type { Code } from '../../values/errors.ts'
import type { Money } from '../../values/money.ts'
import type { CustomerProfile } from '../customers/customer-profile.ts'
import type { LookupOutcome } from '../lookups/count-lookups.ts'
import type { Refused } from '../../platform/refusals/refusal-counts.ts'
import type { CouponRefusal, CouponVerdict, RedemptionRequest, RequestVerdict } from './redeem-rules.ts'

/** One coupon of a request: redeemed or redeemable, or refused. */
export interface CouponOutcome {
  /** Null: the coupon was or could be redeemed. */
  readonly refusal: CouponRefusal | null
  /** The refusal in our own calls, if the contract has none for the rule. */
  readonly ownRefusal?: Code | undefined
  /** Null: it was not redeemed. */
  readonly redemptionId: number | null
  /** Undefined: no such code. */
  readonly coupon?: {
    readonly id: number
    readonly code: string
    readonly seriesId: number
    readonly discountCode: string | null
    readonly discountType: string
    readonly discountValue: number
    readonly discountUpto: number
  }
  /** Undefined: the coupon was refused, or nothing was computed. */
  readonly discountAmount?: Money | undefined
  /** The coupon was redeemed now and had no standing redemption before. */
  readonly isFirst?: true | undefined
}

/** The outcome of the coupons that one customer redeems on one bill: all or none. */
export interface RequestOutcome {
  /** Undefined: the customer is unknown, and so is everything else. */
  readonly customer?: CustomerProfile | undefined
  readonly coupons: readonly CouponOutcome[]
  /** The hold that the coupons were redeemed from. Undefined: none. */
  readonly throughHoldId?: number | undefined
}

export function requestOutcomeOf({ customer, coupons, throughHoldId }: RequestVerdict): RequestOutcome {
  return { customer, coupons: coupons.map(couponOutcomeOf), throughHoldId }
}

function couponOutcomeOf({
  state,
  refusal,
  ownRefusal,
  redemptionId,
  discount,
}: CouponVerdict): CouponOutcome {
  if (state === undefined) return { refusal, redemptionId }
  const { couponId, code, series } = state
  const { discountCode, discountType, discountValue, discountUpto } = series
  const coupon = {
    id: couponId,
    code,
    seriesId: series.id,
    discountCode,
    discountType,
    discountValue,
    discountUpto,
  }
  const isMade = refusal === null && redemptionId !== null && redemptionId === state.newRedemptionId
  // Repeated use of one code is no evidence about the caller.
  const isFirst = isMade && state.coupon.redeemed === 0
  return {
    refusal,
    ownRefusal,
    redemptionId,
    coupon,
    discountAmount: discount?.amount,
    isFirst: isFirst || undefined,
  }
}

/** The look-up outcome of a request's codes: unknown codes, and codes that belong to someone else. */
export function askedOutcomeOf(
  { codeKeys }: Pick<RedemptionRequest, 'codeKeys'>,
  { customer, coupons }: RequestOutcome,
): LookupOutcome {
  // The answer then reveals nothing about codes.
  if (customer === undefined) return { unknownCustomers: 1 }
  return {
    unknown: coupons.flatMap(({ coupon }, at) => (coupon === undefined ? (codeKeys[at] ?? []) : [])),
    foreignSeriesIds: coupons.flatMap(({ coupon, refusal }) =>
      coupon !== undefined && refusal === 703 ? coupon.seriesId : [],
    ),
  }
}

/** The look-up outcome of executed requests, including redeemed coupons. */
export function lookupOutcomeOf(
  requests: readonly RedemptionRequest[],
  outcomes: readonly RequestOutcome[],
): LookupOutcome {
  const asked = outcomes.map((outcome, at) => askedOutcomeOf(requests[at] ?? { codeKeys: [] }, outcome))
  return {
    unknown: asked.flatMap(({ unknown = [] }) => unknown),
    foreignSeriesIds: asked.flatMap(({ foreignSeriesIds = [] }) => foreignSeriesIds),
    redeemedCouponIds: outcomes.flatMap(({ coupons }) =>
      coupons.flatMap(({ coupon, isFirst }) => (coupon !== undefined && isFirst ? coupon.id : [])),
    ),
    unknownCustomers: asked.filter(({ unknownCustomers = 0 }) => unknownCustomers > 0).length,
  }
}

/** Returns the refusals. A coupon refused because of another coupon in the request is not counted. */
export function refusalsOf(outcomes: readonly RequestOutcome[]): Refused[] {
  return outcomes.flatMap(({ customer, coupons }): Refused[] =>
    customer === undefined
      ? [{ operation: 'redeem', seriesId: undefined, code: 701 }]
      : coupons.flatMap(({ coupon, refusal, ownRefusal }) =>
          refusal === null || refusal === 749
            ? []
            : [{ operation: 'redeem' as const, seriesId: coupon?.seriesId, code: ownRefusal ?? refusal }],
        ),
  )
}
