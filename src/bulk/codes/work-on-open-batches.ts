import type { Context } from '../../ledger/context.ts'
import { keepWorking } from '../../platform/keep-working.ts'
import { notBeingReset } from '../../platform/clock.ts'
import { isOpen, workOnBatch } from './work-on-batch.ts'

/** Duration of a batch's turn. */
const turnMs = 5_000

/** Across organisations, like the deletion of old outcomes; answered by an index of open batches alone. */
const openSql = `select b.org_id, b.id from code_batches b where b.state in ('making', 'voiding') ${notBeingReset('b')}
order by b.org_id, b.id limit 1000`

/**
 * Gives every open batch a turn, unless another process is working on it: newly ordered batches, and those that a
 * killed process left.
 *
 * @returns true if this process has work left.
 */
export async function workOnOpenBatches(
  { database: { pool }, fixedNow, log }: Context,
  isStopped: () => boolean = () => false,
): Promise<boolean> {
  const { rows } = await pool.query<{ org_id: number; id: number }>(openSql)
  let isMoreToDo = false
  for (const { org_id: orgId, id } of rows) {
    if (isStopped()) break
    const endsAtMs = Date.now() + turnMs
    const shouldPause = () => isStopped() || Date.now() > endsAtMs
    const batch = await workOnBatch(pool, orgId, id, { shouldPause, fixedNow })
    if (batch === undefined) continue
    if (isOpen(batch)) isMoreToDo = true
    else log.info({ orgId, batchId: id, state: batch.state, made: batch.made }, 'a batch of codes has ended')
  }
  return isMoreToDo
}

/** Works on batches while the server runs. @returns a function that stops it after the current chunk. */
export function startBatchWork(context: Context): () => Promise<void> {
  return keepWorking(
    context,
    (isStopped) => workOnOpenBatches(context, isStopped),
    'work on batches of codes failed',
  )
}
