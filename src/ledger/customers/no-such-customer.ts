import type { Queries } from '../../platform/db/queries.ts'
import { erasedCustomer, type Refusal, refuse } from '../../values/errors.ts'

/**
 * Why a look-up of a customer found nobody: 8015, with a text of its own when the id is that of an erased customer.
 *
 * @param customerId undefined: looked up by an identifier, which leads nowhere once the customer is erased.
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
