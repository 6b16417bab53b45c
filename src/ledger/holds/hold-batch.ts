import type { PoolClient } from 'pg'
import { numberArray } from '../../platform/db/number-array.ts'
import type { Settled, Transaction } from '../../platform/db/write-batch.ts'
import { executeOnce } from '../../platform/idempotency/execute-once.ts'
import type { Decided, Done } from '../../platform/idempotency/idempotent.ts'
import type { Batch } from '../../platform/idempotency/write-batchers.ts'
import { amountOf } from '../../values/money.ts'
import { endHoldsSql, holdSql } from '../post/hold.ts'
import { lockSeriesOfCheckoutsSql } from '../post/lock.ts'
import { stateRequestOf, withoutUnlocked } from '../redemptions/redeem-batch.ts'
import { RedemptionDecider, type Effect } from '../redemptions/redeem-rules.ts'
import { requestOutcomeOf } from '../redemptions/redemption-outcome-rules.ts'
import { readRedemptionState } from '../redemptions/redemption-state.ts'
import { openHoldOf } from '../sql.ts'
import type { SeriesMemory } from '../series/series-memory.ts'
import type { EndedAs } from './held-uses-rules.ts'
import type { Holder } from './holder.ts'
import type { HeldCode } from './read-hold.ts'
import type { HoldCommand, HoldOutcome } from './place-hold.ts'

/**
 * Returns callers' open holds by their references, and an id for a new hold of each command, in the order of the
 * commands. $1 organisation; arrays with one element per command: $2 kind of owner, $3 owner, $4 reference; $5 the
 * instant or null.
 */
export const currentHoldsSql = `
select w.ordinal::int - 1, w.new_id, h.id,
  h.expires_at > coalesce($5::timestamptz, statement_timestamp())
from (
  select u.*, nextval('holds_id_seq') as new_id
  from unnest($2::text[], $3::bigint[], $4::text[]) with ordinality as u(owner_kind, owner_id, reference, ordinal)
) w
left join lateral (${openHoldOf('w', 'h.id, h.expires_at')}) h on true`

type CurrentRow = [at: number, newId: number, currentId: number | null, isLive: boolean | null]

interface MadeHold {
  readonly id: number
  readonly command: HoldCommand
  readonly customerId: number
  readonly expiresAtS: number
  readonly codes: readonly HeldCode[]
  readonly effects: readonly Effect[]
  /** A later command of the batch replaces the hold. */
  readonly isReplaced: boolean
}

const nameOf = ({ kind, id }: Holder, reference: string): string => JSON.stringify([kind, id, reference])

/**
 * Executes a batch of hold commands in one transaction, in order of arrival, under the same locks as redemptions. Each
 * command sees what those before it reserve.
 */
export function holdBatch(
  memory: SeriesMemory,
  transaction: Transaction,
  { orgId, commands, now }: Batch<HoldCommand>,
): Promise<Settled<Done<HoldOutcome>>[]> {
  const { client, unawaited } = transaction
  const locked = client.query<{ series_id: number }>({
    name: 'lock-series-of-checkouts',
    text: lockSeriesOfCheckoutsSql,
    values: [orgId, [...new Set(commands.flatMap(({ request }) => request.codeKeys))], ...ownersOf(commands)],
  })
  unawaited(locked)
  return executeOnce(transaction, orgId, commands, async (fresh) => {
    const reading = readRedemptionState(
      client,
      memory,
      orgId,
      fresh.map(({ request, holder, reference }) => ({
        ...stateRequestOf(request),
        checkout: { holder, reference },
      })),
      now,
      false,
    )
    unawaited(reading)
    const current = client.query<CurrentRow>({
      name: 'current-holds',
      text: currentHoldsSql,
      rowMode: 'array',
      values: [orgId, ...ownersOf(fresh), now],
    })
    unawaited(current)
    const states = withoutUnlocked(await reading, (await locked).rows)
    const rows = new Map((await current).rows.map((row) => [row[0], row]))
    const { decided, made, ended } = decide(fresh, states, rows)
    const at = now ?? new Date((states[0]?.nowS ?? 0) * 1000)
    // Old holds end first: only then is the reference free for a new one.
    if (ended.size > 0) unawaited(end(client, orgId, ended, at))
    if (made.length > 0) unawaited(write(client, orgId, made, at))
    return decided
  })
}

