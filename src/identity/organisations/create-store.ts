import type { Queries } from '../../platform/db/queries.ts'
import { isConstraint } from '../../platform/db/constraint.ts'
import { quote, refuse } from '../../values/errors.ts'
import { checkDescription } from './organisation-rules.ts'
import { refuseUnknownArea } from './store-areas.ts'

export interface NewStore {
  readonly orgId: number
  /** Compared exactly; unique in the organisation. */
  readonly code: string
  readonly name: string
  readonly description?: string
  /** Ids in other systems, at most three; each is unique in the organisation at its position. */
  readonly externalIds?: readonly string[]
  readonly isActive?: boolean
  /** The zone and the concept of the store. */
  readonly zoneId?: number | undefined
  readonly conceptId?: number | undefined
}

/** @returns the store's id. @throws Refusal 400 for a value outside its limits, 1207 for a taken one. */
export async function createStore(queries: Queries, given: NewStore): Promise<number> {
  const { orgId, code, name, externalIds = [] } = given
  for (const [field, value] of Object.entries({ code, name })) {
    if (value.trim() === '' || value.length > 200)
      throw refuse.badRequest(`The ${field} must have 1 to 200 characters`)
  }
  if (externalIds.length > 3) throw refuse.badRequest('A store has at most three external ids')
  if (externalIds.some((one) => one === '' || one.length > 200))
    throw refuse.badRequest('An external id must have 1 to 200 characters')
  try {
    const { id } = await queries
      .insertInto('stores')
      .values({
        org_id: orgId,
        code,
        name,
        description: checkDescription(given.description ?? ''),
        is_active: given.isActive ?? true,
        external_id: externalIds[0] ?? null,
        external_id_1: externalIds[1] ?? null,
        external_id_2: externalIds[2] ?? null,
        zone_id: given.zoneId ?? null,
        concept_id: given.conceptId ?? null,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    return id
  } catch (error) {
    if (isConstraint(error, 'stores__code')) throw refuse.nameTaken(`There is a store ${quote(code)} already`)
    refuseUnknownArea(error)
    for (const [at, one] of externalIds.entries()) {
      if (isConstraint(error, at === 0 ? 'stores__external_id' : `stores__external_id_${at}`))
        throw refuse.nameTaken(`There is a store with the external id ${quote(one)} already`)
    }
    throw error
  }
}
