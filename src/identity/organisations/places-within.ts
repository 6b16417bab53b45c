import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'

export const placeKinds = ['TILL', 'STORE', 'ZONE', 'CONCEPT'] as const

/** A place by its id or its code. */
export interface NamedPlace {
  readonly kind: (typeof placeKinds)[number]
  readonly by: { readonly id: number } | { readonly code: string }
}

/** The stores and tills within a place; for a till, the till and its store. An unknown place has none. */
export async function readPlacesWithin(
  queries: Queries,
  orgId: number,
  { kind, by }: NamedPlace,
): Promise<{ storeIds: number[]; tillIds: number[] }> {
  const isNamed = (table: string) =>
    'id' in by
      ? sql<boolean>`${sql.ref(`${table}.id`)} = ${by.id}`
      : sql<boolean>`${sql.ref(`${table}.code`)} = ${by.code}`
  const { rows } = await sql<{ storeId: number; tillId: number | null }>`
    select s.id as "storeId", t.id as "tillId"
    from stores s
    left join tills t on t.org_id = s.org_id and t.store_id = s.id
    left join zones z on z.org_id = s.org_id and z.id = s.zone_id
    left join concepts c on c.org_id = s.org_id and c.id = s.concept_id
    where s.org_id = ${orgId}
      and ${isNamed({ TILL: 't', STORE: 's', ZONE: 'z', CONCEPT: 'c' }[kind])}`.execute(queries)
  return {
    storeIds: [...new Set(rows.map(({ storeId }) => storeId))],
    tillIds: rows.flatMap(({ tillId }) => tillId ?? []),
  }
}
