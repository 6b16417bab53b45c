import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'

export interface Store {
  readonly id: number
  readonly code: string
  readonly name: string
  /** In their order; null: none. */
  readonly externalIds: readonly [string | null, string | null, string | null]
  /** ISO 4217; null: not stated. */
  readonly currency: string | null
}

/** A store by its id, its code or any of its external ids; undefined if it is unknown. */
export async function readStore(
  queries: Queries,
  orgId: number,
  by: { readonly id: number } | { readonly code: string } | { readonly externalId: string },
): Promise<Store | undefined> {
  const isMeant =
    'id' in by
      ? sql`s.id = ${by.id}`
      : 'code' in by
        ? sql`s.code = ${by.code}`
        : sql`${by.externalId} in (s.external_id, s.external_id_1, s.external_id_2)`
  const { rows } = await sql<Store>`
    select s.id, s.code, s.name, o.currency,
      array[s.external_id, s.external_id_1, s.external_id_2] as "externalIds"
    from stores s join organisations o on o.org_id = s.org_id
    where s.org_id = ${orgId} and ${isMeant} order by s.id limit 1`.execute(queries)
  return rows[0]
}
