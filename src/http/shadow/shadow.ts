import type { Context } from '../../ledger/context.ts'
import { ShadowFigures } from '../../operate/shadow/figures.ts'
import type { Config } from '../../platform/config.ts'
import { withTimeLimit } from '../../platform/time-limit.ts'
import type { Caller } from '../../values/caller.ts'
import { askOriginal } from './ask-original.ts'
import { notCompared, type Assessment, type ReadAnswer } from './assess.ts'
import { Comparer, noAnswer, type OwnAnswer } from './comparer.ts'
import { Budget, Exchange, type Asked } from './exchange.ts'
import { identify } from './identify.ts'
import type { Judge } from './judge.ts'
import { readAnswer } from './read-answer.ts'
import { isWrite } from './writes-rules.ts'

/** The maximum number of queued exchanges, and the maximum memory of their bodies. */
const maxWaiting = 1_000
const budgetBytes = 32 * 1024 * 1024
/** The maximum number of concurrent requests to the other service for those answered here. */
const maxAsking = 4
const writeEveryMs = 1_000
/** A comparison that takes longer, because the database or the service hangs, is abandoned. */
const timeoutMs = 15_000

interface Work {
  readonly run: () => Promise<void>
  readonly release: () => void
}

interface Compared {
  /** Undefined: unknown to this server. */
  readonly caller?: Caller
  readonly result: Assessment
}

/** How long a stopping server works on the queue. */
const closingMs = 5_000

/**
 * Compares the answers of this server and of the service at `UPSTREAM_URL` after the caller has been answered.
 * Exchanges are processed one after the other in the order in which their answers ended, so that a comparison takes
 * every earlier write into account. Exchanges that do not fit into the queue are dropped and counted.
 */
export class Shadow {
  readonly #context: Context
  readonly #judge: Judge
  readonly #judging: Context
  readonly #comparer: Comparer
  readonly #figures = new ShadowFigures()
  readonly #budget = new Budget(budgetBytes)
  readonly #queue: Work[] = []
  readonly #timer: NodeJS.Timeout
  #isWorking = false
  #working: Promise<void> = Promise.resolve()
  #asking = 0
  #isClosed = false

  /** @param judging the context of the judge. @throws OperatorError without a key for hashing examples. */
  constructor(context: Context, judge: Judge, judging: Context) {
    this.#context = context
    this.#judge = judge
    this.#judging = judging
    this.#comparer = new Comparer({ own: context, judging }, judge)
    this.#timer = setInterval(() => void this.#figures.write(context), writeEveryMs).unref()
  }

  get mode(): Config['shadow']['mode'] {
    return this.#context.config.shadow.mode
  }

  /** Whether this server may answer a read, because its subjects are up to date here. */
  isCurrent(caller: Caller, url: string, pattern: string): Promise<boolean> {
    return this.#comparer.isCurrent(caller, url, pattern)
  }

