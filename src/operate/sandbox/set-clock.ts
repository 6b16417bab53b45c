import { sql } from 'kysely'
import type { Caller } from '../../values/caller.ts'
import { recorded } from '../../platform/author.ts'
import type { Queries } from '../../platform/db/queries.ts'
import { refuse } from '../../values/errors.ts'
import { requireSandbox } from './require-sandbox.ts'

/**
 * Sets the clock of a sandbox. It stands still where it is set: what is tried twice comes out the same twice, and an end
 * can be met to the second. The next request is judged by it, at every process. Coupons that expire soon by the new time
 * are looked for at once.
 *
 * @param at null: real time. @throws Refusal 409 when the organisation is no sandbox, 503 while it is being reset.
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
