import { epochS } from '../../platform/db/sql.ts'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import { requireCustomer } from './require-customer.ts'

interface CustomerNote {
  readonly id: number
  readonly text: string
  readonly author: { readonly kind: 'user' | 'client'; readonly id: number; readonly name: string | null }
  readonly createdAtS: number
}

/** $1 organisation, $2 customer, $3 id of the last note of the previous page or null, $4 limit. */
export const listNotesSql = `
select n.id, n.text, ${epochS('n.created_at')} as "createdAtS",
  json_build_object('kind', n.author_kind, 'id', n.author_id, 'name', case n.author_kind
    when 'user' then (select u.name from users u where u.org_id = $1 and u.id = n.author_id)
    else (select c.name from clients c where c.org_id = $1 and c.id = n.author_id) end) as author
from customer_notes n
where n.org_id = $1 and n.customer_id = $2 and ($3::bigint is null or n.id < $3)
order by n.id desc limit $4`

/**
 * Returns notes about a customer, latest first.
 *
 * @throws Refusal 8015 if the customer does not exist or is erased.
 */
export function listNotes(
  context: Context,
  caller: Caller,
  customerId: number,
  { after, limit }: { readonly after: number | undefined; readonly limit: number },
): Promise<CustomerNote[]> {
  return guardLookups(context, caller, { customers: 1 }, async () => {
    const id = await requireCustomer(context, caller.orgId, customerId)
    const values = [caller.orgId, id, after ?? null, limit]
    return (await context.database.pool.query<CustomerNote>(listNotesSql, values)).rows
  })
}
