import type { Queries } from '../../platform/db/queries.ts'

/**
 * Removes the data of shadow mode about a person. The examples of differences contain hashes of values without their
 * customers, so those of the whole organisation are deleted; the counts are kept.
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
