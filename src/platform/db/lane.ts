import { refuse } from '../../values/errors.ts'
import { inBatchSpan, tracedCaller } from '../tracing.ts'

export interface LaneLimits {
  /** Name of the batches in traces. */
  readonly name?: string
  /** Maximum number of items per batch. */
  readonly maxBatch: number
  /** Maximum number of batches in flight, not counting those that have called `makeRoom`. */
  readonly maxInFlight: number
  /**
   * Number of waiting items required to start a batch while another is in flight: many small batches cost more than a
   * large one.
   */
  readonly minBeside: number
  /** Maximum number of waiting items; further ones are refused with 503. */
  readonly maxQueue: number
}

interface Waiting<In, Out> {
  readonly item: In
  readonly resolve: (out: Out) => void
  readonly reject: (error: unknown) => void
  readonly caller: ReturnType<typeof tracedCaller>
}

/**
 * Batches work without a timer. Items that arrive in one turn of the event loop, and those that waited for a batch to
 * return, form the next batch. An idle server therefore answers without delay, and a busy one batches automatically.
 *
 * `run` returns one result per item, in the order of the items. If it throws, all items of the batch fail with that
 * error: if a single item can fail on its own, `run` must report the failure in that item's result. It may call
 * `makeRoom` before it has its results, once the next batch no longer interferes with it: the next batch then starts at
 * once.
 */
export class Lane<In, Out> {
  readonly #run: (items: In[], makeRoom: () => void) => Promise<Out[]>
  readonly #limits: LaneLimits
  #queue: Waiting<In, Out>[] = []
  #inFlight = 0
  #unanswered = 0
  #isStarting = false

  constructor(limits: LaneLimits, run: (items: In[], makeRoom: () => void) => Promise<Out[]>) {
    this.#limits = limits
    this.#run = run
  }

  /** Number of items that wait for a batch. */
  get depth(): number {
    return this.#queue.length
  }

  /** @throws Refusal 503 if the queue is full. */
  submit(item: In): Promise<Out> {
    if (this.#queue.length >= this.#limits.maxQueue) {
      return Promise.reject(refuse.unavailable(undefined, { retryAfterS: 1 }))
    }
    return new Promise<Out>((resolve, reject) => {
      this.#queue.push({ item, resolve, reject, caller: tracedCaller() })
      this.#startSoon()
    })
  }

  get #mayStart(): boolean {
    const { maxInFlight, minBeside } = this.#limits
    return this.#inFlight < maxInFlight && this.#queue.length >= (this.#unanswered === 0 ? 1 : minBeside)
  }

  /**
   * Deferred: other items that arrive in this turn would otherwise miss the batch, and each batch costs a transaction.
   */
  #startSoon(): void {
    if (this.#isStarting || !this.#mayStart) return
    this.#isStarting = true
    setImmediate(() => {
      this.#isStarting = false
      if (this.#mayStart) this.#startBatch()
    })
  }

  #startBatch(): void {
    const batch = this.#queue.splice(0, this.#limits.maxBatch)
    this.#inFlight += 1
    this.#unanswered += 1
    let hasMadeRoom = false
    const makeRoom = (): void => {
      if (hasMadeRoom) return
      hasMadeRoom = true
      this.#inFlight -= 1
      if (this.#mayStart) this.#startBatch()
    }
    this.#answer(batch, makeRoom)
      .then(
        (results) => batch.forEach((waiting, at) => waiting.resolve(results[at] as Out)),
        (error: unknown) => batch.forEach((waiting) => waiting.reject(error)),
      )
      .finally(() => {
        this.#unanswered -= 1
        if (!hasMadeRoom) this.#inFlight -= 1
        hasMadeRoom = true
        this.#startSoon()
      })
    // More items may be waiting than one batch takes.
    this.#startSoon()
  }

  /** An error that `run` throws synchronously also fails its batch. */
  async #answer(batch: readonly Waiting<In, Out>[], makeRoom: () => void): Promise<Out[]> {
    const items = batch.map(({ item }) => item)
    const callers = batch.map(({ caller }) => caller)
    return inBatchSpan(this.#limits.name, callers, () => this.#run(items, makeRoom))
  }
}
