import { epochS } from '../../platform/db/sql.ts'
import { sql } from 'kysely'
import { lastUsedAtS } from '../organisations/last-used-sql.ts'
import type { Role } from '../credentials/roles.ts'
import type { Queries } from '../../platform/db/queries.ts'
import { type Refusal, refuse } from '../../values/errors.ts'
import type { User } from './user.ts'

/** The query of the people: each row with its last use and its sessions from indexes. */
export const selectUsers = (queries: Queries, orgId: number) =>
  queries
    .selectFrom('users as u')
    .select([
      'u.id',
      'u.email',
      'u.name',
      'u.role',
      'u.version',
      sql<boolean>`u.disabled_at is not null`.as('is_disabled'),
      sql<number>`${sql.raw(epochS('u.created_at'))}`.as('created_at_s'),
      // Sessions know of the last minute, but are deleted after a month.
      sql<
        number | null
      >`greatest(${lastUsedAtS(orgId, 'user', 'u')}, (select ${sql.raw(epochS('max(s.last_seen_at)'))}
        from user_sessions s where s.org_id = ${orgId} and s.user_id = u.id))`.as('last_seen_at_s'),
    ])
    .where('u.org_id', '=', orgId)

type Row = Awaited<ReturnType<ReturnType<typeof selectUsers>['execute']>>[number]

const userOf = (row: Row): User => ({
  id: row.id,
  email: row.email,
  name: row.name,
  role: row.role as Role,
  isDisabled: row.is_disabled,
  createdAtS: row.created_at_s,
  lastSeenAtS: row.last_seen_at_s,
  version: row.version,
})

/** Lists the people of an organisation, ordered by id. */
export async function listUsers(
  queries: Queries,
  orgId: number,
  page: { readonly limit: number; readonly offset: number },
): Promise<User[]> {
  const rows = await selectUsers(queries, orgId)
    .orderBy('u.id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return rows.map(userOf)
}

/** Returns undefined if no user of the organisation has this e-mail address. @param email in its stored form. */
export async function findUserId(
  queries: Queries,
  orgId: number,
  email: string,
): Promise<number | undefined> {
  const row = await queries
    .selectFrom('users')
    .select('id')
    .where('org_id', '=', orgId)
    .where('email', '=', email)
    .executeTakeFirst()
  return row?.id
}

export const noSuchUser = (): Refusal => refuse.notFound('There is no such user')

/** @throws Refusal 404. */
export async function readUser(queries: Queries, orgId: number, id: number): Promise<User> {
  const row = await selectUsers(queries, orgId).where('u.id', '=', id).executeTakeFirst()
  if (row === undefined) throw noSuchUser()
  return userOf(row)
}
