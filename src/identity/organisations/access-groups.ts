import type { Access, Grants, Resource } from '../../values/caller.ts'
import { isConstraint } from '../../platform/db/constraint.ts'
import type { Queries } from '../../platform/db/queries.ts'
import { quote, refuse } from '../../values/errors.ts'
import type { Page } from './list-logins.ts'
import { checkName } from './organisation-rules.ts'

export interface AccessGroup {
  readonly id: number
  readonly name: string
  readonly access: Grants
  /** Number of changes. */
  readonly version: number
}

const columns = [
  'id',
  'name',
  'customer_access',
  'coupon_access',
  'series_access',
  'organisation_access',
  'webhook_access',
  'version',
] as const

type Row = { id: number; name: string; version: number } & Record<`${Resource}_access`, string>

const groupOf = (row: Row): AccessGroup => ({
  id: row.id,
  name: row.name,
  version: row.version,
  access: {
    customer: row.customer_access as Access,
    coupon: row.coupon_access as Access,
    series: row.series_access as Access,
    organisation: row.organisation_access as Access,
    webhook: row.webhook_access as Access,
  },
})

function columnsOf(access: Partial<Grants>): Partial<Record<`${Resource}_access`, Access>> {
  const entries = Object.entries(access).map(([resource, level]) => [`${resource}_access`, level])
  return Object.fromEntries(entries) as Partial<Record<`${Resource}_access`, Access>>
}

/** Returns the access groups of an organisation, ordered by id. */
export async function listAccessGroups(queries: Queries, orgId: number, page: Page): Promise<AccessGroup[]> {
  const rows = await queries
    .selectFrom('access_groups')
    .select(columns)
    .where('org_id', '=', orgId)
    .$if(page.only !== undefined, (one) => one.where('id', '=', page.only ?? 0))
    .orderBy('id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return rows.map(groupOf)
}

/** @param access omitted resources get no access. @throws Refusal 400 for an invalid or taken name. */
export async function createAccessGroup(
  queries: Queries,
  orgId: number,
  name: string,
  access: Partial<Grants>,
): Promise<AccessGroup> {
  const none = {
    customer_access: 'none',
    coupon_access: 'none',
    series_access: 'none',
    organisation_access: 'none',
    webhook_access: 'none',
  }
  const values = { org_id: orgId, name: checkName(name), ...none, ...columnsOf(access) }
  return told(name, () =>
    queries.insertInto('access_groups').values(values).returning(columns).executeTakeFirst(),
  )
}

/**
 * Changes the given properties only; tills and clients of the group are updated within a second.
 *
 * @throws Refusal 404 if the group does not exist, 400 for an invalid or taken name.
 */
export async function updateAccessGroup(
  queries: Queries,
  orgId: number,
  id: number,
  { name, access = {} }: { name?: string | undefined; access?: Partial<Grants> | undefined },
): Promise<AccessGroup> {
  const set = { ...(name !== undefined && { name: checkName(name) }), ...columnsOf(access) }
  return told(name ?? '', () =>
    Object.keys(set).length === 0
      ? queries
          .selectFrom('access_groups')
          .select(columns)
          .where('org_id', '=', orgId)
          .where('id', '=', id)
          .executeTakeFirst()
      : queries
          .updateTable('access_groups')
          .set(set)
          .where('org_id', '=', orgId)
          .where('id', '=', id)
          .returning(columns)
          .executeTakeFirst(),
  )
}

async function told(name: string, work: () => Promise<Row | undefined>): Promise<AccessGroup> {
  try {
    const row = await work()
    if (row === undefined) throw refuse.notFound('There is no such access group')
    return groupOf(row)
  } catch (error) {
    if (isConstraint(error, 'access_groups__name'))
      throw refuse.badRequest(`There is an access group ${quote(name)} already`)
    throw error
  }
}
