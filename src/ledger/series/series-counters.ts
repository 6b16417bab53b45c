import type { SeriesMemory } from './series-memory.ts'
import { readTerms, type QueryRunner, type RememberedSeries } from './series-terms.ts'
import { epochS, keysOf, selectTerms, type SeriesUsage } from './terms.ts'

/** A series with the usage of its limits; a limit of null means no limit. */
export interface CountedSeries extends SeriesUsage {
  readonly terms: RememberedSeries
  /** The latest standing redemption of the requested customer, epoch seconds; null: none. */
  readonly lastRedeemedByCustomerAtS: number | null
}

/** $1 organisation, $2 series, $3 customer or null. */
const seriesCountersSql = `
select s.id, s.version, u.issued, u.redeemed, ${selectTerms(keysOf('usage'))},
  ${epochS('c.last_redeemed_at')} as "lastRedeemedByCustomerAtS"
from series s join series_usage u on u.org_id = s.org_id and u.series_id = s.id
left join customer_series_usage c on c.org_id = s.org_id and c.series_id = s.id and c.customer_id = $3::bigint
where s.org_id = $1 and s.id = any($2::bigint[])`

/**
 * Returns series by id, as current as the caller's locks guarantee; unknown ids have no entry.
 *
 * @param customerId null: no customer was requested.
 */
export async function readSeriesCounters(
  client: QueryRunner,
  memory: SeriesMemory,
  orgId: number,
  seriesIds: readonly number[],
  customerId: number | null = null,
): Promise<Map<number, CountedSeries>> {
  if (seriesIds.length === 0) return new Map()
  const { rows } = await client.query<Omit<CountedSeries, 'terms'> & { id: number; version: number }>(
    seriesCountersSql,
    [orgId, seriesIds, customerId],
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
