import type { Queries } from '../../platform/db/queries.ts'
import type { OwnLimits } from '../../values/rate-rules.ts'
import { noSuchLogin } from './revoke-login.ts'

/**
 * States anew which limits a till or client has of its own; servers follow within a second. Triggers record it.
 *
 * @param limits what is null or left out is as the server is configured.
 * @throws Refusal 404 when there is none with the id.
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
