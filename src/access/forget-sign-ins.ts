import type { Context } from '../context.ts'
import { forgottenAfterMs } from './sign-in-rules.ts'

/** For so long a person is known at an address after a session that was begun there. */
const sessionsKeptDays = 30

/** Deletes sessions that ended long ago, and failures that slow nobody down any more. */
export async function forgetOldSignIns({ database: { pool, queries } }: Context): Promise<void> {
  await pool.query(
    'delete from sign_in_attempts where last_failed_at < now() - make_interval(secs => $1::float8 / 1000)',
    [forgottenAfterMs],
  )
  for (const { org_id: orgId } of await queries.selectFrom('organisations').select('org_id').execute()) {
    await pool.query(
      'delete from user_sessions where org_id = $1 and created_at < now() - make_interval(days => $2)',
      [orgId, sessionsKeptDays],
    )
  }
}
