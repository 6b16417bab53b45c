import { forgetOldSignIns } from '../access/forget-sign-ins.ts'
import type { Context } from '../context.ts'

const sweepEveryMs = 60 * 60_000
const maxRowsPerStatement = 10_000

/** Deletes stored answers that are older than they are kept, an organisation at a time, in small transactions. */
export async function forgetOldAnswers(context: Context): Promise<number> {
  const { pool, queries } = context.database
  const organisations = await queries.selectFrom('organisations').select('org_id').execute()
  let forgotten = 0
  for (const { org_id: orgId } of organisations) {
    let deleted: number
    do {
      const { rowCount } = await pool.query(
        `delete from idempotency_keys where org_id = $1 and ctid = any(array(
           select ctid from idempotency_keys
           where org_id = $1 and created_at < now() - make_interval(days => $2) limit $3))`,
        [orgId, context.config.idempotencyKeptDays, maxRowsPerStatement],
      )
      deleted = rowCount ?? 0
      forgotten += deleted
    } while (deleted === maxRowsPerStatement)
  }
  return forgotten
}

/** Sweeps now and then for as long as the server runs. @returns what ends it. */
export function startForgetting(context: Context): () => void {
  const sweep = (): void => {
    Promise.all([forgetOldAnswers(context), forgetOldSignIns(context)]).catch((error: unknown) =>
      context.log.warn(
        { reason: (error as Error).message },
        'old answers and sessions could not be deleted; trying again later',
      ),
    )
  }
  const timer = setInterval(sweep, sweepEveryMs)
  timer.unref()
  return () => clearInterval(timer)
}
