import { isConstraint } from '../../platform/db/constraint.ts'
import type { Queries } from '../../platform/db/queries.ts'
import { quote, refuse } from '../../values/errors.ts'
import { checkName } from './organisation-rules.ts'

/** What stores are grouped by: where they lie, and what kind they are. */
export type AreaKind = 'zone' | 'concept'

export interface NewArea {
  readonly orgId: number
  /** Compared exactly; unique among those of its kind in the organisation. */
  readonly code: string
  readonly name: string
}

/** @returns the id. @throws Refusal 400 for a value outside its limits, 1207 for a code that is taken. */
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
  /** Null: none; undefined: as it is. */
  readonly zoneId?: number | null
  readonly conceptId?: number | null
}

/**
 * Moves a store to other areas. Where series are redeemable follows in the very next request.
 *
 * @throws Refusal 404 when there is no such store, 400 when there is no such zone or concept.
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

/** @throws Refusal 400 when a write failed because a store was to belong to an area that there is not. */
export function refuseUnknownArea(error: unknown): void {
  for (const kind of ['zone', 'concept'] as const) {
    if (isConstraint(error, `stores__${kind}_id`)) throw refuse.badRequest(`There is no such ${kind}`)
  }
}
