import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { refuse } from '../../values/errors.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import type { Identifier } from '../../values/identifier.ts'

/**
 * Finds the customer that all given identifiers refer to.
 *
 * @throws Refusal 8015 if one of them is unknown, 400 if they refer to different customers, 429 after too many unknown
 * ones.
 */
export function findCustomer(
  context: Context,
  caller: Caller,
  identifiers: readonly Identifier[],
  customerId: number | undefined,
): Promise<number> {
  return guardLookups(context, caller, { customers: 1 }, () =>
    find(context, caller.orgId, identifiers, customerId),
  )
}

async function find(
  context: Context,
  orgId: number,
  identifiers: readonly Identifier[],
  customerId: number | undefined,
): Promise<number> {
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
  if (customerId !== undefined) ids.push(customerId)
  const known = new Set(ids.filter((id) => id !== undefined))
  if (known.size > 1) throw refuse.badRequest('The given identifiers belong to different customers')
  const [id] = known
  if (id === undefined || ids.includes(undefined)) throw refuse.customerUnknown()
  return id
}
