import type { Queries } from '../../platform/db/queries.ts'

/** Lists all organisations of the database, ordered by id: for the operator, never for a caller of the API. */
export function listOrganisations(queries: Queries) {
  return queries
    .selectFrom('organisations')
    .select(['org_id as id', 'name', 'time_zone as timeZone', 'country', 'currency', 'is_sandbox as sandbox'])
    .orderBy('org_id')
    .execute()
}
