import type { CustomerProfile } from '../customers/customer-profile.ts'
import type { RedemptionRefusal } from './redemption-facts.ts'
import { judge, redemptionsLeft } from './redemption-rules.ts'
import { testRefusalOf } from './test-code-rules.ts'
import type { ItemState, RedemptionState } from './redemption-state.ts'

/** What a caller wants redeemed, as far as the rules look at it. */
export interface RedemptionWish {
  /** In the form in which codes are compared, in the order of the request. */
  readonly codeKeys: readonly string[]
  readonly place: { readonly storeId: number | null; readonly tillId: number | null }
  /** Undefined: not known, and not judged. */
  readonly bill:
    | { readonly amount: number; readonly transactionNumber: string; readonly isNumberRequired: boolean }
    | undefined
  readonly statedTimeS: number | undefined
  readonly timeZone: string
  /** The same till, transaction, code and customer again is answered with the first redemption. */
  readonly replaysRetries: boolean
  /** Codes such as TEST-712 are refused as they say. */
  readonly hasTestCodes: boolean
}

/** 702: no such code. 749: another coupon of the request was refused. */
export type CouponRefusal = RedemptionRefusal | 702 | 749

export interface CouponVerdict {
  /** Undefined: no such code. */
  readonly state: RedemptionState | undefined
  /** Null: it may be redeemed, or was. */
  readonly refusal: CouponRefusal | null
  /** After what is decided here. */
  readonly redemptionsLeft: number
  /** A redemption that stands for this request already, or the one that is made for it. */
  redemptionId: number | null
}

export interface WishVerdict {
  /** Undefined: the customer is unknown, and nothing else is known either. */
  readonly customer: CustomerProfile | undefined
  readonly coupons: readonly CouponVerdict[]
}

/** A redemption to write. */
export interface Effect {
  readonly wishAt: number
  readonly state: RedemptionState
}

/** What earlier redemptions of the batch add to what the database says; dropped when a wish is refused. */
class Added {
  readonly #counts = new Map<string, number>()
  readonly #undo: string[] = []

  count(key: string): number {
    return this.#counts.get(key) ?? 0
  }

  increment(key: string): void {
    this.#counts.set(key, this.count(key) + 1)
    this.#undo.push(key)
  }

  /** Takes back everything since `mark()`. */
  rollback(mark: number): void {
    while (this.#undo.length > mark) {
      const key = this.#undo.pop() as string
      this.#counts.set(key, this.count(key) - 1)
    }
  }

  mark(): number {
    return this.#undo.length
  }
}

/**
 * Decides wishes one after the other, in order of arrival: each sees what those before it take. A wish is granted
 * whole or not at all. Pure: the states say what stood in the database, under lock, before anything was decided.
 */
export class RedemptionDecider {
  readonly #added = new Added()
  readonly #made = new Map<string, CouponVerdict>()

