import type { OutgoingHttpHeaders } from 'node:http'
import type { Context } from '../context.ts'
import { Refusal } from '../errors.ts'
import type { App } from './app.ts'
import { failureAnswer } from './failures.ts'

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

/**
 * Requests under way, and how many are answered in a second. There is more to do than can be taken on in time when so many
 * are under way that the next one would wait too long: more than are answered in that time. Nobody needs to know for it how
 * fast this machine is, and what is refused makes room for nothing but what can be answered.
 */
export class Waiting {
  readonly #maxWaitMs: number
  #underWay = 0
  #sliceFromMs = 0
  #answered = 0
  /** There was no want of requests all the time: the rate is what can be done, not just what was asked for. */
  #isBusy = false
  #busyAtMs = 0
  #answeredPerMs = assumedPerMs

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

  isOverloaded(nowMs: number): boolean {
    this.#measure(nowMs)
    const room = Math.max(alwaysRoom, this.#answeredPerMs * this.#maxWaitMs)
    return this.#underWay >= room
  }

  #measure(nowMs: number): void {
    const tookMs = nowMs - this.#sliceFromMs
    if (tookMs < sliceMs) return
    if (this.#isBusy) {
      const rate = this.#answered / tookMs
      this.#answeredPerMs = rate + (this.#answeredPerMs - rate) * Math.exp(-tookMs / memoryMs)
      this.#busyAtMs = nowMs
    } else if (nowMs - this.#busyAtMs > forgetMs) this.#answeredPerMs = assumedPerMs
    this.#sliceFromMs = nowMs
    this.#answered = 0
    this.#isBusy = this.#underWay >= alwaysRoom
  }
}

const sayEveryMs = 1_000

/** One for all: making an error costs more than refusing with it. */
const overloaded = new Refusal(503, undefined, { retryAfterS: 1 })

/**
 * Refuses requests with 503 before anything is done for them, while more are under way than are answered in `MAX_WAIT_MS`.
 * There is room again as soon as some are answered. A refusal goes past the hooks and the error handler to the socket:
 * what it costs is missing to those that are accepted.
 */
export function registerOverload(app: App, { config, log, metrics }: Context): void {
  const waiting = new Waiting(config.maxWaitMs)
  let saidAtMs = Number.NEGATIVE_INFINITY
  app.addHook('onRequest', (request, reply, done) => {
    const { isLong, isUpload, isProbe } = request.routeOptions.config
    if (isLong === true || isUpload === true || isProbe === true) return done()
    const nowMs = performance.now()
    if (!waiting.isOverloaded(nowMs)) {
      waiting.begin()
      // Comes after the answer, and also when the caller hangs up before it.
      const { raw } = reply
      raw.once('close', () => waiting.end(performance.now(), raw.writableFinished))
      return done()
    }
    metrics.shed.inc()
    request.isShed = true
    if (nowMs - saidAtMs > sayEveryMs) {
      saidAtMs = nowMs
      log.warn({ underWay: waiting.size }, 'more to do than can be done in time: requests are refused')
    }
    const { type, text } = failureAnswer(overloaded, request)
    reply.hijack()
    reply.raw
      .writeHead(503, {
        ...(reply.getHeaders() as OutgoingHttpHeaders),
        'retry-after': String(overloaded.retryAfterS),
        'content-type': type,
        'content-length': Buffer.byteLength(text),
      })
      .end(text)
  })
}
