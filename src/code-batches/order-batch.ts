import type { Pool } from 'pg'
import type { Caller } from '../access/caller.ts'
import type { Context } from '../context.ts'
import { runWriteBatch, unwrap } from '../db/write-batch.ts'
import { carryOutAlone } from '../retries/carry-out.ts'
import { answerOnce, type GivenAnswer, type Retryable } from '../retries/stored-answers.ts'
import type { CodeBatch } from './code-batch.ts'
import { createBatch, type BatchOrder } from './create-batch.ts'

export interface OrderRequest extends Retryable<CodeBatch> {
  readonly order: BatchOrder
}

/**
 * Orders a batch of codes once, however often the request is sent under its key.
 *
 * @returns the answer as the request presents it: this one's, or the first one's when the key was seen before.
 * @throws Refusal 422 when the key stands with another request, and whatever `createBatch` refuses.
 */
export function orderBatch(context: Context, { orgId }: Caller, request: OrderRequest): Promise<GivenAnswer> {
  return carryOutAlone(context.database.pool, request, async (transaction, requests) => {
    const { client } = transaction
    for (const { order } of requests) {
      // The second of two equal requests waits here, and then finds the first one's answer.
      await client.query('select from series where org_id = $1 and id = $2 for no key update', [
        orgId,
        order.seriesId,
      ])
    }
    return answerOnce<CodeBatch, OrderRequest>(transaction, orgId, requests, async (fresh) => {
      const made: CodeBatch[] = []
      for (const { order } of fresh) made.push(await createBatch(client, orgId, order, context.fixedNow))
      return made
    })
  })
}

/** Orders a batch of codes for whoever sends it once only. @throws whatever `createBatch` refuses. */
export async function orderBatchAlone(pool: Pool, orgId: number, order: BatchOrder): Promise<CodeBatch> {
  const [settled] = await runWriteBatch(pool, [order], async ({ client }, [one = order]) => [
    await createBatch(client, orgId, one),
  ])
  if (settled === undefined) throw new Error('a batch of one has one result')
  return unwrap(settled)
}
