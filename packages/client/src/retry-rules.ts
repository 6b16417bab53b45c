const firstDelayMs = 200
const maxDelayMs = 5_000

/**
 * Answers after which the same request can succeed: too many requests, overload, and gateways without an answer from
 * the server.
 */
const passing = new Set([429, 502, 503, 504])

export const isPassing = (status: number): boolean => passing.has(status)

/** @returns undefined if the header is absent or is neither seconds nor a date. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') return undefined
  const seconds = Number(header)
  const wait = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1_000
  return Number.isNaN(wait) ? undefined : Math.max(0, wait)
}

/**
 * Computes how long to wait before another attempt: the time that the server asks for, plus a random time up to a limit
 * that doubles with each attempt, so that clients that failed together do not retry together.
 *
 * @param random from 0 to 1.
 */
export function delayMs(tries: number, askedMs: number | undefined, random: number): number {
  const limit = Math.min(maxDelayMs, firstDelayMs * 2 ** (tries - 1))
  return (askedMs ?? 0) + random * limit
}
