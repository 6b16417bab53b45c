import { detailsOf, isAnswered } from './answer-rules.js'
import { authorizationOf, type Authorization, type Token } from './credentials.js'
import { CounterfoilError } from './errors.js'
import { defaultPatience, given, type CallOptions, type ClientOptions, type Patience } from './options.js'
import { delayMs, isPassing, retryAfterMs } from './retry-rules.js'

/** A request of one call, the same for every try. */
export interface Request extends CallOptions {
  readonly method: string
  readonly path: string
  readonly body?: string | FormData | undefined
  /** Undefined: the call takes none. */
  readonly idempotencyKey?: string | undefined
  /** Any text is a valid answer; otherwise it must be JSON. */
  readonly isText?: boolean
  /** The request for the token itself needs no token. */
  readonly isSignIn?: boolean
}

interface Received {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** The result of an attempt: an answer, or the reason why there is none. */
type Attempt = Received | { readonly kind: 'timeout' | 'network'; readonly cause: unknown }

const reads = new Set(['GET', 'HEAD'])

/** The longest delay that timers support. */
const maxTimerMs = 2 ** 31 - 1

/** Resolves after the delay. @throws the reason of the signal. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      reject(signal?.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end)
      resolve()
    }, ms)
    signal?.addEventListener('abort', end, { once: true })
  })
}

/** The result of work that others wait for too, and that the signal therefore does not end. */
async function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return work
  signal.throwIfAborted()
  const done = new AbortController()
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), {
      once: true,
      signal: done.signal,
    })
  })
  return Promise.race([work, aborted]).finally(() => done.abort())
}

/** Sends requests until they are answered, within the limits on attempts and time. */
export class Transport {
  readonly #baseUrl: string
  readonly #fetch: typeof globalThis.fetch
  readonly #patience: Required<Patience>
  readonly #authorization: Authorization

  constructor(options: ClientOptions) {
    const { baseUrl, credentials, fetch, timeoutMs, retries, totalTimeoutMs } = options
    this.#baseUrl = baseUrl.replace(/\/+$/, '')
    this.#fetch = fetch ?? ((input, init) => globalThis.fetch(input, init))
    this.#patience = { ...defaultPatience, ...given({ timeoutMs, retries, totalTimeoutMs }) }
    this.#authorization = authorizationOf(credentials, (key, secret) => this.#fetchToken(key, secret))
  }

  /** @returns the body of the answer. @throws CounterfoilError, or the reason of the signal. */
  async send(request: Request): Promise<unknown> {
    const { timeoutMs, retries, totalTimeoutMs } = { ...this.#patience, ...given(request) }
    const { signal, idempotencyKey, isText = false, isSignIn = false } = request
    // Without its key, a write that arrived twice could not be distinguished from two intended writes.
    const isRepeatable = reads.has(request.method) || idempotencyKey !== undefined || isSignIn
    const giveUpAt = Date.now() + totalTimeoutMs
    let hasRenewed = false
    for (let tries = 1; ; tries++) {
      const header = isSignIn ? undefined : await unlessAborted(this.#authorization.header(), signal)
      signal?.throwIfAborted()
      const patienceMs = Math.max(1, Math.min(timeoutMs, giveUpAt - Date.now(), maxTimerMs))
      const attempt = await this.#try(request, header, patienceMs)
      if (
        'status' in attempt &&
        isAnswered(attempt.status, attempt.body) &&
        (isText || isJson(attempt.headers))
      )
        return attempt.body

      if ('status' in attempt && attempt.status === 401 && header !== undefined) {
        const canRenew = this.#authorization.refused(header)
        if (canRenew && isRepeatable && !hasRenewed) {
          hasRenewed = true
          continue
        }
      }
      const failure = failureOf(attempt, tries, idempotencyKey)
      const isTemporary = failure.kind !== 'refused' || isPassing(failure.status ?? 0)
      if (!isTemporary || !isRepeatable || tries > retries) throw failure
      const delay = delayMs(tries, failure.retryAfterMs, Math.random())
      if (Date.now() + delay >= giveUpAt) throw failure
      await pause(delay, signal)
    }
  }

  async #try(request: Request, authorization: string | undefined, timeoutMs: number): Promise<Attempt> {
    const { method, path, body, signal, idempotencyKey } = request
    const headers = new Headers({ Accept: 'application/json' })
    if (authorization !== undefined) headers.set('Authorization', authorization)
    if (typeof body === 'string') headers.set('Content-Type', 'application/json')
    for (const [name, value] of Object.entries(request.headers ?? {})) headers.set(name, value)
    if (idempotencyKey !== undefined) headers.set('Idempotency-Key', idempotencyKey)

    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      const answer = await this.#fetch(`${this.#baseUrl}${path}`, {
        method,
        headers,
        // A redirected POST would arrive as a GET, and the credentials are for this address only.
        redirect: 'manual',
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
        ...(body !== undefined && { body }),
      })
      const text = await answer.text()
      return { status: answer.status, headers: answer.headers, body: readBody(answer.headers, text) }
    } catch (cause) {
      signal?.throwIfAborted()
      return { kind: timeout.aborted ? 'timeout' : 'network', cause }
    }
  }

  async #fetchToken(key: string, secret: string): Promise<Token> {
    const answer = await this.send({
      method: 'POST',
      path: '/v3/oauth/token/generate',
      body: JSON.stringify({ key, secret }),
      isSignIn: true,
    })
    return (answer as { readonly data: Token }).data
  }
}

const isJson = (headers: Headers): boolean => /[/+]json\b/.test(headers.get('content-type') ?? '')

/** @throws SyntaxError for truncated JSON. */
const readBody = (headers: Headers, text: string): unknown =>
  isJson(headers) && text !== '' ? JSON.parse(text) : text

/** Describes an answer without a code. */
function unlikeOurs(status: number): string {
  // Browsers hide the status of a redirection.
  if (status === 0 || (status >= 300 && status < 400))
    return `HTTP ${status}: baseUrl leads to another address`
  return status < 300
    ? `HTTP ${status}: the answer is not JSON; does baseUrl name the server?`
    : `HTTP ${status}`
}

function failureOf(attempt: Attempt, tries: number, idempotencyKey: string | undefined): CounterfoilError {
  const often = tries === 1 ? '' : ` (after ${tries} tries)`
  if (!('status' in attempt)) {
    const { kind, cause } = attempt
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message =
      kind === 'timeout' ? `No answer in time${often}` : `The connection failed${often}: ${reason}`
    return new CounterfoilError({ kind, message, cause, tries, idempotencyKey })
  }
  const { status, headers, body } = attempt
  const details = detailsOf(body)
  const [first] = details
  const text =
    first === undefined ? unlikeOurs(status) : `${first.message} (code ${first.code}, HTTP ${status})`
  return new CounterfoilError({
    kind: 'refused',
    message: `${text}${often}`,
    status,
    details,
    body,
    requestId: headers.get('x-request-id') ?? undefined,
    retryAfterMs: retryAfterMs(headers.get('retry-after'), Date.now()),
    tries,
    idempotencyKey,
  })
}
