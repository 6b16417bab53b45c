import { refuse } from '../../values/errors.ts'
import { inBatchSpan, tracedCaller } from '../tracing.ts'

export interface LaneLimits {
  /** What its batches are called in traces. */
  readonly name?: string
  /** Items that one batch takes at the most. */
  readonly maxBatch: number
  /** Batches that may be under way at once, without those that have made room. */
  readonly maxInFlight: number
  /** Items that must wait for a batch to go beside another: many small batches cost more than one large one. */
  readonly minBeside: number
  /** Items that may wait; one more is refused with 503. */
  readonly maxQueue: number
}

interface Waiting<In, Out> {
  readonly item: In
  readonly resolve: (out: Out) => void
  readonly reject: (error: unknown) => void
  readonly caller: ReturnType<typeof tracedCaller>
}

/**
 * Batches work without a timer. Items that arrive in one turn of the event loop, and whatever has waited for a batch to
 * come back, go together in the next one. So an idle server answers without delay and a busy one batches by itself.
 *
 * `run` answers one result per item, in the order of the items. When it throws, all items of the batch fail with the
 * error: where one item can fail by its own fault, `run` must say so in that item's result. It may call `makeRoom` when
 * the next batch no longer disturbs it, before it has its own results: that one then starts at once.
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

  /** Items that wait for a batch. */
  get depth(): number {
    return this.#queue.length
  }

  /** @throws Refusal 503 when the queue is full. */
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

  /** Not at once: what else has arrived in this turn would miss the batch, and each costs a transaction. */
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
    // More may wait than one batch takes.
    this.#startSoon()
  }

  /** Also what `run` throws at once, before it has begun to wait, is a failure of its batch. */
  async #answer(batch: readonly Waiting<In, Out>[], makeRoom: () => void): Promise<Out[]> {
    const items = batch.map(({ item }) => item)
    const callers = batch.map(({ caller }) => caller)
    return inBatchSpan(this.#limits.name, callers, () => this.#run(items, makeRoom))
  }
}
