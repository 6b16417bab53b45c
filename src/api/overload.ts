import type { Context } from '../context.ts'
import { Refusal } from '../errors.ts'
import type { App } from './app.ts'

/** So many requests that have waited too long are no accident: one may hang at a lock, or at a slow reader. */
const tooMany = 32

/**
 * Requests under way, in the order of their arrival. The server has more to do than it can take on when many of them have
 * waited too long: by age, not by number, so that it need not be known how fast this machine is.
 */
export class Waiting {
  readonly #sinceMs = new Map<object, number>()
  readonly #maxWaitMs: number

  constructor(maxWaitMs: number) {
    this.#maxWaitMs = maxWaitMs
  }

  get size(): number {
    return this.#sinceMs.size
  }

  add(one: object, nowMs: number): void {
    this.#sinceMs.set(one, nowMs)
  }

  delete(one: object): void {
    this.#sinceMs.delete(one)
  }

  isOverloaded(nowMs: number): boolean {
    if (this.#sinceMs.size < tooMany) return false
    let late = 0
    for (const sinceMs of this.#sinceMs.values()) {
      if (nowMs - sinceMs <= this.#maxWaitMs) return false
      if (++late >= tooMany) return true
    }
    return false
  }
}

/** How often a turn of the event loop is noted. */
const turnMs = 20
const sayEveryMs = 1_000

/** One for all: making an error costs more than refusing with it. */
const overloaded = new Refusal(503, undefined, { retryAfterS: 1 })

/**
 * Refuses requests with 503 before anything is done for them, while many that are under way wait too long, or while there
 * are many and the turn of the event loop is so long that this one must have waited too. What is accepted waits
 * little longer than that, and there is room again as soon as the late ones are answered.
 */
export function registerOverload(app: App, { config, log, metrics }: Context): void {
  const waiting = new Waiting(config.maxWaitMs)
  let turnAtMs = performance.now()
  const turns = setInterval(() => {
    turnAtMs = performance.now()
  }, turnMs).unref()
  app.addHook('onClose', async () => clearInterval(turns))
  let saidAtMs = Number.NEGATIVE_INFINITY
  app.addHook('onRequest', async (request, reply) => {
    const { isLong, isUpload, isProbe } = request.routeOptions.config
    if (isLong === true || isUpload === true || isProbe === true) return
    const nowMs = performance.now()
    const isLateTurn = nowMs - turnAtMs > config.maxWaitMs && waiting.size >= tooMany
    if (isLateTurn || waiting.isOverloaded(nowMs)) {
      metrics.shed.inc()
      request.isShed = true
      if (nowMs - saidAtMs > sayEveryMs) {
        saidAtMs = nowMs
        log.warn({ underWay: waiting.size }, 'more to do than can be done in time: requests are refused')
      }
      throw overloaded
    }
    waiting.add(request, nowMs)
    // Comes after the answer, and also when the caller hangs up before it.
    reply.raw.once('close', () => waiting.delete(request))
  })
}
