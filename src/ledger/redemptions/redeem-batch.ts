import type { PoolClient } from 'pg'
import { numberArray } from '../../platform/db/number-array.ts'
import type { Settled, Transaction } from '../../platform/db/write-batch.ts'
import { executeOnce } from '../../platform/idempotency/execute-once.ts'
import type { Decided, Done } from '../../platform/idempotency/idempotent.ts'
import type { Batch } from '../../platform/idempotency/write-batchers.ts'
import { amountOf } from '../../values/money.ts'
import { splitBy } from '../../values/split-by.ts'
import { lockSeriesOfCodesSql } from '../post/lock.ts'
import { announceSharesSql, raiseBudgetsSql } from '../post/budget.ts'
import { keepItemsSql } from '../post/return.ts'
import { endHoldsSql, takeFromHoldsSql } from '../post/hold.ts'
import { redeemSql } from '../post/redeem.ts'
import type { SeriesMemory } from '../series/series-memory.ts'
import type { RedeemCommand, RedeemOutcome, RedeemRequest } from './redeem-coupons.ts'
import {
  RedemptionDecider,
  type Effect,
  type HoldEffect,
  type RedemptionRequest,
  type RequestVerdict,
} from './redeem-rules.ts'
import { requestOutcomeOf } from './redemption-outcome-rules.ts'
import {
  readRedemptionState,
  type CustomerReference,
  type ItemState,
  type StateRequest,
} from './redemption-state.ts'

/**
 * Executes a batch of redemption commands in one transaction, in order of arrival. Each command sees the effects of
 * those before it.
 */
export function redeemBatch(
  memory: SeriesMemory,
  transaction: Transaction,
  { orgId, commands, now }: Batch<RedeemCommand>,
): Promise<Settled<Done<RedeemOutcome>>[]> {
  const { client, unawaited } = transaction
  const keys = commands.flatMap(({ requests }) => requests.flatMap(({ codeKeys }) => codeKeys))
  const locked = client.query<{ series_id: number }>({
    name: 'lock-series-of-codes',
    text: lockSeriesOfCodesSql,
    values: [orgId, [...new Set(keys)]],
  })
  unawaited(locked)
  return executeOnce(transaction, orgId, commands, async (fresh) => {
    const items = fresh.flatMap(({ requests, requestId = null }) =>
      requests.map((request) => ({ request, requestId })),
    )
    // All parts are read before anything is written, so that each part sees the state that the decider starts from.
    const parts = partsOf(items).map((part) => ({
      part,
      reading: readRedemptionState(
        client,
        memory,
        orgId,
        part.map(({ request }) => stateRequestOf(request)),
        now,
        true,
      ),
    }))
    for (const { reading } of parts) unawaited(reading)
    const decider = new RedemptionDecider()
    const verdicts: RequestVerdict[] = []
    for (const { part, reading } of parts) {
      const states = withoutUnlocked(await reading, (await locked).rows)
      const decided = decider.decide(
        part.map(({ request }) => request),
        states,
      )
      verdicts.push(...decided.verdicts)
      // Recorded at the instant of judgement: no redemption is recorded after its coupon has expired.
      const at = now ?? new Date((states[0]?.nowS ?? 0) * 1000)
      if (decided.effects.length > 0) unawaited(write(client, orgId, part, decided.effects, at))
      const itemised = decided.effects.filter(({ shares }) => shares !== undefined)
      if (itemised.length > 0) unawaited(keepItems(client, orgId, part, itemised))
      const counted = decided.effects.filter(({ state }) => state.series.budget !== null)
      if (counted.length > 0)
        for (const statement of countInBudgets(client, orgId, counted, at)) unawaited(statement)
      for (const statement of takeFromHolds(client, orgId, decided.holds, at)) unawaited(statement)
    }
    const byCommand = splitBy(
      verdicts,
      fresh.map(({ requests }) => requests.length),
    )
    return byCommand.map(decidedOf)
  })
}

/** If no request found its customer, nothing could be executed. */
function decidedOf(verdicts: readonly RequestVerdict[]): Decided<RedeemOutcome> {
  const customerIds = verdicts.flatMap(({ customer }) => customer?.id ?? [])
  const outcome = { requests: verdicts.map(requestOutcomeOf) }
  return { outcome, customerIds, isRetained: customerIds.length > 0 }
}

