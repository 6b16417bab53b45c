import { sql } from 'kysely'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import type { GivenAnswer, Retryable } from '../../platform/idempotency/stored-answers.ts'
import { writeOnce } from '../../platform/idempotency/write-once.ts'
import type { Identifier, IdentifierType } from '../../values/identifier.ts'
import { changedIdentifiers, type ShownIdentifier } from './customer-rules.ts'
import { heldIdentifiers, lockCustomer } from './lock-customer.ts'
import { insertIdentifiers } from './register-customer.ts'

export interface IdentifierChange extends Retryable<null> {
  readonly customerId: number
  readonly removed: readonly Identifier[]
  readonly added: readonly ShownIdentifier[]
}

/**
 * Removes identifiers of a customer and adds others, all or nothing. One that is removed is free for somebody else.
 *
 * @throws Refusal 8015 when there is no such customer or it is erased, 8009, 8007 and 8002 as the rules say, 8008 when
 * an added one leads to another customer, 422 when the key stands with another request.
 */
export function changeIdentifiers(
  context: Context,
  caller: Caller,
  change: IdentifierChange,
): Promise<GivenAnswer> {
  const { orgId, tillId } = caller
  const { customerId, removed, added } = change
  return guardLookups(context, caller, { customers: 1 }, () =>
    writeOnce(context, caller, change, async (transaction) => {
      await lockCustomer(transaction, orgId, customerId)
      const held = await heldIdentifiers(transaction, orgId, customerId)
      const fresh = changedIdentifiers(
        held.map(({ type, value }) => ({ type: type as IdentifierType, value })),
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
      await insertIdentifiers(transaction, orgId, customerId, added.filter(isFresh), 8008)
      await transaction
        .updateTable('customers')
        .set({ updated_at: sql`now()`, updated_till_id: tillId })
        .where('org_id', '=', orgId)
        .where('id', '=', customerId)
        .execute()
      return null
    }),
  )
}
