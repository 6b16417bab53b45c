import type { Queries } from '../../platform/db/queries.ts'

/**
 * The name of the organisation if it is the only one of the installation, for the page on which people sign in. Of
 * several none is named: strangers are not to learn who else is served.
 */
export async function soleOrganisation(queries: Queries): Promise<string | null> {
  const found = await queries.selectFrom('organisations').select('name').limit(2).execute()
  return found.length === 1 ? (found[0]?.name ?? null) : null
}
