import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { readNow } from '../../platform/clock.ts'
import { readSeriesById } from './list-series.ts'
import { seriesStateSql, type SeriesState } from './series-state-rules.ts'
import type { Series } from './terms.ts'

/** The sort orders of the list, with the expression of each. */
const sortKeys = {
  id: 's.id',
  name: 'lower(s.description)',
  issued: 'u.issued',
  redeemed: 'u.redeemed',
  rate: 'u.redeemed::float8 / nullif(u.issued, 0)',
  ends: 's.valid_until',
} as const
export type SeriesSort = keyof typeof sortKeys
export const seriesSorts = Object.keys(sortKeys) as SeriesSort[]

export interface SeriesSearch {
  /** Words that must all occur in the description, a code or the tags. Empty: all series. */
  readonly words: readonly string[]
  /** Empty: any. */
  readonly states: readonly SeriesState[]
  /** A tag of the series. Undefined: any. */
  readonly tag: string | undefined
  readonly sort: SeriesSort
  readonly isDescending: boolean
  readonly limit: number
  readonly offset: number
  /** Counting unassigned codes takes long; if not counted, they are 0. */
  readonly waitingCodes: 'counted' | 'uncounted'
}

export interface FoundSeries {
  /** A page of the matches. */
  readonly series: readonly Series[]
  /** Number of matches. */
  readonly total: number
  /** Number of matches in each state, whatever states are requested. */
  readonly byState: ReadonlyMap<SeriesState, number>
  /** The instant of judgement, epoch seconds. */
  readonly nowS: number
}

const now = 'coalesce($5::timestamptz, statement_timestamp())'

/** The tags of a series are separated by commas; for a series without tags, its description is used instead. */
const tagsOf = `
  select btrim(t.tag) as tag from unnest(string_to_array(s.tag, ',')) as t(tag)
  where s.tag <> s.description and btrim(t.tag) <> ''`

/**
 * $1 organisation, $2 patterns that must all match, $3 a tag or null, $4 states or null, $5 the instant or null, $6
 * limit, $7 offset.
 */
const searchSql = (sort: SeriesSort, isDescending: boolean): string => `
with matching as materialized (
  select s.id, ${seriesStateSql(now)} as state, ${sortKeys[sort]} as sort_key
  from series s join series_usage u on u.org_id = s.org_id and u.series_id = s.id
  where s.org_id = $1
    and concat_ws(chr(10), s.description, s.code, s.discount_code, s.generic_code, s.tag, s.id::text) ilike all ($2::text[])
    and ($3::text is null or exists (select from (${tagsOf}) x where lower(x.tag) = lower($3)))
), asked as (
  select * from matching where $4::text[] is null or state = any($4)
)
select date_part('epoch', ${now}) as "nowS",
  (select coalesce(json_object_agg(state, n), '{}') from (select state, count(*) as n from matching group by state) x) as "byState",
  (select count(*)::int from asked) as total,
  array(select id from asked order by sort_key ${isDescending ? 'desc nulls last' : 'asc nulls first'}, id desc
    limit $6 offset $7) as ids`

const escaped = (word: string): string => `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`

/** Finds series by words, state and tag, and returns a page of them with their counters. */
export async function searchSeries(
  context: Context,
  caller: Caller,
  { words, states, tag, sort, isDescending, limit, offset, waitingCodes }: SeriesSearch,
): Promise<FoundSeries> {
  const { pool } = context.database
  const { orgId } = caller
  const { rows } = await pool.query<{
    nowS: number
    byState: Partial<Record<SeriesState, number>>
    total: number
    ids: number[]
  }>(searchSql(sort, isDescending), [
    orgId,
    words.length === 0 ? ['%'] : words.map(escaped),
    tag ?? null,
    states.length === 0 ? null : states,
    await readNow(context, pool, caller),
    limit,
    offset,
  ])
  const [found] = rows
  if (found === undefined) throw new Error('a list has one row')
  const byId = await readSeriesById(context, orgId, found.ids, waitingCodes)
  return {
    series: found.ids.flatMap((id) => byId.get(id) ?? []),
    total: found.total,
    byState: new Map(Object.entries(found.byState) as [SeriesState, number][]),
    nowS: found.nowS,
  }
}

/** The tags of the organisation's series, most frequent first. */
export async function readTags(
  { database }: Context,
  orgId: number,
): Promise<{ readonly tag: string; readonly series: number }[]> {
  const { rows } = await database.pool.query<{ tag: string; series: number }>(
    `select min(x.tag) as tag, count(*)::int as series
     from series s cross join lateral (${tagsOf}) x where s.org_id = $1
     group by lower(x.tag) order by series desc, tag limit 200`,
    [orgId],
  )
  return rows
}
