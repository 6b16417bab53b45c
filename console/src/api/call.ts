import { postForm } from './post-form.ts'

/** Calls of the server: a single entry point, and the possible results. */

/** The version in an answer's ETag. */
function versionOf({ headers }: Response): number | undefined {
  const digits = /^"(\d+)"$/.exec(headers.get('etag') ?? '')?.[1]
  return digits === undefined ? undefined : Number(digits)
}

interface FieldAtFault {
  readonly field?: string
  readonly allowed?: string
}

interface Cause extends FieldAtFault {
  readonly current?: Readonly<Record<string, unknown>> | undefined
  readonly sent?: unknown
  readonly isErased?: boolean
  readonly left?: string
}

/** The server refused the request. */
export class Refused extends Error {
  readonly status: number
  /** Refusal code, see `docs/errors.md`. */
  readonly code: number
  readonly requestId: string | null
  readonly retryAfterS: number | null
  /** The invalid field, and its allowed values. */
  readonly field: string | undefined
  readonly allowed: string | undefined
  /** Of a customer: the person was erased. */
  readonly isErased: boolean
  /** Of a return: the amount that can still be returned. */
  readonly left: string | undefined
  /** After a concurrent change (412): the current version, the record as it is now, and what was sent. */
  readonly version: number | undefined
  readonly current: Readonly<Record<string, unknown>> | undefined
  readonly sent: unknown

  constructor(response: Response, code: number, message: string, cause: Cause = {}) {
    super(message)
    this.status = response.status
    this.code = code
    this.field = cause.field
    this.allowed = cause.allowed
    this.isErased = cause.isErased === true
    this.left = cause.left
    this.requestId = response.headers.get('x-request-id')
    const retryAfter = response.headers.get('retry-after')
    this.retryAfterS = retryAfter === null ? null : Number(retryAfter)
    this.version = response.status === 412 ? versionOf(response) : undefined
    this.current = cause.current
    this.sent = cause.sent
  }
}

/** No answer arrived: it is unknown whether the request was executed. */
export class Unanswered extends Error {
  constructor() {
    super('The server did not answer')
  }
}

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>

export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly query?: Query
  readonly body?: unknown
  /** Sent instead of a body; it may include a file and take its time. */
  readonly form?: FormData
  /** How much of the form has been sent, from 0 to 1. */
  readonly onSent?: (share: number) => void
  readonly signal?: AbortSignal
  /** Idempotency key: a repeated request has no second effect. */
  readonly key?: string
  /** The reason, recorded in the audit log. */
  readonly reason?: string
  /** Code of the store that the request is attributed to. */
  readonly store?: string | null
  /** The version that a form was filled in for: a change of any other version is refused (412). */
  readonly version?: number | undefined
}

const timeoutMs = 20_000
const formTimeoutMs = 600_000
let whenSignedOut: () => Promise<boolean> = async () => false

/** Registers what happens when the session has ended. The request is sent again if it returns true. */
export function onSignedOut(listener: () => Promise<boolean>): void {
  whenSignedOut = listener
}

function withQuery(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  )
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return text === '' ? path : `${path}?${text}`
}

function headersOf({ body, key, reason, store, version }: CallOptions): Record<string, string> {
  return {
    'x-counterfoil-console': '1',
    accept: 'application/problem+json, application/json, */*;q=0.1',
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(key && { 'idempotency-key': key }),
    ...(version !== undefined && { 'if-match': `"${version}"` }),
    ...(reason?.trim() && { 'x-counterfoil-reason': encodeURIComponent(reason.trim().slice(0, 500)) }),
    ...(store && {
      'x-cap-api-attribution-entity-type': 'STORE_CODE',
      'x-cap-api-attribution-entity-code': store,
    }),
  }
}

/** @throws Refused for a failure, Unanswered if no answer arrived. */
export async function send(path: string, options: CallOptions = {}): Promise<Response> {
  const { method = 'GET', body, form, onSent = () => {}, signal } = options
  const [to, headers] = [withQuery(path, options.query), headersOf(options)]
  let response: Response
  try {
    if (form) response = await postForm(to, { headers, form, timeoutMs: formTimeoutMs }, onSent)
    else {
      const timeout = AbortSignal.timeout(timeoutMs)
      response = await fetch(to, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      })
    }
  } catch (error) {
    if (signal?.aborted) throw error
    throw new Unanswered()
  }
  if (response.ok) return response
  const refused = await readRefusal(response, body)
  // Nothing was executed, so the request can be sent again as it is.
  if (response.status === 401 && path !== '/admin/v1/session' && (await whenSignedOut()))
    return send(path, options)
  throw refused
}

/** An answer in JSON. */
export async function call<Answer>(path: string, options: CallOptions = {}): Promise<Answer> {
  return (await callForVersion(path, options)).answer as Answer
}

/** An answer in JSON, and the version that its ETag names. */
export async function callForVersion(
  path: string,
  options: CallOptions = {},
): Promise<{ answer: unknown; version: number | undefined }> {
  const response = await send(path, options)
  try {
    return { answer: await response.json(), version: versionOf(response) }
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw new Unanswered()
  }
}

interface Status extends FieldAtFault {
  readonly code?: number
  readonly message?: string
}

/** All shapes of refusals in the server's APIs. */
interface Failure extends Status {
  readonly isErased?: boolean
  readonly current?: Readonly<Record<string, unknown>>
  readonly left?: string
  readonly detail?: string
  readonly errors?: readonly Status[]
  readonly redemptionStatus?: Status
  readonly response?: { readonly status?: Status }
}

async function readRefusal(response: Response, sent: unknown): Promise<Refused> {
  let failure: Failure
  try {
    failure = (await response.json()) as Failure
  } catch {
    failure = {}
  }
  const status = failure.errors?.[0] ?? failure.redemptionStatus ?? failure.response?.status ?? failure
  const message = failure.detail ?? status.message ?? `The server answered ${response.status}`
  return new Refused(response, failure.code ?? status.code ?? response.status, message, {
    ...failure.errors?.[0],
    isErased: failure.isErased === true,
    left: failure.left,
    current: failure.current,
    sent,
  })
}
