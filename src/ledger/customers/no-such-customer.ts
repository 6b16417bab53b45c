import type { Queries } from '../../platform/db/queries.ts'
import { erasedCustomer, type Refusal, refuse } from '../../values/errors.ts'

/**
 * Creates the refusal for a customer that was not found: 8015, with a separate text for the id of an erased customer.
 *
 * @param customerId undefined: looked up by an identifier; those of an erased customer no longer resolve.
 */
export async function noSuchCustomer(
  queries: Queries,
  orgId: number,
  customerId: number | undefined,
): Promise<Refusal> {
  if (customerId === undefined) return refuse.customerUnknown()
  const row = await queries
    .selectFrom('customers')
    .select('erased_at')
    .where('org_id', '=', orgId)
    .where('id', '=', customerId)
    .executeTakeFirst()
  return row?.erased_at ? erasedCustomer() : refuse.customerUnknown()
}
