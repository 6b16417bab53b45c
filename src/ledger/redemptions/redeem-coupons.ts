import type { Caller } from '../../values/caller.ts'
import { splitBy } from '../../values/split-by.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import { countRefusals } from '../../platform/refusals/count-refusals.ts'
import type { Context } from '../context.ts'
import { admitLookups } from '../lookups/guard-lookups.ts'
import type { RedemptionRequest } from './redeem-rules.ts'
import { lookupOutcomeOf, refusalsOf, type RequestOutcome } from './redemption-outcome-rules.ts'
import type { CustomerReference } from './redemption-state.ts'

/** What one customer wants redeemed on one bill: all of it or nothing. */
export interface RedeemRequest extends RedemptionRequest {
  readonly customer: CustomerReference
  /** As it stood in the request; kept, never judged again. */
  readonly redemptionTimeGiven: string | null
  /** Names and texts that are kept with the redemption of each code, in the order of the codes. */
  readonly customFields?: readonly (Readonly<Record<string, string>> | undefined)[]
}

/** Requests that stand or fall each by itself, and are answered together. */
export interface RedeemCommand extends IdempotentCommand {
  readonly requests: readonly RedeemRequest[]
}

export interface RedeemOutcome {
  /** One per request, in their order. */
  readonly requests: readonly RequestOutcome[]
}

/**
 * Redeems coupons, all or none of each request, exactly as often as their limits allow.
 *
 * @throws Refusal 429 after too many unknown codes or customers, 422 when the key stands with another request, 503 under overload.
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
    const requests = command.requests.map((request, at) => ({ ...request, codeKeys: meant[at] ?? [] }))
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
