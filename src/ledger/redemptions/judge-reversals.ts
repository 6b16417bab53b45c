import { readNow } from '../../platform/clock.ts'
import type { Done } from '../../platform/idempotency/idempotent.ts'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import {
  decideReversals,
  readReversalStates,
  reversedOf,
  type ReverseCommand,
  type ReverseOutcome,
} from './reverse-redemptions.ts'

/** Decides a command as a reversal would, with the same state and the same rules, and changes nothing. */
export async function judgeReversals(
  context: Pick<Context, 'database' | 'fixedNow'>,
  caller: Caller,
  command: ReverseCommand,
): Promise<Done<ReverseOutcome>> {
  const { pool } = context.database
  const now = await readNow(context, pool, caller)
  const rows = await readReversalStates(pool, caller.orgId, command.redemptionIds, now)
  const [decided] = decideReversals([command], rows)
  if (decided === undefined) throw new Error('one command has one decision')
  return { outcome: reversedOf(decided), presentation: command.presentation, isReplay: false }
}
