import type { Pool, PoolClient } from 'pg'
import { findTimedOrganisation, readNow } from '../../platform/clock.ts'
import { isTransient } from '../../platform/db/transient.ts'
import { readBatch, type CodeBatch } from './code-batch.ts'
import { failBatch, makeChunk } from './make-chunk.ts'
import { voidChunk } from './void-chunk.ts'

/** First of two keys of an advisory lock; the second is the batch. An arbitrary number that nothing else locks. */
const batchLock = 6_020_418
/** Number of draws without a free code after which a batch fails: the codes of other series have filled the form. */
const maxVainDraws = 5_000

export interface WorkOptions {
  /** Called after each chunk. */
  readonly onProgress?: (batch: CodeBatch) => void
  /** Checked after each chunk; true: leave the rest for later. */
  readonly shouldPause?: () => boolean
  readonly fixedNow?: Date | null
}

/**
 * Works on an open batch until it is done, cancelled or voided. One process at a time does so: the lock belongs to a
 * session and is released if the process is killed.
 *
 * @returns the batch afterwards; undefined if another process is working on it.
 * @throws Refusal 404 if the batch does not exist; and when the database fails: the batch then stays open.
 */
export async function workOnBatch(
  pool: Pool,
  orgId: number,
  id: number,
  options: WorkOptions = {},
): Promise<CodeBatch | undefined> {
  const client = await pool.connect()
  let isClean = false
  try {
    const { rows } = await client.query<{ is_ours: boolean }>(
      'select pg_try_advisory_lock($1::int, $2::int) as is_ours',
      [batchLock, id],
    )
    if (!rows[0]?.is_ours) {
      isClean = true
      return undefined
    }
    const batch = await work(client, orgId, id, options)
    await client.query('select pg_advisory_unlock($1::int, $2::int)', [batchLock, id])
    isClean = true
    return batch
  } finally {
    // A session that may still hold the lock is closed instead of kept.
    client.release(!isClean)
  }
}

async function work(
  client: PoolClient,
  orgId: number,
  id: number,
  { onProgress, shouldPause, fixedNow = null }: WorkOptions,
): Promise<CodeBatch> {
  const organisation = await findTimedOrganisation(client, orgId)
  let batch = await readBatch(client, orgId, id)
  let vainDraws = 0
  while (isOpen(batch)) {
    const before = batch
    const isMaking = before.state === 'making'
    const chunk = isMaking ? makeChunk : voidChunk
    const now = await readNow({ fixedNow }, client, organisation)
    const after = await chunk(client, orgId, before, now).catch(rethrowLasting)
    // Another process has changed its state: re-read it and continue accordingly.
    batch = after ?? (await readBatch(client, orgId, id))
    vainDraws = isMaking && batch.made === before.made ? vainDraws + before.asked - before.made : 0
    if (vainDraws >= maxVainDraws) {
      const failure = `after ${vainDraws} draws no free code was found: other codes fill the form`
      batch = (await failBatch(client, orgId, id, failure)) ?? batch
    }
    onProgress?.(batch)
    if (shouldPause?.()) break
  }
  return batch
}

/**
 * Two batches that draw the same codes concurrently may deadlock: then nothing is changed, and the chunk is drawn
 * again.
 */
function rethrowLasting(error: unknown): undefined {
  if (!isTransient(error, 'interference')) throw error
  return undefined
}

/** True while there is work left. */
export function isOpen({ state }: CodeBatch): boolean {
  return state === 'making' || state === 'voiding'
}
