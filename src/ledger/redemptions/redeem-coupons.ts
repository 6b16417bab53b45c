import type { PoolClient } from 'pg'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { numberArray } from '../../platform/db/number-array.ts'
import type { Transaction } from '../../platform/db/write-batch.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import { countRefusals } from '../../platform/refusals/count-refusals.ts'
import type { Refused } from '../../platform/refusals/refusal-counts.ts'
import { carryOutInLane, type WriteLane } from '../../platform/idempotency/carry-out.ts'
import {
  answerOnce,
  type GivenAnswer,
  type PendingAnswer,
  type Retryable,
} from '../../platform/idempotency/stored-answers.ts'
import { lookupOutcomeOf } from './lookup-outcome-rules.ts'
import { RedemptionDecider, type Effect, type RedemptionWish, type WishVerdict } from './redeem-rules.ts'
import {
  readRedemptionState,
  type CustomerReference,
  type ItemState,
  type StateRequest,
} from './redemption-state.ts'
import { lockSeriesOfCodesSql, redeemSql } from './redemption-state-sql.ts'

/** What one customer wants redeemed on one bill: all of it or nothing. */
export interface RedeemWish extends RedemptionWish {
  readonly customer: CustomerReference
  /** As it stood in the request; kept, never judged again. */
  readonly redemptionTimeGiven: string | null
  /** Names and texts that are kept with the redemptions. */
  readonly customFields?: Readonly<Record<string, string>> | undefined
}

/** Wishes that stand or fall each by itself, and are answered together; one verdict per wish. */
export interface RedeemRequest extends Retryable<readonly WishVerdict[]> {
  readonly wishes: readonly RedeemWish[]
}

export type RedeemLane = WriteLane<RedeemRequest>

/**
 * Redeems coupons, all or none of each wish, exactly as often as their limits allow.
 *
 * @returns the answer as the request presents it: this one's, or the first one's when the key was seen before.
 * @throws Refusal 429 after too many unknown codes or customers, 422 when the key stands with another request, 503 under overload.
 */
export function redeemCoupons(
  context: Context,
  caller: Caller,
  request: RedeemRequest,
): Promise<GivenAnswer> {
  const typed = request.wishes.flatMap(({ codeKeys }) => codeKeys)
  const asked = { codeKeys: typed, customers: request.wishes.length }
  return guardLookups(context, caller, asked, (tell, keys) => {
    const wishes = keys === typed ? request.wishes : withKeys(request.wishes, keys)
    const present: RedeemRequest['present'] = (verdicts) => {
      tell(lookupOutcomeOf(wishes, verdicts))
      return request.present(verdicts)
    }
    const counted = countRefusals(context, caller, { ...request, wishes, present }, refusedOf)
    return counted.given(
      carryOutInLane(
        context,
        context.lanes.redeem,
        'redeem',
        caller,
        counted.request,
        (transaction, requests, now) => redeemBatch(context, transaction, caller.orgId, requests, now),
      ),
    )
  })
}

function withKeys(wishes: readonly RedeemWish[], keys: readonly string[]): RedeemWish[] {
  let next = 0
  return wishes.map((wish) => ({ ...wish, codeKeys: keys.slice(next, (next += wish.codeKeys.length)) }))
}

/** A coupon that was refused because of another one in the request is not counted. */
function refusedOf(verdicts: readonly WishVerdict[]): Refused[] {
  return verdicts.flatMap(({ customer, coupons }): Refused[] =>
    customer === undefined
      ? [{ operation: 'redeem', seriesId: undefined, code: 701 }]
      : coupons.flatMap(({ state, refusal }) =>
          refusal === null || refusal === 749
            ? []
            : [{ operation: 'redeem' as const, seriesId: state?.series.id, code: refusal }],
        ),
  )
}

export function stateRequestOf(
  request: RedemptionWish & { readonly customer: CustomerReference },
): StateRequest {
  return {
    customer: request.customer,
    codeKeys: request.codeKeys,
    tillId: request.place.tillId,
    replayedTransaction: request.replaysRetries ? (request.bill?.transactionNumber ?? '') : '',
  }
}

