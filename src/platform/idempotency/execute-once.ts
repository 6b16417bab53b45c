import { erasedCustomer } from '../../values/customer-refusals.ts'
import { refuse } from '../../values/errors.ts'
import type { Runner } from '../db/runner.ts'
import { unwrap, type Settled } from '../db/write-batch.ts'
import {
  StoredAnswer,
  type Decided,
  type Done,
  type IdempotencyKey,
  type IdempotentCommand,
} from './idempotent.ts'
import { identityOf, readStored, store, type Keyed, type StoredOutcome } from './stored-outcomes.ts'

/** The transaction of the effects; see `Transaction` of `platform/db/write-batch.ts`. */
export interface EffectsTransaction {
  readonly client: Runner
  readonly unawaited: (statement: Promise<unknown>) => void
}

/**
 * Executes the commands that have not been executed before, and returns the first outcome of the key for the others.
 * Runs inside the transaction of the effects, after the affected rows are locked: of two equal requests, the second
 * sees what the first has stored. If neither saw the other, the primary key of the store makes one fail, and it is
 * retried.
 *
 * @param execute decides each new command, in order.
 * @returns for each command its outcome, or the error that replaces it: a Refusal 422 if the key was used for another
 * request, 8015 if a customer of the first outcome is erased, a `StoredAnswer`.
 */
export async function executeOnce<Outcome, Command extends IdempotentCommand>(
  { client, unawaited }: EffectsTransaction,
  orgId: number,
  commands: readonly Command[],
  execute: (fresh: readonly Command[]) => Promise<readonly Decided<Outcome>[]>,
): Promise<Settled<Done<Outcome>>[]> {
  const keys = commands.flatMap(({ idempotencyKey }) => idempotencyKey ?? [])
  const stored = keys.length === 0 ? new Map<string, StoredOutcome>() : await readStored(client, orgId, keys)
  const firstSeen = new Set<string>()
  const fresh = commands.filter(({ idempotencyKey }) => {
    if (idempotencyKey === undefined) return true
    const identity = identityOf(idempotencyKey)
    const isFresh = !stored.has(identity) && !firstSeen.has(identity)
    firstSeen.add(identity)
    return isFresh
  })
  const decided = fresh.length === 0 ? [] : await execute(fresh)
  const own = new Map(fresh.map((command, at) => [command, decided[at]]))
  const toStore: Keyed[] = []
  for (const [{ idempotencyKey: key, presentation }, one] of own) {
    if (key === undefined || one === undefined) continue
    if (one.isRetained !== false) toStore.push({ key, decided: one, presentation })
    // For the same request in the same batch.
    const { outcome } = one
    const { requestHash } = key
    stored.set(identityOf(key), { requestHash, outcome, presentation, httpStatus: 0, body: '-' })
  }
  if (toStore.length > 0) unawaited(store(client, orgId, toStore))
  return commands.map((command) => {
    const { idempotencyKey: key, presentation } = command
    const one = own.get(command)
    if (one !== undefined) return { value: { outcome: one.outcome, presentation, isReplay: false } }
    const first = key && stored.get(identityOf(key))
    return first && key ? replay<Outcome>(first, key) : { error: refuse.internalError() }
  })
}

/** Returns the stored outcome of a key for a repeated request. */
function replay<Outcome>(first: StoredOutcome, key: IdempotencyKey): Settled<Done<Outcome>> {
  if (first.body === '') return { error: erasedCustomer() }
  if (first.requestHash !== key.requestHash) return { error: refuse.keyReused() }
  if (first.outcome === null) return { error: new StoredAnswer(first.httpStatus, first.body) }
  const { outcome, presentation } = first
  return { value: { outcome: outcome as Outcome, presentation, isReplay: true } }
}

/**
 * `executeOnce` for a single command, in a transaction whose statements are awaited one by one.
 *
 * @throws Refusal 422 if the key was used for another request, 8015, a `StoredAnswer`, and whatever `execute` throws.
 */
export async function executeOneOnce<Outcome>(
  client: Runner,
  orgId: number,
  command: IdempotentCommand,
  execute: () => Promise<Decided<Outcome>>,
): Promise<Done<Outcome>> {
  const sent: Promise<unknown>[] = []
  const unawaited = (statement: Promise<unknown>): void => void sent.push(statement)
  const [settled] = await executeOnce({ client, unawaited }, orgId, [command], async () => [await execute()])
  await Promise.all(sent)
  if (settled === undefined) throw new Error('one command has one outcome')
  return unwrap(settled)
}
