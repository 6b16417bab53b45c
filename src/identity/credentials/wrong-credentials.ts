import { afterFailure, waitMs, type Bucket } from './sign-in-rules.ts'

const maxRemembered = 10_000

/**
 * Hashes of rejected credentials. Sending them again is no further guess: they are refused from memory, more and more
 * slowly, and do not count against the right ones. A till configured with a wrong password therefore works as soon as
 * it has the right one, however often it has tried.
 */
export class WrongCredentials {
  readonly #known = new Map<string, Bucket>()

  has(hash: string): boolean {
    return this.#known.has(hash)
  }

  /**
   * Records another attempt with them. @returns for how long they are refused with 429, in milliseconds; 0: they are
   * not.
   */
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
