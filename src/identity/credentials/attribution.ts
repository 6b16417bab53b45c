import type { IdentityContext } from '../context.ts'
import { quote, refuse } from '../../values/errors.ts'
import type { Caller } from '../../values/caller.ts'

/** The kinds of reference to a store or till in the attribution headers. */
export const attributionTypes = [
  'TILL',
  'TILL_CODE',
  'STORE_CODE',
  'STORE_NAME',
  'STORE_EXTERNAL_ID',
  'STORE_EXTERNAL_ID_1',
  'STORE_EXTERNAL_ID_2',
] as const
export type AttributionType = (typeof attributionTypes)[number]

const storeColumns = {
  STORE_CODE: 'code',
  STORE_NAME: 'name',
  STORE_EXTERNAL_ID: 'external_id',
  STORE_EXTERNAL_ID_1: 'external_id_1',
  STORE_EXTERNAL_ID_2: 'external_id_2',
} as const

type Place = Pick<Caller, 'tillId' | 'storeId'>

async function findPlace(
  context: IdentityContext,
  orgId: number,
  type: AttributionType,
  value: string,
): Promise<Place | undefined> {
  const { queries } = context.database
  if (type === 'TILL' || type === 'TILL_CODE') {
    const till = await queries
      .selectFrom('tills')
      .select(['id', 'store_id'])
      .where('org_id', '=', orgId)
      .where('code', '=', value)
      .where('revoked_at', 'is', null)
      .executeTakeFirst()
    return till && { tillId: till.id, storeId: till.store_id }
  }
  const stores = await queries
    .selectFrom('stores')
    .select('id')
    .where('org_id', '=', orgId)
    .where(storeColumns[type], '=', value)
    .limit(2)
    .execute()
  const [store] = stores
  // Names need not be unique: a name that fits two stores identifies neither.
  return store && stores.length === 1 ? { tillId: null, storeId: store.id } : undefined
}

/**
 * Returns the caller, acting for another till or store of its organisation.
 *
 * @param value compared exactly. @throws Refusal 400 if it identifies no till or no single store.
 */
export async function attribute(
  context: IdentityContext,
  caller: Caller,
  type: AttributionType,
  value: string,
): Promise<Caller> {
  const place = await context.signIn.places.get(`${caller.orgId} ${type} ${value}`, () =>
    findPlace(context, caller.orgId, type, value),
  )
  if (place === undefined) throw refuse.badRequest(`No ${type} ${quote(value)} to attribute the request to`)
  return { ...caller, ...place }
}
