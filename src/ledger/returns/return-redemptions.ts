import type { PoolClient } from 'pg'
import { epochSecondsOf } from '../../platform/clock.ts'
import { executeAlone } from '../../platform/idempotency/execute-alone.ts'
import type { Decided, Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import type { Caller } from '../../values/caller.ts'
import { refuse, Refusal } from '../../values/errors.ts'
import { amountOf, unitOf, type Money } from '../../values/money.ts'
import type { Context } from '../context.ts'
import { lockSeriesOfRedemptionsSql } from '../post/lock.ts'
import { returnSql } from '../post/return.ts'
import { findBill, type BillReference } from './find-bill.ts'
import type { KeptItem, ReturnedItem } from './item-share-rules.ts'
import { readReturnStates, type KeptRedemption } from './read-return-states.ts'
import {
  decideReturn,
  givenOf,
  isReturnable,
  type GrantedReturn,
  type RefusedReturn,
  type WantedReturn,
} from './return-rules.ts'

export interface ReturnCommand extends IdempotentCommand {
  readonly of: { readonly redemptionId: number } | { readonly bill: BillReference }
  readonly wanted: WantedReturn
  readonly reason: string | null
}

/** A return that was made. */
export interface MadeReturn extends GrantedReturn {
  /** Null: the returned items have no share of the discount, and nothing was recorded. */
  readonly id: number | null
  readonly redemptionId: number
  readonly code: string
  /** The discount given by the redemption, and how much of it has been returned, including this return. */
  readonly given: Money
  readonly returned: Money
  /** The returned items, by position. */
  readonly itemsOfBill: readonly Pick<KeptItem, 'id' | 'sku'>[]
  readonly returnedAtS: number
  readonly reason: string | null
}

export interface ReturnOutcome {
  /** In the order of the redemptions; empty if one of them was refused. */
  readonly returns: readonly MadeReturn[]
  /** Why nothing was returned. */
  readonly refused?: RefusedReturn & { readonly redemptionId: number }
}

/**
 * Returns discounts after the sale, of one redemption or of all redemptions on a bill: all or none. The amount becomes
 * available in the budgets again, and so does the use if nothing is left of the discount.
 *
 * @throws Refusal 404 for an unknown redemption or bill, 9017 if several bills have the number, 422 if the idempotency
 * key was used for another request.
 */
export function returnRedemptions(
  context: Context,
  caller: Caller,
  command: ReturnCommand,
): Promise<Done<ReturnOutcome>> {
  const { orgId } = caller
  return executeAlone(context, caller, command, {
    lock: async (client) => {
      const { of } = command
      const ids = 'bill' in of ? await findBill(context, client, caller, of.bill) : [of.redemptionId]
      if (ids instanceof Refusal) return ids
      await client.query(lockSeriesOfRedemptionsSql, [orgId, ids])
      return readReturnStates(client, orgId, ids)
    },
    execute: async (client, states, now) => {
      if (states instanceof Refusal) throw states
      return execute(client, caller, command, states, now)
    },
  })
}

async function execute(
  client: PoolClient,
  caller: Caller,
  { of, wanted, reason, requestId = '' }: ReturnCommand,
  states: readonly KeptRedemption[],
  now: Date | null,
): Promise<Decided<ReturnOutcome>> {
  if (states.length === 0) throw refuse.notFound('There is no such redemption')
  // Redemptions of a bill that have nothing left are skipped; a single one that has nothing left is refused.
  const open = 'bill' in of ? states.filter(isReturnable) : states
  const meant = open.length === 0 ? states.slice(0, 1) : open
  const decided = meant.map((state) => ({
    state,
    made: decideReturn(state, wanted, unitOf(caller.currency)),
  }))
  for (const { state, made } of decided)
    if ('refusal' in made)
      return { outcome: { returns: [], refused: { ...made, redemptionId: state.id } }, isRetained: false }
  const granted = decided.flatMap(({ state, made }) => ('refusal' in made ? [] : [{ state, made }]))
  const nowS = await epochSecondsOf(client, now)
  const recorded = granted.filter(({ made }) => made.amount > 0 || made.returnsUse)
  const ids = await write(client, caller, recorded, { reason, requestId, at: new Date(nowS * 1000) })
  return {
    outcome: {
      returns: granted.map(({ state, made }) => ({
        ...made,
        id: ids.get(state.id) ?? null,
        redemptionId: state.id,
        code: state.code,
        given: givenOf(state),
        returned: state.returned + made.amount,
        itemsOfBill: namesOf(made.items, state),
        returnedAtS: Math.floor(nowS),
        reason,
      })),
    },
    customerIds: [...new Set(states.map(({ customerId }) => customerId))],
  }
}

const namesOf = (returned: readonly ReturnedItem[] | null, { items }: KeptRedemption) =>
  (returned ?? []).map(({ at }) => ({ id: items?.kept[at]?.id ?? null, sku: items?.kept[at]?.sku ?? '' }))

/** @returns the ids of the returns by redemption. */
async function write(
  client: PoolClient,
  { orgId, tillId }: Caller,
  granted: readonly { readonly state: KeptRedemption; readonly made: GrantedReturn }[],
  {
    reason,
    requestId,
    at,
  }: { readonly reason: string | null; readonly requestId: string; readonly at: Date },
): Promise<Map<number, number>> {
  if (granted.length === 0) return new Map()
  const { rows } = await client.query<{ id: number; redemption_id: number }>(returnSql, [
    orgId,
    granted.map(({ state }) => state.id),
    granted.map(({ made }) => amountOf(made.amount)),
    granted.map(({ made }) => made.items && JSON.stringify(made.items)),
    granted.map(({ made }) => made.returnsUse),
    reason,
    tillId,
    at,
    requestId || null,
  ])
  return new Map(rows.map((row) => [row.redemption_id, row.id]))
}
