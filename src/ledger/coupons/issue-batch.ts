import type { Settled, Transaction } from '../../platform/db/write-batch.ts'
import { executeOnce } from '../../platform/idempotency/execute-once.ts'
import type { Decided, Done } from '../../platform/idempotency/idempotent.ts'
import type { Batch } from '../../platform/idempotency/write-batchers.ts'
import { splitBy } from '../../values/split-by.ts'
import { lockSeriesOfIssueSql } from '../post/lock.ts'
import type { SeriesMemory } from '../series/series-memory.ts'
import { requireExclusivesLocked } from './exclusive-lock.ts'
import { decideIssues, issueItemsOf, issuedOf, type DecidedItem } from './issue-batch-rules.ts'
import type { IssueCommand, IssueOutcome } from './issue-coupons.ts'
import { readIssueStates, readWaitingCodes } from './issue-state.ts'
import { writeIssued } from './write-issued.ts'

/**
 * Executes a batch of issue commands in one transaction, in order of arrival. Each command sees the effects of those
 * before it.
 */
export function issueBatch(
  memory: SeriesMemory,
  transaction: Transaction,
  { orgId, commands, now }: Batch<IssueCommand>,
): Promise<Settled<Done<IssueOutcome>>[]> {
  const { client, unawaited } = transaction
  const seriesIds = commands.flatMap(({ requests }) => requests.map(({ seriesId }) => seriesId))
  const locked = client.query<{ series_id: number }>({
    name: 'lock-series',
    text: lockSeriesOfIssueSql,
    values: [orgId, [...new Set(seriesIds)]],
  })
  unawaited(locked)
  return executeOnce(transaction, orgId, commands, async (fresh) => {
    const items = issueItemsOf(fresh)
    const read = await readIssueStates(client, memory, orgId, items, now)
    const lockedIds = new Set((await locked).rows.map((row) => row.series_id))
    // A series created after the lock was taken is treated as unknown: its limits are not locked.
    const states = read.map((state, at) =>
      lockedIds.has(items[at]?.seriesId ?? 0) ? state : { ...state, series: undefined },
    )
    await requireExclusivesLocked(client, orgId, states, lockedIds)
    const waiting = await readWaitingCodes(client, orgId, items, states)
    const decisions = decideIssues(items, states, waiting)
    // The coupon, the counters and the event all carry the instant of judgement.
    const at = now ?? new Date((states[0]?.nowS ?? 0) * 1000)
    await writeIssued(
      transaction,
      orgId,
      decisions.flatMap(({ grants }) => grants),
      at,
    )
    const byCommand = splitBy(
      decisions,
      fresh.map(({ requests }) => requests.length),
    )
    return byCommand.map(decidedOf)
  })
}

/** If no request found its customer, nothing could be executed. The ids and codes of grants are known at this point. */
function decidedOf(decisions: readonly DecidedItem[]): Decided<IssueOutcome> {
  const customerIds = decisions.flatMap(({ customer }) => customer?.id ?? [])
  const outcome = { requests: decisions.map(issuedOf) }
  return { outcome, customerIds, isRetained: customerIds.length > 0 }
}
