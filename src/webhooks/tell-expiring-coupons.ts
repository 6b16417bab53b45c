import type { Context } from '../ledger/context.ts'
import { tell } from '../ledger/post/events.ts'
import { lockNamedSeriesSql } from '../ledger/post/lock.ts'
import { stillWorks } from '../ledger/sql.ts'
import { runnerOf } from '../platform/db/queries.ts'
import { inTransaction } from '../platform/db/transaction.ts'
import { lockScan, nowOf, scheduleScan } from './event-scan.ts'

/** Coupons that one step reads, in order of id: an index on the expiry would slow down every issue. */
const pageCoupons = 5_000
const roundEveryMinutes = 60

const now = 'coalesce($2::timestamptz, statement_timestamp())'

/** A working coupon that expires soon. $2 the instant or null, $3 number of days. */
const endsSoon = `c.customer_id is not null and ${stillWorks(now)}
  and c.valid_until < ${now} + make_interval(days => $3::int)`

/** $1 organisation, $2 and $3 as above, $4 the id after which the page begins. */
const pageSql = `
with page as materialized (
  select c.id from coupons c where c.org_id = $1 and c.id > $4 order by c.id limit ${pageCoupons}
), found as (
  select c.id, c.series_id from page p
  join coupons c on c.org_id = $1 and c.id = p.id
  join series s on s.org_id = $1 and s.id = c.series_id
  where ${endsSoon} and not exists (
    select from events e where e.org_id = $1 and e.coupon_id = c.id and e.kind = 'expiring-soon'
      and e.details ->> 'validUntil' = to_jsonb(c.valid_until) #>> '{}')
)
select (select count(*)::int from page) as seen, (select coalesce(max(id), 0) from page)::bigint as "lastId",
  array(select id from found order by id) as "couponIds",
  array(select distinct series_id from found) as "seriesIds"`

interface Page {
  readonly seen: number
  readonly lastId: number
  readonly couponIds: number[]
  readonly seriesIds: number[]
}

/** $1 organisation, $2 and $3 as above, $4 coupons. */
const tellSql = `
${tell('coupon_id, occurred_at, details')}
select $1, 'expiring-soon', c.id, ${now}, jsonb_build_object('validUntil', c.valid_until)
from coupons c join series s on s.org_id = $1 and s.id = c.series_id
where c.org_id = $1 and c.id = any($4::bigint[]) and ${endsSoon}
order by c.id
on conflict (org_id, coupon_id, (details ->> 'validUntil')) where kind = 'expiring-soon' do nothing`

/**
 * Executes the next step of a round through all coupons of an organisation. Each expiry of a coupon is reported once,
 * which the unique index of these events ensures. The series are locked first, as by every operation that writes
 * events, so that the events of a coupon are committed in order of their ids.
 *
 * @returns the number of reported coupons; undefined if the step is not due, or another process is doing it.
 */
export async function tellExpiringCoupons(context: Context, orgId: number): Promise<number | undefined> {
  const { database, config } = context
  return inTransaction(database.queries, async (transaction) => {
    const at = await nowOf(context, transaction, orgId)
    if (at === undefined) return undefined
    const afterId = await lockScan(transaction, orgId, 'expiring-soon')
    if (afterId === undefined) return undefined
    const runner = runnerOf(transaction)
    const given = [orgId, at, config.expiringSoonDays]
    const { rows } = await runner.query<Page>(pageSql, [...given, afterId])
    const { seen, lastId, couponIds, seriesIds } = rows[0] as Page
    const isRoundOver = seen < pageCoupons
    await scheduleScan(
      transaction,
      orgId,
      'expiring-soon',
      isRoundOver ? 0 : lastId,
      isRoundOver ? roundEveryMinutes : 0,
    )
    if (couponIds.length === 0) return 0
    await runner.query(lockNamedSeriesSql, [orgId, seriesIds])
    // A separate statement after the lock, so that it sees what the previous holder of the lock has committed.
    const { rowCount } = await runner.query(tellSql, [...given, couponIds])
    return rowCount ?? 0
  })
}
