import { readNow } from '../../platform/clock.ts'
import type { Caller } from '../../values/caller.ts'
import { refuse, type Code } from '../../values/errors.ts'
import type { Context } from '../context.ts'
import { holderOf } from '../holds/holder.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import { stateRequestOf } from '../redemptions/redeem-batch.ts'
import { RedemptionDecider } from '../redemptions/redeem-rules.ts'
import { askedOutcomeOf, requestOutcomeOf } from '../redemptions/redemption-outcome-rules.ts'
import { readRedemptionState } from '../redemptions/redemption-state.ts'
import type { Discount } from './discount-rules.ts'
import { findHolder, type BearerRefusal, type BearerRequest } from './find-holder.ts'

/** Null: the coupon works, with this discount. */
export type QuotedCoupon =
  | { readonly refusal: null; readonly discount: Discount }
  | { readonly refusal: BearerRefusal; readonly ownRefusal?: Code | undefined; readonly discount: null }

/**
 * Computes what coupons would be worth on a bill, in the given order: each is decided as a redemption would decide it,
 * after the earlier ones that work. Reads the state without a lock and changes nothing.
 *
 * @throws Refusal 701 for an unknown customer, 429 after too many unknown codes or customers.
 */
export function quote(context: Context, caller: Caller, asked: BearerRequest): Promise<QuotedCoupon[]> {
  const { orgId } = caller
  const lookedUp = { codeKeys: asked.codeKeys, customers: asked.customer === undefined ? 0 : 1 }
  return guardLookups(context, caller, lookedUp, async (tell, codeKeys) => {
    const holder = await findHolder(context, orgId, asked, codeKeys)
    if ('refusals' in holder) {
      tell({ unknown: holder.unknown })
      return holder.refusals.map((refusal) => ({ refusal, discount: null }))
    }
    const question = { ...asked, codeKeys, customer: holder.customer, holder: holderOf(caller) }
    const { pool } = context.database
    const now = await readNow(context, pool, caller)
    const [state] = await readRedemptionState(
      pool,
      context.seriesMemory,
      orgId,
      [stateRequestOf(question)],
      now,
      false,
    )
    if (state === undefined) throw new Error('one request has one state')
    const verdict = new RedemptionDecider().quote(question, state)
    if (verdict.customer === undefined) throw refuse.customerNotFound()
    tell(askedOutcomeOf(question, requestOutcomeOf(verdict)))
    return verdict.coupons.map(({ refusal, ownRefusal, discount }) => {
      if (refusal !== null) return { refusal, ownRefusal, discount: null }
      if (discount === null) throw new Error('a quote has a bill')
      return { refusal, discount }
    })
  })
}
