import type { Code } from '../../values/errors.ts'
import type { Money } from '../../values/money.ts'
import type { CustomerProfile } from '../customers/customer-profile.ts'
import { HeldUses, type LiveHold } from '../holds/held-uses-rules.ts'
import type { Holder } from '../holds/holder.ts'
import { AddedRedemptions, useOf, type Use } from './added-redemptions-rules.ts'
import type { Discount } from '../money/discount-rules.ts'
import { GivenDiscounts, type RequestedDiscounts } from './bill-rules.ts'
import { decideOne, retryOf } from './decide-coupon-rules.ts'
import type { RedemptionRefusal } from './ordered-redemption-rules.ts'
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
  /** The hold that reserves the coupons. */
  readonly holdId?: number | undefined
  /**
   * The caller. If no hold is named, the caller's live hold whose reference is the bill's transaction number is used.
   */
  readonly holder?: Holder | undefined
  /** The hold ends with the redemption, even if it reserves other coupons too. */
  readonly endsHold?: boolean
  /** Test codes such as TEST-712 are refused with the code in their name. */
  readonly hasTestCodes: boolean
}

/**
 * 702: no such code. 749: another coupon of the request was refused. 9001: the series of an earlier coupon excludes
 * this one. 9004: the bill does not cover the discount that the till states. 9011: the hold does not exist. 9012: the
 * hold has been redeemed or replaced.
 */
export type CouponRefusal = RedemptionRefusal | 702 | 749 | 9001 | 9004 | 9011 | 9012

export interface CouponVerdict {
  /** Undefined: no such code. */
  readonly state: RedemptionState | undefined
  /** Null: the coupon may be redeemed, or was. */
  readonly refusal: CouponRefusal | null
  /** The refusal in our own calls, if the contract has none for the rule. */
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
  /** The hold that the coupons were redeemed from; undefined: none, or it had ended. */
  readonly throughHoldId?: number | undefined
}

/** The change of a hold when its coupons are redeemed. */
export interface HoldEffect {
  readonly holdId: number
  /** Undefined: the hold ends. */
  readonly couponIds: readonly number[] | undefined
}

/** A redemption to write. */
export interface Effect {
  readonly requestAt: number
  /** The position of the code in the request. */
  readonly codeAt: number
  readonly state: RedemptionState
  /** As stated by the till, or computed; null: nothing was computed. */
  readonly discountAmount: Money | null
  /** The share of each item of the bill; undefined: no items are known. */
  readonly shares: Discount['shares']
}

interface Decided {
  readonly verdicts: RequestVerdict[]
  readonly effects: Effect[]
  readonly holds: HoldEffect[]
}

/** Coupons that are reserved for a request, and the maximum discount from a budget on each. */
type Reserved = ReadonlyMap<number, Money>

/**
 * Decides requests in order of arrival; each sees the effects of those before it. A request is granted completely or
 * not at all. Pure: the states contain what was in the database, under lock, before the first decision.
 */
export class RedemptionDecider {
  readonly #added = new AddedRedemptions()
  readonly #held = new HeldUses(this.#added)
  readonly #given = new GivenDiscounts()
  readonly #made = new Map<string, CouponVerdict>()

