import { proxiesKeptDays } from '../identity/credentials/noticed-proxies.ts'
import { forgottenAfterMs } from '../identity/credentials/sign-in-rules.ts'
import { addressKeptDays } from '../identity/credentials/till-addresses.ts'
import { forgetOldUploads } from '../bulk/uploads/forget-old-uploads.ts'
import type { Context } from '../ledger/context.ts'
import { endExpiredHolds } from '../ledger/holds/end-expired-holds.ts'
import { bringIntoNormalForm } from '../ledger/customers/work-on-normal-form.ts'
import { deleteInSteps } from '../platform/db/delete-in-steps.ts'
import { keepWorking } from '../platform/keep-working.ts'
import { forgetOldMessages } from '../webhooks/forget-old-messages.ts'

const sweepEveryMs = 60 * 60_000

/** Rows that are deleted after a retention period. */
interface Retained {
  readonly table: string
  /** An SQL condition with `kept` as its first parameter. */
  readonly isOld: string
  readonly kept: number | ((config: Context['config']) => number)
  /** The rows belong to organisations, which are swept one after the other, as the index requires. */
  readonly ofOrganisations?: true
}

const retained: readonly Retained[] = [
  {
    table: 'idempotency_keys',
    isOld: 'created_at < now() - make_interval(days => $1)',
    kept: (config) => config.idempotencyKeptDays,
    ofOrganisations: true,
  },
  // A person's address is remembered for this long after a session was started from there.
  {
    table: 'user_sessions',
    isOld: 'created_at < now() - make_interval(days => $1)',
    kept: 30,
    ofOrganisations: true,
  },
  {
    table: 'password_links',
    isOld: 'expires_at < now() - make_interval(days => $1)',
    kept: 1,
    ofOrganisations: true,
  },
  {
    table: 'holds',
    isOld: 'ended_at < now() - make_interval(days => $1)',
    kept: 30,
    ofOrganisations: true,
  },
  // Rows of unknown callers belong to no organisation.
  ...['shadow_counts', 'shadow_differences'].map((table) => ({
    table,
    isOld: 'last_at < now() - make_interval(days => $1)',
    kept: (config: Context['config']) => config.shadow.keptDays,
  })),
  // Longer than the period of any figures.
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
  // Levels that have drained to 0 by now.
  { table: 'request_levels', isOld: 'changed_at < now() - make_interval(mins => $1)', kept: 10 },
  { table: 'failed_lookups', isOld: 'changed_at < now() - make_interval(days => $1)', kept: 1 },
]

/** Deletes rows of all tables whose retention period is over, in small transactions. */
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
  /** Logged if it fails. */
  readonly failure: string
}

const sweeps: readonly Sweep[] = [
  { run: forgetOldRows, failure: 'old rows could not be deleted' },
  { run: endExpiredHolds, failure: 'expired holds could not be ended' },
  { run: forgetOldUploads, failure: 'rows of old uploads could not be deleted' },
  { run: forgetOldMessages, failure: 'old messages could not be deleted' },
  // Processes of the previous release may have added identifiers since.
  { run: bringIntoNormalForm, failure: 'identifiers could not be brought into their normal form' },
]

/**
 * Sweeps at the start, so that a frequently restarted server sweeps too, and then every hour. A failed sweep does not
 * stop the others and is retried an hour later.
 *
 * @returns a function that stops it after the current sweep.
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
