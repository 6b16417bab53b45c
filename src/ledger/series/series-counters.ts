import { readTerms, type QueryRunner, type SeriesMemory, type VersionedSeries } from './series-terms.ts'

/** A series with what is used of its limits; null in a limit: none. */
export interface CountedSeries {
  readonly terms: VersionedSeries
  readonly issued: number
  readonly maxIssued: number | null
  readonly redeemed: number
  readonly maxRedeemed: number | null
}

/** $1 organisation, $2 series. */
const seriesCountersSql = `
select s.id, s.version, u.issued, u.max_issued as "maxIssued", u.redeemed, u.max_redeemed as "maxRedeemed"
from series s join series_usage u on u.org_id = s.org_id and u.series_id = s.id
where s.org_id = $1 and s.id = any($2::bigint[])`

/** Series by id, as true as the caller's locks make them; ids that are none give no entry. */
export async function readSeriesCounters(
  client: QueryRunner,
  memory: SeriesMemory,
  orgId: number,
  seriesIds: readonly number[],
): Promise<Map<number, CountedSeries>> {
  const { rows } = await client.query<Omit<CountedSeries, 'terms'> & { id: number; version: number }>(
    seriesCountersSql,
    [orgId, seriesIds],
  )
  const versions = new Map(rows.map(({ id, version }) => [id, version]))
  const terms = await readTerms(client, memory, orgId, versions)
  return new Map(
    rows.flatMap(({ id, version: _version, ...counters }) => {
      const ofSeries = terms.get(id)
      return ofSeries ? [[id, { terms: ofSeries, ...counters }] as const] : []
    }),
  )
}
