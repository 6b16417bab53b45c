/** When a message that failed is tried again, and when it is given up. Times are milliseconds. */

export interface RetryTimes {
  /** Pause after the first failure; it doubles with every further one. */
  readonly firstRetryMs: number
  /** After so long a message is parked, and a webhook that has failed all the time is stopped. */
  readonly giveUpMs: number
}

/** The longest pause of a message, and the longest that a receiver may ask for. */
const maxPauseMs = 4 * 3_600_000
const maxAskedMs = 24 * 3_600_000
/** So many failures without a success between them, and it is the receiver, not the message. */
const failuresOfReceiver = 10
const maxHoldMs = 5 * 60_000

/** @param failures at least 1. @param random from 0 to 1: receivers that failed together are not asked together. */
export function pauseMs({ firstRetryMs }: RetryTimes, failures: number, random: number): number {
  const steady = Math.min(maxPauseMs, firstRetryMs * 2 ** Math.min(failures - 1, 30))
  return Math.round(steady * (0.75 + random / 2))
}

/** How often a message is tried again before it is parked. */
export function retriesOf(times: RetryTimes): number {
  let passedMs = 0
  for (let retries = 0; ; retries++) {
    passedMs += pauseMs(times, retries + 1, 0.5)
    if (passedMs > times.giveUpMs) return retries
  }
}

/**
 * For how long a receiver is left in peace: while it fails whatever it is sent, one message at a time finds out whether
 * it is back, after as long again as it has been failing. 0: not at all.
 *
 * @param failures attempts to it that failed since the last success: many at once say no more than one.
 * @param failingForMs since the first of them.
 */
export function holdMs(
  { firstRetryMs }: RetryTimes,
  failures: number,
  failingForMs: number,
  random: number,
): number {
  if (!isFailing(failures)) return 0
  return Math.round(Math.min(maxHoldMs, Math.max(firstRetryMs, failingForMs)) * (0.75 + random / 2))
}

export const isFailing = (failures: number): boolean => failures >= failuresOfReceiver

/**
 * What a `Retry-After` header asks for: seconds, or an HTTP date. At most a day.
 *
 * @returns milliseconds from now; undefined: nothing that can be read.
 */
export function readRetryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined
  const asked = /^\d{1,9}$/.test(header.trim())
    ? Number(header) * 1_000
    : /[a-z]{3}/i.test(header)
      ? Date.parse(header) - nowMs
      : Number.NaN
  return Number.isNaN(asked) ? undefined : Math.min(maxAskedMs, Math.max(0, asked))
}
