import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { readNow } from '../../platform/clock.ts'
import { countWaitingSql, readSeriesSql } from './read-series.ts'
import type { Series } from './terms.ts'

export const seriesStatuses = ['ACTIVE', 'EXPIRED'] as const
type SeriesStatus = (typeof seriesStatuses)[number]

export const placeTypes = ['CONCEPT', 'ZONE', 'STORE', 'TILL'] as const
export type PlaceType = (typeof placeTypes)[number]

/** A query for series that match every filter. An empty list does not filter. */
export interface SeriesQuery {
  readonly ids: readonly number[]
  readonly codes: readonly string[]
  readonly statuses: readonly SeriesStatus[]
  /** Series that list one of these places for redemption. */
  readonly places: { readonly type: PlaceType; readonly ids: readonly number[] } | undefined
  readonly limit: number
  readonly offset: number
}

const listSql = readSeriesSql(
  `
  select s.id from series s
  where s.org_id = $1
    and ($2::bigint[] is null or s.id = any($2))
    and ($3::text[] is null or s.code = any($3))
    and ($4::boolean is null or (s.valid_until >= coalesce($9::timestamptz, statement_timestamp())) = $4)
    and ($5::text is null or case $5
      when 'CONCEPT' then s.redemption_concept_ids
      when 'ZONE' then s.redemption_zone_ids
      when 'STORE' then s.redemption_store_ids
      else s.redemption_till_ids end && $6::bigint[])
  order by s.id limit $7 offset $8`,
  countWaitingSql,
)

/** Returns series of the caller's organisation with their counters, ordered by id. Unknown ids return no row. */
export async function listSeries(
  context: Context,
  caller: Caller,
  { ids, codes, statuses, places, limit, offset }: SeriesQuery,
): Promise<Series[]> {
  const { pool } = context.database
  const { rows } = await pool.query<Series>({
    name: 'list-series',
    text: listSql,
    values: [
      caller.orgId,
      ids.length === 0 ? null : ids,
      codes.length === 0 ? null : codes,
      new Set(statuses).size === 1 ? statuses[0] === 'ACTIVE' : null,
      places?.type ?? null,
      places?.ids ?? null,
      limit,
      offset,
      await readNow(context, pool, caller),
    ],
  })
  return rows
}

const page = 'select unnest($2::bigint[]) as id'
const byId = {
  counted: { name: 'series-by-id-counted', text: readSeriesSql(page, countWaitingSql) },
  uncounted: { name: 'series-by-id', text: readSeriesSql(page, '0') },
}

/**
 * Returns series by their ids; unknown ids are omitted.
 *
 * @param waitingCodes whether to count unassigned codes, which takes long; if not counted, they are 0.
 */
export async function readSeriesById(
  { database: { pool } }: Context,
  orgId: number,
  ids: readonly number[],
  waitingCodes: keyof typeof byId,
): Promise<Map<number, Series>> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return new Map()
  const { rows } = await pool.query<Series>({ ...byId[waitingCodes], values: [orgId, wanted] })
  return new Map(rows.map((series) => [series.id, series]))
}