  decide(requests: readonly RedemptionRequest[], states: readonly ItemState[]): Decided {
    const effects: Effect[] = []
    const holds: HoldEffect[] = []
    this.#load(states)
    const verdicts = requests.map((request, requestAt) =>
      this.#redeem(request, states[requestAt], holds, (item, reserved) =>
        this.#decideRequest(request, item, { requestAt, effects, reserved }),
      ),
    )
    return { verdicts, effects, holds }
  }

  /**
   * Decides whether coupons can be reserved, as if they were redeemed, in place of what the same checkout has reserved
   * before.
   *
   * @param hold its id and owner; the owner's hold with the same reference is replaced.
   */
  hold(
    request: RedemptionRequest,
    item: ItemState,
    hold: Omit<LiveHold, 'uses'>,
    replacedId: number | undefined,
  ): { verdict: RequestVerdict; effects: Effect[] } {
    this.#load([item])
    const lifted = replacedId === undefined ? undefined : this.#held.lift(replacedId)
    const mark = this.#added.mark()
    const effects: Effect[] = []
    // The current worth may exceed the amount reserved before.
    const reserved = reservedIn(lifted, Number.POSITIVE_INFINITY)
    const verdict = this.#decideRequest(request, item, { requestAt: 0, effects, reserved })
    this.#added.rollback(mark)
    const isHeld = wasGranted(verdict)
    if (isHeld) {
      if (replacedId !== undefined) this.#held.end(replacedId)
      this.#held.add({ ...hold, uses: effects.map(useOfEffect) })
    } else if (lifted !== undefined) this.#held.add(lifted)
    return { verdict, effects: isHeld ? effects : [] }
  }

  /** Decides each code of a request separately, after the earlier ones that are granted. */
  quote(request: RedemptionRequest, item: ItemState): RequestVerdict {
    const { customer } = item
    this.#load([item])
    const own = this.#ownHold(request)
    const reserved = reservedIn(own === undefined ? undefined : this.#held.lift(own))
    return { customer, coupons: customer === undefined ? [] : this.#decideInOrder(request, item, reserved) }
  }

  #load(states: readonly ItemState[]): void {
    for (const { held } of states.slice(0, 1)) if (held !== undefined) this.#held.load(held)
  }

  #ownHold({ holdId, holder, bill }: RedemptionRequest): number | undefined {
    if (holdId !== undefined || holder === undefined || !bill?.transactionNumber) return holdId
    return this.#held.find(holder, bill.transactionNumber)
  }

  /**
   * Decides a redemption without the uses that its own hold reserves. Granted coupons leave the hold; a hold that does
   * not end with the redemption keeps its other coupons, which count against the redemption like those of any other
   * hold.
   */
  #redeem(
    request: RedemptionRequest,
    item: ItemState | undefined,
    holds: HoldEffect[],
    decide: (item: ItemState | undefined, reserved: Reserved) => RequestVerdict,
  ): RequestVerdict {
    const holdId = this.#ownHold(request)
    if (holdId === undefined) return decide(item, reservedIn(undefined))
    const hasEnded = this.#held.hasEnded(holdId)
    const hold = this.#held.lift(holdId)
    const ends = request.endsHold === true
    const wanted = new Set(item?.coupons.map((coupon) => coupon?.couponId))
    const rest = hold?.uses.filter(({ couponId }) => !ends && !wanted.has(couponId)) ?? []
    if (hold !== undefined && rest.length > 0) this.#held.add({ ...hold, uses: rest })
    const verdict = decide(item && hasEnded ? { ...item, holdStatus: 'redeemed' } : item, reservedIn(hold))
    if (!wasGranted(verdict)) {
      this.#held.lift(holdId)
      if (hold !== undefined) this.#held.add(hold)
      return verdict
    }
    const couponIds = verdict.coupons.flatMap(({ state }) => state?.couponId ?? [])
    if (ends) this.#held.end(holdId)
    if (hold !== undefined || ends) holds.push({ holdId, couponIds: ends ? undefined : couponIds })
    const isThrough = hold !== undefined || item?.holdStatus === 'live'
    return { ...verdict, ...(isThrough && { throughHoldId: holdId }) }
  }

  #decideRequest(
    request: RedemptionRequest,
    item: ItemState | undefined,
    {
      requestAt,
      effects,
      reserved,
    }: { readonly requestAt: number; readonly effects: Effect[]; readonly reserved: Reserved },
  ): RequestVerdict {
    if (item?.customer === undefined) return { customer: undefined, coupons: [] }
    const mark = this.#added.mark()
    const coupons = this.#decideInOrder(request, item, reserved)
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
      const { amount = null, shares } = verdict.discount ?? {}
      effects.push({ requestAt, codeAt, state, discountAmount: amount, shares })
      if (retry !== '') this.#made.set(retry, verdict)
    }
    return { customer: item.customer, coupons }
  }

  /** Decides the codes of a request in order. Granted ones count for the next ones. */
  #decideInOrder(request: RedemptionRequest, item: ItemState, reserved: Reserved): CouponVerdict[] {
    const before = {
      added: this.#added,
      given: this.#given,
      made: this.#made,
      granted: [] as RedemptionState[],
      reserved,
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
): Decided {
  return new RedemptionDecider().decide(requests, states)
}

const useOfEffect = ({ state, discountAmount }: Effect): Use => useOf(state, discountAmount ?? 0)

const nothingReserved: Reserved = new Map()

/** @param most the maximum discount from a budget on each; omitted: the amount that the hold reserves. */
const reservedIn = (hold: LiveHold | undefined, most?: Money): Reserved =>
  hold === undefined
    ? nothingReserved
    : new Map(hold.uses.map(({ couponId, discount }) => [couponId, most ?? discount]))

const wasGranted = ({ customer, coupons }: RequestVerdict): boolean =>
  customer !== undefined && coupons.every(({ refusal }) => refusal === null)

function withoutEffect(verdict: CouponVerdict): CouponVerdict {
  return { ...verdict, refusal: verdict.refusal ?? 749, discount: null, redemptionId: null }
}
