import type { Code } from '../../values/errors.ts'
import type { Money } from '../../values/money.ts'
import { greatestPart } from '../money/budget-rules.ts'
import type { Discount } from '../money/discount-rules.ts'
import type { AddedRedemptions } from './added-redemptions-rules.ts'
import type { GivenDiscounts, Proposed } from './bill-rules.ts'
import type { CouponRefusal, CouponVerdict, RedemptionRequest } from './redeem-rules.ts'
import { brokenRules, redemptionsLeft } from './redemption-rules.ts'
import type { ItemState, RedemptionState } from './redemption-state.ts'
import { testRefusalOf } from './test-code-rules.ts'

/**
 * The transaction number by which a till's retry is recognised; empty: not recognised. It is always empty without a
 * till.
 */
export function retryOf(
  { replaysRetries, bill, place }: RedemptionRequest,
  { couponId, usage }: RedemptionState,
): string {
  if (!replaysRetries || !bill?.transactionNumber || place.tillId === null) return ''
  return JSON.stringify([place.tillId, bill.transactionNumber, couponId, usage.customerId])
}

/** The decisions before a coupon. */
export interface Before {
  readonly added: AddedRedemptions
  readonly given: GivenDiscounts
  readonly made: ReadonlyMap<string, CouponVerdict>
  /** The coupons granted in the same request. */
  readonly granted: readonly RedemptionState[]
  /** The coupons that are reserved for the request, and the maximum discount from a budget on each. */
  readonly reserved: ReadonlyMap<number, Money>
}

const refused = (
  state: RedemptionState | undefined,
  refusal: CouponRefusal,
  redemptionsLeft = 0,
  ownRefusal?: Code,
): CouponVerdict => ({ state, refusal, ownRefusal, redemptionsLeft, discount: null, redemptionId: null })

const granted = (
  state: RedemptionState,
  redemptionsLeft: number,
  discount: Discount | null,
  redemptionId: number | null = null,
): CouponVerdict => ({ state, refusal: null, redemptionsLeft, discount, redemptionId })

const excludes = ({ series: one }: RedemptionState, { series: other }: RedemptionState): boolean =>
  one.id !== other.id && one.mutuallyExclusiveSeriesIds?.includes(other.id) === true

/** Decides one code of a request. */
export function decideOne(
  request: RedemptionRequest,
  key: string,
  k: number,
  item: ItemState,
  before: Before,
): CouponVerdict {
  const { added, given, made, reserved } = before
  const refusedAs = request.hasTestCodes ? testRefusalOf(key) : undefined
  if (refusedAs !== undefined) return refused(undefined, refusedAs)
  const state = item.coupons[k]
  if (state === undefined) return refused(state, 702)
  const now = added.to(state, item.nowS)
  const left = redemptionsLeft(now.coupon, now.series, now.seriesUsage, now.usage)
  if (request.codeKeys.indexOf(key) !== k) return refused(state, 716, left)
  const sameBefore = made.get(retryOf(request, state))
  if (sameBefore) return sameBefore
  if (request.replaysRetries && state.earlierRedemptionId !== null) {
    const same = given.give(request, k, state.series, state.earlierDiscount)
    return granted(state, left, same, state.earlierRedemptionId)
  }
  const refusedHold = holdRefusalOf(request, item)
  if (refusedHold !== undefined) return refused(state, refusedHold, left)
  const proposed = proposeDiscount(request, k, now, before)
  const [broken] = brokenRules(now.coupon, now.series, now.seriesUsage, now.usage, {
    nowS: item.nowS,
    statedTimeS: request.statedTimeS,
    timeZone: request.timeZone,
    place: request.place,
    bill: request.bill,
    items: request.openBill?.items,
    discount: proposed?.given.amount,
    isReserved: reserved.has(state.couponId),
  })
  if (broken !== undefined) return refused(state, broken.code, left, broken.ownCode)
  const isExcluded = (one: RedemptionState) => excludes(one, state) || excludes(state, one)
  if (request.refusesExclusions === true && before.granted.some(isExcluded)) return refused(state, 9001, left)
  if (request.statedDiscounts?.[k] === null) return refused(state, 9004, left)
  added.count(state, proposed?.given.amount ?? 0)
  return granted(state, left === -1 ? -1 : left - 1, proposed && given.take(proposed))
}

/**
 * Proposes the discount of a redemption. With a budget, it is at most the amount that a hold has reserved, or the
 * amount left if discounts may be given in part.
 */
function proposeDiscount(
  request: RedemptionRequest,
  codeAt: number,
  { couponId, series, seriesUsage: { budgetUsage: usage } }: RedemptionState,
  { given, reserved }: Before,
): Proposed | null {
  const { budget } = series
  if (budget === null || usage === undefined) return given.propose(request, codeAt, series, null)
  const most = reserved.get(couponId) ?? Number.POSITIVE_INFINITY
  return given.propose(request, codeAt, series, null, (unit) =>
    Math.min(most, greatestPart(budget, usage, unit)),
  )
}

/** A hold that was released or has expired reserves nothing, and its coupons are judged like any others. */
function holdRefusalOf({ holdId }: RedemptionRequest, { holdStatus }: ItemState): 9011 | 9012 | undefined {
  if (holdId === undefined) return undefined
  if (holdStatus === undefined) return 9011
  return holdStatus === 'redeemed' || holdStatus === 'replaced' ? 9012 : undefined
}
