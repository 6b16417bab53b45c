import type { Queries } from '../../platform/db/queries.ts'
import { listTillLookups, type TillLookup } from './till-lookups.ts'
import { lastUsedAtS } from './last-used-sql.ts'
import { knownClientSettings, type KnownClientSettings } from './set-client-settings.ts'

/** A page of an organisation's records, ordered by id. */
export interface Page {
  readonly limit: number
  readonly offset: number
  /** Only the record with this id; omitted: all. */
  readonly only?: number
}

const withSettings = <Row extends { readonly clientSettings: unknown }>(row: Row) => ({
  ...row,
  clientSettings: knownClientSettings(row.clientSettings),
})

export interface ListedClient {
  readonly id: number
  readonly name: string
  readonly key: string
  readonly till: string
  readonly accessGroup: string
  readonly tokenTtlS: number
  readonly isRevoked: boolean
  /** Epoch seconds; null: never. */
  readonly lastUsedAtS: number | null
  /** The client's own limits; null: none. */
  readonly limits: unknown
  readonly clientSettings: KnownClientSettings
  /** Counts its changes. */
  readonly version: number
}

/** The clients of an organisation, without their secrets, which nobody knows. */
export async function listClients(queries: Queries, orgId: number, page: Page): Promise<ListedClient[]> {
  return (await selectClients(queries, orgId, page).execute()).map(withSettings)
}

/** The query of the clients: each row with its last use from an index. */
export const selectClients = (queries: Queries, orgId: number, page: Page) =>
  queries
    .selectFrom('clients as c')
    .innerJoin('tills as t', (join) =>
      join.onRef('t.org_id', '=', 'c.org_id').onRef('t.id', '=', 'c.till_id'),
    )
    .innerJoin('access_groups as g', (join) =>
      join.onRef('g.org_id', '=', 'c.org_id').onRef('g.id', '=', 'c.access_group_id'),
    )
    .select((eb) => [
      'c.id',
      'c.name',
      'c.key',
      't.code as till',
      'g.name as accessGroup',
      'c.token_ttl_s as tokenTtlS',
      'c.limits',
      'c.client_settings as clientSettings',
      'c.version',
      eb('c.revoked_at', 'is not', null).$castTo<boolean>().as('isRevoked'),
      lastUsedAtS(orgId, 'client', 'c').as('lastUsedAtS'),
    ])
    .where('c.org_id', '=', orgId)
    .$if(page.only !== undefined, (one) => one.where('c.id', '=', page.only ?? 0))
    .orderBy('c.id')
    .limit(page.limit)
    .offset(page.offset)

export interface ListedTill {
  /** Codes of other systems that stand for it. */
  readonly lookups: readonly TillLookup[]
  readonly id: number
  readonly code: string
  readonly store: string
  readonly accessGroup: string
  readonly isRevoked: boolean
  /** Epoch seconds; null: never. */
  readonly lastUsedAtS: number | null
  /** The till's own limits; null: none. */
  readonly limits: unknown
  readonly clientSettings: KnownClientSettings
  /** Counts its changes. */
  readonly version: number
}

/** The tills of an organisation. */
export async function listTills(queries: Queries, orgId: number, page: Page): Promise<ListedTill[]> {
  const rows = await selectTills(queries, orgId, page).execute()
  const ids = rows.map(({ id }) => id)
  const lookups = await listTillLookups(queries, orgId, ids)
  return rows.map((row) => ({ ...withSettings(row), lookups: lookups.get(row.id) ?? [] }))
}

/** The query of the tills: each row with its last use from an index. */
export const selectTills = (queries: Queries, orgId: number, page: Page) =>
  queries
    .selectFrom('tills as t')
    .innerJoin('stores as s', (join) =>
      join.onRef('s.org_id', '=', 't.org_id').onRef('s.id', '=', 't.store_id'),
    )
    .innerJoin('access_groups as g', (join) =>
      join.onRef('g.org_id', '=', 't.org_id').onRef('g.id', '=', 't.access_group_id'),
    )
    .select((eb) => [
      't.id',
      't.code',
      's.code as store',
      'g.name as accessGroup',
      't.limits',
      't.client_settings as clientSettings',
      't.version',
      eb('t.revoked_at', 'is not', null).$castTo<boolean>().as('isRevoked'),
      lastUsedAtS(orgId, 'till', 't').as('lastUsedAtS'),
    ])
    .where('t.org_id', '=', orgId)
    .$if(page.only !== undefined, (one) => one.where('t.id', '=', page.only ?? 0))
    .orderBy('t.id')
    .limit(page.limit)
    .offset(page.offset)

export interface ListedStore {
  readonly id: number
  readonly code: string
  readonly name: string
  readonly isActive: boolean
  readonly zoneId: number | null
  readonly conceptId: number | null
  readonly version: number
}

/** Lists the stores of an organisation with their zones and concepts. */
export function listStores(queries: Queries, orgId: number, page: Page): Promise<ListedStore[]> {
  return queries
    .selectFrom('stores')
    .select([
      'id',
      'code',
      'name',
      'is_active as isActive',
      'zone_id as zoneId',
      'concept_id as conceptId',
      'version',
    ])
    .where('org_id', '=', orgId)
    .$if(page.only !== undefined, (one) => one.where('id', '=', page.only ?? 0))
    .orderBy('id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
}
