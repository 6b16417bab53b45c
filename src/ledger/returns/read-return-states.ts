import type { QueryRunner } from '../series/series-terms.ts'
import { moneyOf } from '../../values/money.ts'
import type { KeptItem, ReturnedItem } from './item-share-rules.ts'
import type { ReturnState } from './return-rules.ts'

/** A redemption whose discount may be returned. */
export interface KeptRedemption extends ReturnState {
  readonly code: string
  readonly customerId: number
}

/** Whether a redemption was reversed: `v` is its reversal. */
const reversalOf = `case when v.redemption_id is null then 'none' when v.keeps_discount then 'kept' else 'whole' end`

const statesSql = (lock: string): string => `
select r.id, c.code, r.customer_id as "customerId", r.discount_amount::float8 as kept, r.returned_amount::float8 as returned,
  ${reversalOf} as reversal, i.discount_amount::float8 as split, i.items, (
    select jsonb_agg(x.item) from returns t cross join jsonb_array_elements(t.items) as x(item)
    where t.org_id = $1 and t.redemption_id = r.id) as "returnedItems"
from redemptions r
join coupons c on c.org_id = $1 and c.id = r.coupon_id
left join reversals v on v.org_id = $1 and v.redemption_id = r.id
left join redemption_items i on i.org_id = $1 and i.redemption_id = r.id
where r.org_id = $1 and r.id = any($2::bigint[])
order by r.id ${lock}`

interface Row {
  readonly id: number
  readonly code: string
  readonly customerId: number
  readonly kept: number | null
  readonly returned: number | null
  readonly reversal: ReturnState['reversal']
  readonly split: number | null
  readonly items: readonly KeptItem[] | null
  readonly returnedItems: readonly ReturnedItem[] | null
}

const stateOf = ({ split, items, returnedItems, ...row }: Row): KeptRedemption => ({
  ...row,
  kept: row.kept === null ? null : moneyOf(row.kept),
  returned: moneyOf(row.returned ?? 0),
  ...(split !== null &&
    items !== null && { items: { split: moneyOf(split), kept: items, returned: returnedItems ?? [] } }),
})

/**
 * Reads redemptions in order of ids and locks them, so that a correction of a bill waits. The caller holds the locks on
 * the series.
 */
export async function readReturnStates(
  runner: QueryRunner,
  orgId: number,
  ids: readonly number[],
): Promise<KeptRedemption[]> {
  const { rows } = await runner.query<Row>({ text: statesSql('for update of r'), values: [orgId, ids] })
  return rows.map(stateOf)
}

/** Reads one redemption without a lock; undefined: the organisation has no such redemption. */
export async function readReturnState(
  runner: QueryRunner,
  orgId: number,
  id: number,
): Promise<KeptRedemption | undefined> {
  const { rows } = await runner.query<Row>({ text: statesSql(''), values: [orgId, [id]] })
  return rows.map(stateOf)[0]
}
