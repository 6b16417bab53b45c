import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'

/**
 * Removes from the audit log what people wrote about a customer: the reasons of all entries about the customer, and of
 * all entries of the same requests. The log never contains the customer's values. Run it last in the transaction of the
 * erasure.
 */
export async function eraseReasons(transaction: Queries, orgId: number, customerId: number): Promise<void> {
  await sql`set local counterfoil.erasing = '1'`.execute(transaction)
  await sql`
    update audit_log a set reason = null
    where a.org_id = ${orgId} and a.reason is not null and (
      a.customer_ids @> array[${customerId}]::bigint[]
      or a.request_id in (
        select x.request_id from audit_log x
        where x.org_id = ${orgId} and x.reason is not null and x.customer_ids @> array[${customerId}]::bigint[]))
  `.execute(transaction)
  await sql`set local counterfoil.erasing = ''`.execute(transaction)
}
