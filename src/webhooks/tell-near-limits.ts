import { inTransaction } from '../platform/db/transaction.ts'
import type { Context } from '../ledger/context.ts'
import { tell } from '../ledger/post/events.ts'
import { runnerOf } from '../platform/db/queries.ts'
import { lockScan, nowOf, scheduleScan } from './event-scan.ts'

const everyMinutes = 1

const now = 'coalesce($2::timestamptz, statement_timestamp())'

/** $1 organisation, $2 the instant or null, $3 the percentage from which a limit counts as near. */
const tellSql = `
${tell('occurred_at, details')}
select $1, 'limit-near', ${now},
  jsonb_build_object('seriesId', u.series_id, 'limit', l.name, 'max', l.max, 'used', l.used)
from series_usage u
join series s on s.org_id = $1 and s.id = u.series_id and s.valid_until >= ${now}
cross join lateral (values ('maxCreate', u.max_issued, u.issued), ('maxRedeem', u.max_redeemed, u.redeemed))
  as l(name, max, used)
where u.org_id = $1 and l.max > 0 and l.used >= ceil(l.max * $3::int / 100.0)
  and not exists (select from events e where e.org_id = $1 and e.kind = 'limit-near'
    and e.details ->> 'seriesId' = u.series_id::text and e.details ->> 'limit' = l.name
    and e.details ->> 'max' = l.max::text)
order by u.series_id, l.name
on conflict (org_id, (details ->> 'seriesId'), (details ->> 'limit'), (details ->> 'max'))
  where kind = 'limit-near' do nothing`

/**
 * Reports limits of series (maxCreate, maxRedeem) that are nearly used up, each once, which the unique index of these
 * events ensures. A changed limit counts as a new one. Reads the counters without locking them.
 *
 * @returns the number of reported limits; undefined if the step is not due, or another process is doing it.
 */
export async function tellNearLimits(context: Context, orgId: number): Promise<number | undefined> {
  const { database, config } = context
  return inTransaction(database.queries, async (transaction) => {
    const now = await nowOf(context, transaction, orgId)
    if (now === undefined) return undefined
    if ((await lockScan(transaction, orgId, 'limit-near')) === undefined) return undefined
    const values = [orgId, now, config.limitNearPercent]
    const { rowCount } = await runnerOf(transaction).query(tellSql, values)
    await scheduleScan(transaction, orgId, 'limit-near', 0, everyMinutes)
    return rowCount ?? 0
  })
}
