import { epochS } from '../../platform/db/sql.ts'
import type { Caller } from '../../values/caller.ts'
import type { IdentifierType } from '../../values/identifier.ts'
import type { Context } from '../context.ts'
import { requireCustomer } from '../customers/require-customer.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'

/** Who was merged into a customer, directly or by way of another one. */
export interface MergesOfCustomer {
  /** The customer who has everything, also if the id of a merged one was given. */
  readonly id: number
  /** Latest first; at most `maxMerges`. */
  readonly merges: readonly {
    readonly retiredId: number
    readonly mergedAtS: number
    readonly coupons: number
    readonly redemptions: number
  }[]
  /** Identifiers that find the customer and are not shown by other calls. */
  readonly alsoFoundBy: readonly { readonly type: IdentifierType; readonly value: string }[]
}

export const maxMerges = 100

/** $1 organisation, $2 the survivor. */
export const mergesSql = `
select c.id as "retiredId", ${epochS('m.merged_at')} as "mergedAtS", m.coupons, m.redemptions
from customers c join customer_merges m on m.org_id = $1 and m.retired_id = c.id
where c.org_id = $1 and c.merged_into = $2
order by m.id desc limit ${maxMerges}`

/** $1 organisation, $2 the survivor. */
export const unshownSql = `
select i.type, i.value from customer_identifiers i
where i.org_id = $1 and i.customer_id = $2 and i.shown = '' order by i.type desc, i.value limit ${maxMerges}`

/** @throws Refusal 8015 if the customer does not exist or is erased, 429 after too many unknown customers. */
export function listMerges(context: Context, caller: Caller, customerId: number): Promise<MergesOfCustomer> {
  const { orgId } = caller
  const { pool } = context.database
  return guardLookups(context, caller, { customers: 1 }, async () => {
    const id = await requireCustomer(context, orgId, customerId)
    const merges = await pool.query<MergesOfCustomer['merges'][number]>(mergesSql, [orgId, id])
    const unshown = await pool.query<MergesOfCustomer['alsoFoundBy'][number]>(unshownSql, [orgId, id])
    return { id, merges: merges.rows, alsoFoundBy: unshown.rows }
  })
}
