import type { QuoteRefusal } from '../../ledger/money/quote.ts'
import { Refusal } from '../../values/errors.ts'
import type { Answer } from '../../http/answer.ts'
import { problemBody } from '../../http/problem.ts'
import { refusalToWire } from './wire.ts'

/**
 * The answer of a call that redeems or reserves all coupons or none.
 *
 * @param refusals of each code; null: it was not refused itself.
 */
export function refusedAnswer(
  refusals: readonly (QuoteRefusal | null)[],
  codes: readonly string[],
  requestId: string,
): Answer {
  const told = refusals.flatMap((refusal, at) =>
    refusal === null ? [] : [{ code: codes[at] ?? '', refusal: refusalToWire(refusal) }],
  )
  const first = refusals.find((one) => one !== null) ?? 749
  const { message, rule } = refusalToWire(first)
  const problem = problemBody(new Refusal(first, message, { httpStatus: 409 }), requestId)
  return { httpStatus: 409, body: JSON.stringify({ ...problem, rule, refusals: told }), type: 'problem' }
}
