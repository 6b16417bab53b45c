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
type AttributionType = (typeof attributionTypes)[number]

/**
 * The kinds of reference by which a till can be looked up. The first two are codes of other systems, for which the
 * organisation has a table.
 */
export const lookupTypes = ['WECHAT', 'MOBILE_TRIGGER', ...attributionTypes] as const
export type LookupType = (typeof lookupTypes)[number]

const isAttributionType = (type: LookupType): type is AttributionType =>
  (attributionTypes as readonly string[]).includes(type)

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

/** The till that a code of another system stands for; without an entry in the table, the till with this code. */
async function findLookup(
  context: IdentityContext,
  orgId: number,
  type: LookupType,
  value: string,
): Promise<Place | undefined> {
  const mapped = await context.database.queries
    .selectFrom('till_lookups as l')
    .innerJoin('tills as t', (join) =>
      join.onRef('t.org_id', '=', 'l.org_id').onRef('t.id', '=', 'l.till_id'),
    )
    .select(['t.id', 't.store_id'])
    .where('l.org_id', '=', orgId)
    .where('l.lookup_type', '=', type)
    .where('l.lookup', '=', value)
    .where('t.revoked_at', 'is', null)
    .executeTakeFirst()
  if (mapped !== undefined) return { tillId: mapped.id, storeId: mapped.store_id }
  return findPlace(context, orgId, isAttributionType(type) ? type : 'TILL', value)
}

/**
 * Returns the caller, acting for another till or store of its organisation.
 *
 * @throws Refusal 400 if the value, which is compared exactly, names no till or not exactly one store.
 */
export async function attribute(
  context: IdentityContext,
  caller: Caller,
  {
    type,
    value,
    isLookup,
  }: { readonly type: LookupType; readonly value: string; readonly isLookup: boolean },
): Promise<Caller> {
  const { orgId } = caller
  const place = await context.signIn.places.get(`${orgId} ${isLookup ? 'lookup ' : ''}${type} ${value}`, () =>
    isLookup || !isAttributionType(type)
      ? findLookup(context, orgId, type, value)
      : findPlace(context, orgId, type, value),
  )
  if (place === undefined) throw refuse.badRequest(`No ${type} ${quote(value)} to attribute the request to`)
  return { ...caller, ...place }
}
