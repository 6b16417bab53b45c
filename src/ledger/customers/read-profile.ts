import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import { customerOf } from '../sql.ts'
import type { CustomerReference } from '../redemptions/redemption-state.ts'
import { identifiersOf, type CustomerProfile } from './customer-profile.ts'

const sql = `
select cu.id, cu.first_name as "firstName", cu.last_name as "lastName",
  floor(date_part('epoch', cu.updated_at))::bigint as "updatedAtS",
  (select json_agg(json_build_array(i.type, i.shown) order by i.type desc)::text
    from customer_identifiers i where i.org_id = $1 and i.customer_id = cu.id and i.shown <> '') as identifiers
from customers cu
where cu.org_id = $1 and cu.erased_at is null and cu.id = coalesce(${customerOf('$2::bigint')}, (
  select i.customer_id from customer_identifiers i where i.org_id = $1 and i.type = $3 and i.value = $4))`

/**
 * Returns a customer's profile, or undefined if the reference is unknown. @throws Refusal 429 after too many unknown
 * customers.
 */
export function readProfile(
  context: Context,
  caller: Caller,
  reference: CustomerReference,
): Promise<CustomerProfile | undefined> {
  return guardLookups(context, caller, { customers: 1 }, async (tell) => {
    const profile = await read(context, caller.orgId, reference)
    if (profile === undefined) tell({ unknownCustomers: 1 })
    return profile
  })
}

async function read(
  context: Context,
  orgId: number,
  { customerId, identifier }: CustomerReference,
): Promise<CustomerProfile | undefined> {
  const { rows } = await context.database.pool.query<
    Omit<CustomerProfile, 'identifiers'> & { identifiers: string | null }
  >({
    name: 'customer-profile',
    text: sql,
    values: [orgId, customerId ?? null, identifier?.type ?? null, identifier?.value ?? null],
  })
  const [row] = rows
  return row && { ...row, identifiers: identifiersOf(row.identifiers) }
}
