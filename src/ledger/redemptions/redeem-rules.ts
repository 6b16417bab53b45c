import type { CustomerProfile } from '../customers/customer-profile.ts'
import type { RedemptionRefusal } from './ordered-redemption-rules.ts'
import { judge, redemptionsLeft } from './redemption-rules.ts'
import { testRefusalOf } from './test-code-rules.ts'
import type { ItemState, RedemptionState } from './redemption-state.ts'

/** A requested redemption, as far as the rules consider it. */
export interface RedemptionRequest {
  /** In the form used for comparison, in the order of the request. */
  readonly codeKeys: readonly string[]
  readonly place: { readonly storeId: number | null; readonly tillId: number | null }
  /** Undefined: unknown, and not judged. */
  readonly bill:
    | { readonly amount: number; readonly transactionNumber: string; readonly isNumberRequired: boolean }
    | undefined
  readonly statedTimeS: number | undefined
  readonly timeZone: string
  /** A repeated combination of till, transaction, code and customer is answered with the first redemption. */
  readonly replaysRetries: boolean
  /** Test codes such as TEST-712 are refused with the code in their name. */
  readonly hasTestCodes: boolean
}

/** 702: no such code. 749: another coupon of the request was refused. */
export type CouponRefusal = RedemptionRefusal | 702 | 749

export interface CouponVerdict {
  /** Undefined: no such code. */
  readonly state: RedemptionState | undefined
  /** Null: the coupon may be redeemed, or was. */
  readonly refusal: CouponRefusal | null
  /** After the decisions made here. */
  readonly redemptionsLeft: number
  /** An existing redemption for this request, or the id of the new one. */
  redemptionId: number | null
}

export interface RequestVerdict {
  /** Undefined: the customer is unknown, and so is everything else. */
  readonly customer: CustomerProfile | undefined
  readonly coupons: readonly CouponVerdict[]
}

/** A redemption to write. */
export interface Effect {
  readonly requestAt: number
  /** Which code of the request. */
  readonly codeAt: number
  readonly state: RedemptionState
}

/** Redemptions in one series, or of one coupon. */
interface Tally {
  redeemed: number
  readonly byCustomer: Map<number, number>
}

/** What earlier redemptions of the batch add to the database state; dropped if a request is refused. */
class Added {
  readonly #ofCoupons = new Map<number, Tally>()
  readonly #ofSeries = new Map<number, Tally>()
  readonly #counted: RedemptionState[] = []

  /** The state after the redemptions before this one in the batch. */
  to(state: RedemptionState, nowS: number): RedemptionState {
    const { coupon, seriesUsage, usage } = state
    const inSeries = this.#ofSeries.get(state.series.id)
    // If the series has no redemptions in the batch, neither has any of its coupons.
    if (inSeries === undefined) return state
    const ofCoupon = this.#ofCoupons.get(state.couponId)
    const byCustomer = inSeries.byCustomer.get(usage.customerId) ?? 0
    return {
      ...state,
      coupon: { ...coupon, redeemed: coupon.redeemed + (ofCoupon?.redeemed ?? 0) },
      seriesUsage: { ...seriesUsage, redeemed: seriesUsage.redeemed + inSeries.redeemed },
      usage: {
        ...usage,
        redeemedInSeries: usage.redeemedInSeries + byCustomer,
        redeemedThisCoupon: usage.redeemedThisCoupon + (ofCoupon?.byCustomer.get(usage.customerId) ?? 0),
        lastRedeemedInSeriesAtS: byCustomer > 0 ? nowS : usage.lastRedeemedInSeriesAtS,
      },
    }
  }

  count(state: RedemptionState): void {
    this.#change(state, 1)
    this.#counted.push(state)
  }

