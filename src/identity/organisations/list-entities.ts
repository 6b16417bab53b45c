import { epochS } from '../../platform/db/sql.ts'
import { runnerOf, type Queries } from '../../platform/db/queries.ts'

export const entityTypes = ['TILL', 'STORE', 'ZONE', 'CONCEPT'] as const

/** A filter of entities: a key of the store or concept that they belong to. */
export const parentKeys = [
  'STORE_CODE',
  'STORE_ID',
  'STORE_EXTERNAL_ID',
  'CONCEPT_CODE',
  'CONCEPT_ID',
] as const

interface Area {
  readonly id: number
  readonly code: string
  readonly name: string
}

/** A till, a store, a zone or a concept, with its parents. */
export interface Entity extends Area {
  readonly description: string
  readonly isActive: boolean
  readonly createdAtS: number
  readonly externalIds: readonly (string | null)[]
  /** The store of a till, the zone of a store; null: none. */
  readonly parent: Area | null
  /** Of a store, or of the store of a till. */
  readonly concept: Area | null
}

export interface EntityQuery {
  readonly type: (typeof entityTypes)[number]
  /** Empty: all. */
  readonly ids: readonly number[]
  readonly parent: { readonly key: (typeof parentKeys)[number]; readonly value: string } | undefined
  readonly isActiveOnly: boolean
  /** Epoch seconds. */
  readonly sinceS: number | undefined
  readonly startId: number
  readonly limit: number
}

const area = (table: string) =>
  `case when ${table}.id is not null then json_build_object('id', ${table}.id, 'code', ${table}.code, 'name', ${table}.name) end`

/** The rows of each type, with `st` as the store itself or the store of a till. */
const entities: Record<EntityQuery['type'], string> = {
  TILL: `select t.id, t.code, t.code as name, t.description, t.revoked_at is null as "isActive", t.created_at,
      ${area('st')} as parent, ${area('c')} as concept, st.id as store_id, st.code as store_code,
      array[st.external_id, st.external_id_1, st.external_id_2] as "externalIds", c.id as concept_id, c.code as concept_code
    from tills t join stores st on st.org_id = t.org_id and st.id = t.store_id
    left join concepts c on c.org_id = st.org_id and c.id = st.concept_id where t.org_id = $1`,
  STORE: `select st.id, st.code, st.name, st.description, st.is_active as "isActive", st.created_at,
      ${area('z')} as parent, ${area('c')} as concept, st.id as store_id, st.code as store_code,
      array[st.external_id, st.external_id_1, st.external_id_2] as "externalIds", c.id as concept_id, c.code as concept_code
    from stores st left join zones z on z.org_id = st.org_id and z.id = st.zone_id
    left join concepts c on c.org_id = st.org_id and c.id = st.concept_id where st.org_id = $1`,
  ...(Object.fromEntries(
    (['ZONE', 'CONCEPT'] as const).map((type) => [
      type,
      `select a.id, a.code, a.name, '' as description, true as "isActive", a.created_at, null::json as parent,
        null::json as concept, null::bigint as store_id, null::text as store_code, '{}'::text[] as "externalIds",
        null::bigint as concept_id, null::text as concept_code
      from ${type.toLowerCase()}s a where a.org_id = $1`,
    ]),
  ) as Record<'ZONE' | 'CONCEPT', string>),
}

/** $4 the value. */
const isOfParent: Record<(typeof parentKeys)[number], string> = {
  STORE_CODE: 'e.store_code = $4',
  STORE_ID: 'e.store_id::text = $4',
  STORE_EXTERNAL_ID: '$4 = any(e."externalIds")',
  CONCEPT_CODE: 'e.concept_code = $4',
  CONCEPT_ID: 'e.concept_id::text = $4',
}

/** The matching entities of an organisation by id, with their total number. */
export async function listEntities(
  queries: Queries,
  orgId: number,
  { type, ids, parent, isActiveOnly, sinceS, startId, limit }: EntityQuery,
): Promise<{ total: number; entities: Entity[] }> {
  const runner = runnerOf(queries)
  const fitting = `from (${entities[type]}) e
    where ($2::bigint[] is null or e.id = any($2)) and e.id >= $3::bigint
      and ($4::text is null or ${parent === undefined ? 'true' : isOfParent[parent.key]})
      and (not $5::boolean or e."isActive")
      and ($6::float8 is null or e.created_at >= to_timestamp($6))`
  const values = [
    orgId,
    ids.length === 0 ? null : ids,
    startId,
    parent?.value ?? null,
    isActiveOnly,
    sinceS ?? null,
  ]
  const counted = await runner.query<{ total: number }>(`select count(*)::int as total ${fitting}`, values)
  const { rows } = await runner.query<Entity>(
    `select e.id, e.code, e.name, e.description, e."isActive", ${epochS('e.created_at')} as "createdAtS", e.parent,
      e.concept, e."externalIds" ${fitting} order by e.id limit $7`,
    [...values, limit],
  )
  return { total: counted.rows[0]?.total ?? 0, entities: rows }
}
