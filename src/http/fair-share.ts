import { refuse } from '../values/errors.ts'

/**
 * Room for work that holds a connection to the database for as long as its caller takes. One organisation has at most half of
 * it, and the last place is for one that has none, so that nobody is kept out by a single other.
 */
export class FairShare {
  readonly #total: number
  readonly #ofOne: number
  readonly #what: string
  readonly #byOrganisation = new Map<number, number>()
  #taken = 0

  /** @param what is done, in the plural, for refusals. */
  constructor(total: number, what: string) {
    this.#total = total
    this.#ofOne = Math.max(1, Math.floor(total / 2))
    this.#what = what
  }

  /**
   * Takes a place for an organisation.
   *
   * @returns what gives it back; to be called once.
   * @throws Refusal 429 when the organisation has its share, 503 when no place is left; both with `Retry-After`.
   */
  enter(orgId: number, retryAfterS: number): () => void {
    const own = this.#byOrganisation.get(orgId) ?? 0
    if (own >= this.#ofOne)
      throw refuse.tooManyRequests(
        `${own} ${this.#what} of this organisation are under way; try again later`,
        {
          retryAfterS,
        },
      )
    const isForOthers = own > 0 && this.#taken >= this.#total - 1
    if (this.#taken >= this.#total || isForOthers)
      throw refuse.unavailable(`Other ${this.#what} are under way; try again later`, { retryAfterS })
    this.#taken += 1
    this.#byOrganisation.set(orgId, own + 1)
    return () => {
      this.#taken -= 1
      const left = (this.#byOrganisation.get(orgId) ?? 1) - 1
      if (left === 0) this.#byOrganisation.delete(orgId)
      else this.#byOrganisation.set(orgId, left)
    }
  }
}
