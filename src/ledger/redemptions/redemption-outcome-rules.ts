import type { CustomerProfile } from '../customers/customer-profile.ts'
import type { LookupOutcome } from '../lookups/count-lookups.ts'
import type { Refused } from '../../platform/refusals/refusal-counts.ts'
import type { CouponRefusal, CouponVerdict, RedemptionRequest, RequestVerdict } from './redeem-rules.ts'

/** One coupon of a request: redeemed or redeemable, or refused. */
export interface CouponOutcome {
  /** Null: it was redeemed, or could be. */
  readonly refusal: CouponRefusal | null
  /** Null: it was not redeemed. */
  readonly redemptionId: number | null
  /** Undefined: there is no such code. */
  readonly coupon?: {
    readonly id: number
    readonly code: string
    readonly seriesId: number
    readonly discountCode: string | null
    readonly discountType: string
    readonly discountValue: number
    readonly discountUpto: number
  }
  /** It was redeemed now, and no redemption of it stood before. */
  readonly isFirst?: true
}

/** What one customer wanted redeemed on one bill: all of it or nothing. */
export interface RequestOutcome {
  /** Undefined: the customer is unknown, and nothing else is known either. */
  readonly customer?: CustomerProfile
  readonly coupons: readonly CouponOutcome[]
}

export function requestOutcomeOf({ customer, coupons }: RequestVerdict): RequestOutcome {
  return { ...(customer && { customer }), coupons: coupons.map(couponOutcomeOf) }
}

function couponOutcomeOf({ state, refusal, redemptionId }: CouponVerdict): CouponOutcome {
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
  // One code used again and again tells nothing of who uses it.
  return isMade && state.coupon.redeemed === 0
    ? { refusal, redemptionId, coupon, isFirst: true }
    : { refusal, redemptionId, coupon }
}

/** What looking for the codes of a request has shown: codes that are unknown, and codes that are somebody else's. */
export function askedOutcomeOf(
  { codeKeys }: Pick<RedemptionRequest, 'codeKeys'>,
  { customer, coupons }: RequestOutcome,
): LookupOutcome {
  // Of codes nothing is told then.
  if (customer === undefined) return { unknownCustomers: 1 }
  return {
    unknown: coupons.flatMap(({ coupon }, at) => (coupon === undefined ? (codeKeys[at] ?? []) : [])),
    foreignSeriesIds: coupons.flatMap(({ coupon, refusal }) =>
      coupon !== undefined && refusal === 703 ? coupon.seriesId : [],
    ),
  }
}

/** The same of requests that were executed, with what was redeemed. */
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

/** What was refused. A coupon that was refused because of another one in the request is not counted. */
export function refusalsOf(outcomes: readonly RequestOutcome[]): Refused[] {
  return outcomes.flatMap(({ customer, coupons }): Refused[] =>
    customer === undefined
      ? [{ operation: 'redeem', seriesId: undefined, code: 701 }]
      : coupons.flatMap(({ coupon, refusal }) =>
          refusal === null || refusal === 749
            ? []
            : [{ operation: 'redeem' as const, seriesId: coupon?.seriesId, code: refusal }],
        ),
  )
}
