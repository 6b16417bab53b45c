import { generateSecret, sha256 } from '../credentials/secrets.ts'
import type { Queries } from '../../platform/db/queries.ts'
import type { ClientCredentials } from './create-client.ts'
import { noSuchLogin } from './revoke-login.ts'

/**
 * Gives a client a new secret. The old one is rejected from then on; tokens obtained with it remain valid until they
 * expire, for an hour at most. To end those too, revoke the client.
 *
 * @param which the client's id or name.
 * @returns the secret, only this once: it is stored as a hash.
 * @throws Refusal 404 or 400 if the client does not exist or is revoked.
 */
export async function rotateSecret(
  queries: Queries,
  orgId: number,
  which: number | string,
): Promise<ClientCredentials & { id: number; name: string }> {
  const secret = generateSecret()
  const row = await queries
    .updateTable('clients')
    .set({ secret_hash: sha256(secret) })
    .where('org_id', '=', orgId)
    .where((where) => (typeof which === 'number' ? where('id', '=', which) : where('name', '=', which)))
    .where('revoked_at', 'is', null)
    .returning(['id', 'name', 'key'])
    .executeTakeFirst()
  if (row === undefined) throw noSuchLogin('client', which)
  return { ...row, secret }
}
