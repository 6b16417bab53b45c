import type { QueryRunner } from './series-terms.ts'
import { epochS, keysOf, selectTerms, statedKeys, type Series } from './terms.ts'

/**
 * Reads complete series, each as a `Series`, ordered by id. `page` selects the ids.
 *
 * @param waitingCodes SQL of the number of unassigned codes; counting millions takes a second, so it is done neither
 * under a lock nor where the count is not printed.
 */
export const readSeriesSql = (page: string, waitingCodes: string) => `
with page as materialized (${page})
select s.id, s.version, s.org_id as "orgId", s.created_till_id as "createdTillId", s.is_imported as "isImported",
  ${epochS('s.created_at')} as "createdAtS", ${epochS('s.updated_at')} as "updatedAtS", u.issued, u.redeemed,
  ${epochS('u.last_issued_at')} as "lastIssuedAtS", ${epochS('u.last_redeemed_at')} as "lastRedeemedAtS",
  ${waitingCodes} as "waitingCodes",
  ${selectTerms([...statedKeys.series, ...statedKeys.series_usage, ...keysOf('budget', 'control')])}
from page
join series s on s.org_id = $1 and s.id = page.id
join series_usage u on u.org_id = $1 and u.series_id = s.id
order by s.id`

/** Counts in the index of the pool, and only for series of uploaded codes. $1 organisation; `s` is the series. */
export const countWaitingSql = `
  case when s.client_handling_type = 'DISC_CODE_PIN' then (
    select count(*)::int from coupons c
    where c.org_id = $1 and c.series_id = s.id and c.customer_id is null and c.revoked_at is null) else 0 end`

const oneSql = readSeriesSql('select $2::bigint as id', '$3::int')

/**
 * Reads a series; returns undefined if the organisation has none with this id.
 *
 * @param waitingCodes the count returned by an earlier `countWaiting`.
 */
export async function readSeries(
  client: QueryRunner,
  orgId: number,
  id: number,
  waitingCodes: number,
): Promise<Series | undefined> {
  const { rows } = await client.query<Series>({
    name: 'read-series',
    text: oneSql,
    values: [orgId, id, waitingCodes],
  })
  return rows[0]
}

/** Counts the unassigned codes of a series; 0 if the series does not exist. */
export async function countWaiting(client: QueryRunner, orgId: number, id: number): Promise<number> {
  const { rows } = await client.query<{ n: number }>({
    name: 'count-waiting',
    text: `select ${countWaitingSql} as n from series s where s.org_id = $1 and s.id = $2`,
    values: [orgId, id],
  })
  return rows[0]?.n ?? 0
}
