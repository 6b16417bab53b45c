import type { Queries } from '../../platform/db/queries.ts'

/** Makes the link with which a person could choose another password useless. @returns whether there was one. */
export async function withdrawPasswordLink(
  queries: Queries,
  orgId: number,
  userId: number,
): Promise<boolean> {
  const { numDeletedRows } = await queries
    .deleteFrom('password_links')
    .where('org_id', '=', orgId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
