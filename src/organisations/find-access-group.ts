import type { Queries } from '../db/queries.ts'
import { quote, Refusal } from '../errors.ts'

/** @returns the id of the access group with this name. @throws Refusal 400 when there is none. */
export async function findAccessGroup(queries: Queries, orgId: number, name: string): Promise<number> {
  // PostgreSQL has no text with a NUL: no group is called that.
  if (name.includes('\0')) throw new Refusal(400, `There is no access group ${quote(name)}`)
  const group = await queries
    .selectFrom('access_groups')
    .select('id')
    .where('org_id', '=', orgId)
    .where('name', '=', name)
    .executeTakeFirst()
  if (group === undefined) throw new Refusal(400, `There is no access group ${quote(name)}`)
  return group.id
}
