import type { IncomingMessage, ServerResponse } from 'node:http'
import { parse } from 'node:querystring'
import type { FastifyContextConfig, FastifyRequest } from 'fastify'
import type { Context } from '../ledger/context.ts'
import { refuse } from '../values/errors.ts'
import { answerHeaders, requestIdOf } from './answer-headers.ts'
import type { App } from './app.ts'
import { failureAnswer } from './failures.ts'
import { isAnsweredElsewhere } from './front-door.ts'
import { familyOf, pathOf, type KnownPath, type KnownRoutes } from './known-routes.ts'

/** This few pending requests are always admitted: some may hang at a lock or have a slow reader. */
const alwaysRoom = 32
/** This many are admitted if they arrive at a server that was idle, as when the lines of a shop come back. */
const crowdRoom = 512
/** For how long. Those that are still pending then count like any others. */
const crowdMs = 1_000
/** During constant overload no crowd is admitted: only after this time without a refusal. */
const calmMs = 1_000
/** Length of the interval in which answers are counted to measure the rate. */
const sliceMs = 100
/** Memory of the measured rate: after this time an answer has a third of its weight. */
const memoryMs = 300
/** How long the measured rate remains valid when the server is no longer busy. */
const forgetMs = 1_000
/** The assumed rate before the first measurement, so that a sudden crowd is not admitted without a limit. */
const assumedPerMs = 2
/** An interval with refusals shortens the permitted wait by this factor, and one without lengthens it again. */
const patienceLost = 0.8
/**
 * The shortest permitted wait, as a fraction of the longest: the database still gets its next batch while it works on
 * one.
 */
const leastPatience = 1 / 8

/**
 * Counts the pending requests and measures the rate of answers. The server is overloaded if the next request would wait
 * too long, that is, if more requests are pending than it answers in that time. This needs no configured capacity of
 * the machine, and refuses only requests that could not be answered in time.
 *
 * A crowd that arrives at an idle server is admitted whole, since it is over soon and would only come again. During
 * constant overload the permitted wait is shortened: a long queue would delay all answers without raising their rate.
 */
export class Waiting {
  readonly #maxWaitMs: number
  #underWay = 0
  #sliceFromMs = 0
  #answered = 0
  /** There were enough requests during the whole interval, so the rate is the capacity and not just the demand. */
  #isBusy = false
  #isRefusing = false
  #refusedAtMs = Number.NEGATIVE_INFINITY
  /** The last time that few requests were pending. */
  #idleAtMs = 0
  #busyAtMs = 0
  #answeredPerMs = assumedPerMs
  /** Fraction of the longest wait. */
  #patience = 1

  constructor(maxWaitMs: number) {
    this.#maxWaitMs = maxWaitMs
  }

  get size(): number {
    return this.#underWay
  }

  begin(): void {
    this.#underWay += 1
  }