const ownersOf = (commands: readonly HoldCommand[]): [string[], string, string[]] => [
  commands.map(({ holder }) => holder.kind),
  numberArray(commands.map(({ holder }) => holder.id)),
  commands.map(({ reference }) => reference),
]

function decide(
  commands: readonly HoldCommand[],
  states: Awaited<ReturnType<typeof readRedemptionState>>,
  rows: ReadonlyMap<number, CurrentRow>,
): { decided: Decided<HoldOutcome>[]; made: MadeHold[]; ended: ReadonlyMap<number, EndedAs> } {
  const decider = new RedemptionDecider()
  const made = new Map<number, MadeHold>()
  const ended = new Map<number, EndedAs>()
  const current = new Map<string, { readonly id: number; readonly isLive: boolean }>()
  for (const [at, { holder, reference }] of commands.entries()) {
    const [, , id, isLive] = rows.get(at) ?? []
    if (id !== undefined && id !== null)
      current.set(nameOf(holder, reference), { id, isLive: isLive === true })
  }
  const decided = commands.map((command, at): Decided<HoldOutcome> => {
    const { request, holder, reference, ttlS } = command
    const [state, id] = [states[at], rows.get(at)?.[1]]
    if (state === undefined || id === undefined) throw new Error('a hold has no state or no id')
    const name = nameOf(holder, reference)
    const before = current.get(name)
    const { verdict, effects } = decider.hold(request, state, { holdId: id, holder, reference }, before?.id)
    const outcome = requestOutcomeOf(verdict)
    const customerId = verdict.customer?.id
    if (customerId === undefined || effects.length === 0)
      return { outcome: { request: outcome, hold: null }, isRetained: customerId !== undefined }
    const own = before && made.get(before.id)
    if (own !== undefined) made.set(own.id, { ...own, isReplaced: true, effects: [] })
    else if (before !== undefined) ended.set(before.id, before.isLive ? 'replaced' : 'expired')
    const expiresAtS = Math.floor(state.nowS * 1000) / 1000 + ttlS
    const codes = codesOf(command, effects)
    made.set(id, { id, command, customerId, expiresAtS, codes, effects, isReplaced: false })
    current.set(name, { id, isLive: true })
    const hold = { id, expiresAtS, isReplacement: before?.isLive === true }
    return { outcome: { request: outcome, hold }, customerIds: [customerId] }
  })
  return { decided, made: [...made.values()], ended }
}

function end(
  client: PoolClient,
  orgId: number,
  ended: ReadonlyMap<number, EndedAs>,
  at: Date,
): Promise<unknown> {
  return client.query({
    name: 'end-holds',
    text: endHoldsSql,
    values: [orgId, numberArray([...ended.keys()]), [...ended.values()], at],
  })
}

function write(client: PoolClient, orgId: number, made: readonly MadeHold[], at: Date): Promise<unknown> {
  const items = made.flatMap(({ id, effects }) => effects.map((effect) => ({ id, ...effect })))
  return client.query({
    name: 'hold',
    text: holdSql,
    values: [
      orgId,
      numberArray(made.map(({ id }) => id)),
      ...ownersOf(made.map(({ command }) => command)),
      numberArray(made.map(({ customerId }) => customerId)),
      numberArray(made.map(({ command }) => command.request.place.storeId)),
      numberArray(made.map(({ command }) => command.request.place.tillId)),
      made.map(({ codes }) => JSON.stringify(codes)),
      made.map(({ command }) => JSON.stringify(command.bill)),
      numberArray(made.map(({ expiresAtS }) => expiresAtS)),
      at,
      numberArray(items.map(({ id }) => id)),
      numberArray(items.map(({ state }) => state.couponId)),
      numberArray(items.map(({ state }) => state.series.id)),
      numberArray(items.map(({ discountAmount }) => amountOf(discountAmount ?? 0))),
      made.map(({ isReplaced }) => isReplaced),
    ],
  })
}

/** The codes with their discounts, in order. */
function codesOf({ codes }: HoldCommand, effects: readonly Effect[]): HeldCode[] {
  const discounts = new Map(effects.map(({ codeAt, discountAmount }) => [codeAt, discountAmount ?? 0]))
  return codes.map((code, at) => ({ code, discount: discounts.get(at) ?? 0 }))
}
