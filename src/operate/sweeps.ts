import { proxiesKeptDays } from '../identity/credentials/noticed-proxies.ts'
import { forgottenAfterMs } from '../identity/credentials/sign-in-rules.ts'
import { addressKeptDays } from '../identity/credentials/till-addresses.ts'
import { forgetOldUploads } from '../bulk/uploads/forget-old-uploads.ts'
import type { Context } from '../ledger/context.ts'
import { bringIntoNormalForm } from '../ledger/customers/work-on-normal-form.ts'
import { deleteInSteps } from '../platform/db/delete-in-steps.ts'
import { keepWorking } from '../platform/keep-working.ts'
import { forgetOldMessages } from '../webhooks/forget-old-messages.ts'

const sweepEveryMs = 60 * 60_000

/** Rows that are deleted when they are older than they are kept. */
interface Retained {
  readonly table: string
  /** An SQL condition with `kept` as its first parameter. */
  readonly isOld: string
  readonly kept: number | ((config: Context['config']) => number)
  /** Rows belong to organisations, and one is swept after the other, as its index finds them. */
  readonly ofOrganisations?: true
}

const retained: readonly Retained[] = [
  {
    table: 'idempotency_keys',
    isOld: 'created_at < now() - make_interval(days => $1)',
    kept: (config) => config.idempotencyKeptDays,
    ofOrganisations: true,
  },
  // For so long a person is known at an address after a session that was begun there.
  {
    table: 'user_sessions',
    isOld: 'created_at < now() - make_interval(days => $1)',
    kept: 30,
    ofOrganisations: true,
  },
  // Longer than the longest figures look back.
  { table: 'refusals', isOld: 'day < current_date - $1::int', kept: 400, ofOrganisations: true },
  {
    table: 'noticed_proxies',
    isOld: 'noticed_at < now() - make_interval(days => $1)',
    kept: proxiesKeptDays,
  },
  {
    table: 'till_addresses',
    isOld: 'last_seen_at < now() - make_interval(days => $1)',
    kept: addressKeptDays,
  },
  {
    table: 'sign_in_attempts',
    isOld: 'last_failed_at < now() - make_interval(secs => $1::float8 / 1000)',
    kept: forgottenAfterMs,
  },
  // Levels that say nothing any more.
  { table: 'request_levels', isOld: 'changed_at < now() - make_interval(mins => $1)', kept: 10 },
  { table: 'failed_lookups', isOld: 'changed_at < now() - make_interval(days => $1)', kept: 1 },
]

/** Deletes rows of all tables that are older than they are kept, in small transactions. */
export async function forgetOldRows({ database: { pool }, config }: Context): Promise<void> {
  const { rows } = await pool.query<{ org_id: number }>('select org_id from organisations order by org_id')
  for (const { table, isOld, kept, ofOrganisations } of retained) {
    const limit = typeof kept === 'number' ? kept : kept(config)
    if (ofOrganisations === undefined) await deleteInSteps(pool, table, isOld, [limit])
    else
      for (const { org_id: orgId } of rows)
        await deleteInSteps(pool, table, `org_id = $2 and ${isOld}`, [limit, orgId])
  }
}

interface Sweep {
  readonly run: (context: Context, isStopped: () => boolean) => Promise<unknown>
  /** What is logged when it fails. */
  readonly failure: string
}

const sweeps: readonly Sweep[] = [
  { run: forgetOldRows, failure: 'old rows could not be deleted' },
  { run: forgetOldUploads, failure: 'rows of old uploads could not be deleted' },
  { run: forgetOldMessages, failure: 'old messages could not be deleted' },
  // Processes of the release before may have added identifiers since.
  { run: bringIntoNormalForm, failure: 'identifiers could not be brought into their normal form' },
]

/**
 * Sweeps at the start, so that a server that is restarted often sweeps too, and every hour for as long as it runs. A sweep
 * that fails does not stop the others and is tried again an hour later.
 *
 * @returns what ends it, after the sweep under way.
 */
export function startSweeps(context: Context): () => Promise<void> {
  let sweepAtMs = 0
  const step = async (isStopped: () => boolean): Promise<boolean> => {
    if (Date.now() < sweepAtMs) return false
    sweepAtMs = Date.now() + sweepEveryMs
    for (const { run, failure } of sweeps) {
      if (isStopped()) break
      await run(context, isStopped).catch((error: Error) =>
        context.log.warn({ reason: error.message }, `${failure}; trying again later`),
      )
    }
    return false
  }
  return keepWorking(context, step, 'old rows could not be swept')
}
