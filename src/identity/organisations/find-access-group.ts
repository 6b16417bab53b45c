import type { Queries } from '../../platform/db/queries.ts'
import { quote, refuse } from '../../values/errors.ts'

/** The permissions of a machine at which customers present codes: it looks them up, issues, redeems and reverses. */
export const tillGrants = {
  name: 'till',
  customer_access: 'read',
  coupon_access: 'write',
  series_access: 'none',
  organisation_access: 'none',
  webhook_access: 'none',
} as const

/** Returns the id of the default access group of tills; creates it if it is missing. */
export async function findTillGroup(queries: Queries, orgId: number): Promise<number> {
  await queries
    .insertInto('access_groups')
    .values({ org_id: orgId, ...tillGrants })
    .onConflict((conflict) => conflict.columns(['org_id', 'name']).doNothing())
    .execute()
  return findAccessGroup(queries, orgId, tillGrants.name)
}

/** @returns the id of the access group with this name. @throws Refusal 400 if there is none. */
export async function findAccessGroup(queries: Queries, orgId: number, name: string): Promise<number> {
  // PostgreSQL texts cannot contain NUL, so no group name does.
  if (name.includes('\0')) throw refuse.badRequest(`There is no access group ${quote(name)}`)
  const group = await queries
    .selectFrom('access_groups')
    .select('id')
    .where('org_id', '=', orgId)
    .where('name', '=', name)
    .executeTakeFirst()
  if (group === undefined) throw refuse.badRequest(`There is no access group ${quote(name)}`)
  return group.id
}
