import { sql } from 'kysely'
import type { Queries } from '../db/queries.ts'
import { quote, Refusal } from '../errors.ts'

/**
 * Revokes a till (by code) or a client (by name). Servers notice within a second; tokens of a client stop working
 * too. Revoking again changes nothing.
 *
 * @throws Refusal 400 when there is none.
 */
export async function revokeLogin(
  queries: Queries,
  orgId: number,
  kind: 'till' | 'client',
  name: string,
): Promise<void> {
  const revoked = { revoked_at: sql<Date>`coalesce(revoked_at, now())` }
  const { numUpdatedRows } =
    kind === 'till'
      ? await queries
          .updateTable('tills')
          .set(revoked)
          .where('org_id', '=', orgId)
          .where('code', '=', name)
          .executeTakeFirst()
      : await queries
          .updateTable('clients')
          .set(revoked)
          .where('org_id', '=', orgId)
          .where('name', '=', name)
          .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new Refusal(400, `There is no ${kind} ${quote(name)}`)
}
