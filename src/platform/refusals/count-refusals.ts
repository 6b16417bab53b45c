import type { Caller } from '../../values/caller.ts'
import type { PlatformContext } from '../context.ts'
import type { Refused } from './refusal-counts.ts'

/** Counts the refusals of a command, except in sandboxes, where refusals are caused on purpose. */
export function countRefusals(
  { refusals, fixedNow }: Pick<PlatformContext, 'refusals' | 'fixedNow'>,
  caller: Caller,
  refused: readonly Refused[],
): void {
  if (!caller.isSandbox) refusals.add(caller, (fixedNow?.getTime() ?? Date.now()) / 1000, refused)
}
