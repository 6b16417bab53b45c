import type { Queries } from '../../platform/db/queries.ts'

/** The id of the till with this code; undefined if it is unknown. */
export async function findTill(queries: Queries, orgId: number, code: string): Promise<number | undefined> {
  const row = await queries
    .selectFrom('tills')
    .select('id')
    .where('org_id', '=', orgId)
    .where('code', '=', code)
    .executeTakeFirst()
  return row?.id
}
