import type { ClientBase, Pool } from 'pg'
import type { SeriesMemory } from './series-memory.ts'
import { keysOf, selectTerms, type Series, type TermsOf } from './terms.ts'

/**
 * The part of a series that processes cache: the terms that redemption and issue are judged by, and those printed in
 * their answers. Its stores include those of its zones and concepts. It changes only when `version` changes.
 */
export type RememberedSeries = Pick<Series, 'id' | 'version'> &
  TermsOf<'redeem' | 'issue' | 'code' | 'form' | 'items' | 'budget' | 'control' | 'shown'>

/** A connection, or the pool if no locks are needed. */
export type QueryRunner = ClientBase | Pool

/**
 * The stores of the series, including those of its zones and concepts. The result is a list, possibly empty, as soon as
 * any of these is set: a zone without stores means nowhere, not everywhere.
 */
const storeIds = `
  case when s.redemption_zone_ids is null and s.redemption_concept_ids is null then s.redemption_store_ids
    else coalesce(s.redemption_store_ids, '{}') || array(
      select st.id from stores st where st.org_id = $1
        and (st.zone_id = any(s.redemption_zone_ids) or st.concept_id = any(s.redemption_concept_ids)))
  end`

const asStored = keysOf('redeem', 'issue', 'code', 'form', 'items', 'budget', 'control', 'shown').filter(
  (key) => key !== 'redemptionStoreIds',
)
const sql = `
select s.id, s.version, ${selectTerms(asStored)}, ${storeIds} as "redemptionStoreIds"
from series s where s.org_id = $1 and s.id = any($2::bigint[])`

/**
 * Reads the terms of series in the given versions, from the cache if the version matches, else from the database. Call
 * it in the transaction that holds the locks on the series, so that the versions are current.
 */
export async function readTerms(
  client: QueryRunner,
  memory: SeriesMemory,
  orgId: number,
  versions: ReadonlyMap<number, number>,
): Promise<Map<number, RememberedSeries>> {
  const terms = new Map<number, RememberedSeries>()
  const missing: number[] = []
  for (const [id, version] of versions) {
    const known = memory.find(orgId, id, version)
    if (known === undefined) missing.push(id)
    else terms.set(id, known)
  }
  if (missing.length === 0) return terms
  const { rows } = await client.query<RememberedSeries>({
    name: 'series-terms',
    text: sql,
    values: [orgId, missing],
  })
  for (const row of rows) {
    terms.set(row.id, row)
    memory.keep(orgId, row)
  }
  return terms
}
