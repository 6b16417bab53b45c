import type { IdentityContext } from '../context.ts'
import { deleteInSteps } from '../../platform/db/delete-in-steps.ts'
import { proxiesKeptDays } from './noticed-proxies.ts'
import { forgottenAfterMs } from './sign-in-rules.ts'
import { addressKeptDays } from './till-addresses.ts'

/** For so long a person is known at an address after a session that was begun there. */
const sessionsKeptDays = 30

/** Deletes sessions and noticed proxies of long ago, addresses where tills no longer are, and failures that slow nobody down. */
export async function forgetOldSignIns({ database: { pool, queries } }: IdentityContext): Promise<number> {
  const old = 'last_seen_at < now() - make_interval(days => $1)'
  const idle = 'last_failed_at < now() - make_interval(secs => $1::float8 / 1000)'
  const ended = 'org_id = $1 and created_at < now() - make_interval(days => $2)'
  const noticed = 'noticed_at < now() - make_interval(days => $1)'
  let forgotten = await deleteInSteps(pool, 'noticed_proxies', noticed, [proxiesKeptDays])
  forgotten += await deleteInSteps(pool, 'till_addresses', old, [addressKeptDays])
  forgotten += await deleteInSteps(pool, 'sign_in_attempts', idle, [forgottenAfterMs])
  for (const { org_id: orgId } of await queries.selectFrom('organisations').select('org_id').execute())
    forgotten += await deleteInSteps(pool, 'user_sessions', ended, [orgId, sessionsKeptDays])
  return forgotten
}
