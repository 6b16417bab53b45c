import type { Context } from '../context.ts'
import { noSuchCustomer } from './no-such-customer.ts'

/** @throws Refusal 8015 if the customer does not exist or is erased. */
export async function requireCustomer(
  { database: { queries } }: Context,
  orgId: number,
  customerId: number,
): Promise<void> {
  const row = await queries
    .selectFrom('customers')
    .select('id')
    .where('org_id', '=', orgId)
    .where('id', '=', customerId)
    .where('erased_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) throw await noSuchCustomer(queries, orgId, customerId)
}
