/** Identifies a repeated request: the caller, the operation and the request's key. */
export interface IdempotencyKey {
  readonly holderKind: 'till' | 'client' | 'user'
  readonly holderId: number
  /** Method and path. */
  readonly route: string
  /** At most 255 characters. */
  readonly key: string
  /** SHA-256 of query, body and ids in the path, base64. */
  readonly requestHash: string
}

/** A write that a caller may repeat. */
export interface IdempotentCommand {
  /** Undefined: each request is executed. */
  readonly idempotencyKey: IdempotencyKey | undefined
  /** The X-Request-Id, stored with events. */
  readonly requestId?: string
  /**
   * Data that the endpoint needs to present the outcome and could not determine again, in plain JSON. It is stored and
   * returned with the outcome. Operations do not read it.
   */
  readonly presentation?: unknown
}

/** The decision on a command. The outcome is plain JSON: it is stored under the command's idempotency key. */
export interface Decided<Outcome> {
  readonly outcome: Outcome
  /**
   * The customers that the command or outcome refers to: when one of them is erased, the stored outcome is erased too.
   */
  readonly customerIds?: readonly number[]
  /** False: nothing could be executed. The outcome is not stored, so that the same key may succeed later. */
  readonly isRetained?: boolean
}

/** The result of a write operation: the outcome of this execution, or of the first one under the same key. */
export interface Done<Outcome> {
  readonly outcome: Outcome
  /** The presentation of the command that was executed. */
  readonly presentation?: unknown
  readonly isReplay: boolean
}

/**
 * Thrown instead of an outcome if the previous release executed the request: it stored the text of its answer, which is
 * sent again unchanged. Such answers are retained for a week; remove this class in the release after next.
 */
export class StoredAnswer extends Error {
  readonly httpStatus: number
  readonly body: string

  constructor(httpStatus: number, body: string) {
    super('answered by the previous release')
    this.httpStatus = httpStatus
    this.body = body
  }
}
