import { readNow } from '../../platform/clock.ts'
import type { Done } from '../../platform/idempotency/idempotent.ts'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { stateRequestOf } from './redeem-batch.ts'
import type { RedeemCommand, RedeemOutcome } from './redeem-coupons.ts'
import { decideRedemptions } from './redeem-rules.ts'
import { requestOutcomeOf } from './redemption-outcome-rules.ts'
import { readRedemptionState } from './redemption-state.ts'

/**
 * Decides a command as a redemption would, with the same state and the same rules, without any effect: it takes no
 * lock, writes no row and draws no id. A granted redemption has no redemption id.
 */
export async function judgeRedemptions(
  context: Pick<Context, 'database' | 'seriesMemory' | 'fixedNow'>,
  caller: Caller,
  { requests, presentation }: RedeemCommand,
): Promise<Done<RedeemOutcome>> {
  const { pool } = context.database
  const states = await readRedemptionState(
    pool,
    context.seriesMemory,
    caller.orgId,
    requests.map(stateRequestOf),
    await readNow(context, pool, caller),
    false,
  )
  const { verdicts } = decideRedemptions(requests, states)
  return { outcome: { requests: verdicts.map(requestOutcomeOf) }, presentation, isReplay: false }
}
