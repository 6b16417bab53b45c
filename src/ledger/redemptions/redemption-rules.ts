import type { CouponState, CustomerUsage, Facts, RedemptionCircumstances } from './redemption-facts.ts'
import { redemptionRules, type RedemptionRefusal, type Seen } from './ordered-redemption-rules.ts'

/**
 * The only judge of redeemability. The history, the check call, the explanation and the redemption use it; only the
 * redemption applies it to locked rows.
 */

const factsOf = (
  coupon: CouponState,
  series: Facts['series'],
  seriesUsage: Facts['seriesUsage'],
  customer: CustomerUsage,
  circumstances: RedemptionCircumstances,
): Facts => ({
  coupon,
  series,
  seriesUsage,
  customer,
  circumstances,
  atS: circumstances.statedTimeS ?? circumstances.nowS,
})

/** Returns every broken rule, in order of precedence: the first is the answer. Empty: the coupon may be redeemed. */
export function judge(
  coupon: CouponState,
  series: Facts['series'],
  seriesUsage: Facts['seriesUsage'],
  customer: CustomerUsage,
  circumstances: RedemptionCircumstances,
): RedemptionRefusal[] {
  const facts = factsOf(coupon, series, seriesUsage, customer, circumstances)
  const broken: RedemptionRefusal[] = []
  for (const rule of redemptionRules) if (rule.isBroken(facts)) broken.push(rule.code)
  return broken
}

export interface ExplainedRule {
  readonly name: string
  readonly code: RedemptionRefusal
  readonly verdict: 'pass' | 'fail' | 'notApplicable'
  readonly seen: Readonly<Record<string, Seen>>
}

/** Returns the verdict of each rule and the values it inspected: the same rules in the same order as `judge`. */
export function explain(
  coupon: CouponState,
  series: Facts['series'],
  seriesUsage: Facts['seriesUsage'],
  customer: CustomerUsage,
  circumstances: RedemptionCircumstances,
): ExplainedRule[] {
  const facts = factsOf(coupon, series, seriesUsage, customer, circumstances)
  return redemptionRules.map(({ name, code, isBroken, applies, seen }) => ({
    name,
    code,
    verdict: isBroken(facts) ? 'fail' : applies(facts) ? 'pass' : 'notApplicable',
    seen: seen(facts),
  }))
}

/**
 * Number of remaining redemptions by the limits alone: the smallest remainder, never below 0; −1 if no limit applies.
 * Expiry does not set it to zero.
 */
export function redemptionsLeft(
  coupon: Pick<CouponState, 'redeemed' | 'maxRedeemed'>,
  series: Pick<
    Facts['series'],
    'isMultipleUseAllowed' | 'maxRedemptionsPerCoupon' | 'maxRedemptionsPerCustomer'
  >,
  seriesUsage: Facts['seriesUsage'],
  customer: Pick<CustomerUsage, 'redeemedInSeries'>,
): number {
  let left = Number.POSITIVE_INFINITY
  const apply = (limit: number | null, used: number): void => {
    if (limit !== null) left = Math.min(left, limit - used)
  }
  apply(seriesUsage.maxRedeemed, seriesUsage.redeemed)
  apply(series.maxRedemptionsPerCustomer, customer.redeemedInSeries)
  apply(series.maxRedemptionsPerCoupon, coupon.redeemed)
  apply(series.isMultipleUseAllowed ? null : 1, coupon.redeemed)
  apply(coupon.maxRedeemed, coupon.redeemed)
  return left === Number.POSITIVE_INFINITY ? -1 : Math.max(0, left)
}
