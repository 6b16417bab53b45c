import { refuse } from '../values/errors.ts'

/**
 * Limits work that holds a database connection for as long as its caller takes. An organisation has at most half of the
 * places, and the last place is for one without any, so that no organisation can keep all others out.
 */
export class FairShare {
  readonly #total: number
  readonly #ofOne: number
  readonly #what: string
  readonly #byOrganisation = new Map<number, number>()
  #taken = 0

  /** @param what the kind of work, in the plural, for refusals. */
  constructor(total: number, what: string) {
    this.#total = total
    this.#ofOne = Math.max(1, Math.floor(total / 2))
    this.#what = what
  }

  /**
   * Takes a place for an organisation.
   *
   * @returns a function that releases it, to be called once.
   * @throws Refusal 429 if the organisation has its share, 503 if no place is left; both with `Retry-After`.
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
