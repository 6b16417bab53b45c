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

/** So few under way are never too many: one may hang at a lock, or at a slow reader. */
const alwaysRoom = 32
/** Over how long answers are counted before they say how many there are in a second. */
const sliceMs = 100
/** How far back that figure looks: what was answered so long ago counts a third of what is answered now. */
const memoryMs = 300
/** For how long it holds when the server is not busy any more. */
const forgetMs = 1_000
/** What is taken for granted until it has been seen: a crowd that comes all at once is not let in unmeasured. */
const assumedPerMs = 2
/** A slice in which requests are refused makes the wait of others shorter by so much, and one without longer again. */
const patienceLost = 0.8
/** The shortest, as a part of the longest: enough for the database to have the next batch while it works on one. */
const leastPatience = 1 / 8

/**
 * Requests under way, and how many are answered in a second. There is more to do than can be taken on in time when so many
 * are under way that the next one would wait too long: more than are answered in that time. Nobody needs to know for it how
 * fast this machine is, and what is refused makes room for nothing but what can be answered.
 *
 * A crowd that passes may wait as long as it is told to. When requests are refused all the time, a queue only makes
 * everybody late: as many are answered with a short one.
 */
export class Waiting {
  readonly #maxWaitMs: number
  #underWay = 0
  #sliceFromMs = 0
  #answered = 0
  /** There was no want of requests all the time: the rate is what can be done, not just what was asked for. */
  #isBusy = false
  #isRefusing = false
  #busyAtMs = 0
  #answeredPerMs = assumedPerMs
  /** Part of the longest wait. */
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

  /** @param isAnswered false: its caller has gone before, which says nothing about how fast requests are answered. */
  end(nowMs: number, isAnswered: boolean): void {
    this.#measure(nowMs)
    this.#underWay -= 1
    if (isAnswered) this.#answered += 1
    if (this.#underWay < alwaysRoom) this.#isBusy = false
  }

  /** When it is, requests are refused. */
  isOverloaded(nowMs: number): boolean {
    this.#measure(nowMs)
    const room = Math.max(alwaysRoom, this.#answeredPerMs * this.#maxWaitMs * this.#patience)
    if (this.#underWay < room) return false
    this.#isRefusing = true
    return true
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
/** So many refusals in one turn of the event loop: some milliseconds. */
const refusalsATurn = 100

/** One for all: making an error costs more than refusing with it. */
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
 * Refuses requests with 503 before anything is done for them, while more are under way than are answered in time. There is
 * room again as soon as some are answered.
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

  /** What another service answers is no measure of how busy this one is. */
  #isAnsweredElsewhere(method: string, url: string): boolean {
    const { config } = this.#context
    return (
      config.upstream.url !== undefined &&
      isAnsweredElsewhere(config, method, url, this.#routes.find(pathOf(url)))
    )
  }

  /** Counts what is under way. To be registered before any hook that may take its time. */
  countIn(app: App): void {
    app.addHook('onRequest', (request, { raw }, done) => {
      const mayBe = request.is404 || this.#context.config.shadow.mode !== 'off'
      const isElsewhere = mayBe && this.#isAnsweredElsewhere(request.method, request.url)
      if (!isElsewhere && !isExempt(request.routeOptions.config)) {
        this.#waiting.begin()
        // Comes after the answer, and also when the caller hangs up before it.
        if (this.#context.config.upstream.url === undefined)
          raw.once('close', () => this.#waiting.end(performance.now(), raw.writableFinished))
        else this.#untilHandedOn(request, raw)
      }
      done()
    })
  }

  /** Whether another service answers may turn out later: then the request is no longer under way here. */
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
   * Comes before the router and all hooks: what a refusal costs is missing to those that are accepted.
   *
   * @returns whether the request is refused, and will be answered.
   */
  refuses(request: IncomingMessage, response: ServerResponse): boolean {
    const sinceMs = performance.now()
    if (!this.#waiting.isOverloaded(sinceMs)) return false
    const path = pathOf(request.url ?? '')
    const known = this.#routes.find(path)
    const { method = '', url = '' } = request
    if (isExempt(known?.methods.get(method)) || this.#isAnsweredElsewhere(method, url)) return false
    // Not at once: who is refused comes again, and in a crowd the event loop would read one such request after the other
    // and get round to nothing else.
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

  /** A line for each would add to the load. */
  #say(): void {
    const nowMs = performance.now()
    if (nowMs - this.#saidAtMs < sayEveryMs) return
    this.#saidAtMs = nowMs
    this.#context.log.warn(
      { underWay: this.#waiting.size },
      'more to do than can be done in time: requests are refused',
    )
  }
}
