import type { Caller } from '../../values/caller.ts'
import { splitBy } from '../../values/split-by.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import { countRefusals } from '../../platform/refusals/count-refusals.ts'
import type { Context } from '../context.ts'
import { holderOf } from '../holds/holder.ts'
import { admitLookups } from '../lookups/guard-lookups.ts'
import type { KeptItem } from '../returns/item-share-rules.ts'
import type { RedemptionRequest } from './redeem-rules.ts'
import { lookupOutcomeOf, refusalsOf, type RequestOutcome } from './redemption-outcome-rules.ts'
import type { CustomerReference } from './redemption-state.ts'

/** The coupons that one customer redeems on one bill: all or none. */
export interface RedeemRequest extends RedemptionRequest {
  readonly customer: CustomerReference
  /** As given in the request; stored, and never judged again. */
  readonly redemptionTimeGiven: string | null
  /** The items of the bill, whose shares of the discounts are stored for returns. Undefined: they are unknown. */
  readonly billItems?: readonly Omit<KeptItem, 'discount'>[] | undefined
  /** Names and texts to store with the redemption of each code, in the order of the codes. */
  readonly customFields?: readonly (Readonly<Record<string, string>> | undefined)[]
}

/** Independent requests that are answered together: each succeeds or fails on its own. */
export interface RedeemCommand extends IdempotentCommand {
  readonly requests: readonly RedeemRequest[]
}

export interface RedeemOutcome {
  /** One per request, in the same order. */
  readonly requests: readonly RequestOutcome[]
}

/**
 * Redeems coupons, all or none of each request, within their limits.
 *
 * @throws Refusal 429 after too many unknown codes or customers, 422 if the idempotency key was used for another
 * request, 503 under overload.
 */
export async function redeemCoupons(
  context: Context,
  caller: Caller,
  command: RedeemCommand,
): Promise<Done<RedeemOutcome>> {
  const typed = command.requests.map(({ codeKeys }) => codeKeys)
  const lookup = await admitLookups(context, caller, {
    codeKeys: typed.flat(),
    customers: typed.length,
  })
  try {
    const meant = splitBy(
      lookup.codeKeys,
      typed.map(({ length }) => length),
    )
    const requests = command.requests.map((request, at) => ({
      ...request,
      codeKeys: meant[at] ?? [],
      holder: holderOf(caller),
    }))
    const done = await context.lanes.redeem.submit(caller, { ...command, requests })
    if (done.isReplay) return done
    lookup.settle(lookupOutcomeOf(requests, done.outcome.requests))
    countRefusals(context, caller, refusalsOf(done.outcome.requests))
    return done
  } catch (error) {
    throw lookup.failed(error)
  } finally {
    lookup.release()
  }
}
