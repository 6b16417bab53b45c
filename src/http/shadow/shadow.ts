import { isChanged, noteChanges, resolveNamed, type References } from '../../operate/shadow/changes.ts'
import { ShadowFigures } from '../../operate/shadow/figures.ts'
import { createHash, type HashValue } from '../../operate/shadow/hash-values.ts'
import { learnHistory } from '../../operate/shadow/learn-history.ts'
import type { Context } from '../../ledger/context.ts'
import type { Caller } from '../../values/caller.ts'
import { askOriginal } from './ask-original.ts'
import { assess, notCompared, type Assessment, type ReadAnswer } from './assess.ts'
import { Budget, Exchange, type Asked, type KeptAnswer } from './exchange.ts'
import { identify } from './identify.ts'
import type { Judge } from './judge.ts'
import { isWholeHistory, isHistory } from './learned-rules.ts'
import { readBody } from './read-answer.ts'
import { subjectsOf } from './subjects-rules.ts'
import { isRefusal, isWrite } from './writes-rules.ts'

/** Exchanges that wait at most, and the memory that their bodies may take. */
const maxWaiting = 1_000
const budgetBytes = 32 * 1024 * 1024
/** Requests to the other service at once, of those that this one has answered. */
const maxAsking = 4
const writeEveryMs = 1_000
/** A comparison that takes longer is given up: it waits for a database or a service that hangs. */
const timeoutMs = 15_000

/** A request that this server has answered; the other service is still to be asked. */
export interface OwnAnswer {
  readonly asked: Asked
  readonly caller: Caller
  readonly body: Buffer
  readonly answer: KeptAnswer
}

interface Work {
  readonly run: () => Promise<void>
  readonly release: () => void
}

/** How long what waits is worked on when the server stops. */
const closingMs = 5_000
const noAnswer = 'the other service did not answer'

/**
 * Compares what this server and the one at `UPSTREAM_URL` answer, when the answer has gone to the caller. Exchanges are
 * worked on one after the other in the order in which their answers ended, so that a comparison knows of every write
 * before it. What does not fit into the queue is dropped and counted.
 */
export class Shadow {
  readonly #context: Context
  readonly #judge: Judge
  readonly #judging: Context
  readonly #hash: HashValue
  readonly #figures = new ShadowFigures()
  readonly #budget = new Budget(budgetBytes)
  readonly #queue: Work[] = []
  readonly #timer: NodeJS.Timeout
  #isWorking = false
  #working: Promise<void> = Promise.resolve()
  #asking = 0
  #isClosed = false

  /** @param judging the context of the judge. @throws OperatorError without a key to hash examples with. */
  constructor(context: Context, judge: Judge, judging: Context) {
    this.#context = context
    this.#judge = judge
    this.#judging = judging
    this.#hash = createHash(context.config.secrets.keys)
    this.#timer = setInterval(() => void this.#figures.write(context), writeEveryMs).unref()
  }

  get mode(): 'off' | 'upstream' | 'counterfoil' {
    return this.#context.config.shadow.mode
  }

