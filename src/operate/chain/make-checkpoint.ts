import { setTimeout as sleep } from 'node:timers/promises'
import type { KeyObject } from 'node:crypto'
import type { Pool } from 'pg'
import type { Database } from '../../platform/db/database.ts'
import { recordEntry } from '../../identity/audit-log/record-entry.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { EventHorizon } from '../../webhooks/event-horizon.ts'
import { signCheckpoint, type ChainState, type Checkpoint } from './checkpoint-rules.ts'
import { signingKeyOf } from './checkpoint-keys.ts'
import { linkEvents } from './link-events.ts'

/** Transactions that write events usually end within milliseconds; those of files may take minutes. */
const maxWaitMs = 10_000
const pauseMs = 50

/**
 * Links all events that are visible now, beside the servers that do the same. An event of a transaction that takes
 * longer than ten seconds holds the later ones back, which are then linked afterwards.
 */
async function linkUpToNow(pool: Pool, orgId: number, signal?: AbortSignal): Promise<void> {
  const horizon = new EventHorizon(pool)
  const { drawnId } = await horizon.read()
  const giveUpAtMs = performance.now() + maxWaitMs
  for (;;) {
    signal?.throwIfAborted()
    const { finalId } = await horizon.read()
    const linked = await linkEvents(pool, orgId, finalId)
    if (linked === 'more') continue
    if (linked === 'done' && (finalId >= drawnId || performance.now() > giveUpAtMs)) return
    await sleep(pauseMs)
  }
}

/** $1 organisation. */
const stateSql = `
select c.org_id as organisation, c.id as chain, c.length as position, c.last_event_id as "eventId",
  encode(c.hash, 'hex') as hash, to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "signedAt",
  (select count(*)::int from events e where e.org_id = c.org_id and e.id > c.last_event_id) as waiting
from event_chains c where c.org_id = $1`

export interface MadeCheckpoint {
  readonly checkpoint: Checkpoint
  readonly privateKey: KeyObject
  /** Whether the key was made for this checkpoint. */
  readonly isKeyNew: boolean
  /** Number of visible events that are not linked, because transactions that write events are open. */
  readonly waiting: number
}

/**
 * Links the events up to now and signs the state of the chain.
 *
 * @throws OperatorError without `SECRET_KEYS`, or if they lack the key that encrypts the signing key.
 */
export async function makeCheckpoint(
  { pool, queries }: Database,
  secretKeys: readonly Buffer[],
  orgId: number,
  signal?: AbortSignal,
): Promise<MadeCheckpoint> {
  const { privateKey, isNew } = await signingKeyOf(queries, secretKeys, orgId)
  await linkUpToNow(pool, orgId, signal)
  const { rows } = await pool.query<ChainState & { waiting: number }>(stateSql, [orgId])
  const [row] = rows
  if (row === undefined) throw new Error(`organisation ${orgId} has no chain`)
  const { waiting, ...state } = row
  const checkpoint = signCheckpoint(state, privateKey)
  const { position, hash, chain } = checkpoint
  await inTransaction(queries, (transaction) =>
    recordEntry(transaction, orgId, 'checkpoint.exported', null, { chain, position, hash }),
  )
  return { checkpoint, privateKey, isKeyNew: isNew, waiting }
}
