import type { Caller } from '../../values/caller.ts'
import { recordAs } from '../author.ts'
import type { PlatformContext } from '../context.ts'
import { isConstraint } from '../db/constraint.ts'
import { runnerOf, type Queries } from '../db/queries.ts'
import { Refusal } from '../../values/errors.ts'
import { holdNow } from '../clock.ts'
import {
  answerOneOnce,
  type Answer,
  type GivenAnswer,
  type RetryKey,
  type Retryable,
} from './stored-answers.ts'

const maxAttempts = 3

/** Another try may see what this one could not: a deadlock, or the same key stored at the same moment. */
function isTransient(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return code === '40P01' || code === '40001' || isConstraint(error, 'idempotency_keys__pkey')
}

/**
 * Carries out a write that is not batched, in a transaction of its own, once for every key.
 *
 * @returns its answer, or the first one when the key was seen before.
 * @throws Refusal as `work` throws it (nothing is written, nothing stored), 422 when the key stands with another
 * request, 8015 when the customer of the first answer is erased.
 */
export async function writeOnce<Outcome>(
  context: PlatformContext,
  caller: Caller,
  request: Retryable<Outcome>,
  work: (transaction: Queries) => Promise<Outcome>,
): Promise<GivenAnswer> {
  const { orgId, origin } = caller
  for (let attempt = 1; ; attempt++) {
    try {
      return await context.database.queries.transaction().execute(async (transaction) => {
        if (origin !== undefined) await recordAs(transaction, caller)
        const runner = runnerOf(transaction)
        await holdNow(context, runner, caller)
        return answerOneOnce(runner, orgId, request, () => work(transaction))
      })
    } catch (error) {
      if (isTransient(error) && attempt < maxAttempts) continue
      if (!(error instanceof Refusal) || request.retryKey === undefined) throw error
      return answerOfTwin(context, orgId, request.retryKey, error)
    }
  }
}

/** What refused this one may be the effect of the same request, sent twice at once: then its answer is the answer. */
function answerOfTwin(
  context: PlatformContext,
  orgId: number,
  retryKey: RetryKey,
  refusal: Refusal,
): Promise<GivenAnswer> {
  return context.database.queries.transaction().execute((transaction) => {
    const present = (): Answer => {
      throw refusal
    }
    const twin: Retryable<null> = { retryKey, present }
    return answerOneOnce(runnerOf(transaction), orgId, twin, async () => null)
  })
}
