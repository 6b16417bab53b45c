import type { ClientBase } from 'pg'
import { tryAgain } from '../../platform/db/transient.ts'
import type { IssueState } from './issue-rules.ts'

/**
 * The lock goes by the exclusions that stood before it. Where an edit of the series has added one meanwhile, the batch
 * is tried again, as after any failure to serialise.
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
  // An id may be named that no series has.
  const { rowCount } = await client.query(
    'select from series_usage where org_id = $1 and series_id = any($2::bigint[])',
    [orgId, open],
  )
  if (rowCount !== 0) throw tryAgain('the exclusions of a series have changed')
}
