import type { Context } from '../context.ts'
import { noSuchCustomer } from './no-such-customer.ts'

/**
 * Returns the id of the customer that an id means: that of another customer if the customer was merged into it.
 *
 * @throws Refusal 8015 if the customer does not exist or is erased.
 */
export async function requireCustomer(
  { database: { queries } }: Context,
  orgId: number,
  customerId: number,
): Promise<number> {
  const row = await queries
    .selectFrom('customers')
    .select(['id', 'merged_into'])
    .where('org_id', '=', orgId)
    .where('id', '=', customerId)
    .where('erased_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) throw await noSuchCustomer(queries, orgId, customerId)
  return row.merged_into ?? row.id
}
