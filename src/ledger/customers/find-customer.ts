import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { refuse } from '../../values/errors.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import type { Identifier } from '../../values/identifier.ts'
import { noSuchCustomer } from './no-such-customer.ts'

/**
 * Returns the customer that the identifiers belong to. Identifiers that belong to nobody are ignored if another one
 * belongs to a customer, unless the client setting `identifiers` requires every one of them to match.
 *
 * @throws Refusal 8015 if no customer is found, 1047 if they belong to different customers, 429 after too many unknown
 * ones.
 */
export function findCustomer(
  context: Context,
  caller: Caller,
  identifiers: readonly Identifier[],
  customerId: number | undefined,
): Promise<number> {
  return guardLookups(context, caller, { customers: 1 }, () => find(context, caller, identifiers, customerId))
}

async function find(
  context: Context,
  { orgId, settings }: Caller,
  identifiers: readonly Identifier[],
  customerId: number | undefined,
): Promise<number> {
  const isStrict = settings.identifiers === 'strict'
  const { queries } = context.database
  const found = await Promise.all(
    identifiers.map(({ type, value }) =>
      queries
        .selectFrom('customer_identifiers')
        .select('customer_id')
        .where('org_id', '=', orgId)
        .where('type', '=', type)
        .where('value', '=', value)
        .executeTakeFirst(),
    ),
  )
  const ids = found.map((row) => row?.customer_id)
  if (customerId !== undefined)
    ids.push((await meantBy(context, orgId, customerId)) ?? (isStrict ? customerId : undefined))
  const known = new Set(ids.filter((id) => id !== undefined))
  if (known.size > 1) throw refuse.identifiersContradict()
  const [id] = known
  if (id === undefined) throw await noSuchCustomer(queries, orgId, customerId)
  if (isStrict && ids.includes(undefined)) throw refuse.customerUnknown()
  return id
}

/** The id of the customer that an id means; undefined: it does not exist or is erased. */
async function meantBy(
  { database }: Context,
  orgId: number,
  customerId: number,
): Promise<number | undefined> {
  const row = await database.queries
    .selectFrom('customers')
    .select(['id', 'merged_into'])
    .where('org_id', '=', orgId)
    .where('id', '=', customerId)
    .where('erased_at', 'is', null)
    .executeTakeFirst()
  return row?.merged_into ?? row?.id
}
