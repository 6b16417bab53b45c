import type { ClientBase, PoolClient } from 'pg'
import { epochSecondsOf, holdNow, type TimedOrganisation } from '../../platform/clock.ts'
import { executeAlone } from '../../platform/idempotency/execute-alone.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import type { Caller } from '../../values/caller.ts'
import { refuse } from '../../values/errors.ts'
import type { Context } from '../context.ts'
import { endHoldsSql, extendHoldSql } from '../post/hold.ts'
import { lockSeriesOfHoldsSql } from '../post/lock.ts'
import { maxTtlS } from './place-hold.ts'
import { readHoldOn, type Hold } from './read-hold.ts'

interface HoldChange extends IdempotentCommand {
  readonly holdId: number
}

type Change = (client: PoolClient, hold: Hold, now: Date | null) => Promise<void>

/** Changes a hold under the locks of its series, so that no redemption is judged by the previous state. */
function changeHold(
  context: Context,
  caller: Caller,
  command: HoldChange,
  change: Change,
): Promise<Done<Hold>> {
  const { orgId } = caller
  const { holdId } = command
  return executeAlone(context, caller, command, {
    lock: async (client) => {
      await client.query(lockSeriesOfHoldsSql, [orgId, [holdId]])
    },
    execute: async (client, _, now) => {
      const hold = await readHoldOn(client, orgId, holdId, now)
      await change(client, hold, now)
      const outcome = await readHoldOn(client, orgId, holdId, now)
      return { outcome, customerIds: [hold.customerId] }
    },
  })
}

/**
 * Extends a live hold to expire some time from now, at most seven days after it was placed.
 *
 * @throws Refusal 404 if the hold does not exist, 9012 if it is no longer live, 422 if the idempotency key was used for
 * another request.
 */
export function extendHold(
  context: Context,
  caller: Caller,
  { ttlS, ...command }: HoldChange & { readonly ttlS: number },
): Promise<Done<Hold>> {
  return changeHold(context, caller, command, async (client, hold, now) => {
    if (hold.status !== 'live') throw refuse.holdEnded(`The hold cannot be extended: it is ${hold.status}`)
    const nowS = await epochSecondsOf(client, now)
    const expiresAtS = Math.min(nowS + ttlS, hold.createdAtS + maxTtlS)
    await client.query(extendHoldSql, [caller.orgId, hold.id, new Date(expiresAtS * 1000)])
  })
}

/**
 * Releases a hold; a hold that has already ended is left unchanged.
 *
 * @throws Refusal 404 if the hold does not exist, 422 if the idempotency key was used for another request.
 */
export function releaseHold(context: Context, caller: Caller, command: HoldChange): Promise<Done<Hold>> {
  return changeHold(context, caller, command, (client, hold, now) => release(client, caller.orgId, hold, now))
}

async function release(client: ClientBase, orgId: number, hold: Hold, now: Date | null): Promise<void> {
  const endedAs = hold.status === 'expired' ? 'expired' : 'released'
  if (hold.endedAtS === null) await client.query(endHoldsSql, [orgId, [hold.id], [endedAs], now])
}

/** Releases a hold in a transaction of an operator. @throws Refusal 404 if the hold does not exist. */
export async function releaseHoldOn(
  client: ClientBase,
  clock: Pick<Context, 'fixedNow'>,
  organisation: TimedOrganisation,
  holdId: number,
): Promise<void> {
  const { orgId } = organisation
  await client.query(lockSeriesOfHoldsSql, [orgId, [holdId]])
  const now = await holdNow(clock, client, organisation)
  await release(client, orgId, await readHoldOn(client, orgId, holdId, now), now)
}
