import type { BearerRefusal } from '../../ledger/money/find-holder.ts'
import { Refusal, type Code } from '../../values/errors.ts'
import type { Answer } from '../../http/answer.ts'
import { problemBody } from '../../http/problem.ts'
import { refusalToWire } from './wire.ts'

export interface RefusedCode {
  /** Null: the code was not refused itself. */
  readonly refusal: BearerRefusal | null
  readonly ownRefusal?: Code | undefined
}

/** A code that is refused because of another one is not refused itself. */
export const refusedItself = (one: RefusedCode): RefusedCode =>
  one.refusal === 749 ? { refusal: null } : one

/**
 * The answer of a call that redeems or reserves all coupons or none.
 *
 * @param refusals of each code.
 */
export function refusedAnswer(
  refusals: readonly RefusedCode[],
  codes: readonly string[],
  requestId: string,
): Answer {
  const told = refusals.flatMap(({ refusal, ownRefusal }, at) =>
    refusal === null ? [] : [{ code: codes[at] ?? '', refusal: refusalToWire(refusal, ownRefusal) }],
  )
  const first = refusals.find(({ refusal }) => refusal !== null)
  const { message, rule } = refusalToWire(first?.refusal ?? 749, first?.ownRefusal)
  const code = first?.ownRefusal ?? first?.refusal ?? 749
  const problem = problemBody(new Refusal(code, message, { httpStatus: 409 }), requestId)
  return { httpStatus: 409, body: JSON.stringify({ ...problem, rule, refusals: told }), type: 'problem' }
}
