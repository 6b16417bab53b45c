import type { Queries } from '../../platform/db/queries.ts'
import type { OwnLimits } from '../../values/rate-rules.ts'
import { noSuchLogin } from './revoke-login.ts'

/**
 * Replaces a till's or client's own limits; servers apply them within a second. Triggers record the change.
 *
 * @param limits null or omitted ones are as configured for the server.
 * @throws Refusal 404 for an unknown id.
 */
export async function setOwnLimits(
  queries: Queries,
  orgId: number,
  kind: 'till' | 'client',
  id: number,
  limits: OwnLimits,
): Promise<void> {
  const stated = Object.entries(limits).filter(([, value]) => value !== null && value !== undefined)
  const { numUpdatedRows } = await queries
    .updateTable(kind === 'till' ? 'tills' : 'clients')
    .set({ limits: stated.length === 0 ? null : JSON.stringify(Object.fromEntries(stated)) })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw noSuchLogin(kind, id)
}
