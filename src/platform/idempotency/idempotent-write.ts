import type { Caller } from '../../values/caller.ts'
import type { PlatformContext } from '../context.ts'
import { runnerOf, type Queries } from '../db/queries.ts'
import { inTransaction } from '../db/transaction.ts'
import { Refusal } from '../../values/errors.ts'
import { holdNow } from '../clock.ts'
import { executeOneOnce } from './execute-once.ts'
import type { Decided, Done, IdempotentCommand } from './idempotent.ts'

/**
 * Executes a write of typed queries in its own transaction, once per idempotency key.
 *
 * @throws Refusal thrown by `work` (nothing is written or stored), 422 if the key was used for another request, 8015 if
 * the customer of the first outcome is erased.
 */
export async function writeIdempotently<Outcome>(
  context: PlatformContext,
  caller: Caller,
  command: IdempotentCommand,
  work: (transaction: Queries) => Promise<Decided<Outcome>>,
): Promise<Done<Outcome>> {
  const { orgId, origin } = caller
  const author = origin === undefined ? undefined : caller
  const execute = async (transaction: Queries): Promise<Done<Outcome>> => {
    const runner = runnerOf(transaction)
    await holdNow(context, runner, caller)
    return executeOneOnce(runner, orgId, command, () => work(transaction))
  }
  try {
    return await inTransaction(context.database.queries, execute, { author, retryOn: 'same key' })
  } catch (error) {
    if (!(error instanceof Refusal) || command.idempotencyKey === undefined) throw error
    return await outcomeOfTwin(context, orgId, command, error)
  }
}

/**
 * The refusal of this command may be caused by a concurrent duplicate of it; then the duplicate's outcome is returned.
 */
function outcomeOfTwin<Outcome>(
  context: PlatformContext,
  orgId: number,
  command: IdempotentCommand,
  refusal: Refusal,
): Promise<Done<Outcome>> {
  return inTransaction(context.database.queries, (transaction) =>
    executeOneOnce<Outcome>(runnerOf(transaction), orgId, command, () => Promise.reject(refusal)),
  )
}
