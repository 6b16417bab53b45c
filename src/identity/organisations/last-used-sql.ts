import { sql } from 'kysely'
import { epochS } from '../../platform/db/sql.ts'
import type { Caller } from '../../values/caller.ts'

/**
 * When the credentials of a listed row were last used, in epoch seconds; null: never, or not since it is recorded.
 *
 * @param of the name of its table in the query.
 */
export const lastUsedAtS = (orgId: number, kind: Caller['kind'], of: string) =>
  sql<number | null>`(select ${sql.raw(epochS('l.used_at'))} from last_uses l
    where l.org_id = ${orgId} and l.kind = ${sql.lit(kind)} and l.holder_id = ${sql.ref(`${of}.id`)})`
