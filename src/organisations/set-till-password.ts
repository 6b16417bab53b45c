import { hashTillPassword } from '../access/secrets.ts'
import type { Queries } from '../db/queries.ts'
import { checkPassword } from './organisation-rules.ts'
import { noSuchLogin } from './revoke-login.ts'

/**
 * Gives a till another password; the old one is refused within a second.
 *
 * @param which the till's id or code. @throws Refusal 400 for a bad password, 404 or 400 when there is no such till.
 */
export async function setTillPassword(
  queries: Queries,
  orgId: number,
  which: number | string,
  password: string,
): Promise<void> {
  const passwordHash = await hashTillPassword(checkPassword(password))
  const { numUpdatedRows } = await queries
    .updateTable('tills')
    .set({ password_hash: passwordHash })
    .where('org_id', '=', orgId)
    .where((where) => (typeof which === 'number' ? where('id', '=', which) : where('code', '=', which)))
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw noSuchLogin('till', which)
}
