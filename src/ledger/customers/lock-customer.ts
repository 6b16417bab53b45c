import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'
import { erasedCustomer, refuse } from '../../values/errors.ts'

/**
 * Locks a customer's profile against concurrent changes until the commit. Coupons can still be issued and redeemed
 * meanwhile.
 *
 * @throws Refusal 8015 if the customer does not exist or is erased.
 */
export async function lockCustomer(
  transaction: Queries,
  orgId: number,
  customerId: number,
): Promise<{ loyaltyType: string }> {
  const row = await transaction
    .selectFrom('customers')
    .select(['erased_at', 'loyalty_type'])
    .where('org_id', '=', orgId)
    .where('id', '=', customerId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (row === undefined) throw refuse.customerUnknown()
  if (row.erased_at !== null) throw erasedCustomer()
  return { loyaltyType: row.loyalty_type }
}

/**
 * Returns a customer's identifiers in the form used for comparison; look-ups may find another customer by the same one.
 */
export async function heldIdentifiers(transaction: Queries, orgId: number, customerId: number) {
  return transaction
    .selectFrom('customer_identifiers')
    .select(['type', sql<string>`coalesce(same_as, value)`.as('value')])
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .execute()
}
