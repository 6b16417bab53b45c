import type { Caller } from '../access/caller.ts'
import type { Context } from '../context.ts'
import type { CustomerReference } from './redemption-state.ts'
import { decideRedemptions, type RedemptionWish, type WishVerdict } from './redeem-rules.ts'
import { readRedemptionState } from './redemption-state.ts'
import { stateRequestOf } from './redeem-coupons.ts'

/**
 * Would these coupons be redeemed, one by one or all together? Changes nothing and locks nothing: the answer may be
 * out of date by the time it arrives.
 *
 * @param together all or none, as in a bulk redemption; otherwise each code is judged by itself.
 */
export async function checkRedeemable(
  context: Context,
  caller: Caller,
  wish: RedemptionWish & { readonly customer: CustomerReference },
  together: boolean,
): Promise<WishVerdict> {
  const { pool } = context.database
  const request = stateRequestOf({ ...wish, replaysRetries: false })
  const [state] = await readRedemptionState(
    pool,
    context.seriesMemory,
    caller.orgId,
    [request],
    context.fixedNow,
    false,
  )
  if (state === undefined) throw new Error('one request has one state')
  if (together) return decideRedemptions([wish], [state]).verdicts[0] as WishVerdict
  const coupons = wish.codeKeys.map((key, k) => {
    const { verdicts } = decideRedemptions(
      [{ ...wish, codeKeys: [key] }],
      [{ ...state, coupons: [state.coupons[k]] }],
    )
    return verdicts[0]?.coupons[0]
  })
  return { customer: state.customer, coupons: coupons.filter((one) => one !== undefined) }
}
