import { sql } from 'kysely'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import type { Queries } from '../../platform/db/queries.ts'
import { admitLookups } from '../lookups/guard-lookups.ts'
import { Refusal } from '../../values/errors.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import { writeIdempotently } from '../../platform/idempotency/idempotent-write.ts'
import type { ShownIdentifier } from './customer-rules.ts'
import type { GivenProfile } from './given-profile.ts'

export interface Registration extends IdempotentCommand {
  /** At least one. */
  readonly identifiers: readonly ShownIdentifier[]
  readonly profile: GivenProfile
}

/**
 * Registers a customer. If two concurrent requests register one identifier, one wins: the primary key of the
 * identifiers decides.
 *
 * @throws Refusal 8006 if one of the identifiers already belongs to a customer, 422 if the idempotency key was used for
 * another request.
 */
export async function registerCustomer(
  context: Context,
  caller: Caller,
  registration: Registration,
): Promise<Done<{ readonly customerId: number }>> {
  const lookup = await admitLookups(context, caller, { customers: 1 })
  try {
    const done = await writeIdempotently(context, caller, registration, async (transaction) => {
      const customerId = await insertCustomer(transaction, caller, registration)
      return { outcome: { customerId }, customerIds: [customerId] }
    })
    if (!done.isReplay) lookup.settle({ registered: 1 })
    return done
  } catch (error) {
    throw lookup.failed(error)
  } finally {
    lookup.release()
  }
}

/** @throws Refusal 8006 if one of the identifiers already belongs to a customer. */
export async function insertCustomer(
  transaction: Queries,
  { orgId, tillId }: Pick<Caller, 'orgId' | 'tillId'>,
  { profile, identifiers }: Pick<Registration, 'profile' | 'identifiers'>,
): Promise<number> {
  const { id } = await transaction
    .insertInto('customers')
    .values({
      org_id: orgId,
      first_name: profile.firstName ?? '',
      last_name: profile.lastName ?? '',
      source: profile.source,
      loyalty_type: profile.loyaltyType ?? 'loyalty',
      fields: withoutNulls(profile.fields),
      extended_fields: withoutNulls(profile.extendedFields),
      comm_channels: JSON.stringify(profile.commChannels ?? []),
      registered_at: profile.registeredAtS === undefined ? null : new Date(profile.registeredAtS * 1000),
      registered_till_id: tillId,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await insertIdentifiers(transaction, orgId, id, identifiers, 8006)
  return id
}

const withoutNulls = (fields: GivenProfile['fields']) =>
  sql<string>`jsonb_strip_nulls(${JSON.stringify(fields)}::jsonb)`

/** @param taken the refusal to throw if an identifier already belongs to a customer. */
export async function insertIdentifiers(
  transaction: Queries,
  orgId: number,
  customerId: number,
  identifiers: readonly ShownIdentifier[],
  taken: 8006 | 8008,
): Promise<void> {
  // Inserted in a fixed order, so that two requests with the same identifiers cannot deadlock.
  const rows = identifiers
    .map(({ type, value, shown }) => ({ org_id: orgId, type, value, customer_id: customerId, shown }))
    .sort((one, other) => (one.type < other.type ? -1 : 1))
  if (rows.length === 0) return
  // A failing insert would also detect it, but PostgreSQL logs the offending value.
  const written = await transaction
    .insertInto('customer_identifiers')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['org_id', 'type', 'value']).doNothing())
    .returning('type')
    .execute()
  if (written.length < rows.length) throw new Refusal(taken)
}
