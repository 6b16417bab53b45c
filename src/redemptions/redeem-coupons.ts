import type { PoolClient } from 'pg'
import type { Caller } from '../access/caller.ts'
import type { Context } from '../context.ts'
import { Lane } from '../db/lane.ts'
import { runWriteBatch, unwrap, type Settled } from '../db/write-batch.ts'
import { Refusal } from '../errors.ts'
import { answerOnce, type GivenAnswer, type Retryable } from '../retries/stored-answers.ts'
import { decideRedemptions, type Effect, type RedemptionWish, type WishVerdict } from './redeem-rules.ts'
import {
  readRedemptionState,
  type CustomerReference,
  type ItemState,
  type StateRequest,
} from './redemption-state.ts'
import { lockSeriesOfCodesSql, redeemSql } from './redemption-state-sql.ts'

export interface RedeemRequest extends RedemptionWish, Retryable<WishVerdict> {
  readonly customer: CustomerReference
  /** As it stood in the request; kept, never judged again. */
  readonly redemptionTimeGiven: string | null
}

export type RedeemLane = Lane<RedeemRequest, Settled<GivenAnswer | Refusal>>

/** Measured: larger batches gain little and make the first of them wait longer. */
const limits = { maxBatch: 64, maxInFlight: 1, maxQueue: 2_000 }

/**
 * Redeems the coupons of a request, all or none, exactly as often as their limits allow.
 *
 * @returns the answer as the request presents it: this one's, or the first one's when the key was seen before.
 * @throws Refusal 422 when the key stands with another request, 503 under overload.
 */
export async function redeemCoupons(
  context: Context,
  caller: Caller,
  request: RedeemRequest,
): Promise<GivenAnswer> {
  const { orgId } = caller
  let lane = context.redeemLanes.get(orgId)
  if (lane === undefined) {
    lane = new Lane(limits, async (requests) => {
      context.metrics.redeemBatchSize.observe(requests.length)
      return runWriteBatch(context.database.pool, requests, (client, items) =>
        redeemBatch(context, client, orgId, items),
      )
    })
    context.redeemLanes.set(orgId, lane)
  }
  const answer = unwrap(await lane.submit(request))
  if (answer instanceof Refusal) throw answer
  return answer
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
  client: PoolClient,
  orgId: number,
  requests: readonly RedeemRequest[],
): Promise<(GivenAnswer | Refusal)[]> {
  const keys = [...new Set(requests.flatMap(({ codeKeys }) => codeKeys))]
  const locked = client.query<{ series_id: number }>({
    name: 'lock-series-of-codes',
    text: lockSeriesOfCodesSql,
    values: [orgId, keys],
  })
  const answered = answerOnce<WishVerdict, RedeemRequest>(client, orgId, requests, async (fresh) => {
    const states = await readRedemptionState(
      client,
      context.seriesMemory,
      orgId,
      fresh.map(stateRequestOf),
      context.fixedNow,
    )
    const { verdicts, effects } = decideRedemptions(fresh, withoutUnlocked(states, (await locked).rows))
    // Recorded at the instant that was judged at: nothing is redeemed after it has expired.
    const at = context.fixedNow ?? new Date((states[0]?.nowS ?? 0) * 1000)
    if (effects.length > 0) await write(client, orgId, fresh, effects, at)
    return verdicts
  })
  const [answers] = await Promise.all([answered, locked])
  return answers
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

async function write(
  client: PoolClient,
  orgId: number,
  requests: readonly RedeemRequest[],
  effects: readonly Effect[],
  at: Date,
): Promise<void> {
  const of = effects.map(({ wishAt }) => requests[wishAt] as RedeemRequest)
  const { rows } = await client.query<[ordinal: number, id: number]>({
    name: 'redeem',
    text: redeemSql,
    rowMode: 'array',
    values: [
      orgId,
      effects.map(({ state }) => state.couponId),
      effects.map(({ state }) => state.series.id),
      effects.map(({ state }) => state.usage.customerId),
      of.map(({ place }) => place.storeId),
      of.map(({ place }) => place.tillId),
      of.map(({ bill }) => bill?.amount ?? null),
      of.map(({ bill }) => bill?.transactionNumber ?? ''),
      of.map(({ redemptionTimeGiven }) => redemptionTimeGiven),
      at,
    ],
  })
  for (const [ordinal, id] of rows) {
    const effect = effects[ordinal - 1]
    if (effect) effect.verdict.redemptionId = id
  }
}
