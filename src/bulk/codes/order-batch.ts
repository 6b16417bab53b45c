import type { Pool } from 'pg'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import { runWriteBatch, unwrap } from '../../platform/db/write-batch.ts'
import { holdNow, type TimedOrganisation } from '../../platform/clock.ts'
import { executeAlone } from '../../platform/idempotency/execute-alone.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import type { CodeBatch } from './code-batch.ts'
import { createBatch, type BatchOrder } from './create-batch.ts'

export interface OrderCommand extends IdempotentCommand {
  readonly order: BatchOrder
}

/**
 * Orders a batch of codes once per idempotency key.
 *
 * @throws Refusal 422 if the key was used for another request, and any refusal of `createBatch`.
 */
export function orderBatch(
  context: Context,
  caller: Caller,
  command: OrderCommand,
): Promise<Done<CodeBatch>> {
  const { orgId } = caller
  const { order } = command
  return executeAlone(context, caller, command, {
    // The second of two equal commands waits here, and then finds the first one's outcome.
    lock: (client) =>
      client.query('select from series where org_id = $1 and id = $2 for no key update', [
        orgId,
        order.seriesId,
      ]),
    execute: async (client, _, now) => ({ outcome: await createBatch(client, orgId, order, now) }),
  })
}

/** Orders a batch of codes without an idempotency key. @throws any refusal of `createBatch`. */
export async function orderBatchAlone(
  pool: Pool,
  organisation: TimedOrganisation,
  order: BatchOrder,
): Promise<CodeBatch> {
  const [settled] = await runWriteBatch(pool, [order], async ({ client }, [one = order]) => {
    const now = await holdNow({ fixedNow: null }, client, organisation)
    return [await createBatch(client, organisation.orgId, one, now)]
  })
  if (settled === undefined) throw new Error('a batch of one has one result')
  return unwrap(settled)
}
