/**
 * Remembers what a look-up answered for a short time, at most `maxEntries` of them, the oldest going first. Look-ups
 * of one key that come while it is being read share the reading; a failed one is not remembered. One that renews
 * remembers for as long as it is asked.
 */
export class ExpiringCache<Value> {
  readonly #ttlMs: number
  readonly #maxEntries: number
  readonly #renews: boolean
  readonly #entries = new Map<string, { readonly expiresAtMs: number; readonly value: Promise<Value> }>()

  constructor(ttlMs: number, maxEntries: number, { renews = false }: { renews?: boolean } = {}) {
    this.#ttlMs = ttlMs
    this.#maxEntries = maxEntries
    this.#renews = renews
  }

  get(key: string, read: () => Promise<Value>): Promise<Value> {
    const now = performance.now()
    const known = this.#entries.get(key)
    if (known && known.expiresAtMs > now) {
      if (this.#renews && known.expiresAtMs < now + this.#ttlMs / 2) this.#remember(key, known.value, now)
      return known.value
    }
    const value = read()
    this.#remember(key, value, now)
    value.catch(() => this.#entries.delete(key))
    if (this.#entries.size > this.#maxEntries) {
      const [oldest] = this.#entries.keys()
      if (oldest !== undefined) this.#entries.delete(oldest)
    }
    return value
  }

  /** As the youngest. */
  #remember(key: string, value: Promise<Value>, now: number): void {
    this.#entries.delete(key)
    this.#entries.set(key, { expiresAtMs: now + this.#ttlMs, value })
  }

  /** The next look-up of the key reads anew. */
  forget(key: string): void {
    this.#entries.delete(key)
  }
}