  /** @param isAnswered false: the caller has disconnected, which says nothing about the rate of answers. */
  end(nowMs: number, isAnswered: boolean): void {
    this.#measure(nowMs)
    this.#underWay -= 1
    if (isAnswered) this.#answered += 1
    if (this.#underWay < alwaysRoom) this.#isBusy = false
  }

  /** Whether the next request has to be refused. */
  isOverloaded(nowMs: number): boolean {
    this.#measure(nowMs)
    if (this.#underWay < alwaysRoom) {
      this.#idleAtMs = nowMs
      return false
    }
    if (this.#underWay < this.#answeredPerMs * this.#maxWaitMs * this.#patience || this.#isCrowd(nowMs))
      return false
    this.#isRefusing = true
    this.#refusedAtMs = nowMs
    return true
  }

  #isCrowd(nowMs: number): boolean {
    return (
      this.#underWay < crowdRoom && nowMs - this.#idleAtMs < crowdMs && nowMs - this.#refusedAtMs > calmMs
    )
  }

  #measure(nowMs: number): void {
    const tookMs = nowMs - this.#sliceFromMs
    if (tookMs < sliceMs) return
    if (this.#isBusy || this.#isRefusing) {
      const rate = this.#answered / tookMs
      this.#answeredPerMs = rate + (this.#answeredPerMs - rate) * Math.exp(-tookMs / memoryMs)
      this.#busyAtMs = nowMs
    } else if (nowMs - this.#busyAtMs > forgetMs) this.#answeredPerMs = assumedPerMs
    this.#patience = this.#isRefusing
      ? Math.max(leastPatience, this.#patience * patienceLost)
      : Math.min(1, this.#patience / patienceLost)
    this.#sliceFromMs = nowMs
    this.#answered = 0
    this.#isBusy = this.#underWay >= alwaysRoom
    this.#isRefusing = false
  }
}

const sayEveryMs = 1_000
/** Maximum number of refusals in one turn of the event loop, which take some milliseconds. */
const refusalsATurn = 100

/** Shared, because creating an error costs more than the refusal itself. */
const overloaded = refuse.unavailable(undefined, { retryAfterS: 1 })

const isExempt = ({ isLong, isUpload, isProbe }: FastifyContextConfig = {}): boolean =>
  isLong === true || isUpload === true || isProbe === true

interface Refused {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly path: string
  readonly known: KnownPath | undefined
  readonly sinceMs: number
}

/**
 * Refuses requests with 503 before any work is done for them, while more are pending than are answered in time.
 * Requests are admitted again as soon as some have been answered.
 */
export class Overload {
  readonly #context: Context
  readonly #routes: KnownRoutes
  readonly #waiting: Waiting
  #refused: Refused[] = []
  #saidAtMs = Number.NEGATIVE_INFINITY

  constructor(context: Context, routes: KnownRoutes) {
    this.#context = context
    this.#routes = routes
    this.#waiting = new Waiting(context.config.maxWaitMs)
  }

  /** Requests that another service answers say nothing about the load of this server. */
  #isAnsweredElsewhere(method: string, url: string): boolean {
    const { config } = this.#context
    return (
      config.upstream.url !== undefined &&
      isAnsweredElsewhere(config, method, url, this.#routes.find(pathOf(url)))
    )
  }

  /** Counts pending requests. Register it before any hook that may take long. */
  countIn(app: App): void {
    app.addHook('onRequest', (request, { raw }, done) => {
      const mayBe = request.is404 || this.#context.config.shadow.mode !== 'off'
      const isElsewhere = mayBe && this.#isAnsweredElsewhere(request.method, request.url)
      if (!isElsewhere && !isExempt(request.routeOptions.config)) {
        this.#waiting.begin()
        // Emitted after the answer, and also if the caller disconnects before it.
        if (this.#context.config.upstream.url === undefined)
          raw.once('close', () => this.#waiting.end(performance.now(), raw.writableFinished))
        else this.#untilHandedOn(request, raw)
      }
      done()
    })
  }

  /** Another service may turn out to answer the request later, which is then no longer pending here. */
  #untilHandedOn(request: FastifyRequest, raw: ServerResponse): void {
    let isWaiting = true
    const leave = (isAnswered: boolean): void => {
      if (isWaiting) this.#waiting.end(performance.now(), isAnswered)
      isWaiting = false
    }
    request.leaveWaiting = () => leave(false)
    raw.once('close', () => leave(raw.writableFinished))
  }

  /**
   * Runs before the router and all hooks, because the cost of a refusal is at the expense of accepted requests.
   *
   * @returns whether the request is refused; the refusal is then sent.
   */
  refuses(request: IncomingMessage, response: ServerResponse): boolean {
    const sinceMs = performance.now()
    if (!this.#waiting.isOverloaded(sinceMs)) return false
    const path = pathOf(request.url ?? '')
    const known = this.#routes.find(path)
    const { method = '', url = '' } = request
    if (isExempt(known?.methods.get(method)) || this.#isAnsweredElsewhere(method, url)) return false
    // Not sent at once, because refused callers retry, and in a crowd the event loop would do nothing but read such
    // requests.
    if (this.#refused.push({ request, response, path, known, sinceMs }) === 1) this.#answerSoon()
    return true
  }

  #answerSoon(): void {
    setImmediate(() => {
      for (const refused of this.#refused.splice(0, refusalsATurn)) this.#answer(refused)
      if (this.#refused.length > 0) this.#answerSoon()
    })
  }

  #answer({ request, response, path, known, sinceMs }: Refused): void {
    const { url = '', method = '', headers } = request
    const config = known?.methods.get(method)
    const family = config === undefined ? (known?.family ?? familyOf(path)) : (config.failure ?? 'entity')
    const id = requestIdOf(request)
    const { type, text } = failureAnswer(
      overloaded,
      { id, headers, query: parse(url.slice(path.length + 1)) },
      family,
    )
    response
      .writeHead(overloaded.httpStatus, {
        ...answerHeaders(this.#context, request, id),
        'retry-after': String(overloaded.retryAfterS),
        'content-type': type,
        'content-length': Buffer.byteLength(text),
      })
      .end(text)
    const { metrics } = this.#context
    metrics.shed.inc()
    metrics.requestDuration.observe(
      { method, route: known?.pattern ?? 'unknown', status: overloaded.httpStatus },
      (performance.now() - sinceMs) / 1000,
    )
    this.#say()
  }

  /** A log line for each refusal would add to the load. */
  #say(): void {
    const nowMs = performance.now()
    if (nowMs - this.#saidAtMs < sayEveryMs) return
    this.#saidAtMs = nowMs
    this.#context.log.warn({ underWay: this.#waiting.size }, 'the server is overloaded: requests are refused')
  }
}
