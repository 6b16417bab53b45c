import { randomBytes } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../../values/errors.ts'
import { carryOutAlone } from '../../platform/idempotency/carry-out.ts'
import type { GivenAnswer } from '../../platform/idempotency/stored-answers.ts'
import {
  guardGenericCode,
  keepGenericCode,
  readCircumstances,
  requirePlaces,
  type SaveSeriesRequest,
} from './save-series.ts'
import { readSeries } from './read-series.ts'
import { decideSeriesTerms } from './series-rules.ts'
import { columnsOf, parametersOf, type statedKeys, type Series } from './terms.ts'

/**
 * A series that is made has no row to lock. One is made after the other in an organisation, so that the second of two
 * equal requests finds the first one's answer and not its series code taken.
 */
const lockSql = 'select from organisations where org_id = $1 for no key update'

/** A row of both tables from its first columns and its terms. */
const insertSql = (table: keyof typeof statedKeys, own: readonly string[]): string => {
  const names = [...own, ...columnsOf(table)]
  return `insert into ${table} (${names.join(', ')}) values (${names.map((_, at) => `$${at + 1}`).join(', ')})`
}
const insertSeriesSql = `${insertSql('series', ['org_id', 'created_at', 'updated_at', 'created_till_id'])}
on conflict (org_id, code) do nothing returning id`
const insertUsageSql = insertSql('series_usage', ['org_id', 'series_id'])

/**
 * Creates a series, from which coupons can be issued at once.
 *
 * @returns the answer as the request presents it: this one's, or the first one's when the key was seen before.
 * @throws Refusal 751 when the series code is taken, and 429 after too many common codes that are taken, and whatever
 * `decideSeriesTerms` refuses.
 */
export function createSeries(
  context: Context,
  caller: Caller,
  request: SaveSeriesRequest,
): Promise<GivenAnswer> {
  return guardGenericCode(context, caller, request, (onTaken) =>
    carryOutAlone(context, caller, request, {
      lock: (client) => client.query(lockSql, [caller.orgId]),
      carryOut: (client, _, now) => create(client, caller, request, { now, onTaken }),
    }),
  )
}

async function create(
  client: PoolClient,
  caller: Caller,
  { fields }: SaveSeriesRequest,
  { now, onTaken }: { readonly now: Date | null; readonly onTaken: () => void },
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
  if (id === undefined) throw new Refusal(751)
  await client.query(insertUsageSql, [orgId, id, ...parametersOf('series_usage', terms)])
  await keepGenericCode(client, orgId, id, terms, circumstances.nowS, onTaken)
  const series = await readSeries(client, orgId, id, 0)
  if (series === undefined) throw new Error(`series ${id} was created and is not there`)
  return series
}
