import { randomBytes } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { refuse } from '../../values/errors.ts'
import { executeAlone } from '../../platform/idempotency/execute-alone.ts'
import type { Done } from '../../platform/idempotency/idempotent.ts'
import type { AdmittedLookup } from '../lookups/guard-lookups.ts'
import {
  admitGenericCode,
  keepGenericCode,
  readCircumstances,
  requirePlaces,
  type SaveSeriesCommand,
} from './save-series.ts'
import { readSeries } from './read-series.ts'
import { decideSeriesTerms } from './series-rules.ts'
import { columnsOf, parametersOf, type statedKeys, type Series } from './terms.ts'

/**
 * A new series has no row to lock. Creations are serialised per organisation, so that the second of two equal requests
 * finds the first one's answer instead of a series code that is already taken.
 */
const lockSql = 'select from organisations where org_id = $1 for no key update'

/** Inserts a row into either table from its leading columns and its terms. */
const insertSql = (table: keyof typeof statedKeys, own: readonly string[]): string => {
  const names = [...own, ...columnsOf(table)]
  return `insert into ${table} (${names.join(', ')}) values (${names.map((_, at) => `$${at + 1}`).join(', ')})`
}
const insertSeriesSql = `${insertSql('series', ['org_id', 'created_at', 'updated_at', 'created_till_id'])}
on conflict (org_id, code) do nothing returning id`
const insertUsageSql = insertSql('series_usage', ['org_id', 'series_id'])

/**
 * Creates a series; coupons can be issued from it at once.
 *
 * @throws Refusal 751 if the series code is taken, 429 after too many attempts with taken shared codes, and any refusal
 * of `decideSeriesTerms`.
 */
export async function createSeries(
  context: Context,
  caller: Caller,
  command: SaveSeriesCommand,
): Promise<Done<Series>> {
  const lookup = await admitGenericCode(context, caller, command)
  try {
    return await executeAlone(context, caller, command, {
      lock: (client) => client.query(lockSql, [caller.orgId]),
      execute: async (client, _, now) => ({ outcome: await create(client, caller, command, now, lookup) }),
    })
  } finally {
    lookup.release()
  }
}

async function create(
  client: PoolClient,
  caller: Caller,
  { fields }: SaveSeriesCommand,
  now: Date | null,
  lookup: AdmittedLookup,
): Promise<Series> {
  const { orgId, tillId } = caller
  const circumstances = await readCircumstances(client, caller, now)
  const newCode = randomBytes(10).toString('hex').toUpperCase()
  const terms = decideSeriesTerms(fields, { ...circumstances, kept: undefined }, newCode)
  await requirePlaces(client, orgId, terms)
  const at = new Date(circumstances.nowS * 1000)
  const { rows } = await client.query<{ id: number }>(insertSeriesSql, [
    orgId,
    at,
    at,
    tillId,
    ...parametersOf('series', terms),
  ])
  const id = rows[0]?.id
  if (id === undefined) throw refuse.seriesCodeTaken()
  await client.query(insertUsageSql, [orgId, id, ...parametersOf('series_usage', terms)])
  await keepGenericCode(client, orgId, id, terms, circumstances.nowS, lookup)
  const series = await readSeries(client, orgId, id, 0)
  if (series === undefined) throw new Error(`series ${id} was created and is not there`)
  return series
}
