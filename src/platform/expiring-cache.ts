/**
 * Caches the results of look-ups for a short time, at most `maxEntries` of them; the oldest are evicted first.
 * Concurrent look-ups of one key share one read; a failed read is not cached. A renewing cache extends the life of an
 * entry each time it is used.
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

  /** Stores an entry as the most recent one. */
  #remember(key: string, value: Promise<Value>, now: number): void {
    this.#entries.delete(key)
    this.#entries.set(key, { expiresAtMs: now + this.#ttlMs, value })
  }

  /** Makes the next look-up of the key read again. */
  forget(key: string): void {
    this.#entries.delete(key)
  }
}
