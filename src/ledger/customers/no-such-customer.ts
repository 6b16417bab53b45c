import type { Queries } from '../../platform/db/queries.ts'
import { erasedCustomer, mergedCustomer } from '../../values/customer-refusals.ts'
import { type Refusal, refuse } from '../../values/errors.ts'

/**
 * Creates the refusal for a customer that was not found: 8015, with a separate text for the id of an erased customer, and
 * 409 for a customer who was merged into another one.
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
    .select(['erased_at', 'merged_into'])
    .where('org_id', '=', orgId)
    .where('id', '=', customerId)
    .executeTakeFirst()
  if (row?.erased_at) return erasedCustomer()
  return row?.merged_into ? mergedCustomer(customerId, row.merged_into) : refuse.customerUnknown()
}
