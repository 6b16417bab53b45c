import type { Queries } from '../../platform/db/queries.ts'

/**
 * Removes what shadow mode has noted about a person. The examples of differences hold hashes of values and do not say whose
 * they are, so those of the whole organisation go; the counts stay.
 */
export async function eraseFromShadow(queries: Queries, orgId: number, customerId: number): Promise<void> {
  await queries
    .updateTable('shadow_differences')
    .set({ examples: '[]' })
    .where('org_id', '=', orgId)
    .execute()
  await queries
    .deleteFrom('shadow_changes')
    .where('org_id', '=', orgId)
    .where('kind', '=', 'customer')
    .where('id', '=', customerId)
    .execute()
}
