import type { PoolClient } from 'pg'
import type { Caller } from '../../values/caller.ts'
import { holdNow } from '../clock.ts'
import type { PlatformContext } from '../context.ts'
import { unwrap } from '../db/write-batch.ts'
import { executeOnce } from './execute-once.ts'
import type { Decided, Done, IdempotentCommand } from './idempotent.ts'
import { nameAuthor, runAlone } from './write-batchers.ts'

/** How a command is executed that shares its transaction with no other. */
export interface Alone<Locked, Outcome> {
  /** Takes the locks under which the command is judged. */
  readonly lock: (client: PoolClient) => Promise<Locked>
  /**
   * Not called when the command has been executed before.
   *
   * @param now what it is judged at; null: the clock of the database.
   */
  readonly execute: (client: PoolClient, locked: Locked, now: Date | null) => Promise<Decided<Outcome>>
}

/**
 * Executes a command in a transaction of its own, once for every key.
 *
 * @throws Refusal 422 when the key stands with another request, and what `lock` and `execute` throw.
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
    // Behind the locks, of which one is on the organisation itself: a transaction that shares it first could not take that.
    const now = await holdNow(context, client, caller)
    return executeOnce(transaction, caller.orgId, commands, async () => [await execute(client, locked, now)])
  })
  return unwrap(settled)
}
