import type { Context } from '../context.ts'
import { endExpiredHoldsSql } from '../post/hold.ts'

/** Holds per transaction. */
const atOnce = 1_000

/**
 * Ends holds that expired some time ago. They no longer reserve anything; ending them keeps the index of open holds
 * small.
 */
export async function endExpiredHolds(
  { database: { pool } }: Pick<Context, 'database'>,
  isStopped: () => boolean,
): Promise<void> {
  const { rows } = await pool.query<{ org_id: number }>('select org_id from organisations order by org_id')
  for (const { org_id: orgId } of rows) {
    let ended = atOnce
    while (ended === atOnce && !isStopped()) {
      const { rows: counts } = await pool.query<{ n: number }>(endExpiredHoldsSql, [orgId, atOnce])
      ended = counts[0]?.n ?? 0
    }
  }
}
