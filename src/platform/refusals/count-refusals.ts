import type { Caller } from '../../values/caller.ts'
import type { PlatformContext } from '../context.ts'
import type { GivenAnswer, Retryable } from '../idempotency/stored-answers.ts'
import type { Refused } from './refusal-counts.ts'

interface Counted<Request> {
  /** To be carried out in the place of the other. */
  readonly request: Request
  /** Counts when the answer is there: a try that the database refused is none, and an answer given again is no other. */
  readonly given: (answer: Promise<GivenAnswer>) => Promise<GivenAnswer>
}

/** Counts what a request is refused, once; nothing of a sandbox, where it is tried on purpose. @param refusedOf what of an outcome is. */
export function countRefusals<Outcome, Request extends Retryable<Outcome>>(
  { refusals, fixedNow }: Pick<PlatformContext, 'refusals' | 'fixedNow'>,
  caller: Caller,
  request: Request & Retryable<Outcome>,
  refusedOf: (outcome: Outcome) => readonly Refused[],
): Counted<Request> {
  let last: { readonly outcome: Outcome } | undefined
  const present = (outcome: Outcome) => {
    last = { outcome }
    return request.present(outcome)
  }
  return {
    request: { ...request, present },
    given: async (answer) => {
      const given = await answer
      if (last !== undefined && !given.isReplay && !caller.isSandbox)
        refusals.add(caller, (fixedNow?.getTime() ?? Date.now()) / 1000, refusedOf(last.outcome))
      return given
    },
  }
}
