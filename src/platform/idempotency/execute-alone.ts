import type { PoolClient } from 'pg'
import type { Caller } from '../../values/caller.ts'
import { holdNow } from '../clock.ts'
import type { PlatformContext } from '../context.ts'
import { unwrap } from '../db/write-batch.ts'
import { executeOnce } from './execute-once.ts'
import type { Decided, Done, IdempotentCommand } from './idempotent.ts'
import { nameAuthor, runAlone } from './write-batchers.ts'

/** How to execute a command in a transaction of its own. */
export interface Alone<Locked, Outcome> {
  /** Takes the locks under which the command is judged. */
  readonly lock: (client: PoolClient) => Promise<Locked>
  /**
   * Not called if the command has been executed before.
   *
   * @param now the instant of judgement; null: the database clock.
   */
  readonly execute: (client: PoolClient, locked: Locked, now: Date | null) => Promise<Decided<Outcome>>
}

/**
 * Executes a command in a transaction of its own, once per idempotency key.
 *
 * @throws Refusal 422 if the key was used for another request, and whatever `lock` and `execute` throw.
 */
export async function executeAlone<Locked, Outcome>(
  context: PlatformContext,
  caller: Caller,
  command: IdempotentCommand,
  { lock, execute }: Alone<Locked, Outcome>,
): Promise<Done<Outcome>> {
  const settled = await runAlone(context, command, async (transaction, commands) => {
    const { client } = transaction
    nameAuthor(transaction, caller)
    const locked = await lock(client)
    // Runs after the locks, one of which may be on the organisation itself: a transaction that first holds it in share
    // mode could not take that lock.
    const now = await holdNow(context, client, caller)
    return executeOnce(transaction, caller.orgId, commands, async () => [await execute(client, locked, now)])
  })
  return unwrap(settled)
}
