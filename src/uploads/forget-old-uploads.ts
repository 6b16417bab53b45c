import type { Context } from '../context.ts'
import { deleteInChunks } from '../db/delete-in-chunks.ts'

const rowsSql = `
delete from upload_rows where org_id = $1 and upload_id = $2 and line = any(array(
  select line from upload_rows where org_id = $1 and upload_id = $2 limit $3))`

/** Deletes the rows of uploads that ended longer ago than they are kept, and their headers, which may be rows. The uploads stay, with their counters. */
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
      await deleteInChunks(pool, rowsSql, [orgId, id])
      await pool.query(
        `update uploads set forgotten_at = now(), header = '[]' where org_id = $1 and id = $2`,
        [orgId, id],
      )
      forgotten += 1
    }
  }
  return forgotten
}
