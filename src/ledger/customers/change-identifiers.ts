import { sql } from 'kysely'
import type { Caller } from '../../values/caller.ts'
import type { Queries } from '../../platform/db/queries.ts'
import type { Context } from '../context.ts'
import { admitLookups } from '../lookups/guard-lookups.ts'
import { refuse } from '../../values/errors.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import { writeIdempotently } from '../../platform/idempotency/idempotent-write.ts'
import type { Identifier, IdentifierType } from '../../values/identifier.ts'
import { changedIdentifiers, type ShownIdentifier } from './customer-rules.ts'
import { heldIdentifiers, lockCustomer } from './lock-customer.ts'
import { insertIdentifiers } from './register-customer.ts'

export interface IdentifierChange extends IdempotentCommand {
  readonly customerId: number
  readonly removed: readonly Identifier[]
  readonly added: readonly ShownIdentifier[]
}

/**
 * Removes and adds identifiers of a customer, all or none. A removed identifier becomes available to other customers.
 *
 * @throws Refusal 8015 if the customer does not exist or is erased, 8009, 8007 and 8002 as the rules require, 8008 if
 * an added identifier belongs to another customer, 422 if the idempotency key was used for another request.
 */
export async function changeIdentifiers(
  context: Context,
  caller: Caller,
  command: IdentifierChange,
): Promise<Done<{ readonly customerId: number }>> {
  const lookup = await admitLookups(context, caller, { customers: 1 })
  try {
    return await writeIdempotently(context, caller, command, async (transaction) => {
      const customerId = await change(transaction, caller, command)
      return { outcome: { customerId }, customerIds: [customerId] }
    })
  } catch (error) {
    throw lookup.failed(error)
  } finally {
    lookup.release()
  }
}

export interface IdentifierReplacement extends IdempotentCommand {
  /** Identifies the customer, and is removed. */
  readonly removed: Identifier
  readonly added: ShownIdentifier
}

/**
 * Replaces an identifier of the customer that this identifier belongs to: nothing else in the request identifies the
 * customer.
 *
 * @throws Refusal 8015 if the removed identifier belongs to no customer, 8008 if the added one belongs to another
 * customer, 422 if the idempotency key was used for another request.
 */
export async function replaceIdentifier(
  context: Context,
  caller: Caller,
  { removed, added, ...command }: IdentifierReplacement,
): Promise<Done<{ readonly customerId: number }>> {
  const lookup = await admitLookups(context, caller, { customers: 1 })
  try {
    return await writeIdempotently(context, caller, command, async (transaction) => {
      const row = await transaction
        .selectFrom('customer_identifiers')
        .select('customer_id')
        .where('org_id', '=', caller.orgId)
        .where('type', '=', removed.type)
        .where('value', '=', removed.value)
        .executeTakeFirst()
      if (row === undefined) throw refuse.customerUnknown()
      const customerId = await change(transaction, caller, {
        customerId: row.customer_id,
        removed: [removed],
        added: [added],
      })
      return { outcome: { customerId }, customerIds: [customerId] }
    })
  } catch (error) {
    throw lookup.failed(error)
  } finally {
    lookup.release()
  }
}

async function change(
  transaction: Queries,
  { orgId, tillId }: Caller,
  { customerId: givenId, removed, added }: Pick<IdentifierChange, 'customerId' | 'removed' | 'added'>,
): Promise<number> {
  const { id: customerId } = await lockCustomer(transaction, orgId, givenId)
  const held = await heldIdentifiers(transaction, orgId, customerId)
  const fresh = changedIdentifiers(
    held.map(({ type, value, isShown }) => ({ type: type as IdentifierType, value, isShown })),
    removed,
    added,
  )
  for (const { type, value } of removed) {
    await transaction
      .deleteFrom('customer_identifiers')
      .where('org_id', '=', orgId)
      .where('type', '=', type)
      .where((where) => where.or([where('value', '=', value), where('same_as', '=', value)]))
      .where('customer_id', '=', customerId)
      .execute()
  }
  const isFresh = (one: ShownIdentifier) =>
    fresh.some(({ type, value }) => type === one.type && value === one.value)
  const isOwn = (one: ShownIdentifier) =>
    held.some(({ type, value, isShown }) => !isShown && type === one.type && value === one.value)
  for (const { type, value, shown } of added.filter((one) => isFresh(one) && isOwn(one)))
    await transaction
      .updateTable('customer_identifiers')
      .set({ shown })
      .where('org_id', '=', orgId)
      .where('type', '=', type)
      .where('value', '=', value)
      .execute()
  await insertIdentifiers(
    transaction,
    orgId,
    customerId,
    added.filter((one) => isFresh(one) && !isOwn(one)),
    8008,
  )
  await transaction
    .updateTable('customers')
    .set({ updated_at: sql`now()`, updated_till_id: tillId })
    .where('org_id', '=', orgId)
    .where('id', '=', customerId)
    .execute()
  return customerId
}
