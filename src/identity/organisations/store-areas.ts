import { isConstraint } from '../../platform/db/constraint.ts'
import type { Queries } from '../../platform/db/queries.ts'
import { quote, refuse } from '../../values/errors.ts'
import { checkName } from './organisation-rules.ts'

/** How stores are grouped: by location and by kind. */
export type AreaKind = 'zone' | 'concept'

export interface NewArea {
  readonly orgId: number
  /** Compared exactly; unique among areas of its kind in the organisation. */
  readonly code: string
  readonly name: string
}

/** @returns the id. @throws Refusal 400 for a value outside its limits, 1207 for a taken code. */
export async function createArea(
  queries: Queries,
  kind: AreaKind,
  { orgId, code, name }: NewArea,
): Promise<number> {
  try {
    const { id } = await queries
      .insertInto(kind === 'zone' ? 'zones' : 'concepts')
      .values({ org_id: orgId, code: checkName(code), name: checkName(name) })
      .returning('id')
      .executeTakeFirstOrThrow()
    return id
  } catch (error) {
    if (isConstraint(error, `${kind}s__code`))
      throw refuse.nameTaken(`There is a ${kind} ${quote(code)} already`)
    throw error
  }
}

export interface StoreAreas {
  /** Null: none; undefined: unchanged. */
  readonly zoneId?: number | null
  readonly conceptId?: number | null
}

/**
 * Moves a store to other areas, which affects where series can be redeemed from the next request on.
 *
 * @throws Refusal 404 if the store does not exist, 400 if the zone or concept does not exist.
 */
export async function moveStore(
  queries: Queries,
  orgId: number,
  storeId: number,
  { zoneId, conceptId }: StoreAreas,
): Promise<void> {
  try {
    const row = await queries
      .updateTable('stores')
      .set((columns) => ({
        zone_id: zoneId === undefined ? columns.ref('zone_id') : zoneId,
        concept_id: conceptId === undefined ? columns.ref('concept_id') : conceptId,
      }))
      .where('org_id', '=', orgId)
      .where('id', '=', storeId)
      .returning('id')
      .executeTakeFirst()
    if (row === undefined) throw refuse.notFound('There is no such store')
  } catch (error) {
    refuseUnknownArea(error)
    throw error
  }
}

/** @throws Refusal 400 if a write failed because a store refers to a nonexistent area. */
export function refuseUnknownArea(error: unknown): void {
  for (const kind of ['zone', 'concept'] as const) {
    if (isConstraint(error, `stores__${kind}_id`)) throw refuse.badRequest(`There is no such ${kind}`)
  }
}
