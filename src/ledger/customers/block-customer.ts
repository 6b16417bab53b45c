import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'
import { noSuchCustomer } from './no-such-customer.ts'

/**
 * Blocks or unblocks a customer. No coupon can be issued to or redeemed by a blocked customer (742). Blocking again
 * changes nothing.
 *
 * @throws Refusal 8015 if the customer does not exist or is erased, 409 if the customer was merged into another one.
 */
export async function blockCustomer(
  queries: Queries,
  orgId: number,
  customerId: number,
  isBlocked: boolean,
): Promise<void> {
  const row = await queries
    .updateTable('customers')
    // The earlier one stays; null does not count.
    .set({ blocked_at: isBlocked ? sql<Date>`least(blocked_at, now())` : null })
    .where('org_id', '=', orgId)
    .where('id', '=', customerId)
    .where('erased_at', 'is', null)
    .where('merged_into', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (row === undefined) throw await noSuchCustomer(queries, orgId, customerId)
}
