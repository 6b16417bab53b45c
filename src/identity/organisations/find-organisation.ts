import type { Queries } from '../../platform/db/queries.ts'
import { quote, refuse } from '../../values/errors.ts'

export interface Organisation {
  readonly orgId: number
  readonly name: string
  readonly timeZone: string
  readonly country: string
  /** ISO 4217; null: not stated. */
  readonly currency: string | null
  readonly isSandbox: boolean
}

/** Returns the organisation with this id or name. @throws Refusal 400 if there is none. */
export async function findOrganisation(queries: Queries, idOrName: string): Promise<Organisation> {
  const row = await queries
    .selectFrom('organisations')
    .select(['org_id', 'name', 'time_zone', 'country', 'currency', 'is_sandbox'])
    .where((where) =>
      /^\d{1,15}$/.test(idOrName) ? where('org_id', '=', Number(idOrName)) : where('name', '=', idOrName),
    )
    .executeTakeFirst()
  if (row === undefined) throw refuse.badRequest(`There is no organisation ${quote(idOrName)}`)
  return {
    orgId: row.org_id,
    name: row.name,
    timeZone: row.time_zone,
    country: row.country,
    currency: row.currency,
    isSandbox: row.is_sandbox,
  }
}
