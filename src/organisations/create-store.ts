import type { Queries } from '../db/queries.ts'
import { isConstraint } from '../db/constraint.ts'
import { quote, Refusal } from '../errors.ts'

export interface NewStore {
  readonly orgId: number
  /** Compared exactly; unique in the organisation. */
  readonly code: string
  readonly name: string
}

/** @returns the store's id. @throws Refusal 400 for an empty value or a code that is taken. */
export async function createStore(queries: Queries, { orgId, code, name }: NewStore): Promise<number> {
  for (const [field, value] of Object.entries({ code, name })) {
    if (value.trim() === '' || value.length > 200)
      throw new Refusal(400, `The ${field} must have 1 to 200 characters`)
  }
  try {
    const { id } = await queries
      .insertInto('stores')
      .values({ org_id: orgId, code, name })
      .returning('id')
      .executeTakeFirstOrThrow()
    return id
  } catch (error) {
    if (isConstraint(error, 'stores__code')) throw new Refusal(400, `There is a store ${quote(code)} already`)
    throw error
  }
}
