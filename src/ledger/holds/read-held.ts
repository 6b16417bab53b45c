import { numberArray } from '../../platform/db/number-array.ts'
import { moneyOf } from '../../values/money.ts'
import type { Counted } from '../money/budget-rules.ts'
import type { QueryRunner } from '../series/series-terms.ts'
import type { HeldInSeries, HoldStatus, LiveHold } from './held-uses-rules.ts'
import type { Checkout, Holder } from './holder.ts'

/**
 * What live holds reserve in series: the items of holds that concern one of the coupons, customers or checkouts one by one,
 * all others as a sum. $1 organisation, $2 series, $3 coupons, $4 customers, $5 the instant or null, $6 holds; arrays with one
 * element per checkout: $7 kind of owner, $8 owner, $9 reference.
 */
const heldSql = `
with live as materialized (
  select i.hold_id, i.coupon_id, i.series_id, i.customer_id, i.discount_amount from hold_items i
  where i.org_id = $1 and i.series_id = any($2::bigint[])
    and i.expires_at > coalesce($5::timestamptz, statement_timestamp())
), near as materialized (
  select hold_id from live
  where coupon_id = any($3::bigint[]) or customer_id = any($4::bigint[]) or hold_id = any($6::bigint[])
  union
  select h.id from unnest($7::text[], $8::bigint[], $9::text[]) as w(owner_kind, owner_id, reference)
  join holds h on h.org_id = $1 and h.owner_kind = w.owner_kind and h.owner_id = w.owner_id and h.reference = w.reference
    and h.ended_at is null
)
select l.series_id, l.hold_id, l.coupon_id, l.customer_id, h.owner_kind, h.owner_id, h.reference, 1 as uses,
  l.discount_amount::float8
from near n join live l on l.hold_id = n.hold_id join holds h on h.org_id = $1 and h.id = n.hold_id
union all
select l.series_id, null, null, null, null, null, null, count(*)::int,
  sum(l.discount_amount)::float8
from live l where l.hold_id not in (select hold_id from near) group by l.series_id`

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

/** Reads what is held in series. Under the locks of the series it is exact; an item that has expired by then is not in it. */
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

/** How holds stand at an instant. An expired hold may not have been ended yet. */
export const holdStatusSql = (now: string, hold = 'h'): string =>
  `case when ${hold}.ended_as is not null then ${hold}.ended_as when ${hold}.expires_at > ${now} then 'live' else 'expired' end`

const statusSql = `
select h.id, ${holdStatusSql('coalesce($3::timestamptz, statement_timestamp())')}
from holds h where h.org_id = $1 and h.id = any($2::bigint[])`

/** Reads how holds stand; those that the organisation does not have are left out. */
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
