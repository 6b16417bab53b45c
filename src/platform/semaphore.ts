import { refuse } from '../values/errors.ts'

/** Limits the number of concurrent tasks; the others wait for their turn in a bounded queue. */
export class Semaphore {
  readonly #maxRunning: number
  readonly #maxWaiting: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor({ maxRunning, maxWaiting }: { readonly maxRunning: number; readonly maxWaiting: number }) {
    this.#maxRunning = maxRunning
    this.#maxWaiting = maxWaiting
  }

  /** @throws Refusal 503 if the queue is full, and whatever `work` throws. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#maxRunning) await this.#turn()
    else this.#running += 1
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      // The slot passes to the next task, so that no other can overtake it.
      if (next === undefined) this.#running -= 1
      else next()
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#maxWaiting) throw refuse.unavailable(undefined, { retryAfterS: 1 })
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
