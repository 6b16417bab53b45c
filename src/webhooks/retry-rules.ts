/** When a failed message is retried, and when it is parked. Times are milliseconds. */

export interface RetryTimes {
  /** Pause after the first failure; it doubles with each further one. */
  readonly firstRetryMs: number
  /** After this time a message is parked, and a webhook that has failed all the time is stopped. */
  readonly giveUpMs: number
}

/** The longest pause of a message, and the longest one that a receiver may request. */
const maxPauseMs = 4 * 3_600_000
const maxAskedMs = 24 * 3_600_000
/** After this many failures without a success, the receiver is at fault rather than the message. */
const failuresOfReceiver = 10
const maxHoldMs = 5 * 60_000

/** @param failures at least 1. @param random from 0 to 1: spreads the retries of receivers that failed together. */
export function pauseMs({ firstRetryMs }: RetryTimes, failures: number, random: number): number {
  const steady = Math.min(maxPauseMs, firstRetryMs * 2 ** Math.min(failures - 1, 30))
  return Math.round(steady * (0.75 + random / 2))
}

/** Number of retries before a message is parked. */
export function retriesOf(times: RetryTimes): number {
  let passedMs = 0
  for (let retries = 0; ; retries++) {
    passedMs += pauseMs(times, retries + 1, 0.5)
    if (passedMs > times.giveUpMs) return retries
  }
}

/**
 * How long deliveries to a receiver pause: while it fails on every message, one message at a time probes whether it has
 * recovered, after as long again as it has been failing. 0: no pause.
 *
 * @param failures failed attempts since the last success: many at once count no more than one.
 * @param failingForMs time since the first of them.
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
 * Reads a `Retry-After` header: seconds, or an HTTP date. At most a day.
 *
 * @returns milliseconds from now; undefined: unreadable.
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
