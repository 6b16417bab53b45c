import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import { countRefusals } from '../../platform/refusals/count-refusals.ts'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { admitLookups } from '../lookups/guard-lookups.ts'
import { findBearer } from '../money/redeem-bearer.ts'
import type { BearerRefusal, BearerRequest } from '../money/find-holder.ts'
import type { RedemptionRequest } from '../redemptions/redeem-rules.ts'
import { lookupOutcomeOf, refusalsOf, type RequestOutcome } from '../redemptions/redemption-outcome-rules.ts'
import type { CustomerReference } from '../redemptions/redemption-state.ts'
import { holderOf, type Holder } from './holder.ts'

/** Maximum life of a hold in seconds, from when it was placed. */
export const maxTtlS = 7 * 86_400

/** The coupons that a checkout wants to reserve. */
export interface WantedHold {
  /** The caller's own name for the checkout. */
  readonly reference: string
  readonly ttlS: number
  /** As typed, in the order of the request's code keys. */
  readonly codes: readonly string[]
  /** As sent. */
  readonly bill: unknown
}

export interface HoldCommand extends IdempotentCommand, WantedHold {
  readonly request: RedemptionRequest & { readonly customer: CustomerReference }
  readonly holder: Holder
}

export interface HoldOutcome {
  readonly request: RequestOutcome
  /** Null: a coupon was refused; the previous hold of the checkout is unchanged. */
  readonly hold: { readonly id: number; readonly expiresAtS: number; readonly isReplacement: boolean } | null
}

/**
 * Reserves coupons for a checkout, all or none: until the hold ends they count as used for everybody else. The caller's
 * open hold with the same reference is replaced in the same transaction.
 *
 * @returns the refusals of all codes if nobody holds any of them and no customer is named.
 * @throws Refusal 429 after too many unknown codes or customers, 422 if the idempotency key was used for another
 * request, 503 under overload.
 */
export async function placeHold(
  context: Context,
  caller: Caller,
  asked: BearerRequest,
  wanted: WantedHold,
  command: IdempotentCommand,
): Promise<{ readonly refusals: readonly BearerRefusal[] } | { readonly done: Done<HoldOutcome> }> {
  const bearer = await findBearer(context, caller, asked)
  if ('refusals' in bearer) return bearer
  const lookup = await admitLookups(context, caller, { codeKeys: asked.codeKeys, customers: 1 })
  try {
    const { codeKeys } = lookup
    // A retry is recognised by the reference of the hold.
    const request = { ...asked, customer: bearer.customer, codeKeys, replaysRetries: false }
    const holder = holderOf(caller)
    const done = await context.lanes.hold.submit(caller, { ...command, ...wanted, request, holder })
    if (done.isReplay) return { done }
    const outcomes = [done.outcome.request]
    lookup.settle({ ...lookupOutcomeOf([request], outcomes), redeemedCouponIds: [] })
    countRefusals(context, caller, refusalsOf(outcomes))
    return { done }
  } catch (error) {
    throw lookup.failed(error)
  } finally {
    lookup.release()
  }
}
