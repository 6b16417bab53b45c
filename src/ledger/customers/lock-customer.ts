import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'
import { erasedCustomer } from '../../values/customer-refusals.ts'
import { refuse } from '../../values/errors.ts'

/**
 * Locks a customer's profile against concurrent changes until the commit. Coupons can still be issued and redeemed
 * meanwhile. If the customer was merged into another one, that one is locked: continue with the returned id.
 *
 * @throws Refusal 8015 if the customer does not exist or is erased.
 */
export async function lockCustomer(
  transaction: Queries,
  orgId: number,
  customerId: number,
): Promise<{ id: number; loyaltyType: string }> {
  const row = await transaction
    .selectFrom('customers')
    .select(['id', 'erased_at', 'loyalty_type', 'merged_into'])
    .where('org_id', '=', orgId)
    .where('id', '=', customerId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (row === undefined) throw refuse.customerUnknown()
  if (row.erased_at !== null) throw erasedCustomer()
  if (row.merged_into !== null) return lockCustomer(transaction, orgId, row.merged_into)
  return { id: row.id, loyaltyType: row.loyalty_type }
}

/**
 * Returns a customer's identifiers in the form used for comparison; look-ups may find another customer by the same one.
 * `isShown` is false for those that came by a merge beside another of their type.
 */
export async function heldIdentifiers(transaction: Queries, orgId: number, customerId: number) {
  return transaction
    .selectFrom('customer_identifiers')
    .select([
      'type',
      sql<string>`coalesce(same_as, value)`.as('value'),
      sql<boolean>`shown <> ''`.as('isShown'),
    ])
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .execute()
}
