import type { Caller } from '../../values/caller.ts'
import { recordAs } from '../author.ts'
import type { PlatformContext } from '../context.ts'
import { isConstraint } from '../db/constraint.ts'
import { runnerOf, type Queries } from '../db/queries.ts'
import { Refusal } from '../../values/errors.ts'
import { holdNow } from '../clock.ts'
import { executeOneOnce } from './execute-once.ts'
import type { Decided, Done, IdempotentCommand } from './idempotent.ts'

const maxAttempts = 3

/** Another try may see what this one could not: a deadlock, or the same key stored at the same moment. */
function isTransient(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return code === '40P01' || code === '40001' || isConstraint(error, 'idempotency_keys__pkey')
}

/**
 * Executes a write of typed queries, in a transaction of its own, once for every key.
 *
 * @throws Refusal as `work` throws it (nothing is written, nothing stored), 422 when the key stands with another
 * request, 8015 when the customer of the first outcome is erased.
 */
export async function writeIdempotently<Outcome>(
  context: PlatformContext,
  caller: Caller,
  command: IdempotentCommand,
  work: (transaction: Queries) => Promise<Decided<Outcome>>,
): Promise<Done<Outcome>> {
  const { orgId, origin } = caller
  for (let attempt = 1; ; attempt++) {
    try {
      return await context.database.queries.transaction().execute(async (transaction) => {
        if (origin !== undefined) await recordAs(transaction, caller)
        const runner = runnerOf(transaction)
        await holdNow(context, runner, caller)
        return executeOneOnce(runner, orgId, command, () => work(transaction))
      })
    } catch (error) {
      if (isTransient(error) && attempt < maxAttempts) continue
      if (!(error instanceof Refusal) || command.idempotencyKey === undefined) throw error
      return await outcomeOfTwin(context, orgId, command, error)
    }
  }
}

/** What refused this command may be the effect of the same one, sent twice at once: then the outcome is that one's. */
function outcomeOfTwin<Outcome>(
  context: PlatformContext,
  orgId: number,
  command: IdempotentCommand,
  refusal: Refusal,
): Promise<Done<Outcome>> {
  return context.database.queries
    .transaction()
    .execute((transaction) =>
      executeOneOnce<Outcome>(runnerOf(transaction), orgId, command, () => Promise.reject(refusal)),
    )
}
