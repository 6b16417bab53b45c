import type { Queries } from '../../platform/db/queries.ts'
import { isConstraint } from '../../platform/db/constraint.ts'
import { quote, refuse } from '../../values/errors.ts'
import { noSuchLogin } from './revoke-login.ts'

/** A code of another system that stands for a till. */
export interface TillLookup {
  /** In upper case. */
  readonly type: string
  readonly lookup: string
}

/**
 * Replaces the codes of other systems that stand for a till; servers apply it within a second. Triggers record it.
 *
 * @throws Refusal 404 for an unknown till, 1207 for a code that stands for another till.
 */
export async function setTillLookups(
  transaction: Queries,
  orgId: number,
  tillId: number,
  lookups: readonly TillLookup[],
): Promise<void> {
  const till = await transaction
    .selectFrom('tills')
    .select('id')
    .where('org_id', '=', orgId)
    .where('id', '=', tillId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (till === undefined) throw noSuchLogin('till', tillId)
  const before = await listTillLookups(transaction, orgId, [tillId])
  const keyOf = ({ type, lookup }: TillLookup) => JSON.stringify([type, lookup])
  const wanted = new Map(lookups.map((one) => [keyOf(one), one]))
  const known = new Set((before.get(tillId) ?? []).map(keyOf))
  for (const one of before.get(tillId) ?? [])
    if (!wanted.has(keyOf(one)))
      await transaction
        .deleteFrom('till_lookups')
        .where('org_id', '=', orgId)
        .where('lookup_type', '=', one.type)
        .where('lookup', '=', one.lookup)
        .execute()
  for (const one of [...wanted.values()].filter((lookup) => !known.has(keyOf(lookup))))
    await add(transaction, orgId, tillId, one)
}

async function add(
  transaction: Queries,
  orgId: number,
  tillId: number,
  { type, lookup }: TillLookup,
): Promise<void> {
  try {
    await transaction
      .insertInto('till_lookups')
      .values({ org_id: orgId, lookup_type: type, lookup, till_id: tillId })
      .execute()
  } catch (error) {
    if (isConstraint(error, 'till_lookups__pkey'))
      throw refuse.nameTaken(`${type} ${quote(lookup)} stands for another till already`)
    throw error
  }
}

/** The codes by till. */
export async function listTillLookups(
  queries: Queries,
  orgId: number,
  tillIds: readonly number[],
): Promise<Map<number, TillLookup[]>> {
  const rows =
    tillIds.length === 0
      ? []
      : await queries
          .selectFrom('till_lookups')
          .select(['till_id', 'lookup_type', 'lookup'])
          .where('org_id', '=', orgId)
          .where('till_id', 'in', tillIds)
          .orderBy('lookup_type')
          .orderBy('lookup')
          .execute()
  const found = new Map<number, TillLookup[]>()
  for (const { till_id: tillId, lookup_type: type, lookup } of rows)
    found.set(tillId, [...(found.get(tillId) ?? []), { type, lookup }])
  return found
}