  /** Observes a request that is about to be forwarded. */
  watch(asked: Asked): Exchange {
    return new Exchange(asked, this.#budget, (exchange) => this.#add(exchange))
  }

  /** Accepts a request that this server has answered, to send it to the other service too. */
  compareOwn(own: OwnAnswer): void {
    const bytes = own.body.length + own.answer.body.length
    if (this.#isClosed || this.#asking >= maxAsking || !this.#budget.take(bytes)) return this.#drop()
    this.#asking += 1
    const release = (): void => this.#budget.giveBack(bytes)
    void this.#askAndCompare(own, release).finally(() => (this.#asking -= 1))
  }

  /** Stops. The queue is processed for some seconds, since its writes have to be recorded; the rest is not compared. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    const giveUp = setTimeout(() => {
      this.#isClosed = true
      for (const { release } of this.#queue.splice(0)) release()
    }, closingMs)
    await this.settled()
    this.#isClosed = true
    clearTimeout(giveUp)
    await this.#judge.close()
    await this.#judging.close()
  }

  /** Resolves when all accepted exchanges are compared or abandoned, and the results are written. */
  async settled(): Promise<void> {
    while (this.#isWorking || (this.#asking > 0 && !this.#isClosed)) {
      await this.#working
      await new Promise((resolve) => void setTimeout(resolve, 5))
    }
    await this.#figures.write(this.#context)
  }

  async #askAndCompare(own: OwnAnswer, release: () => void): Promise<void> {
    const { url, timeoutMs: askMs } = this.#context.config.upstream
    const began = new Date()
    const theirs = await askOriginal({ url: url ?? '', timeoutMs: askMs }, own.asked, own.body).catch(
      () => undefined,
    )
    // Queued after the writes that ended meanwhile, so that the comparison takes them into account.
    this.#push({
      run: async () => {
        const result =
          theirs === undefined
            ? notCompared('skipped', noAnswer)
            : await this.#inTime(this.#comparer.compareOwn(own, theirs, began))
        this.#count(own.asked, { caller: own.caller, result })
      },
      release,
    })
  }

  #add(exchange: Exchange): void {
    this.#push(
      {
        run: async () => {
          const compared = await this.#work(exchange).catch((error: unknown): Compared => ({
            result: this.#failed(error),
          }))
          this.#count(exchange.asked, compared)
        },
        release: () => exchange.release(),
      },
      exchange,
    )
  }

  #push(work: Work, exchange?: Exchange): void {
    if (this.#isClosed || this.#queue.length >= maxWaiting) {
      this.#drop()
      // An unrecorded write would make later comparisons about its customer look like differences of rules.
      if (exchange === undefined || !isWrite(exchange.asked)) return work.release()
      void this.#note(exchange).finally(work.release)
      return
    }
    this.#queue.push(work)
    this.#context.metrics.shadowWaiting.set(this.#queue.length)
    if (!this.#isWorking) this.#working = this.#workOn()
  }

  #drop(): void {
    this.#context.metrics.shadowDropped.inc()
  }

  async #workOn(): Promise<void> {
    this.#isWorking = true
    for (let work = this.#queue.shift(); work !== undefined; work = this.#queue.shift()) {
      this.#context.metrics.shadowWaiting.set(this.#queue.length)
      await work.run()
      work.release()
      // Yields to requests, so that a long queue does not occupy the event loop.
      await new Promise((resolve) => void setImmediate(resolve))
    }
    this.#isWorking = false
  }

  #failed(error: unknown): Assessment {
    this.#context.log.debug({ err: error }, 'a request could not be compared')
    return notCompared('skipped', 'the comparison failed')
  }

  #inTime(comparison: Promise<Assessment>): Promise<Assessment> {
    return withTimeLimit(timeoutMs, comparison, () => {
      throw new Error(`a comparison takes longer than ${timeoutMs} ms`)
    }).catch((error: unknown) => this.#failed(error))
  }

  #count({ call }: Asked, { caller, result }: Compared): void {
    const { shadowCompared, shadowDifferent } = this.#context.metrics
    shadowCompared.inc({ outcome: result.outcome })
    if (caller !== undefined)
      shadowDifferent.inc(
        { organisation: caller.orgId, till: caller.tillId ?? '' },
        result.outcome === 'different' ? 1 : 0,
      )
    this.#figures.add({ orgId: caller?.orgId ?? 0, tillId: caller?.tillId ?? null, call, ...result })
  }

  /** Compares a forwarded exchange, and records its changes. */
  async #work(exchange: Exchange): Promise<Compared> {
    const { asked, answer } = exchange
    const isRefused = answer?.status === 401 || answer?.status === 403
    if (isRefused) return { result: notCompared('skipped', 'the other service refused the caller') }
    const caller = await identify(this.#judging, asked.headers)
    if (caller === undefined)
      return { result: notCompared('skipped', 'the caller is not known to this server') }
    const isFailed = answer === undefined || answer.status >= 500 || answer.status === 429
    const theirs = isFailed ? undefined : await readAnswer(answer).catch(() => 'unreadable' as const)
    const result = await this.#inTime(this.#comparer.compareExchange(exchange, caller, theirs))
    // Recorded whether or not the comparison succeeded, since an unrecorded write would distort the next one.
    if (isWrite(asked)) await this.#note(exchange, caller, theirs === 'unreadable' ? undefined : theirs)
    return { caller, result }
  }

  /** @param caller undefined: still to be identified. @param theirs undefined: the answer is unknown. */
  async #note(exchange: Exchange, caller?: Caller, theirs?: ReadAnswer): Promise<void> {
    try {
      const known = caller ?? (await identify(this.#judging, exchange.asked.headers))
      if (known !== undefined) await this.#comparer.noteWrite(exchange, known, theirs)
    } catch (error) {
      this.#context.log.warn({ err: error }, 'a write of the other service could not be recorded')
    }
  }
}