  /** Watches a request that is about to be handed on. */
  watch(asked: Asked): Exchange {
    return new Exchange(asked, this.#budget, (exchange) => this.#add(exchange))
  }

  /** Takes a request that this server has answered, to ask the other service too. */
  compareOwn(own: OwnAnswer): void {
    const bytes = own.body.length + own.answer.body.length
    if (this.#isClosed || this.#asking >= maxAsking || !this.#budget.take(bytes)) return this.#drop()
    this.#asking += 1
    const release = (): void => this.#budget.giveBack(bytes)
    void this.#askAndCompare(own, release).finally(() => (this.#asking -= 1))
  }

  /**
   * Ends the work. What waits is worked on for some seconds, since writes among it have to be noted; the rest is not compared.
   */
  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    const giveUp = setTimeout(() => {
      for (const { release } of this.#queue.splice(0)) release()
    }, closingMs)
    await this.#working
    clearTimeout(giveUp)
    await this.#figures.write(this.#context)
    await this.#judge.close()
    await this.#judging.close()
  }

  /** Resolves when nothing waits any more and everything that was found is written. */
  async settled(): Promise<void> {
    while (this.#isWorking || this.#asking > 0) {
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
    // Behind the writes that ended meanwhile, so that a comparison knows of them.
    this.#push({
      run: async () => {
        const result =
          theirs === undefined
            ? notCompared('skipped', noAnswer)
            : await within(timeoutMs, this.#compareOwn(own, theirs, began)).catch((error: unknown) =>
                this.#failed(error),
              )
        this.#count(own.caller.orgId, own.asked, result)
      },
      release,
    })
  }

  #add(exchange: Exchange): void {
    this.#push(
      {
        run: async () => {
          let orgId = 0
          const result = await this.#work(exchange, (caller) => (orgId = caller.orgId)).catch(
            (error: unknown) => this.#failed(error),
          )
          this.#count(orgId, exchange.asked, result)
        },
        release: () => exchange.release(),
      },
      exchange,
    )
  }

  #push(work: Work, exchange?: Exchange): void {
    if (this.#isClosed || this.#queue.length >= maxWaiting) {
      this.#drop()
      // A write that is not known would make a rule's difference of every later comparison about its customer.
      if (exchange === undefined || !isWrite(exchange.asked)) return work.release()
      void this.#noteDropped(exchange).finally(work.release)
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
      // Requests come first: a long queue does not keep the event loop.
      await new Promise((resolve) => void setImmediate(resolve))
    }
    this.#isWorking = false
  }

  #failed(error: unknown): Assessment {
    this.#context.log.debug({ err: error }, 'a request could not be compared')
    return notCompared('skipped', 'the comparison failed')
  }

  #count(orgId: number, { call }: Asked, result: Assessment): void {
    this.#context.metrics.shadowCompared.inc({ outcome: result.outcome })
    this.#figures.add({ orgId, call, ...result })
  }

  /** Compares an exchange that was handed on, and notes what it has changed. */
  async #work(exchange: Exchange, onCaller: (caller: Caller) => void): Promise<Assessment> {
    const { asked, answer } = exchange
    const isRefused = answer?.status === 401 || answer?.status === 403
    if (isRefused) return notCompared('skipped', 'the other service refused the caller')
    const caller = await identify(this.#judging, asked.headers)
    if (caller === undefined) return notCompared('skipped', 'the caller is not known to this server')
    onCaller(caller)
    const isFailed = answer === undefined || answer.status >= 500 || answer.status === 429
    const theirs = isFailed ? undefined : await readAnswer(answer)
    const result = await within(timeoutMs, this.#compareExchange(exchange, caller, theirs))
    if (isWrite(asked)) await this.#noteWrite(exchange, caller, theirs)
    return result
  }

  async #compareExchange(
    { asked, requestBody, failure, answer, began }: Exchange,
    caller: Caller,
    theirs: ReadAnswer | undefined,
  ): Promise<Assessment> {
    if (asked.kind === 'other') return notCompared('skipped', 'there is no dry verdict for this call')
    if (requestBody === undefined || (answer === undefined && failure === undefined))
      return notCompared('skipped', 'the request or the answer is too large')
    if (theirs === undefined) return notCompared('skipped', failure ?? noAnswer)
    await this.#learn(caller, asked, theirs, began)
    const named = await this.#named(caller, asked, requestBody)
    if (named !== undefined && (await isChanged(this.#judging.database.pool, caller.orgId, named)))
      return notCompared('stale', 'the other service has changed it since it was learned')
    const ours = await this.#judge.ask(caller, asked, requestBody)
    return this.#assess(asked, theirs, await readAnswer(ours))
  }

  async #compareOwn(
    { asked, caller, body, answer }: OwnAnswer,
    theirs: KeptAnswer,
    began: Date,
  ): Promise<Assessment> {
    if (theirs.status >= 500 || theirs.status === 429) return notCompared('skipped', noAnswer)
    if (theirs.status === 401 || theirs.status === 403)
      return notCompared('skipped', 'the other service refused the caller')
    const read = await readAnswer(theirs)
    const named = await this.#named(caller, asked, body)
    if (named !== undefined && (await isChanged(this.#judging.database.pool, caller.orgId, named))) {
      // Our answer was given before: learning helps the next one.
      await this.#learn(caller, asked, read, began)
      return notCompared('stale', 'the other service has changed it since it was learned')
    }
    const result = this.#assess(asked, read, await readAnswer(answer))
    await this.#learn(caller, asked, read, began)
    return result
  }

  #assess({ kind }: Asked, theirs: ReadAnswer, ours: ReadAnswer): Assessment {
    if (ours.status >= 500 || ours.status === 429) return notCompared('skipped', 'this server failed')
    return assess(kind, theirs, ours, this.#hash)
  }

  async #learn(caller: Caller, asked: Asked, theirs: ReadAnswer, began: Date): Promise<void> {
    if (!this.#context.config.shadow.learn || theirs.status !== 200 || !isHistory(asked)) return
    await learnHistory(this.#context, caller.orgId, theirs.value, isWholeHistory(asked), began)
  }

  /** Undefined: the body cannot be read, so what it names is unknown. */
  async #named(caller: Caller, { url, headers }: Asked, body: Buffer): Promise<References | undefined> {
    const read = await readBody(body, headers).catch(() => null)
    if (read === null) return undefined
    return resolveNamed(this.#judging.database.pool, caller, subjectsOf(url, read))
  }

  /** Notes what a write may have changed, unless the other service refused all of it. */
  async #noteWrite(
    { asked, requestBody, ended = new Date() }: Exchange,
    caller: Caller,
    theirs: ReadAnswer | undefined,
  ): Promise<void> {
    if (theirs !== undefined && isRefusal(asked, theirs)) return
    const { pool } = this.#context.database
    const named = requestBody && (await this.#named(caller, asked, requestBody))
    await noteChanges(pool, caller.orgId, named ?? 'all', ended)
    // Codes that were given out stand in the answer alone.
    if (theirs?.value === undefined) return
    const given = await resolveNamed(pool, caller, subjectsOf('', theirs.value))
    await noteChanges(pool, caller.orgId, given, ended)
  }

  async #noteDropped(exchange: Exchange): Promise<void> {
    try {
      const caller = await identify(this.#judging, exchange.asked.headers)
      if (caller !== undefined) await this.#noteWrite(exchange, caller, undefined)
    } catch (error) {
      this.#context.log.warn({ err: error }, 'a write that was not compared could not be noted')
    }
  }
}

/** @throws Error for a body that cannot be read. */
async function readAnswer({ status, headers, body }: KeptAnswer): Promise<ReadAnswer> {
  return { status, value: await readBody(body, headers) }
}

async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it takes longer than ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
