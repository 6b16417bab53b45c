import { sql } from 'kysely'
import type { Caller } from '../../values/caller.ts'
import type { Queries } from '../../platform/db/queries.ts'
import type { Context } from '../context.ts'
import { admitLookups } from '../lookups/guard-lookups.ts'
import { refuse } from '../../values/errors.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import { writeIdempotently } from '../../platform/idempotency/idempotent-write.ts'
import type { ShownIdentifier, Warning } from './customer-rules.ts'
import type { GivenProfile } from './given-profile.ts'
import { heldIdentifiers, lockCustomer } from './lock-customer.ts'

export interface CustomerUpdate extends IdempotentCommand {
  readonly customerId: number
  /** An update does not change identifiers; one that the customer does not have causes a warning. */
  readonly identifiers: readonly ShownIdentifier[]
  readonly profile: GivenProfile
}

export interface UpdateOutcome {
  readonly customerId: number
  readonly warnings: readonly Warning[]
}

/** Maximum number of fields in each of a customer's two sets, existing and new ones together. */
export const maxFields = 200

/**
 * Updates a customer: given values replace existing ones field by field, and null removes a field.
 *
 * @throws Refusal 8015 if the customer does not exist or is erased, 8018 if the customer would leave the loyalty
 * programme, 422 if the idempotency key was used for another request.
 */
export async function updateCustomer(
  context: Context,
  caller: Caller,
  command: CustomerUpdate,
): Promise<Done<UpdateOutcome>> {
  const lookup = await admitLookups(context, caller, { customers: 1 })
  try {
    return await writeIdempotently(context, caller, command, async (transaction) => {
      const outcome = await update(transaction, caller, command)
      return { outcome, customerIds: [outcome.customerId] }
    })
  } catch (error) {
    throw lookup.failed(error)
  } finally {
    lookup.release()
  }
}

async function update(
  transaction: Queries,
  caller: Caller,
  { customerId, profile, identifiers }: CustomerUpdate,
): Promise<UpdateOutcome> {
  const { id } = await updateProfile(transaction, caller, customerId, profile)
  const held = await heldIdentifiers(transaction, caller.orgId, id)
  const isHeld = ({ type, value }: ShownIdentifier) =>
    held.some((one) => one.type === type && one.value === value)
  const warnings = identifiers
    .filter((one) => !isHeld(one))
    .map(({ type }) => ({
      code: 8007 as const,
      message: `The ${type} was left as it is: use changeIdentifier`,
    }))
  return { customerId: id, warnings }
}

/** Changes the given parts of a profile; returns the id of the changed customer. @throws Refusal 8015 and 8018 as `updateCustomer`, 400 for too many fields. */
export async function updateProfile(
  transaction: Queries,
  { orgId, tillId }: Pick<Caller, 'orgId' | 'tillId'>,
  customerId: number,
  profile: GivenProfile,
): Promise<{ readonly id: number }> {
  const { id, loyaltyType } = await lockCustomer(transaction, orgId, customerId)
  if (loyaltyType === 'loyalty' && profile.loyaltyType === 'non_loyalty') throw refuse.loyaltyTypeFixed()
  const { fields, extended } = await transaction
    .updateTable('customers')
    .set({
      ...(profile.firstName !== undefined && { first_name: profile.firstName }),
      ...(profile.lastName !== undefined && { last_name: profile.lastName }),
      ...(profile.commChannels && { comm_channels: JSON.stringify(profile.commChannels) }),
      ...(profile.loyaltyType && { loyalty_type: profile.loyaltyType }),
      ...(profile.registeredAtS !== undefined && {
        registered_at: new Date(profile.registeredAtS * 1000),
      }),
      fields: merged('fields', profile.fields),
      extended_fields: merged('extended_fields', profile.extendedFields),
      updated_till_id: tillId,
      updated_at: sql`now()`,
    })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .returning([count('fields').as('fields'), count('extended_fields').as('extended')])
    .executeTakeFirstOrThrow()
  if (Math.max(fields, extended) > maxFields)
    throw refuse.badRequest(`A customer has at most ${maxFields} fields`)
  return { id }
}

const merged = (column: 'fields' | 'extended_fields', given: GivenProfile['fields']) =>
  sql<string>`jsonb_strip_nulls(${sql.ref(column)} || ${JSON.stringify(given)}::jsonb)`

const count = (column: 'fields' | 'extended_fields') =>
  sql<number>`(select count(*)::int from jsonb_object_keys(${sql.ref(column)}))`
