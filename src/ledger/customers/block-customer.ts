import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'
import { noSuchCustomer } from './no-such-customer.ts'

/**
 * Blocks a customer, or lifts the block: while it stands, coupons are neither issued to nor redeemed by the customer
 * (742). Blocking again changes nothing.
 *
 * @throws Refusal 8015 when there is no such customer, or it is erased.
 */
export async function blockCustomer(
  queries: Queries,
  orgId: number,
  customerId: number,
  isBlocked: boolean,
): Promise<void> {
  const row = await queries
    .updateTable('customers')
    .set({ blocked_at: isBlocked ? sql<Date>`coalesce(blocked_at, now())` : null })
    .where('org_id', '=', orgId)
    .where('id', '=', customerId)
    .where('erased_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (row === undefined) throw await noSuchCustomer(queries, orgId, customerId)
}
