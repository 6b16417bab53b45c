import { sql } from 'kysely'
import type { Caller } from '../../values/caller.ts'
import { recorded } from '../../platform/author.ts'
import type { Queries } from '../../platform/db/queries.ts'
import { refuse } from '../../values/errors.ts'
import { requireSandbox } from './require-sandbox.ts'

/**
 * Sets the clock of a sandbox. It stands still at that instant: repeated trials give the same results, and an expiry
 * can be hit to the second. It applies to the next request in every process. Coupons that expire soon by the new time
 * are searched for at once.
 *
 * @param at null: real time. @throws Refusal 409 if the organisation is not a sandbox, 503 while it is being reset.
 */
export function setClock(queries: Queries, caller: Caller, at: Date | null): Promise<void> {
  const { orgId } = caller
  return recorded(queries, caller, async (transaction) => {
    const { isBeingReset } = await requireSandbox(transaction, orgId)
    if (isBeingReset) throw refuse.unavailable('The sandbox is being reset; try again', { retryAfterS: 1 })
    await transaction.updateTable('organisations').set({ clock_at: at }).where('org_id', '=', orgId).execute()
    await transaction
      .updateTable('event_scans')
      .set({ next_id: 0, due_at: sql<Date>`now()` })
      .where('org_id', '=', orgId)
      .execute()
  })
}
