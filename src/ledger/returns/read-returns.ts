import type { Context } from '../context.ts'
import { refuse } from '../../values/errors.ts'
import { gaveBackRest } from '../sql.ts'
import { moneyOf, type Money } from '../../values/money.ts'
import { readReturnState, type KeptRedemption } from './read-return-states.ts'
import type { ReturnedItem } from './item-share-rules.ts'

/** A part of a discount that was returned. */
interface RecordedReturn {
  /** Null: a reversal that gave back the rest. */
  readonly id: number | null
  readonly amount: Money
  readonly returnsUse: boolean
  readonly items: readonly ReturnedItem[] | null
  readonly reason: string | null
  readonly returnedAtS: number
  readonly tillId: number | null
}

export interface ReturnsOfRedemption {
  readonly redemption: KeptRedemption
  /** In order. A reversal that gave back the rest comes last. */
  readonly returns: readonly RecordedReturn[]
}

/**
 * $1 organisation, $2 redemption. A reversal that was part of a return is reported with it, unless the discount was
 * raised since: then the reversal gave back the increase.
 */
const returnsSql = `
select id, amount::float8, returns_use as "returnsUse", items, reason,
  floor(date_part('epoch', returned_at))::float8 as "returnedAtS", till_id as "tillId"
from returns where org_id = $1 and redemption_id = $2
union all
select null, coalesce(r.discount_amount, 0)::float8, true, null, null,
  floor(date_part('epoch', v.reversed_at))::float8, v.till_id
from reversals v join redemptions r on r.org_id = $1 and r.id = v.redemption_id
where v.org_id = $1 and v.redemption_id = $2
  and (${gaveBackRest('v', 'r')}
    or not exists (select from returns t where t.org_id = $1 and t.redemption_id = $2 and t.returns_use))
order by id nulls last`

/**
 * Reads the returns of a redemption.
 *
 * @throws Refusal 404 if the organisation has no such redemption.
 */
export async function readReturns(
  { database: { pool } }: Context,
  orgId: number,
  redemptionId: number,
): Promise<ReturnsOfRedemption> {
  const [redemption, { rows }] = await Promise.all([
    readReturnState(pool, orgId, redemptionId),
    pool.query<RecordedReturn>(returnsSql, [orgId, redemptionId]),
  ])
  if (redemption === undefined) throw refuse.notFound('There is no such redemption')
  return { redemption, returns: rows.map((row) => ({ ...row, amount: moneyOf(row.amount) })) }
}
