import type { IdentityContext } from '../context.ts'
import { networkOf } from '../../values/network.ts'
import type { Caller } from '../../values/caller.ts'

/**
 * Number of days that a till's address is remembered after its last sign-in from there: longer than a server runs
 * without a restart.
 */
export const addressKeptDays = 365
/** A known address is written again only when it is about to expire, not at each sign-in. */
const seenAnewDays = 7

type Till = Pick<Caller, 'orgId' | 'holderId'>

/** Whether the till has signed in from the address within `addressKeptDays`. */
export async function isKnownAddress(
  { database }: IdentityContext,
  { orgId, holderId }: Till,
  address: string,
): Promise<boolean> {
  const { rowCount } = await database.pool.query(
    `select from till_addresses where org_id = $1 and till_id = $2 and network = $3
       and last_seen_at > now() - make_interval(days => $4)`,
    [orgId, holderId, networkOf(address), addressKeptDays],
  )
  return (rowCount ?? 0) > 0
}

/** Called after a till's successful sign-in. */
export async function rememberAddress(
  { database }: IdentityContext,
  { orgId, holderId }: Till,
  address: string,
): Promise<void> {
  await database.pool.query(
    `insert into till_addresses as a (org_id, till_id, network, last_seen_at) values ($1, $2, $3, now())
     on conflict (org_id, till_id, network) do update set last_seen_at = excluded.last_seen_at
       where a.last_seen_at < now() - make_interval(days => $4)`,
    [orgId, holderId, networkOf(address), seenAnewDays],
  )
}
