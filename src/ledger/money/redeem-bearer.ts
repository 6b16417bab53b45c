import type { Caller } from '../../values/caller.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import type { Context } from '../context.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import { redeemCoupons, type RedeemOutcome, type RedeemRequest } from '../redemptions/redeem-coupons.ts'
import { findHolder } from './find-holder.ts'
import { withoutHolder, type BearerRequest } from './quote.ts'

type BearerRedemption = BearerRequest & Omit<RedeemRequest, 'customer'>

export type BearerOutcome =
  | { readonly refusals: readonly (701 | 702)[] }
  | { readonly done: Done<RedeemOutcome> }

/**
 * Redeems coupons, all or none, for a customer or for the holder of the coupons.
 *
 * @returns the refusals of all codes if nobody holds any of them and no customer is named: nothing is executed then, and
 * nothing is stored under the idempotency key.
 * @throws Refusal as `redeemCoupons` does.
 */
export async function redeemForBearer(
  context: Context,
  caller: Caller,
  request: BearerRedemption,
  command: IdempotentCommand,
): Promise<BearerOutcome> {
  const { codeKeys } = request
  const holder =
    request.customer === undefined
      ? await guardLookups(context, caller, { codeKeys }, async (tell, meant) => {
          const found = await findHolder(context, caller.orgId, meant)
          const refusals = found.customer === undefined ? withoutHolder(meant, found) : []
          tell({ unknown: meant.filter((_, at) => refusals[at] === 702) })
          return { customer: found.customer, refusals }
        })
      : undefined
  const customer = request.customer ?? holder?.customer
  if (customer === undefined) return { refusals: holder?.refusals ?? [] }
  return { done: await redeemCoupons(context, caller, { ...command, requests: [{ ...request, customer }] }) }
}