async function redeemBatch(
  context: Context,
  transaction: Transaction,
  orgId: number,
  requests: readonly RedeemRequest[],
  now: Date | null,
): Promise<PendingAnswer[]> {
  const { client, unawaited } = transaction
  const keys = [...new Set(requests.flatMap(({ wishes }) => wishes.flatMap(({ codeKeys }) => codeKeys)))]
  const locked = client.query<{ series_id: number }>({
    name: 'lock-series-of-codes',
    text: lockSeriesOfCodesSql,
    values: [orgId, keys],
  })
  unawaited(locked)
  return answerOnce<readonly WishVerdict[], RedeemRequest>(transaction, orgId, requests, async (fresh) => {
    const wishes = fresh.flatMap((request) =>
      request.wishes.map((wish) => ({ wish, requestId: request.requestId ?? null })),
    )
    // All are read before anything is written, so that each part finds what the decider counts from.
    const parts = partsOf(wishes).map((part) => ({
      part,
      reading: readRedemptionState(
        client,
        context.seriesMemory,
        orgId,
        part.map(({ wish }) => stateRequestOf(wish)),
        now,
        true,
      ),
    }))
    for (const { reading } of parts) unawaited(reading)
    const decider = new RedemptionDecider()
    const verdicts: WishVerdict[] = []
    for (const { part, reading } of parts) {
      const states = withoutUnlocked(await reading, (await locked).rows)
      const decided = decider.decide(
        part.map(({ wish }) => wish),
        states,
      )
      verdicts.push(...decided.verdicts)
      // Recorded at the instant that was judged at: nothing is redeemed after it has expired.
      const at = now ?? new Date((states[0]?.nowS ?? 0) * 1000)
      if (decided.effects.length > 0) unawaited(write(client, orgId, part, decided.effects, at))
    }
    let next = 0
    return fresh.map((request) => verdicts.slice(next, (next += request.wishes.length)))
  })
}

/** Measured: each part costs two statements more, which smaller ones do not gain. */
const partSize = 128

/** A large batch in parts: PostgreSQL reads one of them, or writes the one before, while another is decided. */
function partsOf<Wish>(wishes: readonly Wish[]): Wish[][] {
  const count = Math.ceil(wishes.length / partSize)
  return Array.from({ length: count }, (_, n) => wishes.slice(n * partSize, (n + 1) * partSize))
}

/** A code that came into being after the series were locked is not there yet: nothing holds its limits. */
function withoutUnlocked(
  states: readonly ItemState[],
  locked: readonly { series_id: number }[],
): ItemState[] {
  const ids = new Set(locked.map((row) => row.series_id))
  return states.map((item) => ({
    ...item,
    coupons: item.coupons.map((one) => (one && ids.has(one.series.id) ? one : undefined)),
  }))
}

function write(
  client: PoolClient,
  orgId: number,
  part: readonly { readonly wish: RedeemWish; readonly requestId: string | null }[],
  effects: readonly Effect[],
  at: Date,
): Promise<unknown> {
  const of = effects.map(({ wishAt }) => (part[wishAt] as (typeof part)[number]).wish)
  return client.query({
    name: 'redeem',
    text: redeemSql,
    values: [
      orgId,
      numberArray(effects.map(({ state }) => state.couponId)),
      numberArray(effects.map(({ state }) => state.series.id)),
      numberArray(effects.map(({ state }) => state.usage.customerId)),
      numberArray(of.map(({ place }) => place.storeId)),
      numberArray(of.map(({ place }) => place.tillId)),
      numberArray(of.map(({ bill }) => bill?.amount ?? null)),
      of.map(({ bill }) => bill?.transactionNumber ?? ''),
      of.map(({ redemptionTimeGiven }) => redemptionTimeGiven),
      at,
      numberArray(effects.map(({ state }) => state.newRedemptionId)),
      of.map(({ customFields }) => (customFields === undefined ? null : JSON.stringify(customFields))),
      effects.map(({ wishAt }) => part[wishAt]?.requestId ?? null),
    ],
  })
}
