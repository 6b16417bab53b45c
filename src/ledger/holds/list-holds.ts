import { readNow, type TimedOrganisation } from '../../platform/clock.ts'
import type { Runner } from '../../platform/db/runner.ts'
import { refuse } from '../../values/errors.ts'
import { moneyOf, type Money } from '../../values/money.ts'
import type { Context } from '../context.ts'
import { isShownById } from '../coupons/waiting-codes.ts'
import type { HoldStatus } from './held-uses-rules.ts'
import type { Holder } from './holder.ts'
import { customerOf } from '../sql.ts'
import { holdStatusSql } from './read-held.ts'

interface Named {
  readonly id: number
  readonly name: string
}

/** A coupon that a live hold reserves. */
interface ReservedCoupon {
  readonly couponId: number
  /** Null: the coupon is unassigned, and the reader may not see unassigned codes. */
  readonly code: string | null
  readonly series: Named
  readonly discount: Money
}

/** A hold as people see it. */
export interface ShownHold {
  readonly id: number
  readonly reference: string
  readonly status: HoldStatus
  readonly customer: { readonly id: number; readonly firstName: string; readonly lastName: string }
  /** The caller that made it; `name`: the name of the client or person, or the code of the till. */
  readonly madeBy: { readonly kind: Holder['kind']; readonly id: number; readonly name: string | null }
  readonly store: Named | null
  /** `name`: the till's code. */
  readonly till: Named | null
  readonly createdAtS: number
  readonly expiresAtS: number
  readonly endedAtS: number | null
  /** The coupons that it reserves now; empty: it is not live, or all of them have been redeemed or revoked. */
  readonly reserves: readonly ReservedCoupon[]
}

export interface HoldQuery {
  /** Ended holds are listed newest first, live ones in order of expiry. */
  readonly status: 'live' | 'ended'
  /** A prefix of the reference, case-insensitive. */
  readonly reference: string | undefined
  readonly customerId: number | undefined
  readonly couponId: number | undefined
  readonly seriesId: number | undefined
  /** The last hold of the previous page. */
  readonly afterId: number | undefined
  readonly limit: number
}

const now = 'coalesce($2::timestamptz, statement_timestamp())'
const isLive = `(h.ended_at is null and h.expires_at > ${now})`

/** $1 organisation, $2 the instant or null, $3 whether the reader may see unassigned codes. */
const shownSql = (holds: string): string => `
select h.id, h.reference, ${holdStatusSql(now)} as status,
  json_build_object('id', cu.id, 'firstName', cu.first_name, 'lastName', cu.last_name) as customer,
  json_build_object('kind', h.owner_kind, 'id', h.owner_id, 'name', case h.owner_kind
    when 'user' then (select u.name from users u where u.org_id = $1 and u.id = h.owner_id)
    when 'client' then (select c.name from clients c where c.org_id = $1 and c.id = h.owner_id)
    else (select t.code from tills t where t.org_id = $1 and t.id = h.owner_id) end) as "madeBy",
  case when st.id is not null then json_build_object('id', st.id, 'name', st.name) end as store,
  case when t.id is not null then json_build_object('id', t.id, 'name', t.code) end as till,
  date_part('epoch', h.created_at) as "createdAtS", date_part('epoch', h.expires_at) as "expiresAtS",
  date_part('epoch', h.ended_at) as "endedAtS",
  case when ${isLive} then (
    select json_agg(json_build_array(c.id, case when ${isShownById('$3')} then c.code end, s.id, s.description,
      i.discount_amount) order by c.id)
    from hold_items i
    join coupons c on c.org_id = $1 and c.id = i.coupon_id
    join series s on s.org_id = $1 and s.id = i.series_id
    where i.org_id = $1 and i.hold_id = h.id) end as reserved
from (${holds}) h
join customers cu on cu.org_id = $1 and cu.id = h.customer_id
left join stores st on st.org_id = $1 and st.id = h.store_id
left join tills t on t.org_id = $1 and t.id = h.till_id`

type Item = [couponId: number, code: string | null, seriesId: number, seriesName: string, discount: number]
interface Row extends Omit<ShownHold, 'reserves'> {
  readonly reserved: readonly Item[] | null
}

const shownOf = ({ reserved, ...hold }: Row): ShownHold => ({
  ...hold,
  reserves: (reserved ?? []).map(([couponId, code, id, name, discount]) => ({
    couponId,
    code,
    series: { id, name },
    discount: moneyOf(discount),
  })),
})

/** Parameters from $4: reference, customer, coupon, series, the last hold of the previous page, limit. */
const conditions = `h.org_id = $1
  and ($4::text is null or starts_with(lower(h.reference), lower($4)))
  and ($5::bigint is null or h.customer_id = ${customerOf('$5')})
  and ($6::bigint is null or exists (
    select from hold_items i where i.org_id = $1 and i.hold_id = h.id and i.coupon_id = $6))
  and ($7::bigint is null or exists (
    select from hold_items i where i.org_id = $1 and i.hold_id = h.id and i.series_id = $7))`

/** The index of open holds returns them in order of expiry. */
const liveSql = `${shownSql(`
  select h.* from holds h
  where ${conditions} and ${isLive} and ($8::bigint is null
    or (h.expires_at, h.id) > ((select x.expires_at from holds x where x.org_id = $1 and x.id = $8), $8))
  order by h.expires_at, h.id limit $9`)}
order by h.expires_at, h.id`

const endedSql = `${shownSql(`
  select h.* from holds h
  where ${conditions} and not ${isLive} and ($8::bigint is null or h.id < $8)
  order by h.id desc limit $9`)}
order by h.id desc`

/**
 * Lists an organisation's holds, for people. A list by coupon or series contains only live holds: an ended hold
 * reserves nothing.
 *
 * @param seesWaiting the reader may see unassigned codes.
 */
export async function listHolds(
  context: Pick<Context, 'database' | 'fixedNow'>,
  organisation: TimedOrganisation,
  { status, reference, customerId, couponId, seriesId, afterId, limit }: HoldQuery,
  seesWaiting: boolean,
): Promise<ShownHold[]> {
  const { pool } = context.database
  const { rows } = await pool.query<Row>(status === 'live' ? liveSql : endedSql, [
    organisation.orgId,
    await readNow(context, pool, organisation),
    seesWaiting,
    reference ?? null,
    customerId ?? null,
    couponId ?? null,
    seriesId ?? null,
    afterId ?? null,
    limit,
  ])
  return rows.map(shownOf)
}

const oneSql = shownSql('select h.* from holds h where h.org_id = $1 and h.id = $4')

/** @param at null: the database clock. @throws Refusal 404 if the organisation has no such hold. */
export async function readShownHold(
  runner: Runner,
  orgId: number,
  holdId: number,
  at: Date | null,
  seesWaiting: boolean,
): Promise<ShownHold> {
  const { rows } = await runner.query<Row>(oneSql, [orgId, at, seesWaiting, holdId])
  const [row] = rows
  if (row === undefined) throw refuse.notFound('There is no such hold')
  return shownOf(row)
}
