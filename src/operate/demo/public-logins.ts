import { publicCredentials } from '../../identity/credentials/public-credentials-rules.ts'
import {
  generateSecret,
  hashPassword,
  isPassword,
  isSecret,
  isTillPassword,
} from '../../identity/credentials/secrets.ts'
import type { Queries } from '../../platform/db/queries.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { revokeLogin } from '../../identity/organisations/revoke-login.ts'
import { setUserPassword } from '../../identity/people/change-user.ts'

/** A login with credentials that the demo's documentation publishes. */
export interface PublicLogin {
  readonly orgId: number
  readonly kind: 'till' | 'client' | 'user'
  /** tills.id, clients.id or users.id. */
  readonly id: number
  readonly login: string
}

const { tills, password, client, people } = publicCredentials

/** Finds existing logins, neither revoked nor disabled, that still have the published credentials. */
export async function findPublicLogins(queries: Queries): Promise<PublicLogin[]> {
  const foundTills = await queries
    .selectFrom('tills')
    .select(['org_id', 'id', 'code', 'password_hash'])
    .where('code', 'in', Object.values(tills))
    .where('revoked_at', 'is', null)
    .orderBy('id')
    .execute()
  const foundClients = await queries
    .selectFrom('clients')
    .select(['org_id', 'id', 'key', 'secret_hash'])
    .where('key', '=', client.key)
    .where('revoked_at', 'is', null)
    .execute()
  const emails = people.map(({ email }) => email)
  const foundUsers = await queries
    .selectFrom('users')
    .select(['org_id', 'id', 'email', 'password_hash'])
    .where('email', 'in', emails)
    .where('disabled_at', 'is', null)
    .orderBy('id')
    .execute()
  const found: PublicLogin[] = []
  for (const { org_id: orgId, id, code, password_hash: hash } of foundTills)
    if (await isTillPassword(password, hash)) found.push({ orgId, kind: 'till', id, login: code })
  for (const { org_id: orgId, id, key, secret_hash: hash } of foundClients)
    if (isSecret(client.secret, hash)) found.push({ orgId, kind: 'client', id, login: key })
  for (const { org_id: orgId, id, email, password_hash: hash } of foundUsers)
    if (await isPassword(password, hash)) found.push({ orgId, kind: 'user', id, login: email })
  return found
}

/**
 * Invalidates the published credentials: tills and clients are revoked, people get a random password and their sessions
 * end. The organisation's data remains.
 *
 * @returns the affected logins; empty: none had published credentials.
 */
export function closePublicLogins(queries: Queries): Promise<PublicLogin[]> {
  return inTransaction(queries, async (transaction) => {
    const found = await findPublicLogins(transaction)
    for (const { orgId, kind, id } of found) {
      if (kind === 'user') await setUserPassword(transaction, orgId, id, await hashPassword(generateSecret()))
      else await revokeLogin(transaction, orgId, kind, id)
    }
    return found
  })
}
