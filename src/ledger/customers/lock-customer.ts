import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'
import { erasedCustomer, refuse } from '../../values/errors.ts'

/**
 * Keeps others from changing a customer's profile until the commit. Coupons can be issued and redeemed meanwhile.
 *
 * @throws Refusal 8015 when there is none, or it is erased.
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

/** What a customer has, in the form in which it is compared; another customer may be found by the same. */
export async function heldIdentifiers(transaction: Queries, orgId: number, customerId: number) {
  return transaction
    .selectFrom('customer_identifiers')
    .select(['type', sql<string>`coalesce(same_as, value)`.as('value')])
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .execute()
}
