import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { readBatch, type CodeBatch } from './code-batch.ts'
import { isOpen, workOnBatch } from './work-on-batch.ts'

const lookEveryMs = 300

/**
 * Waits until a batch has ended, and works on it unless another process does.
 *
 * @param onProgress called for every observed step.
 * @throws Refusal 404 if the batch does not exist; and when the database fails: the batch then stays open.
 */
export async function awaitBatch(
  pool: Pool,
  orgId: number,
  id: number,
  onProgress: (batch: CodeBatch) => void,
): Promise<CodeBatch> {
  for (;;) {
    const ours = await workOnBatch(pool, orgId, id, { onProgress })
    const batch = ours ?? (await readBatch(pool, orgId, id))
    onProgress(batch)
    if (!isOpen(batch)) return batch
    await sleep(lookEveryMs)
  }
}
