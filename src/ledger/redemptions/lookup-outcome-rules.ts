import type { LookupOutcome } from '../lookups/count-lookups.ts'
import type { RedemptionWish, WishVerdict } from './redeem-rules.ts'

/** What looking for the codes of a question has shown: those that there are not, and those that are somebody else's. */
export function askedOutcomeOf(
  { codeKeys }: Pick<RedemptionWish, 'codeKeys'>,
  { customer, coupons }: WishVerdict,
): LookupOutcome {
  // Of codes nothing is told then.
  if (customer === undefined) return { unknownCustomers: 1 }
  return {
    unknown: coupons.flatMap(({ state }, at) => (state === undefined ? (codeKeys[at] ?? []) : [])),
    foreignSeriesIds: coupons.flatMap(({ state, refusal }) =>
      state !== undefined && refusal === 703 ? state.series.id : [],
    ),
  }
}

/** The same of wishes that were to be carried out, with what was redeemed. */
export function lookupOutcomeOf(
  wishes: readonly RedemptionWish[],
  verdicts: readonly WishVerdict[],
): LookupOutcome {
  const asked = verdicts.map((verdict, at) => askedOutcomeOf(wishes[at] ?? { codeKeys: [] }, verdict))
  return {
    unknown: asked.flatMap(({ unknown = [] }) => unknown),
    foreignSeriesIds: asked.flatMap(({ foreignSeriesIds = [] }) => foreignSeriesIds),
    redeemedCouponIds: verdicts.flatMap(({ coupons }) => coupons.flatMap(redeemedFirst)),
    unknownCustomers: asked.filter(({ unknownCustomers = 0 }) => unknownCustomers > 0).length,
  }
}

/** The coupon that was redeemed, unless a redemption of it stood before: one code used again and again tells nothing. */
function redeemedFirst({ state, refusal, redemptionId }: WishVerdict['coupons'][number]): number[] {
  if (state === undefined || refusal !== null || redemptionId !== state.newRedemptionId) return []
  return state.coupon.redeemed === 0 ? [state.couponId] : []
}
