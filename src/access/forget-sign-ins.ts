import type { Context } from '../context.ts'
import { deleteInChunks } from '../db/delete-in-chunks.ts'
import { forgottenAfterMs } from './sign-in-rules.ts'

/** For so long a person is known at an address after a session that was begun there. */
const sessionsKeptDays = 30

const attemptsSql = `
delete from sign_in_attempts where bucket = any(array(
  select bucket from sign_in_attempts where last_failed_at < now() - make_interval(secs => $1::float8 / 1000) limit $2))
  and last_failed_at < now() - make_interval(secs => $1::float8 / 1000)`

const sessionsSql = `
delete from user_sessions where org_id = $1 and id = any(array(
  select id from user_sessions where org_id = $1 and created_at < now() - make_interval(days => $2) limit $3))`

/** Deletes sessions that ended long ago, and failures that slow nobody down any more, in small transactions. */
export async function forgetOldSignIns({ database: { pool, queries } }: Context): Promise<number> {
  let forgotten = await deleteInChunks(pool, attemptsSql, [forgottenAfterMs])
  for (const { org_id: orgId } of await queries.selectFrom('organisations').select('org_id').execute())
    forgotten += await deleteInChunks(pool, sessionsSql, [orgId, sessionsKeptDays])
  return forgotten
}
