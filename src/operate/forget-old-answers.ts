import { forgetOldSignIns } from '../identity/credentials/forget-sign-ins.ts'
import type { Context } from '../ledger/context.ts'
import { deleteInSteps } from '../platform/db/delete-in-steps.ts'
import { keepWorking } from '../platform/keep-working.ts'
import { forgetOldLevels } from './work-on-limits.ts'

const sweepEveryMs = 60 * 60_000

/** Deletes stored answers that are older than they are kept, an organisation at a time, in small transactions. */
export async function forgetOldAnswers(context: Context): Promise<number> {
  const { pool, queries } = context.database
  let forgotten = 0
  const old = 'org_id = $1 and created_at < now() - make_interval(days => $2)'
  for (const { org_id: orgId } of await queries.selectFrom('organisations').select('org_id').execute())
    forgotten += await deleteInSteps(pool, 'idempotency_keys', old, [
      orgId,
      context.config.idempotencyKeptDays,
    ])
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
      await forgetOldLevels(context)
    }
    return false
  }
  return keepWorking(context, step, 'old answers and sessions could not be deleted')
}
