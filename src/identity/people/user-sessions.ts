import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'
import { refuse } from '../../values/errors.ts'
import { readUser } from './list-users.ts'

/** Instants are epoch seconds. */
export interface UserSession {
  readonly id: number
  readonly address: string
  readonly userAgent: string
  readonly createdAtS: number
  readonly lastSeenAtS: number
}

/** The lifetimes of sessions, and the current instant; null: the database clock. */
export interface SessionLife {
  readonly sessionIdleMinutes: number
  readonly sessionMaxHours: number
  readonly fixedNow: Date | null
}

const maxListed = 100

/** Lists a person's active sessions, latest first. @throws Refusal 404 for an unknown user. */
export async function listSessions(
  queries: Queries,
  orgId: number,
  userId: number,
  { sessionIdleMinutes, sessionMaxHours, fixedNow }: SessionLife,
): Promise<UserSession[]> {
  await readUser(queries, orgId, userId)
  const now = sql<Date>`coalesce(${fixedNow}::timestamptz, statement_timestamp())`
  const rows = await queries
    .selectFrom('user_sessions')
    .select([
      'id',
      'address',
      'user_agent',
      sql<number>`floor(date_part('epoch', created_at))::bigint`.as('created_at_s'),
      sql<number>`floor(date_part('epoch', last_seen_at))::bigint`.as('last_seen_at_s'),
    ])
    .where('org_id', '=', orgId)
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .where(sql<boolean>`last_seen_at > ${now} - make_interval(mins => ${sessionIdleMinutes}::int)`)
    .where(sql<boolean>`created_at > ${now} - make_interval(hours => ${sessionMaxHours}::int)`)
    .orderBy('id', 'desc')
    .limit(maxListed)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    address: row.address,
    userAgent: row.user_agent,
    createdAtS: row.created_at_s,
    lastSeenAtS: row.last_seen_at_s,
  }))
}

/** Ends a person's sessions, except one that may continue. Servers apply it within a second. @returns their number. */
export async function endSessions(
  queries: Queries,
  orgId: number,
  userId: number,
  keptSessionId = 0,
): Promise<number> {
  const { numUpdatedRows } = await queries
    .updateTable('user_sessions')
    .set({ ended_at: sql<Date>`now()` })
    .where('org_id', '=', orgId)
    .where('user_id', '=', userId)
    .where('id', '<>', keptSessionId)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Ends one session. Ending it again changes nothing. @throws Refusal 404 if the person has no such session. */
export async function endOneSession(
  queries: Queries,
  orgId: number,
  userId: number,
  sessionId: number,
): Promise<void> {
  const { numUpdatedRows } = await queries
    .updateTable('user_sessions')
    // The earlier one stays; null does not count.
    .set({ ended_at: sql<Date>`least(ended_at, now())` })
    .where('org_id', '=', orgId)
    .where('user_id', '=', userId)
    .where('id', '=', sessionId)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw refuse.notFound('There is no such session')
}
