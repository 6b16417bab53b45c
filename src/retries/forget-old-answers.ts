import { forgetOldSignIns } from '../access/forget-sign-ins.ts'
import type { Context } from '../context.ts'
import { deleteInSteps } from '../db/delete-in-steps.ts'
import { forgetOldLevels } from '../limits/work-on-limits.ts'

const sweepEveryMs = 60 * 60_000

/** Deletes stored answers that are older than they are kept, an organisation at a time, in small transactions. */
export async function forgetOldAnswers(context: Context): Promise<number> {
  const { pool, queries } = context.database
  const organisations = await queries.selectFrom('organisations').select('org_id').execute()
  let forgotten = 0
  for (const { org_id: orgId } of organisations) {
    forgotten += await deleteInSteps(
      pool,
      'idempotency_keys',
      'org_id = $1 and created_at < now() - make_interval(days => $2)',
      [orgId, context.config.idempotencyKeptDays],
    )
  }
  return forgotten
}

/** Sweeps now and then for as long as the server runs. @returns what ends it. */
export function startForgetting(context: Context): () => void {
  const sweep = (): void => {
    Promise.all([forgetOldAnswers(context), forgetOldSignIns(context), forgetOldLevels(context)]).catch(
      (error: unknown) =>
        context.log.warn(
          { reason: (error as Error).message },
          'old answers, sessions and levels could not be deleted; trying again later',
        ),
    )
  }
  const timer = setInterval(sweep, sweepEveryMs)
  timer.unref()
  return () => clearInterval(timer)
}
