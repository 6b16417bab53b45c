/** What makes a request known when it is sent again: the caller, the operation and the key of the request. */
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

/** A write that a caller may send again. */
export interface IdempotentCommand {
  /** Undefined: each request is executed. */
  readonly idempotencyKey: IdempotencyKey | undefined
  /** The X-Request-Id, which is kept with events. */
  readonly requestId?: string
  /**
   * What the endpoint presents the outcome with and could not find out again, in plain JSON: it is stored with the outcome
   * and comes back with it. Verbs do not look into it.
   */
  readonly presentation?: unknown
}

/** What a verb has decided of a command. The outcome is plain JSON: it is stored under the key of the command. */
export interface Decided<Outcome> {
  readonly outcome: Outcome
  /** The customers that command or outcome tell of: when one of them is erased, so is the stored outcome. */
  readonly customerIds?: readonly number[]
  /** False: nothing could be executed. The outcome is not stored, so that the same key may succeed later. */
  readonly isRetained?: boolean
}

/** What a write verb returns: the outcome of this execution, or that of the first one under the same key. */
export interface Done<Outcome> {
  readonly outcome: Outcome
  /** That of the command that was executed. */
  readonly presentation?: unknown
  readonly isReplay: boolean
}

/**
 * Thrown in place of an outcome when the release before this one executed the request: it stored the text of its answer,
 * which is sent again as it stands. Such answers are kept for a week; this class goes with the next release but one.
 */
export class StoredAnswer extends Error {
  readonly httpStatus: number
  readonly body: string

  constructor(httpStatus: number, body: string) {
    super('answered by the release before')
    this.httpStatus = httpStatus
    this.body = body
  }
}
