import type { Caller } from '../../values/caller.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import type { Context } from '../context.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import { redeemCoupons, type RedeemOutcome, type RedeemRequest } from '../redemptions/redeem-coupons.ts'
import type { CustomerReference } from '../redemptions/redemption-state.ts'
import { findHolder, type BearerRefusal, type BearerRequest } from './find-holder.ts'

type BearerRedemption = BearerRequest & Omit<RedeemRequest, 'customer'>

export type BearerOutcome =
  | { readonly refusals: readonly BearerRefusal[] }
  | { readonly done: Done<RedeemOutcome> }

/** The redeeming customer: the named one, or the holder of the first coupon that has a holder. */
type Bearer = { readonly customer: CustomerReference } | { readonly refusals: readonly BearerRefusal[] }

/**
 * @returns the refusals of all codes if nobody holds any of them and no customer is named.
 * @throws Refusal 429 after too many unknown codes.
 */
export async function findBearer(context: Context, caller: Caller, request: BearerRequest): Promise<Bearer> {
  const { codeKeys, customer } = request
  if (customer !== undefined) return { customer }
  return guardLookups(context, caller, { codeKeys }, async (tell, meant) => {
    const found = await findHolder(context, caller.orgId, request, meant)
    if ('refusals' in found) tell({ unknown: found.unknown })
    return found
  })
}

/**
 * Redeems coupons, all or none, for a customer or for the holder of the coupons.
 *
 * @returns the refusals of all codes if nobody holds any of them and no customer is named: then nothing is executed,
 * and nothing is stored under the idempotency key.
 * @throws Refusal as `redeemCoupons` does.
 */
export async function redeemForBearer(
  context: Context,
  caller: Caller,
  request: BearerRedemption,
  command: IdempotentCommand,
): Promise<BearerOutcome> {
  const bearer = await findBearer(context, caller, request)
  if ('refusals' in bearer) return bearer
  const { customer } = bearer
  return { done: await redeemCoupons(context, caller, { ...command, requests: [{ ...request, customer }] }) }
}
