import type { Caller } from '../access/caller.ts'
import type { Context } from '../context.ts'
import { countWaitingSql, readSeriesSql } from './series-columns.ts'
import type { KeptSeries } from './series-fields.ts'

export const seriesStatuses = ['ACTIVE', 'EXPIRED'] as const
export type SeriesStatus = (typeof seriesStatuses)[number]

export const placeTypes = ['CONCEPT', 'ZONE', 'STORE', 'TILL'] as const
export type PlaceType = (typeof placeTypes)[number]

/** Which series are asked for: all that fit every filter. An empty list filters nothing. */
export interface SeriesQuery {
  readonly ids: readonly number[]
  readonly codes: readonly string[]
  readonly statuses: readonly SeriesStatus[]
  /** Series that name one of these places for redemption. */
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

/** Series of the caller's organisation with their counters, by id. What is unknown gives no row. */
export async function listSeries(
  context: Context,
  { orgId }: Caller,
  { ids, codes, statuses, places, limit, offset }: SeriesQuery,
): Promise<KeptSeries[]> {
  const { rows } = await context.database.pool.query<KeptSeries>({
    name: 'list-series',
    text: listSql,
    values: [
      orgId,
      ids.length === 0 ? null : ids,
      codes.length === 0 ? null : codes,
      new Set(statuses).size === 1 ? statuses[0] === 'ACTIVE' : null,
      places?.type ?? null,
      places?.ids ?? null,
      limit,
      offset,
      context.fixedNow,
    ],
  })
  return rows
}

const byIdSql = readSeriesSql('select unnest($2::bigint[]) as id', '0')

/** Series by their ids, but for `waitingCodes`, which is 0: counting them takes long. What is unknown is left out. */
export async function readSeriesById(
  { database: { pool } }: Context,
  orgId: number,
  ids: readonly number[],
): Promise<Map<number, KeptSeries>> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return new Map()
  const { rows } = await pool.query<KeptSeries>({
    name: 'series-by-id',
    text: byIdSql,
    values: [orgId, wanted],
  })
  return new Map(rows.map((series) => [series.id, series]))
}

/** Series by their ids; those that are unknown are left out. */
export async function listSeriesById(
  context: Context,
  caller: Caller,
  ids: readonly number[],
): Promise<Map<number, KeptSeries>> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return new Map()
  const all = { codes: [], statuses: [], places: undefined, limit: wanted.length, offset: 0 }
  const found = await listSeries(context, caller, { ids: wanted, ...all })
  return new Map(found.map((series) => [series.id, series]))
}