export function stateRequestOf(
  request: RedemptionRequest & { readonly customer: CustomerReference },
): StateRequest {
  const { holder, bill } = request
  const reference = bill?.transactionNumber ?? ''
  return {
    customer: request.customer,
    codeKeys: request.codeKeys,
    tillId: request.place.tillId,
    holdId: request.holdId,
    checkout: holder && reference !== '' ? { holder, reference } : undefined,
    replayedTransaction: request.replaysRetries ? reference : '',
  }
}

/** Measured: each part costs two more statements, and smaller parts do not recover that cost. */
const partSize = 128

/** Splits a large batch into parts: PostgreSQL reads one part or writes the previous one while another is decided. */
function partsOf<Item>(items: readonly Item[]): Item[][] {
  const count = Math.ceil(items.length / partSize)
  return Array.from({ length: count }, (_, n) => items.slice(n * partSize, (n + 1) * partSize))
}

/** A code created after the series were locked is treated as unknown: its limits are not locked. */
export function withoutUnlocked(
  states: readonly ItemState[],
  locked: readonly { series_id: number }[],
): ItemState[] {
  const ids = new Set(locked.map((row) => row.series_id))
  return states.map((item) => ({
    ...item,
    coupons: item.coupons.map((one) => (one && ids.has(one.series.id) ? one : undefined)),
  }))
}

/** Raises the budgets of series that have one; without such a series there is no statement. */
const countInBudgets = (
  client: PoolClient,
  orgId: number,
  effects: readonly Effect[],
  at: Date,
): Promise<unknown>[] => [
  client.query({
    name: 'raise-budgets',
    text: raiseBudgetsSql,
    values: [orgId, numberArray(effects.map(({ state }) => state.newRedemptionId))],
  }),
  client.query({
    name: 'announce-shares',
    text: announceSharesSql,
    values: [orgId, numberArray([...new Set(effects.map(({ state }) => state.series.id))]), at],
  }),
]

/** Stores the share of each item of the bills, in whole thousandths; without items there is no statement. */
const keepItems = (
  client: PoolClient,
  orgId: number,
  part: readonly { readonly request: RedeemRequest }[],
  effects: readonly Effect[],
): Promise<unknown> =>
  client.query({
    name: 'keep-items',
    text: keepItemsSql,
    values: [
      orgId,
      numberArray(effects.map(({ state }) => state.newRedemptionId)),
      numberArray(effects.map(({ discountAmount }) => amountOf(discountAmount ?? 0))),
      effects.map(({ requestAt, shares }) => {
        const ofItem = new Map(shares?.map(({ itemAt, amount }) => [itemAt, amount]))
        const items = part[requestAt]?.request.billItems ?? []
        return JSON.stringify(
          items.map(({ id, sku, quantity }, at) => ({ id, sku, quantity, discount: ofItem.get(at) ?? 0 })),
        )
      }),
    ],
  })

/** Removes coupons from the holds that they were redeemed from. */
function takeFromHolds(
  client: PoolClient,
  orgId: number,
  holds: readonly HoldEffect[],
  at: Date,
): Promise<unknown>[] {
  const taken = holds.flatMap(({ holdId, couponIds = [] }) =>
    couponIds.map((couponId) => ({ holdId, couponId })),
  )
  const ended = holds.flatMap(({ holdId, couponIds }) => (couponIds === undefined ? holdId : []))
  const statements: Promise<unknown>[] = []
  if (taken.length > 0)
    statements.push(
      client.query({
        name: 'take-from-holds',
        text: takeFromHoldsSql,
        values: [
          orgId,
          numberArray(taken.map(({ holdId }) => holdId)),
          numberArray(taken.map(({ couponId }) => couponId)),
          at,
        ],
      }),
    )
  if (ended.length > 0)
    statements.push(
      client.query({
        name: 'end-holds',
        text: endHoldsSql,
        values: [orgId, numberArray(ended), ended.map(() => 'redeemed'), at],
      }),
    )
  return statements
}

const fieldsText = (fields: Readonly<Record<string, string>> | undefined): string | null =>
  fields === undefined ? null : JSON.stringify(fields)

function write(
  client: PoolClient,
  orgId: number,
  part: readonly { readonly request: RedeemRequest; readonly requestId: string | null }[],
  effects: readonly Effect[],
  at: Date,
): Promise<unknown> {
  const of = effects.map(({ requestAt }) => (part[requestAt] as (typeof part)[number]).request)
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
      effects.map(({ codeAt }, at) => fieldsText(of[at]?.customFields?.[codeAt])),
      effects.map(({ requestAt }) => part[requestAt]?.requestId ?? null),
      numberArray(
        effects.map(({ discountAmount }) => (discountAmount === null ? null : amountOf(discountAmount))),
      ),
    ],
  })
}
