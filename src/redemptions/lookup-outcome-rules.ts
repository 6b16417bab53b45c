import type { LookupOutcome } from '../limits/guard-lookups.ts'
import type { RedemptionWish, WishVerdict } from './redeem-rules.ts'

/** What looking for the codes of a question has shown: those that there are not, and those that are somebody else's. */
export function askedOutcomeOf(
  { codeKeys }: Pick<RedemptionWish, 'codeKeys'>,
  { coupons }: WishVerdict,
): LookupOutcome {
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
    unknown: asked.flatMap(({ unknown }) => unknown),
    foreignSeriesIds: asked.flatMap(({ foreignSeriesIds = [] }) => foreignSeriesIds),
    redeemed: verdicts.flatMap(({ coupons }) => coupons.filter(isFirstRedemption)).length,
  }
}

/** One code or one customer, used again and again, tells nothing of whoever uses it. */
function isFirstRedemption({ state, refusal, redemptionId }: WishVerdict['coupons'][number]): boolean {
  if (state === undefined || refusal !== null || redemptionId !== state.newRedemptionId) return false
  return state.coupon.redeemed === 0 || state.usage.redeemedInSeries === 0
}
