import { epochS } from '../../platform/db/sql.ts'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import { customerOf } from '../sql.ts'
import type { CommChannel, FieldValue } from './given-profile.ts'
import { identifiersOf, type CustomerProfile } from './customer-profile.ts'
import type { Runner } from '../../platform/db/runner.ts'
import { noSuchCustomer } from './no-such-customer.ts'

/** The till that registered or changed a customer. */
export interface ActingTill {
  readonly id: number
  readonly code: string
  readonly store: { readonly code: string; readonly name: string }
}

/** All stored data of a customer. */
export interface CustomerDetails extends CustomerProfile {
  readonly source: string
  readonly loyaltyType: string
  readonly fields: Readonly<Record<string, FieldValue>>
  readonly extendedFields: Readonly<Record<string, FieldValue>>
  readonly commChannels: readonly CommChannel[]
  readonly isBlocked: boolean
  /** As stated at registration, or else when the row was created. Epoch seconds. */
  readonly registeredAtS: number
  readonly registeredBy: ActingTill | null
  readonly updatedBy: ActingTill | null
}
const till = (column: string) => `(
  select json_build_object('id', t.id, 'code', t.code, 'store', json_build_object('code', st.code, 'name', st.name))
  from tills t join stores st on st.org_id = t.org_id and st.id = t.store_id
  where t.org_id = $1 and t.id = cu.${column})`

/** Columns of a customer `cu`; the statement binds the organisation as $1. */
export const detailsColumns = `
cu.id, cu.first_name as "firstName", cu.last_name as "lastName", ${epochS('cu.updated_at')} as "updatedAtS",
  (select json_agg(json_build_array(i.type, i.shown) order by i.type desc)::text
    from customer_identifiers i where i.org_id = $1 and i.customer_id = cu.id and i.shown <> '') as identifiers,
  cu.source, cu.loyalty_type as "loyaltyType", cu.fields, cu.extended_fields as "extendedFields",
  cu.comm_channels as "commChannels", cu.blocked_at is not null as "isBlocked", ${epochS('coalesce(cu.registered_at, cu.created_at)')} as "registeredAtS",
  ${till('registered_till_id')} as "registeredBy", ${till('updated_till_id')} as "updatedBy"`

export type DetailsRow = Omit<CustomerDetails, 'identifiers'> & { readonly identifiers: string | null }

export function detailsOf(row: DetailsRow): CustomerDetails {
  return { ...row, identifiers: identifiersOf(row.identifiers) }
}

/** @throws Refusal 8015 if the customer does not exist or is erased, 429 after too many unknown ones. */
export function readDetails(context: Context, caller: Caller, customerId: number): Promise<CustomerDetails> {
  const { pool, queries } = context.database
  return guardLookups(context, caller, { customers: 1 }, async () => {
    const details = await readDetailsOn(pool, caller.orgId, customerId)
    if (details === undefined) throw await noSuchCustomer(queries, caller.orgId, customerId)
    return details
  })
}

/**
 * Reads the details on a connection, as its transaction sees the customer; undefined if the customer does not exist or
 * is erased. The id of a customer who was merged into another one returns that one.
 */
export async function readDetailsOn(
  runner: Runner,
  orgId: number,
  customerId: number,
): Promise<CustomerDetails | undefined> {
  const { rows } = await runner.query<DetailsRow>({
    name: 'customer-details',
    text: `select ${detailsColumns} from customers cu
      where cu.org_id = $1 and cu.id = ${customerOf('$2')} and cu.erased_at is null`,
    values: [orgId, customerId],
  })
  const [row] = rows
  return row === undefined ? undefined : detailsOf(row)
}
