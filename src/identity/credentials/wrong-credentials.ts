import { afterFailure, waitMs, type Bucket } from './sign-in-rules.ts'

const maxRemembered = 10_000

/**
 * Credentials that were found wrong, by a hash of them. Sent again they are no further guess: they are refused from memory,
 * more and more slowly, and nothing is held against the right ones. So a till that was given a wrong password works as soon
 * as it has the right one, however often it has tried.
 */
export class WrongCredentials {
  readonly #known = new Map<string, Bucket>()

  has(hash: string): boolean {
    return this.#known.has(hash)
  }

  /** Notes that they were sent once more. @returns how long that is refused with 429, in milliseconds; 0: it is not. */
  note(hash: string): number {
    const nowMs = performance.now()
    const known = this.#known.get(hash)
    const blockedMs = known === undefined ? 0 : waitMs(known, nowMs)
    if (blockedMs > 0) return blockedMs
    this.#known.delete(hash)
    this.#known.set(hash, afterFailure('loginAndAddress', known, nowMs))
    if (this.#known.size > maxRemembered) {
      const [oldest] = this.#known.keys()
      if (oldest !== undefined) this.#known.delete(oldest)
    }
    return 0
  }
}