  /** Discards everything since `mark()`. */
  rollback(mark: number): void {
    for (const state of this.#counted.splice(mark)) this.#change(state, -1)
  }

  mark(): number {
    return this.#counted.length
  }

  #change({ couponId, series, usage: { customerId } }: RedemptionState, by: 1 | -1): void {
    for (const [tallies, id] of [
      [this.#ofCoupons, couponId],
      [this.#ofSeries, series.id],
    ] as const) {
      const tally = tallies.get(id) ?? { redeemed: 0, byCustomer: new Map<number, number>() }
      tally.redeemed += by
      tally.byCustomer.set(customerId, (tally.byCustomer.get(customerId) ?? 0) + by)
      tallies.set(id, tally)
    }
  }
}

/**
 * Decides requests in order of arrival; each sees the effects of those before it. A request is granted completely or
 * not at all. Pure: the states contain what was in the database, under lock, before the first decision.
 */
export class RedemptionDecider {
  readonly #added = new Added()
  readonly #made = new Map<string, CouponVerdict>()

  decide(
    requests: readonly RedemptionRequest[],
    states: readonly ItemState[],
  ): { verdicts: RequestVerdict[]; effects: Effect[] } {
    const effects: Effect[] = []
    const verdicts = requests.map((request, requestAt) =>
      this.#decideRequest(request, states[requestAt], requestAt, effects),
    )
    return { verdicts, effects }
  }

  #decideRequest(
    request: RedemptionRequest,
    item: ItemState | undefined,
    requestAt: number,
    effects: Effect[],
  ): RequestVerdict {
    if (item?.customer === undefined) return { customer: undefined, coupons: [] }
    const [added, made] = [this.#added, this.#made]
    const mark = added.mark()
    const coupons = request.codeKeys.map((key, k) => decideOne(request, key, k, item, added, made))
    const isGranted = coupons.every(({ refusal }) => refusal === null)
    if (!isGranted) {
      added.rollback(mark)
      return { customer: item.customer, coupons: coupons.map((one) => withoutEffect(one)) }
    }
    for (const [codeAt, verdict] of coupons.entries()) {
      const { state, redemptionId } = verdict
      if (state === undefined || redemptionId !== null) continue
      const retry = retryOf(request, state)
      if (made.has(retry)) continue
      verdict.redemptionId = state.newRedemptionId
      effects.push({ requestAt, codeAt, state })
      if (retry !== '') made.set(retry, verdict)
    }
    return { customer: item.customer, coupons }
  }
}

/** Decides a complete set of requests. */
export function decideRedemptions(
  requests: readonly RedemptionRequest[],
  states: readonly ItemState[],
): { verdicts: RequestVerdict[]; effects: Effect[] } {
  return new RedemptionDecider().decide(requests, states)
}

/**
 * The transaction number by which a till's retry is recognised; empty: not recognised. Without a till there is none.
 */
function retryOf(
  { replaysRetries, bill, place }: RedemptionRequest,
  { couponId, usage }: RedemptionState,
): string {
  if (!replaysRetries || !bill?.transactionNumber || place.tillId === null) return ''
  return JSON.stringify([place.tillId, bill.transactionNumber, couponId, usage.customerId])
}

function withoutEffect(verdict: CouponVerdict): CouponVerdict {
  return { ...verdict, refusal: verdict.refusal ?? 749, redemptionId: null }
}

function decideOne(
  request: RedemptionRequest,
  key: string,
  k: number,
  item: ItemState,
  added: Added,
  made: ReadonlyMap<string, CouponVerdict>,
): CouponVerdict {
  const refusedAs = request.hasTestCodes ? testRefusalOf(key) : undefined
  if (refusedAs !== undefined)
    return { state: undefined, refusal: refusedAs, redemptionsLeft: 0, redemptionId: null }
  const state = item.coupons[k]
  if (state === undefined) return { state, refusal: 702, redemptionsLeft: 0, redemptionId: null }
  const now = added.to(state, item.nowS)
  const left = redemptionsLeft(now.coupon, now.series, now.seriesUsage, now.usage)
  if (request.codeKeys.indexOf(key) !== k)
    return { state, refusal: 716, redemptionsLeft: left, redemptionId: null }
  const sameBefore = made.get(retryOf(request, state))
  if (sameBefore) return sameBefore
  if (request.replaysRetries && state.earlierRedemptionId !== null) {
    return { state, refusal: null, redemptionsLeft: left, redemptionId: state.earlierRedemptionId }
  }
  const [refusal] = judge(now.coupon, now.series, now.seriesUsage, now.usage, {
    nowS: item.nowS,
    ...(request.statedTimeS !== undefined && { statedTimeS: request.statedTimeS }),
    timeZone: request.timeZone,
    place: request.place,
    ...(request.bill && { bill: request.bill }),
  })
  if (refusal !== undefined) return { state, refusal, redemptionsLeft: left, redemptionId: null }
  added.count(state)
  return { state, refusal: null, redemptionsLeft: left === -1 ? -1 : left - 1, redemptionId: null }
}
