/**
 * - `refused`: the server answered that the request as a whole failed, or cannot be executed now;
 * - `timeout`: no answer arrived in time;
 * - `network`: the connection failed, or broke before the answer was complete.
 */
export type FailureKind = 'refused' | 'timeout' | 'network'

/** A code with its text, as the server lists it (`docs/errors.md`). */
export interface ErrorDetail {
  readonly code: number
  readonly message: string
}

interface Failure {
  readonly kind: FailureKind
  readonly message: string
  readonly status?: number | undefined
  readonly details?: readonly ErrorDetail[]
  readonly body?: unknown
  readonly requestId?: string | undefined
  readonly retryAfterMs?: number | undefined
  readonly tries: number
  readonly idempotencyKey?: string | undefined
  readonly cause?: unknown
}

/**
 * The reason why a call has no answer. Every failed call throws one, except that the reason of an `AbortSignal` is
 * thrown unchanged.
 */
export class CounterfoilError extends Error {
  readonly kind: FailureKind
  /** HTTP status of the last answer; undefined if there was none. */
  readonly status: number | undefined
  /** The first code of the answer, such as 701 for an unknown customer; undefined if it has none. */
  readonly code: number | undefined
  /** Every code of the answer with its text. */
  readonly errors: readonly ErrorDetail[]
  /** The id by which the operator of the server finds the request. */
  readonly requestId: string | undefined
  /** The answer: a value if it was JSON, otherwise its text. */
  readonly body: unknown
  /** How long the server asks to wait before another attempt. */
  readonly retryAfterMs: number | undefined
  /** How often the request was sent. */
  readonly tries: number
  /**
   * The key that every attempt carried. If `kind` is `timeout` or `network`, the request may have been executed: call
   * the method again with the same arguments and this key.
   */
  readonly idempotencyKey: string | undefined

  constructor(failure: Failure) {
    super(failure.message, failure.cause === undefined ? undefined : { cause: failure.cause })
    this.name = 'CounterfoilError'
    this.kind = failure.kind
    this.status = failure.status
    this.errors = failure.details ?? []
    this.code = this.errors[0]?.code
    this.requestId = failure.requestId
    this.body = failure.body
    this.retryAfterMs = failure.retryAfterMs
    this.tries = failure.tries
    this.idempotencyKey = failure.idempotencyKey
  }
}