  decide(
    wishes: readonly RedemptionWish[],
    states: readonly ItemState[],
  ): { verdicts: WishVerdict[]; effects: Effect[] } {
    const effects: Effect[] = []
    const verdicts = wishes.map((wish, wishAt) => this.#decideWish(wish, states[wishAt], wishAt, effects))
    return { verdicts, effects }
  }

  #decideWish(
    wish: RedemptionWish,
    item: ItemState | undefined,
    wishAt: number,
    effects: Effect[],
  ): WishVerdict {
    if (item?.customer === undefined) return { customer: undefined, coupons: [] }
    const [added, made] = [this.#added, this.#made]
    const mark = added.mark()
    const coupons = wish.codeKeys.map((key, k) => decideOne(wish, key, k, item, added, made))
    const isGranted = coupons.every(({ refusal }) => refusal === null)
    if (!isGranted) {
      added.rollback(mark)
      return { customer: item.customer, coupons: coupons.map((one) => withoutEffect(one)) }
    }
    for (const verdict of coupons) {
      const { state, redemptionId } = verdict
      if (state === undefined || redemptionId !== null) continue
      const retry = retryOf(wish, state)
      if (made.has(retry)) continue
      verdict.redemptionId = state.newRedemptionId
      effects.push({ wishAt, state })
      if (retry !== '') made.set(retry, verdict)
    }
    return { customer: item.customer, coupons }
  }
}

/** Decides wishes that are all there is to decide. */
export function decideRedemptions(
  wishes: readonly RedemptionWish[],
  states: readonly ItemState[],
): { verdicts: WishVerdict[]; effects: Effect[] } {
  return new RedemptionDecider().decide(wishes, states)
}

/** What a till repeats when it did not hear the answer; empty: not recognised. Where no till is named there is none. */
function retryOf(
  { replaysRetries, bill, place }: RedemptionWish,
  { couponId, usage }: RedemptionState,
): string {
  if (!replaysRetries || !bill?.transactionNumber || place.tillId === null) return ''
  return JSON.stringify([place.tillId, bill.transactionNumber, couponId, usage.customerId])
}

function withoutEffect(verdict: CouponVerdict): CouponVerdict {
  return { ...verdict, refusal: verdict.refusal ?? 749, redemptionId: null }
}

function decideOne(
  wish: RedemptionWish,
  key: string,
  k: number,
  item: ItemState,
  added: Added,
  made: ReadonlyMap<string, CouponVerdict>,
): CouponVerdict {
  const refusedAs = wish.hasTestCodes ? testRefusalOf(key) : undefined
  if (refusedAs !== undefined)
    return { state: undefined, refusal: refusedAs, redemptionsLeft: 0, redemptionId: null }
  const state = item.coupons[k]
  if (state === undefined) return { state, refusal: 702, redemptionsLeft: 0, redemptionId: null }
  const now = withAdded(state, added, item.nowS)
  const left = redemptionsLeft(now.coupon, now.series, now.usage)
  if (wish.codeKeys.indexOf(key) !== k)
    return { state, refusal: 716, redemptionsLeft: left, redemptionId: null }
  const sameBefore = made.get(retryOf(wish, state))
  if (sameBefore) return sameBefore
  if (wish.replaysRetries && state.earlierRedemptionId !== null) {
    return { state, refusal: null, redemptionsLeft: left, redemptionId: state.earlierRedemptionId }
  }
  const [refusal] = judge(now.coupon, now.series, now.usage, {
    nowS: item.nowS,
    ...(wish.statedTimeS !== undefined && { statedTimeS: wish.statedTimeS }),
    timeZone: wish.timeZone,
    place: wish.place,
    ...(wish.bill && { bill: wish.bill }),
  })
  if (refusal !== undefined) return { state, refusal, redemptionsLeft: left, redemptionId: null }
  for (const counter of countersOf(state)) added.increment(counter)
  return { state, refusal: null, redemptionsLeft: left === -1 ? -1 : left - 1, redemptionId: null }
}

function countersOf(
  state: RedemptionState,
): [coupon: string, series: string, inSeries: string, thisCoupon: string] {
  const { couponId, series, usage } = state
  return [
    `coupon ${couponId}`,
    `series ${series.id}`,
    `customer ${usage.customerId} series ${series.id}`,
    `customer ${usage.customerId} coupon ${couponId}`,
  ]
}

/** The state as the redemptions before this one in the batch leave it. */
function withAdded(
  state: RedemptionState,
  added: Added,
  nowS: number,
): Pick<RedemptionState, 'coupon' | 'series' | 'usage'> {
  const [coupon, series, inSeries, thisCoupon] = countersOf(state)
  const { usage } = state
  return {
    coupon: { ...state.coupon, redeemed: state.coupon.redeemed + added.count(coupon) },
    series: { ...state.series, redeemed: state.series.redeemed + added.count(series) },
    usage: {
      ...usage,
      redeemedInSeries: usage.redeemedInSeries + added.count(inSeries),
      redeemedThisCoupon: usage.redeemedThisCoupon + added.count(thisCoupon),
      lastRedeemedInSeriesAtS: added.count(inSeries) > 0 ? nowS : usage.lastRedeemedInSeriesAtS,
    },
  }
}
