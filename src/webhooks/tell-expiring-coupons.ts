import { inTransaction } from '../platform/db/transaction.ts'
import { sql } from 'kysely'
import type { Context } from '../ledger/context.ts'
import type { Queries } from '../platform/db/queries.ts'
import { lockScan, nowOf, scheduleScan } from './event-scan.ts'

/** Coupons that one step looks at, by id: no index on the end of validity burdens those who issue. */
const pageCoupons = 5_000
const roundEveryMinutes = 60

/** A coupon whose end is near and that could still be used, by what stands on the coupon itself. */
const endsSoon = (now: ReturnType<typeof sql>, days: number) => sql`
  c.customer_id is not null and c.revoked_at is null and c.valid_until >= ${now}
  and c.valid_until < ${now} + make_interval(days => ${days}::int)
  and c.redeemed < coalesce(least(c.max_redeemed, s.max_redemptions_per_coupon,
    case when s.is_multiple_use_allowed then null else 1 end), 2147483647)`

interface Page {
  readonly seen: number
  readonly last_id: number
  readonly coupon_ids: number[]
  readonly series_ids: number[]
}

/**
 * The next step of a round through all coupons of an organisation. Each is told once for every end that it has: the
 * unique index of these events holds that. The series are locked before, as by every verb that writes events, so that
 * the events of a coupon are committed in the order of their ids.
 *
 * @returns how many coupons were told of; undefined when it is not time, or another process is at it.
 */
export async function tellExpiringCoupons(context: Context, orgId: number): Promise<number | undefined> {
  const { database, config } = context
  const days = config.expiringSoonDays
  return inTransaction(database.queries, async (transaction) => {
    const now = await nowOf(context, transaction, orgId)
    if (now === undefined) return undefined
    const afterId = await lockScan(transaction, orgId, 'expiring-soon')
    if (afterId === undefined) return undefined
    const { rows } = await sql<Page>`
      with page as materialized (
        select c.id from coupons c where c.org_id = ${orgId} and c.id > ${afterId} order by c.id limit ${pageCoupons}
      ), found as (
        select c.id, c.series_id from page p
        join coupons c on c.org_id = ${orgId} and c.id = p.id
        join series s on s.org_id = ${orgId} and s.id = c.series_id
        where ${endsSoon(now, days)} and not exists (
          select from events e where e.org_id = ${orgId} and e.coupon_id = c.id and e.kind = 'expiring-soon'
            and e.details ->> 'validUntil' = to_jsonb(c.valid_until) #>> '{}')
      )
      select (select count(*)::int from page) as seen, (select coalesce(max(id), 0) from page)::bigint as last_id,
        array(select id from found order by id) as coupon_ids,
        array(select distinct series_id from found order by series_id) as series_ids`.execute(transaction)
    const { seen, last_id: lastId, coupon_ids: couponIds, series_ids: seriesIds } = rows[0] as Page
    const isRoundOver = seen < pageCoupons
    await scheduleScan(
      transaction,
      orgId,
      'expiring-soon',
      isRoundOver ? 0 : lastId,
      isRoundOver ? roundEveryMinutes : 0,
    )
    return couponIds.length === 0
      ? 0
      : write(transaction, orgId, couponIds, seriesIds, endsSoon(now, days), now)
  })
}

async function write(
  transaction: Queries,
  orgId: number,
  couponIds: readonly number[],
  seriesIds: readonly number[],
  stillEndsSoon: ReturnType<typeof sql>,
  now: ReturnType<typeof sql>,
): Promise<number> {
  await sql`select from series_usage where org_id = ${orgId} and series_id = any(${seriesIds}::bigint[])
    order by series_id for update`.execute(transaction)
  // A statement of its own after the lock, so that it sees what the last holder of the series has committed.
  const { numAffectedRows } = await sql`
    insert into events (org_id, kind, coupon_id, occurred_at, details)
    select ${orgId}, 'expiring-soon', c.id, ${now}, jsonb_build_object('validUntil', c.valid_until)
    from coupons c join series s on s.org_id = ${orgId} and s.id = c.series_id
    where c.org_id = ${orgId} and c.id = any(${couponIds}::bigint[]) and ${stillEndsSoon}
    order by c.id
    on conflict (org_id, coupon_id, (details ->> 'validUntil')) where kind = 'expiring-soon' do nothing`.execute(
    transaction,
  )
  return Number(numAffectedRows ?? 0)
}
