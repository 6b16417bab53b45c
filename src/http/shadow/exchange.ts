import type { IncomingHttpHeaders } from 'node:http'
import { pipeline, Transform, type Readable } from 'node:stream'
import type { CallKind } from './calls-rules.ts'

/** The maximum size of a retained body. */
const bodyLimitBytes = 1024 * 1024

/** The maximum memory for the bodies of all exchanges. */
export class Budget {
  #left: number

  constructor(bytes: number) {
    this.#left = bytes
  }

  take(bytes: number): boolean {
    if (bytes > this.#left) return false
    this.#left -= bytes
    return true
  }

  giveBack(bytes: number): void {
    this.#left += bytes
  }
}

/** Retains a copy of a body that passes through, up to a limit. */
class KeptBody {
  readonly #budget: Budget
  readonly #chunks: Buffer[] = []
  #size = 0
  isCut = false

  constructor(budget: Budget) {
    this.#budget = budget
  }

  /** Passes on the data of `source`, with back-pressure. @param onEnd called before the reader sees the end. */
  tap(source: Readable, onEnd?: () => void): Readable {
    const tap = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.keep(chunk)
        done(null, chunk)
      },
      flush: (done) => {
        onEnd?.()
        done()
      },
    })
    // An error of either side is passed to the other; the exchange sees it when the answer is closed.
    pipeline(source, tap, () => {})
    return tap
  }

  keep(chunk: Buffer): void {
    if (this.isCut) return
    if (this.#size + chunk.length > bodyLimitBytes || !this.#budget.take(chunk.length)) {
      this.isCut = true
      this.release()
      return
    }
    this.#chunks.push(chunk)
    this.#size += chunk.length
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  release(): void {
    this.#budget.giveBack(this.#size)
    this.#size = 0
    this.#chunks.length = 0
  }
}

/** An answer as it was sent. */
export interface KeptAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Asked {
  readonly kind: CallKind
  /** Method and pattern of the path. */
  readonly call: string
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly address: string
}

/** A forwarded request and its answer, as they pass through. */
export class Exchange {
  readonly asked: Asked
  readonly began = new Date()
  ended: Date | undefined
  /** Why the answer is missing. */
  failure: string | undefined
  readonly #request: KeptBody
  readonly #answer: KeptBody
  readonly #onEnd: (exchange: Exchange) => void
  #head: Omit<KeptAnswer, 'body'> | undefined

  constructor(asked: Asked, budget: Budget, onEnd: (exchange: Exchange) => void) {
    this.asked = asked
    this.#request = new KeptBody(budget)
    this.#answer = new KeptBody(budget)
    this.#onEnd = onEnd
  }

  tapRequest(body: Readable): Readable {
    return this.#request.tap(body)
  }

  tapAnswer(body: Readable, status: number, headers: IncomingHttpHeaders): Readable {
    this.#head = { status, headers }
    return this.#answer.tap(body, () => this.#end())
  }

  /** Ends an exchange whose answer has not passed through completely. */
  fail(reason: string): void {
    if (this.ended !== undefined) return
    this.failure = reason
    this.#end()
  }

  /** Undefined: too large to retain. */
  get requestBody(): Buffer | undefined {
    return this.#request.isCut ? undefined : this.#request.bytes
  }

  /** Undefined: missing, or too large to retain. */
  get answer(): KeptAnswer | undefined {
    if (this.#head === undefined || this.failure !== undefined || this.#answer.isCut) return undefined
    return { ...this.#head, body: this.#answer.bytes }
  }

  /** Frees the memory of the bodies. */
  release(): void {
    this.#request.release()
    this.#answer.release()
  }

  #end(): void {
    this.ended = new Date()
    this.#onEnd(this)
  }
}
