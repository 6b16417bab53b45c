import type { Context } from '../../ledger/context.ts'
import { deleteInSteps } from '../../platform/db/delete-in-steps.ts'

/**
 * Deletes the rows of uploads that ended longer ago than the retention period, and their headers, which may be rows.
 * The uploads remain, with their counters.
 */
export async function forgetOldUploads({ database: { pool, queries }, config }: Context): Promise<number> {
  const organisations = await queries.selectFrom('organisations').select('org_id').execute()
  let forgotten = 0
  for (const { org_id: orgId } of organisations) {
    const { rows } = await pool.query<{ id: number }>(
      `select id from uploads where org_id = $1 and ended_at < now() - make_interval(days => $2)
         and forgotten_at is null order by id`,
      [orgId, config.uploadsKeptDays],
    )
    for (const { id } of rows) {
      await deleteInSteps(pool, 'upload_rows', 'org_id = $1 and upload_id = $2', [orgId, id])
      await pool.query(
        `update uploads set forgotten_at = now(), header = '[]', reading = null where org_id = $1 and id = $2`,
        [orgId, id],
      )
      forgotten += 1
    }
  }
  return forgotten
}
