import type { Code } from '../../values/errors.ts'
import type { Money } from '../../values/money.ts'
import type { CustomerProfile } from '../customers/customer-profile.ts'
import { AddedRedemptions } from './added-redemptions-rules.ts'
import { greatestPart } from '../money/budget-rules.ts'
import type { Discount } from '../money/discount-rules.ts'
import { GivenDiscounts, type Proposed, type RequestedDiscounts } from './bill-rules.ts'
import type { RedemptionRefusal } from './ordered-redemption-rules.ts'
import { brokenRules, redemptionsLeft } from './redemption-rules.ts'
import { testRefusalOf } from './test-code-rules.ts'
import type { ItemState, RedemptionState } from './redemption-state.ts'

/** A requested redemption, as far as the rules consider it. */
export interface RedemptionRequest extends RequestedDiscounts {
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
  /** A coupon is refused if its series and that of an earlier one exclude each other. */
  readonly refusesExclusions?: boolean
  /** Test codes such as TEST-712 are refused with the code in their name. */
  readonly hasTestCodes: boolean
}

/**
 * 702: no such code. 749: another coupon of the request was refused. 9001: the series of an earlier coupon excludes this
 * one. 9004: the bill does not cover the discount that the till states.
 */
export type CouponRefusal = RedemptionRefusal | 702 | 749 | 9001 | 9004

export interface CouponVerdict {
  /** Undefined: no such code. */
  readonly state: RedemptionState | undefined
  /** Null: the coupon may be redeemed, or was. */
  readonly refusal: CouponRefusal | null
  /** The refusal in calls of our own, if the contract has none for the rule. */
  readonly ownRefusal?: Code | undefined
  /** After the decisions made here. */
  readonly redemptionsLeft: number
  /** Null: the coupon was refused, or nothing was computed. */
  readonly discount: Discount | null
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
  /** As stated by the till, or computed; null: nothing was computed. */
  readonly discountAmount: Money | null
}

/**
 * Decides requests in order of arrival; each sees the effects of those before it. A request is granted completely or
 * not at all. Pure: the states contain what was in the database, under lock, before the first decision.
 */
export class RedemptionDecider {
  readonly #added = new AddedRedemptions()
  readonly #given = new GivenDiscounts()
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

  /** Decides each code of a request by itself, after those before it that are granted. */
  quote(request: RedemptionRequest, item: ItemState): RequestVerdict {
    const { customer } = item
    return { customer, coupons: customer === undefined ? [] : this.#decideInOrder(request, item) }
  }

  #decideRequest(
    request: RedemptionRequest,
    item: ItemState | undefined,
    requestAt: number,
    effects: Effect[],
  ): RequestVerdict {
    if (item?.customer === undefined) return { customer: undefined, coupons: [] }
    const mark = this.#added.mark()
    const coupons = this.#decideInOrder(request, item)
    const isGranted = coupons.every(({ refusal }) => refusal === null)
    if (!isGranted) {
      this.#added.rollback(mark)
      return { customer: item.customer, coupons: coupons.map((one) => withoutEffect(one)) }
    }
    for (const [codeAt, verdict] of coupons.entries()) {
      const { state, redemptionId } = verdict
      if (state === undefined || redemptionId !== null) continue
      const retry = retryOf(request, state)
      if (this.#made.has(retry)) continue
      verdict.redemptionId = state.newRedemptionId
      effects.push({ requestAt, codeAt, state, discountAmount: verdict.discount?.amount ?? null })
      if (retry !== '') this.#made.set(retry, verdict)
    }
    return { customer: item.customer, coupons }
  }

  /** Decides the codes of a request one after the other. Those that are granted count for the next ones. */
  #decideInOrder(request: RedemptionRequest, item: ItemState): CouponVerdict[] {
    const before = {
      added: this.#added,
      given: this.#given,
      made: this.#made,
      granted: [] as RedemptionState[],
    }
    return request.codeKeys.map((key, k) => {
      const found = decideOne(request, key, k, item, before)
      const { state, refusal } = found
      if (refusal !== null || state === undefined) return found
      before.granted.push(state)
      return found
    })
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
  return { ...verdict, refusal: verdict.refusal ?? 749, discount: null, redemptionId: null }
}

/** What was decided before a coupon. */
interface Before {
  readonly added: AddedRedemptions
  readonly given: GivenDiscounts
  readonly made: ReadonlyMap<string, CouponVerdict>
  /** Of the same request. */
  readonly granted: readonly RedemptionState[]
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

function decideOne(
  request: RedemptionRequest,
  key: string,
  k: number,
  item: ItemState,
  before: Before,
): CouponVerdict {
  const { added, given, made } = before
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
  const proposed = proposeDiscount(request, k, now, given)
  const [broken] = brokenRules(now.coupon, now.series, now.seriesUsage, now.usage, {
    nowS: item.nowS,
    ...(request.statedTimeS !== undefined && { statedTimeS: request.statedTimeS }),
    timeZone: request.timeZone,
    place: request.place,
    ...(request.bill && { bill: { ...request.bill, items: request.openBill?.items } }),
    discount: proposed?.given.amount,
  })
  if (broken !== undefined) return refused(state, broken.code, left, broken.ownCode)
  const isExcluded = (one: RedemptionState) => excludes(one, state) || excludes(state, one)
  if (request.refusesExclusions === true && before.granted.some(isExcluded)) return refused(state, 9001, left)
  if (request.statedDiscounts?.[k] === null) return refused(state, 9004, left)
  added.count(state, proposed?.given.amount ?? 0)
  return granted(state, left === -1 ? -1 : left - 1, proposed && given.take(proposed))
}

/** What a redemption would take off its bill: of a budget that is given in part, at most what is left. */
function proposeDiscount(
  request: RedemptionRequest,
  codeAt: number,
  { series, seriesUsage: { budgetUsage: usage } }: RedemptionState,
  given: GivenDiscounts,
): Proposed | null {
  const { budget } = series
  return budget === null || usage === undefined
    ? given.propose(request, codeAt, series, null)
    : given.propose(request, codeAt, series, null, (unit) => greatestPart(budget, usage, unit))
}
