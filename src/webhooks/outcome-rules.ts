import { readRetryAfterMs } from './retry-rules.ts'

const outcomes = [
  'delivered',
  'refused',
  'redirected',
  'gone',
  'throttled',
  'timeout',
  'unreachable',
  'forbidden-address',
] as const

/** The outcome of an attempt; the comment of column `webhook_attempts.outcome` explains each. */
export type Outcome = (typeof outcomes)[number]

export interface Attempted {
  readonly outcome: Outcome
  readonly httpStatus: number | null
  /** The delay that the receiver requests; undefined: none. */
  readonly retryAfterMs: number | undefined
}

/** Interprets a receiver's answer. Any 2xx accepts the message; redirects are not followed. */
export function outcomeOf(httpStatus: number, retryAfter: string | undefined, nowMs: number): Attempted {
  const retryAfterMs = readRetryAfterMs(retryAfter, nowMs)
  const is = (outcome: Outcome): Attempted => ({ outcome, httpStatus, retryAfterMs })
  if (httpStatus >= 200 && httpStatus < 300) return { ...is('delivered'), retryAfterMs: undefined }
  if (httpStatus >= 300 && httpStatus < 400) return is('redirected')
  if (httpStatus === 410) return is('gone')
  if (httpStatus === 429 || (httpStatus === 503 && retryAfterMs !== undefined)) return is('throttled')
  return is('refused')
}
