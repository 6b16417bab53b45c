import type { PoolClient } from 'pg'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { refuse } from '../../values/errors.ts'
import { requireVersionOn, type ExpectedVersions } from '../../identity/organisations/require-version.ts'
import { executeAlone } from '../../platform/idempotency/execute-alone.ts'
import type { Done } from '../../platform/idempotency/idempotent.ts'
import type { AdmittedLookup } from '../lookups/guard-lookups.ts'
import { stateLimitsSql } from '../post/limits.ts'
import { lockNamedSeriesSql } from '../post/lock.ts'
import {
  admitGenericCode,
  keepGenericCode,
  readCircumstances,
  requirePlaces,
  type SaveSeriesCommand,
} from './save-series.ts'
import { countWaiting, readSeries } from './read-series.ts'
import { decideSeriesTerms } from './series-rules.ts'
import { assignmentsOf, parametersOf, type Series } from './terms.ts'

export interface UpdateSeriesCommand extends SaveSeriesCommand {
  readonly id: number
  /** The versions that the terms were stated for; undefined: any. */
  readonly expected: ExpectedVersions
}

/**
 * An edit marks the series as no longer imported: an import then no longer moves its end. It counts as a change even if
 * it changes only the limits, which are stored beside their counters.
 */
const updateSql = `
update series set is_imported = false, updated_at = now(), ${assignmentsOf('series', 3)}
where org_id = $1 and id = $2`

/**
 * Replaces the terms of a series. They apply to every coupon of the series from the next request on; a coupon's own
 * code and expiry stay as issued.
 *
 * @throws Refusal 404 for an unknown series, 752 if another series has the series code, 400 for limits below the issued
 * or redeemed number, 412 if the version differs from the expected one, and any refusal of `decideSeriesTerms`.
 */
export async function updateSeries(
  context: Context,
  caller: Caller,
  command: UpdateSeriesCommand,
): Promise<Done<Series>> {
  // Counted before the lock: otherwise tills would wait for the count.
  const waitingCodes = await countWaiting(context.database.pool, caller.orgId, command.id)
  const lookup = await admitGenericCode(context, caller, command)
  try {
    const done = await executeAlone(context, caller, command, {
      // From here on, the issued and redeemed numbers cannot change while the limits are compared with them.
      lock: (client) => client.query(lockNamedSeriesSql, [caller.orgId, [command.id]]),
      execute: async (client, _, now) => ({
        outcome: await update(client, caller, command, { waitingCodes, now, lookup }),
      }),
    })
    context.lookups.unambiguousForms.forget(String(caller.orgId))
    return done
  } finally {
    lookup.release()
  }
}

async function update(
  client: PoolClient,
  caller: Caller,
  { id, fields, expected }: UpdateSeriesCommand,
  given: { readonly waitingCodes: number; readonly now: Date | null; readonly lookup: AdmittedLookup },
): Promise<Series> {
  const { orgId } = caller
  const { waitingCodes, now, lookup } = given
  await requireVersionOn(client, ['series', orgId, id], expected)
  const kept = await readSeries(client, orgId, id, waitingCodes)
  if (kept === undefined) throw refuse.notFound(`There is no coupon series ${id}`)
  const circumstances = await readCircumstances(client, caller, now)
  const terms = decideSeriesTerms(fields, { ...circumstances, kept }, kept.code)
  await requirePlaces(client, orgId, terms)
  if (terms.code !== kept.code) await requireFreeCode(client, orgId, id, terms.code)
  await client.query(updateSql, [orgId, id, ...parametersOf('series', terms)])
  await client.query(stateLimitsSql, [orgId, id, ...parametersOf('series_usage', terms)])
  await keepGenericCode(client, orgId, id, terms, circumstances.nowS, lookup)
  const series = await readSeries(client, orgId, id, waitingCodes)
  if (series === undefined) throw new Error(`series ${id} was edited and is not there`)
  return series
}

/** A concurrent transaction that takes the code makes the write fail; the retry then sees that code. */
async function requireFreeCode(client: PoolClient, orgId: number, id: number, code: string): Promise<void> {
  const { rowCount } = await client.query('select from series where org_id = $1 and code = $2 and id <> $3', [
    orgId,
    code,
    id,
  ])
  if (rowCount !== 0) throw refuse.seriesCodeTakenOnUpdate()
}
