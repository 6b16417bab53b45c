import type { ClientBase } from 'pg'
import { tryAgain } from '../../platform/db/transient.ts'
import type { IssueState } from './issue-rules.ts'

/**
 * Checks that the lock covers all exclusive series. The lock is taken by the exclusions that existed before it; if an
 * edit of the series has added one since, the batch is retried like any serialisation failure.
 */
export async function requireExclusivesLocked(
  client: ClientBase,
  orgId: number,
  states: readonly Pick<IssueState, 'series'>[],
  lockedIds: ReadonlySet<number>,
): Promise<void> {
  const ids = new Set(states.flatMap(({ series }) => series?.mutuallyExclusiveSeriesIds ?? []))
  const open = [...ids].filter((id) => !lockedIds.has(id))
  if (open.length === 0) return
  // A listed id may belong to no series.
  const { rowCount } = await client.query(
    'select from series_usage where org_id = $1 and series_id = any($2::bigint[])',
    [orgId, open],
  )
  if (rowCount !== 0) throw tryAgain('the exclusions of a series have changed')
}
