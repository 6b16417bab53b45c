import type { Caller } from '../access/caller.ts'
import type { Context } from '../context.ts'
import { guardLookups } from '../limits/guard-lookups.ts'
import { readNow } from '../sandbox/clock.ts'
import { codeKey } from '../values/coupon-code.ts'
import { askedOutcomeOf } from './lookup-outcome-rules.ts'
import {
  decideRedemptions,
  type CouponVerdict,
  type RedemptionWish,
  type WishVerdict,
} from './redeem-rules.ts'
import { stateRequestOf } from './redeem-coupons.ts'
import { readRedemptionState, type CustomerReference, type ItemState } from './redemption-state.ts'

type Question = RedemptionWish & { readonly customer: CustomerReference }

/** Changes nothing and locks nothing: the answer may be out of date by the time it arrives. */
async function readState(context: Context, caller: Caller, question: Question): Promise<ItemState> {
  const { pool } = context.database
  const [state] = await readRedemptionState(
    pool,
    context.seriesMemory,
    caller.orgId,
    [stateRequestOf({ ...question, replaysRetries: false })],
    await readNow(context, pool, caller),
    false,
  )
  if (state === undefined) throw new Error('one request has one state')
  return state
}

/**
 * Would these coupons be redeemed now, all together or none, as in a bulk redemption?
 *
 * @throws Refusal 429 after too many unknown codes.
 */
export function checkTogether(context: Context, caller: Caller, asked: Question): Promise<WishVerdict> {
  return guardLookups(context, caller, asked.codeKeys, async (tell, codeKeys) => {
    const question = { ...asked, codeKeys }
    const state = await readState(context, caller, question)
    const verdict = decideRedemptions([question], [state]).verdicts[0] as WishVerdict
    tell(askedOutcomeOf(question, verdict))
    return verdict
  })
}

/**
 * Would these coupons be redeemed now where the caller stands, each by itself, whatever the bill?
 *
 * @returns `redemptionsLeft` as it is: a question takes nothing.
 * @throws Refusal 429 after too many unknown codes.
 */
export function checkCodes(
  context: Context,
  caller: Caller,
  customer: CustomerReference,
  codes: readonly string[],
): Promise<WishVerdict> {
  const asked = {
    customer,
    place: { storeId: caller.storeId, tillId: caller.tillId },
    bill: undefined,
    statedTimeS: undefined,
    timeZone: caller.timeZone,
    replaysRetries: false,
    hasTestCodes: caller.isSandbox,
  }
  return guardLookups(context, caller, codes.map(codeKey), async (tell, codeKeys) => {
    const question: Question = { ...asked, codeKeys }
    const verdict = judgeEach(question, await readState(context, caller, question))
    tell(askedOutcomeOf(question, verdict))
    return verdict
  })
}

function judgeEach(question: Question, state: ItemState): WishVerdict {
  const coupons = question.codeKeys.flatMap((key, k): CouponVerdict[] => {
    const { verdicts } = decideRedemptions(
      [{ ...question, codeKeys: [key] }],
      [{ ...state, coupons: [state.coupons[k]] }],
    )
    const [verdict] = verdicts[0]?.coupons ?? []
    return verdict === undefined ? [] : [beforeRedeeming(verdict)]
  })
  return { customer: state.customer, coupons }
}

const beforeRedeeming = (verdict: CouponVerdict): CouponVerdict =>
  verdict.refusal === null && verdict.redemptionsLeft !== -1
    ? { ...verdict, redemptionsLeft: verdict.redemptionsLeft + 1 }
    : verdict
