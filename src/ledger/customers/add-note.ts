import { sql } from 'kysely'
import { writeIdempotently } from '../../platform/idempotency/idempotent-write.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { admitLookups } from '../lookups/guard-lookups.ts'
import { lockCustomer } from './lock-customer.ts'

export const maxNoteLength = 2_000

interface NoteCommand extends IdempotentCommand {
  readonly customerId: number
  /** 1 to `maxNoteLength` characters. */
  readonly text: string
}

/**
 * Adds a note about a customer. The lock on the customer makes an erasure wait, which then deletes the note too.
 *
 * @throws Refusal 8015 if the customer does not exist or is erased, 422 if the idempotency key was used for another
 * request.
 */
export async function addNote(
  context: Context,
  caller: Caller,
  command: NoteCommand,
): Promise<Done<{ readonly id: number }>> {
  const { orgId, kind, holderId } = caller
  const { customerId, text } = command
  const lookup = await admitLookups(context, caller, { customers: 1 })
  try {
    return await writeIdempotently(context, caller, command, async (transaction) => {
      const customer = await lockCustomer(transaction, orgId, customerId)
      const { id } = await transaction
        .insertInto('customer_notes')
        .values({
          org_id: orgId,
          customer_id: customer.id,
          text,
          author_kind: kind,
          author_id: holderId,
          created_at: sql<Date>`organisation_now(${orgId})`,
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      return { outcome: { id }, customerIds: [customer.id] }
    })
  } catch (error) {
    throw lookup.failed(error)
  } finally {
    lookup.release()
  }
}
