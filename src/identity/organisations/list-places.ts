import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'
import type { Page } from './list-logins.ts'

export interface Place {
  readonly id: number
  readonly code: string
  readonly name: string
  readonly description: string
  readonly isActive: boolean
  /** Of a store, in order; null: none. */
  readonly externalIds: readonly (string | null)[]
  /** The store of a till, or the zone of a store; null: none. */
  readonly parentId: number | null
}

export interface PlaceQuery extends Page {
  readonly type: keyof typeof places
  /** Compared exactly; empty: any. */
  readonly codes: readonly string[]
  /** Prefixes, case-insensitive; a place matches if it has one of them. Empty: any. */
  readonly beginnings: readonly { readonly field: PlaceField; readonly text: string }[]
  readonly isActive: boolean | undefined
}

export const placeFields = ['name', 'code', 'external_id'] as const
type PlaceField = (typeof placeFields)[number]

const withoutExternalIds = sql`null::text as external_id, null::text as external_id_1, null::text as external_id_2`

/**
 * The kinds of place: a till's name is its code, and it is active until it is revoked; zones and concepts are always
 * active.
 */
const places = {
  ZONE: sql`select id, code, name, '' as description, true as "isActive", null::bigint as "parentId",
    ${withoutExternalIds} from zones`,
  CONCEPT: sql`select id, code, name, '' as description, true as "isActive", null::bigint as "parentId",
    ${withoutExternalIds} from concepts`,
  STORE: sql`select id, code, name, description, is_active as "isActive", zone_id as "parentId",
    external_id, external_id_1, external_id_2 from stores`,
  TILL: sql`select id, code, code as name, description, revoked_at is null as "isActive", store_id as "parentId",
    ${withoutExternalIds} from tills`,
}

const columnsOf: Record<PlaceField, readonly string[]> = {
  name: ['name'],
  code: ['code'],
  external_id: ['external_id', 'external_id_1', 'external_id_2'],
}

/** Returns one page of an organisation's matching places, ordered by id, and the number of matches. */
export async function listPlaces(
  queries: Queries,
  orgId: number,
  { type, codes, beginnings, isActive, limit, offset }: PlaceQuery,
): Promise<{ total: number; places: Place[] }> {
  const pattern = (text: string) => `${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  const fits = [
    sql`true`,
    ...(codes.length > 0 ? [sql`p.code = any(${codes}::text[])`] : []),
    ...(isActive === undefined ? [] : [sql`p."isActive" = ${isActive}`]),
    ...(beginnings.length > 0
      ? [
          sql`(${sql.join(
            beginnings.flatMap(({ field, text }) =>
              columnsOf[field].map((column) => sql`${sql.ref(`p.${column}`)} ilike ${pattern(text)}`),
            ),
            sql` or `,
          )})`,
        ]
      : []),
  ]
  const fitting = sql`from (${places[type]} where org_id = ${orgId}) p where ${sql.join(fits, sql` and `)}`
  const counted = await sql<{ total: number }>`select count(*)::int as total ${fitting}`.execute(queries)
  const { rows } = await sql<Place>`
    select p.id, p.code, p.name, p.description, p."isActive", p."parentId",
      array[p.external_id, p.external_id_1, p.external_id_2] as "externalIds"
    ${fitting} order by p.id limit ${limit} offset ${offset}`.execute(queries)
  return { total: counted.rows[0]?.total ?? 0, places: rows }
}

/** Returns one till; undefined if there is none. */
export async function readTillPlace(queries: Queries, orgId: number, id: number): Promise<Place | undefined> {
  const { rows } = await sql<Place>`
    select p.id, p.code, p.name, p.description, p."isActive", p."parentId", array[]::text[] as "externalIds"
    from (${places.TILL} where org_id = ${orgId} and id = ${id}) p`.execute(queries)
  return rows[0]
}
