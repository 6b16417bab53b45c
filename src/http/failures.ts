import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../ledger/context.ts'
import { outageOf, type Outage } from '../platform/outage-rules.ts'
import { catalogue, type Code, Refusal, refuse } from '../values/errors.ts'
import { unavailableFor } from '../values/unavailable.ts'
import { rateLimitHeaders } from '../values/rate-rules.ts'
import { problemBody } from './problem.ts'
import { tellVersion } from './if-match.ts'
import { StoredAnswer } from '../platform/idempotency/idempotent.ts'
import { contentTypes, sendStoredAnswer } from './answer.ts'
import { writingOfFailure } from './v1_1-envelope.ts'
import { writeWire } from './v1_1-values.ts'
import { xmlLimitBytes } from './xml.ts'
import { statusOfCode } from './refusal-status.ts'
import { failureBody, type FailureFamily } from './envelope.ts'
import { invalidBody } from './invalid-body.ts'

function isCode(status: number): status is Code {
  return Object.hasOwn(catalogue, status)
}

/** The size limit that the request exceeded. XML costs many times as much as JSON of the same size. */
function tooLargeBody({ headers, routeOptions }: FastifyRequest): Refusal {
  const isXml = /xml/i.test(headers['content-type'] ?? '')
  const limit = Math.min(routeOptions.bodyLimit, isXml ? xmlLimitBytes : Number.POSITIVE_INFINITY)
  const allowed = limit < 1024 ** 2 ? `${limit / 1024} KiB` : `${limit / 1024 ** 2} MiB`
  return refuse.bodyTooLarge(`${catalogue[413].message}: ${allowed} are allowed${isXml ? ' in XML' : ''}`)
}

function refusalOf(error: unknown, request: FastifyRequest): Refusal | undefined {
  if (error instanceof Refusal) return error
  const { statusCode, code, validation } = error as FastifyError
  if (validation !== undefined) return invalidBody(error as FastifyError)
  if (
    code === 'FST_ERR_CTP_INVALID_JSON_BODY' ||
    code === 'FST_ERR_CTP_EMPTY_JSON_BODY' ||
    error instanceof SyntaxError
  ) {
    return refuse.badRequest('The body is not valid JSON')
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLargeBody(request)
  if (code === 'FST_ERR_BAD_URL') return refuse.badRequest('The path is not valid percent-encoded UTF-8')
  if (statusCode === undefined || statusCode >= 500 || statusCode < 400) return undefined
  return isCode(statusCode) ? new Refusal(statusCode) : refuse.badRequest()
}

/** The embedded database stops when its disk is full, which then is the reason of the outage. */
function outageIn({ database }: Context, error: unknown): Outage | undefined {
  const outage = outageOf(error)
  return outage === 'away' && database.isDiskFull() ? 'full' : outage
}

/** The log message for the error. */
const reasons: Readonly<Record<Outage, string>> = {
  unknown: 'the database was lost before it confirmed a commit',
  silent: 'the database does not answer',
  away: 'the database cannot be reached',
  full: 'the disk of the database is full',
  readOnly: 'the database accepts no writes',
  overloaded: 'the database is overloaded',
}

/** The answer to a refused request, in the shape of its family. */
export function failureAnswer(
  refusal: Refusal,
  request: Pick<FastifyRequest, 'id' | 'query' | 'headers'> & Partial<Pick<FastifyRequest, 'caller'>>,
  family: FailureFamily,
): { type: string; text: string } {
  if (family === 'problem')
    return { type: contentTypes.problem, text: JSON.stringify(problemBody(refusal, request.id)) }
  const { code, message, httpStatus } = refusal
  const isOlder = family === 'v1.1'
  const told = isOlder && code === 415 ? `${message} or application/xml` : message
  const body = failureBody(family, code, told, httpStatus)
  if (!isOlder) return { type: contentTypes.json, text: JSON.stringify(body) }
  const writing = writingOfFailure(request)
  return { type: contentTypes[writing === 'xml' ? 'xml' : 'json'], text: writeWire(writing, body) }
}

/**
 * A caller that accepts problem details (RFC 9457) gets them from every call, with the invalid field if there is one.
 */
const asksForProblem = ({ headers }: FastifyRequest): boolean =>
  headers.accept?.includes('application/problem+json') === true

/** A code of the contract has the published status of the call, unless the catalogue requires another such as 404. */
function statusOf({ code, httpStatus }: Refusal, { caller, routeOptions }: FastifyRequest): number {
  const published = routeOptions.config.refusedStatus
  const isOfCall = published !== undefined && httpStatus === 400 && code !== 400
  return isOfCall ? statusOfCode(caller, code, published) : httpStatus
}

/**
 * Sends the answer to a failed request. An error that is not a refusal is logged, and reported as 500 or 503 without
 * details.
 */
export function sendFailure(
  context: Context,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  family: FailureFamily = asksForProblem(request)
    ? 'problem'
    : (request.routeOptions.config.failure ?? 'entity'),
): FastifyReply {
  if (error instanceof StoredAnswer) return sendStoredAnswer(reply, error)
  let refusal = refusalOf(error, request)
  if (refusal === undefined) {
    const outage = outageIn(context, error)
    refusal = outage === undefined ? refuse.internalError() : unavailableFor(outage)
    context.database.watch.note(error)
    // The beginning and the end of an outage are logged once, by the watch of the database.
    const isTold = outage !== undefined && outage !== 'unknown' && outage !== 'overloaded'
    context.log[isTold ? 'debug' : 'error'](
      { err: error, requestId: request.id, url: request.url.split('?', 1)[0] },
      outage === undefined ? 'a request failed' : `a request failed: ${reasons[outage]}`,
    )
  }
  // A challenge would make the browser open its own dialog.
  const isForBasic =
    request.headers['x-counterfoil-console'] === undefined && !reply.hasHeader('www-authenticate')
  if (refusal.httpStatus === 401 && isForBasic) reply.header('www-authenticate', 'Basic realm="counterfoil"')
  if (refusal.quota !== undefined) reply.headers(rateLimitHeaders(refusal.quota))
  if (refusal.version !== undefined) tellVersion(reply, refusal.version)
  if (refusal.retryAfterS !== undefined) reply.header('retry-after', String(refusal.retryAfterS))
  const { type, text } = failureAnswer(refusal, request, family)
  return reply.code(statusOf(refusal, request)).type(type).serializer(String).send(text)
}
