import type { AddedRedemptions } from './added-redemptions-rules.ts'
import type { CouponRefusal, CouponVerdict, RedemptionRequest } from './redeem-rules.ts'
import { judge, redemptionsLeft } from './redemption-rules.ts'
import type { ItemState, RedemptionState } from './redemption-state.ts'
import { testRefusalOf } from './test-code-rules.ts'

/**
 * The transaction number by which a till's retry is recognised; empty: not recognised. Without a till there is none.
 */
export function retryOf(
  { replaysRetries, bill, place }: RedemptionRequest,
  { couponId, usage }: RedemptionState,
): string {
  if (!replaysRetries || !bill?.transactionNumber || place.tillId === null) return ''
  return JSON.stringify([place.tillId, bill.transactionNumber, couponId, usage.customerId])
}

/** What was decided before a coupon. */
export interface Before {
  readonly added: AddedRedemptions
  readonly made: ReadonlyMap<string, CouponVerdict>
  /** Of the same request. */
  readonly granted: readonly RedemptionState[]
}

const refused = (
  state: RedemptionState | undefined,
  refusal: CouponRefusal,
  redemptionsLeft = 0,
): CouponVerdict => ({ state, refusal, redemptionsLeft, discount: null, redemptionId: null })

const granted = (
  state: RedemptionState,
  redemptionsLeft: number,
  redemptionId: number | null = null,
): CouponVerdict => ({ state, refusal: null, redemptionsLeft, discount: null, redemptionId })

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
  const { added, made } = before
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
    return granted(state, left, state.earlierRedemptionId)
  }
  const refusedHold = holdRefusalOf(request, item)
  if (refusedHold !== undefined) return refused(state, refusedHold, left)
  const [refusal] = judge(now.coupon, now.series, now.seriesUsage, now.usage, {
    nowS: item.nowS,
    ...(request.statedTimeS !== undefined && { statedTimeS: request.statedTimeS }),
    timeZone: request.timeZone,
    place: request.place,
    ...(request.bill && { bill: { ...request.bill, items: request.openBill?.items } }),
  })
  if (refusal !== undefined) return refused(state, refusal, left)
  const isExcluded = (one: RedemptionState) => excludes(one, state) || excludes(state, one)
  if (request.refusesExclusions === true && before.granted.some(isExcluded)) return refused(state, 9001, left)
  if (request.statedDiscounts?.[k] === null) return refused(state, 9004, left)
  added.count(state)
  return granted(state, left === -1 ? -1 : left - 1)
}

/** A hold that was given up or has expired reserves nothing, and its coupons are judged as any others. */
function holdRefusalOf({ holdId }: RedemptionRequest, { holdStatus }: ItemState): 9011 | 9012 | undefined {
  if (holdId === undefined) return undefined
  if (holdStatus === undefined) return 9011
  return holdStatus === 'redeemed' || holdStatus === 'replaced' ? 9012 : undefined
}
