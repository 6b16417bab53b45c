import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { holderOf } from '../holds/holder.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import { readNow } from '../../platform/clock.ts'
import { codeKey } from '../../values/coupon-code.ts'
import { stateRequestOf } from './redeem-batch.ts'
import {
  decideRedemptions,
  type CouponVerdict,
  type RedemptionRequest,
  type RequestVerdict,
} from './redeem-rules.ts'
import { askedOutcomeOf, requestOutcomeOf, type RequestOutcome } from './redemption-outcome-rules.ts'
import { readRedemptionState, type CustomerReference, type ItemState } from './redemption-state.ts'

type Question = RedemptionRequest & { readonly customer: CustomerReference }

const lookedUpIn = (codeKeys: readonly string[]) => ({ codeKeys, customers: 1 })

/** Reads the state without a lock: the answer may be out of date when it arrives. */
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
 * Checks whether these coupons could be redeemed now, all or none, as in a bulk redemption.
 *
 * @throws Refusal 429 after too many unknown codes or customers.
 */
export function checkTogether(context: Context, caller: Caller, asked: Question): Promise<RequestOutcome> {
  return guardLookups(context, caller, lookedUpIn(asked.codeKeys), async (tell, codeKeys) => {
    const question = { ...asked, codeKeys, holder: holderOf(caller) }
    const state = await readState(context, caller, question)
    const outcome = requestOutcomeOf(decideRedemptions([question], [state]).verdicts[0] as RequestVerdict)
    tell(askedOutcomeOf(question, outcome))
    return outcome
  })
}

/**
 * Which codes count as belonging to someone else: those of other holders that the series does not let the customer
 * redeem, or those of all other holders.
 */
type Foreign = 'by the rules' | 'of other holders'

/**
 * Checks separately whether each of these coupons could be redeemed now at the caller's location, regardless of the
 * bill.
 *
 * @param foreign what counts as a failed look-up, in addition to unknown codes.
 * @returns the current `redemptionsLeft`: a check consumes nothing.
 * @throws Refusal 429 after too many unknown codes or customers.
 */
export function checkCodes(
  context: Context,
  caller: Caller,
  customer: CustomerReference,
  codes: readonly string[],
  foreign: Foreign = 'by the rules',
): Promise<RequestVerdict> {
  const asked = {
    customer,
    place: { storeId: caller.storeId, tillId: caller.tillId },
    bill: undefined,
    statedTimeS: undefined,
    timeZone: caller.timeZone,
    replaysRetries: false,
    hasTestCodes: caller.isSandbox,
  }
  return guardLookups(context, caller, lookedUpIn(codes.map(codeKey)), async (tell, codeKeys) => {
    const question: Question = { ...asked, codeKeys }
    const verdict = judgeEach(question, await readState(context, caller, question))
    const outcome = askedOutcomeOf(question, requestOutcomeOf(verdict))
    tell(foreign === 'by the rules' ? outcome : { ...outcome, foreignSeriesIds: ofOthers(verdict) })
    return verdict
  })
}

const ofOthers = ({ customer, coupons }: RequestVerdict): number[] =>
  coupons.flatMap(({ state }) =>
    state === undefined || state.coupon.customerId === customer?.id ? [] : [state.series.id],
  )

function judgeEach(question: Question, state: ItemState): RequestVerdict {
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
