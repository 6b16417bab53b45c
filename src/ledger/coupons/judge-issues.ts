import { readNow } from '../../platform/clock.ts'
import type { Done } from '../../platform/idempotency/idempotent.ts'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { decideIssues, issueItemsOf, issuedOf } from './issue-batch-rules.ts'
import type { IssueCommand, IssueOutcome } from './issue-coupons.ts'
import { readIssueStates, readWaitingCodes } from './issue-state.ts'

/**
 * Decides a command as issuing would, with the same state and the same rules, without changing anything. A coupon that
 * would be issued has the id 0, and has a code only if its code is shared or uploaded.
 */
export async function judgeIssues(
  context: Pick<Context, 'database' | 'seriesMemory' | 'fixedNow'>,
  caller: Caller,
  command: IssueCommand,
): Promise<Done<IssueOutcome>> {
  const { pool } = context.database
  const { orgId } = caller
  const items = issueItemsOf([command])
  const now = await readNow(context, pool, caller)
  const states = await readIssueStates(pool, context.seriesMemory, orgId, items, now)
  const waiting = await readWaitingCodes(pool, orgId, items, states)
  const requests = decideIssues(items, states, waiting).map(issuedOf)
  return { outcome: { requests }, presentation: command.presentation, isReplay: false }
}
