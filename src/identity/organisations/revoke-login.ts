import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'
import { quote, type Refusal, refuse } from '../../values/errors.ts'

/**
 * Revokes a till or a client. Servers apply it within a second; a client's tokens stop working too. Revoking again
 * changes nothing.
 *
 * @param which the id, or the code of a till or the name of a client.
 * @throws Refusal 404 for an unknown id, 400 for an unknown code or name.
 */
export async function revokeLogin(
  queries: Queries,
  orgId: number,
  kind: 'till' | 'client',
  which: number | string,
): Promise<void> {
  // The earlier one stays; null does not count.
  const revoked = { revoked_at: sql<Date>`least(revoked_at, now())` }
  const { numUpdatedRows } =
    kind === 'till'
      ? await queries
          .updateTable('tills')
          .set(revoked)
          .where('org_id', '=', orgId)
          .where((where) => (typeof which === 'number' ? where('id', '=', which) : where('code', '=', which)))
          .executeTakeFirst()
      : await queries
          .updateTable('clients')
          .set(revoked)
          .where('org_id', '=', orgId)
          .where((where) => (typeof which === 'number' ? where('id', '=', which) : where('name', '=', which)))
          .executeTakeFirst()
  if (numUpdatedRows === 0n) throw noSuchLogin(kind, which)
}

export function noSuchLogin(kind: 'till' | 'client', which: number | string): Refusal {
  return typeof which === 'number'
    ? refuse.notFound(`There is no ${kind} ${which}`)
    : refuse.badRequest(`There is no ${kind} ${quote(which)}`)
}
