import { forgetOldSignIns } from '../access/forget-sign-ins.ts'
import type { Context } from '../context.ts'
import { deleteInChunks } from '../db/delete-in-chunks.ts'
import { keepWorking } from '../keep-working.ts'

const sweepEveryMs = 60 * 60_000

const forgetSql = `
delete from idempotency_keys where org_id = $1 and ctid = any(array(
  select ctid from idempotency_keys where org_id = $1 and created_at < now() - make_interval(days => $2) limit $3))`

/** Deletes stored answers that are older than they are kept, an organisation at a time, in small transactions. */
export async function forgetOldAnswers(context: Context): Promise<number> {
  const { pool, queries } = context.database
  let forgotten = 0
  for (const { org_id: orgId } of await queries.selectFrom('organisations').select('org_id').execute())
    forgotten += await deleteInChunks(pool, forgetSql, [orgId, context.config.idempotencyKeptDays])
  return forgotten
}

/**
 * Sweeps at the start and every hour for as long as the server runs: one that is restarted often sweeps too.
 *
 * @returns what ends it, after the sweep under way.
 */
export function startForgetting(context: Context): () => Promise<void> {
  let sweepAtMs = 0
  const step = async (): Promise<boolean> => {
    if (Date.now() >= sweepAtMs) {
      sweepAtMs = Date.now() + sweepEveryMs
      await forgetOldAnswers(context)
      await forgetOldSignIns(context)
    }
    return false
  }
  return keepWorking(context, step, 'old answers and sessions could not be deleted')
}
