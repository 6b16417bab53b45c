import type { PoolClient } from 'pg'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { lockSeriesOfRedemptionsSql } from '../post/lock.ts'
import { reverseSql } from '../post/reverse.ts'
import type { Settled, Transaction } from '../../platform/db/write-batch.ts'
import { executeOnce } from '../../platform/idempotency/execute-once.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import type { Batch } from '../../platform/idempotency/write-batchers.ts'
import type { QueryRunner } from '../series/series-terms.ts'

export interface ReverseCommand extends IdempotentCommand {
  readonly redemptionIds: readonly number[]
  readonly tillId: number | null
}

interface ReversedRedemption {
  readonly id: number
  readonly couponId: number
  readonly code: string
  readonly reversedAtS: number
}

export interface ReverseOutcome {
  /** Ids that are unknown, belong to another organisation, are already reversed or belong to a revoked coupon. */
  readonly refused: readonly { readonly id: number; readonly code: 510 | 660 }[]
  /** Empty if any was refused. */
  readonly reversed: readonly ReversedRedemption[]
}

/**
 * Reverses redemptions, all of a request or none, each once: counters and limits are as if they had never been made.
 *
 * @throws Refusal 422 if the idempotency key was used for another request, 503 under overload.
 */
export function reverseRedemptions(
  context: Context,
  caller: Caller,
  command: ReverseCommand,
): Promise<Done<ReverseOutcome>> {
  return context.lanes.reverse.submit(caller, command)
}

const stateSql = `
select r.id, r.coupon_id, c.code, r.series_id, r.customer_id, c.revoked_at is not null, v.redemption_id is not null,
  date_part('epoch', coalesce($3::timestamptz, statement_timestamp()))
from redemptions r
join coupons c on c.org_id = $1 and c.id = r.coupon_id
left join reversals v on v.org_id = $1 and v.redemption_id = r.id
where r.org_id = $1 and r.id = any($2::bigint[])`

type StateRow = [
  id: number,
  couponId: number,
  code: string,
  seriesId: number,
  customerId: number,
  isRevoked: boolean,
  isReversed: boolean,
  nowS: number,
]

/**
 * Reads those of the given redemptions that belong to the organisation. The state is valid while the caller holds the
 * locks on the series.
 */
export async function readReversalStates(
  client: QueryRunner,
  orgId: number,
  ids: readonly number[],
  now: Date | null,
): Promise<StateRow[]> {
  const { rows } = await client.query<StateRow>({
    name: 'reversal-state',
    text: stateSql,
    rowMode: 'array',
    values: [orgId, ids, now],
  })
  return rows
}

interface DecidedReversal {
  readonly refused: ReverseOutcome['refused']
  /** Empty if any was refused. */
  readonly rows: readonly StateRow[]
}

/** Decides commands in order of arrival; each sees what those before it reverse. */
export function decideReversals(
  commands: readonly ReverseCommand[],
  rows: readonly StateRow[],
): DecidedReversal[] {
  const states = new Map(rows.map((row) => [row[0], row]))
  const taken = new Set<number>()
  return commands.map(({ redemptionIds }) => {
    const refused = redemptionIds.flatMap((id, at) =>
      refusalOf(states.get(id), id, taken.has(id) || redemptionIds.indexOf(id) !== at),
    )
    if (refused.length > 0) return { refused, rows: [] }
    for (const id of redemptionIds) taken.add(id)
    return { refused, rows: redemptionIds.map((id) => states.get(id)).filter((row) => row !== undefined) }
  })
}

export const reversedOf = ({ refused, rows }: DecidedReversal): ReverseOutcome => ({
  refused,
  reversed: rows.map(([id, couponId, code, , , , , nowS]) => ({
    id,
    couponId,
    code,
    reversedAtS: Math.floor(nowS),
  })),
})

/** Executes a batch of reversal commands in one transaction, in order of arrival. */
export function reverseBatch(
  transaction: Transaction,
  { orgId, commands, now }: Batch<ReverseCommand>,
): Promise<Settled<Done<ReverseOutcome>>[]> {
  const { client, unawaited } = transaction
  const ids = [...new Set(commands.flatMap(({ redemptionIds }) => redemptionIds))]
  const locked = client.query<{ series_id: number }>({
    name: 'lock-series-of-redemptions',
    text: lockSeriesOfRedemptionsSql,
    values: [orgId, ids],
  })
  unawaited(locked)
  return executeOnce(transaction, orgId, commands, async (fresh) => {
    const read = await readReversalStates(client, orgId, ids, now)
    const lockedIds = new Set((await locked).rows.map((row) => row.series_id))
    // A redemption made after the lock was taken is treated as unknown.
    const rows = read.filter((row) => lockedIds.has(row[3]))
    const decided = decideReversals(fresh, rows)
    const effects = fresh.flatMap(({ tillId, requestId = null }, at) =>
      (decided[at]?.rows ?? []).map((row): ReverseEffect => ({ row, tillId, requestId })),
    )
    // Events, counters and records share one instant.
    if (effects.length > 0) unawaited(write(client, orgId, effects, new Date((rows[0]?.[7] ?? 0) * 1000)))
    return decided.map((one) => ({ outcome: reversedOf(one) }))
  })
}

function refusalOf(
  row: StateRow | undefined,
  id: number,
  isTaken: boolean,
): { id: number; code: 510 | 660 }[] {
  if (row === undefined || row[6] || isTaken) return [{ id, code: 510 }]
  return row[5] ? [{ id, code: 660 }] : []
}

interface ReverseEffect {
  readonly row: StateRow
  readonly tillId: number | null
  readonly requestId: string | null
}

function write(
  client: PoolClient,
  orgId: number,
  effects: readonly ReverseEffect[],
  at: Date,
): Promise<unknown> {
  return client.query({
    name: 'reverse',
    text: reverseSql,
    values: [
      orgId,
      effects.map(({ row }) => row[0]),
      effects.map(({ row }) => row[1]),
      effects.map(({ row }) => row[3]),
      effects.map(({ row }) => row[4]),
      effects.map(({ tillId }) => tillId),
      at,
      effects.map(({ requestId }) => requestId),
    ],
  })
}
