import { numberArray } from '../../platform/db/number-array.ts'
import { moneyOf } from '../../values/money.ts'
import type { Counted } from '../money/budget-rules.ts'
import type { QueryRunner } from '../series/series-terms.ts'
import { openHoldOf } from '../sql.ts'
import type { HeldInSeries, HoldStatus, LiveHold } from './held-uses-rules.ts'
import type { Checkout, Holder } from './holder.ts'

/**
 * The uses that live holds reserve in series: individually for holds of the listed coupons, customers and checkouts,
 * and as a sum for all others. $1 organisation, $2 series, $3 coupons, $4 customers, $5 the instant or null, $6 holds;
 * arrays with one element per checkout: $7 kind of owner, $8 owner, $9 reference. The time grows only with the number
 * of live holds: each `in` is in the select list, so that PostgreSQL evaluates it with a hash table.
 */
export const heldSql = `
with asked as materialized (
  select unnest($6::bigint[]) as id
  union all
  select h.id from unnest($7::text[], $8::bigint[], $9::text[]) as w(owner_kind, owner_id, reference)
  cross join lateral (${openHoldOf('w')}) h
), live as materialized (
  select i.hold_id, i.coupon_id, i.series_id, i.customer_id, i.discount_amount,
    i.coupon_id in (select unnest($3::bigint[])) or i.customer_id in (select unnest($4::bigint[]))
      or i.hold_id in (select id from asked) as is_asked
  from hold_items i
  where i.org_id = $1 and i.series_id = any($2::bigint[])
    and i.expires_at > coalesce($5::timestamptz, statement_timestamp())
), near as materialized (
  select distinct hold_id from live where is_asked
), marked as materialized (
  select l.*, l.hold_id in (select hold_id from near) as is_near from live l
)
select t.series_id, t.hold_id, t.coupon_id, t.customer_id, h.owner_kind, h.owner_id, h.reference, 1 as uses,
  t.discount_amount::float8
from marked t
cross join lateral (
  select h.owner_kind, h.owner_id, h.reference from holds h where h.org_id = $1 and h.id = t.hold_id limit 1) h
where t.is_near
union all
select t.series_id, null, null, null, null, null, null, count(*)::int, sum(t.discount_amount)::float8
from marked t where not t.is_near group by t.series_id`

type HeldRow = [
  seriesId: number,
  holdId: number | null,
  couponId: number,
  customerId: number,
  ownerKind: Holder['kind'],
  ownerId: number,
  reference: string,
  uses: number,
  discount: number,
]

/** Reads the held uses in series. Under the locks of the series they are exact; expired holds are excluded. */
export async function readHeld(
  client: QueryRunner,
  orgId: number,
  concerned: {
    readonly seriesIds: readonly number[]
    readonly couponIds: readonly number[]
    readonly customerIds: readonly number[]
    readonly holdIds?: readonly number[]
    readonly checkouts?: readonly Checkout[]
  },
  now: Date | null,
): Promise<HeldInSeries> {
  const { seriesIds, couponIds, customerIds, holdIds = [], checkouts = [] } = concerned
  const { rows } = await client.query<HeldRow>({
    name: 'held-uses',
    text: heldSql,
    rowMode: 'array',
    values: [
      orgId,
      numberArray(seriesIds),
      numberArray(couponIds),
      numberArray(customerIds),
      now,
      numberArray(holdIds),
      checkouts.map(({ holder }) => holder.kind),
      numberArray(checkouts.map(({ holder }) => holder.id)),
      checkouts.map(({ reference }) => reference),
    ],
  })
  const holds = new Map<number, LiveHold & { readonly uses: LiveHold['uses'][number][] }>()
  const others = new Map<number, Counted>()
  for (const [seriesId, holdId, couponId, customerId, kind, ownerId, reference, uses, amount] of rows) {
    const discount = moneyOf(amount)
    if (holdId === null) {
      others.set(seriesId, { given: discount, uses })
      continue
    }
    const hold = holds.get(holdId) ?? { holdId, holder: { kind, id: ownerId }, reference, uses: [] }
    hold.uses.push({ couponId, seriesId, customerId, discount })
    holds.set(holdId, hold)
  }
  return { seriesIds, holds: [...holds.values()], others }
}

/** The status of a hold at an instant. An expired hold may not have been marked as ended yet. */
export const holdStatusSql = (now: string, hold = 'h'): string =>
  `case when ${hold}.ended_as is not null then ${hold}.ended_as when ${hold}.expires_at > ${now} then 'live' else 'expired' end`

const statusSql = `
select h.id, ${holdStatusSql('coalesce($3::timestamptz, statement_timestamp())')}
from holds h where h.org_id = $1 and h.id = any($2::bigint[])`

/** Reads the status of holds; unknown ids are omitted. */
export async function readHoldStatus(
  client: QueryRunner,
  orgId: number,
  holdIds: readonly number[],
  now: Date | null,
): Promise<Map<number, HoldStatus>> {
  const { rows } = await client.query<[number, HoldStatus]>({
    name: 'hold-status',
    text: statusSql,
    rowMode: 'array',
    values: [orgId, numberArray(holdIds), now],
  })
  return new Map(rows)
}
