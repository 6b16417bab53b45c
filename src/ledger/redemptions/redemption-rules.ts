import type { CouponState, CustomerUsage, Facts, RedemptionCircumstances } from './redemption-facts.ts'
import type { Code } from '../../values/errors.ts'
import { roomFor, usesOf } from '../money/budget-rules.ts'
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
export function brokenRules(
  coupon: CouponState,
  series: Facts['series'],
  seriesUsage: Facts['seriesUsage'],
  customer: CustomerUsage,
  circumstances: RedemptionCircumstances,
): (typeof redemptionRules)[number][] {
  const facts = factsOf(coupon, series, seriesUsage, customer, circumstances)
  const broken: (typeof redemptionRules)[number][] = []
  for (const rule of redemptionRules) if (rule.isBroken(facts)) broken.push(rule)
  return broken
}

/** The refusal codes of the broken rules. */
export const judge = (...facts: Parameters<typeof brokenRules>): RedemptionRefusal[] =>
  brokenRules(...facts).map(({ code }) => code)

export interface ExplainedRule {
  readonly name: string
  readonly code: RedemptionRefusal
  /** The refusal in our own calls, if the contract has none for the rule. */
  readonly ownCode?: Code
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
  return redemptionRules.map(({ name, code, ownCode, isBroken, applies, seen }) => ({
    name,
    code,
    ...(ownCode !== undefined && { ownCode }),
    verdict: isBroken(facts) ? 'fail' : applies(facts) ? 'pass' : 'notApplicable',
    seen: seen(facts),
  }))
}

/**
 * Number of remaining redemptions by the limits alone: the smallest remainder, never below 0; −1 if no limit applies.
 * Expiry does not set it to zero; an exhausted budget does.
 */
export function redemptionsLeft(
  coupon: Pick<CouponState, 'redeemed' | 'maxRedeemed'>,
  series: Pick<
    Facts['series'],
    'isMultipleUseAllowed' | 'maxRedemptionsPerCoupon' | 'maxRedemptionsPerCustomer' | 'budget'
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
  if (series.budget !== null && seriesUsage.budgetUsage !== undefined) {
    for (const { limit, used } of usesOf(series.budget, seriesUsage.budgetUsage)) apply(limit, used)
    if (roomFor(series.budget, seriesUsage.budgetUsage) === 0) left = 0
  }
  return left === Number.POSITIVE_INFINITY ? -1 : Math.max(0, left)
}
