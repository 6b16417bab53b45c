import { hashTillPassword } from '../credentials/secrets.ts'
import type { Queries } from '../../platform/db/queries.ts'
import { checkTillPassword } from './create-till.ts'
import { noSuchLogin } from './revoke-login.ts'

/**
 * Changes a till's password; the old one is rejected within a second.
 *
 * @param which the till's id or code. @throws Refusal 400 for an unsuitable password, 404 or 400 if the till does not
 * exist.
 */
export async function setTillPassword(
  queries: Queries,
  orgId: number,
  which: number | string,
  password: string,
): Promise<void> {
  const till = await queries
    .selectFrom('tills')
    .select(['id', 'code'])
    .where('org_id', '=', orgId)
    .where((where) => (typeof which === 'number' ? where('id', '=', which) : where('code', '=', which)))
    .executeTakeFirst()
  if (till === undefined) throw noSuchLogin('till', which)
  await checkTillPassword(queries, orgId, till.code, password)
  await queries
    .updateTable('tills')
    .set({ password_hash: await hashTillPassword(password) })
    .where('org_id', '=', orgId)
    .where('id', '=', till.id)
    .execute()
}
