import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../values/caller.ts'
import { badParameter } from '../values/errors.ts'
import type { Answer, GivenAnswer, RetryKey } from '../platform/idempotency/stored-answers.ts'

const maxKeyLength = 255

/**
 * What makes a request known when it is sent again: its `Idempotency-Key` header, who sent it and to which route.
 *
 * @throws Refusal 400 for a key that is too long or holds control characters.
 */
export function readRetryKey(request: FastifyRequest, caller: Caller): RetryKey | undefined {
  const key = request.headers['idempotency-key']
  if (key === undefined || key === '') return undefined
  if (typeof key !== 'string' || key.length > maxKeyLength || !/^[\u0020-\u007E\u00A0-\u00FF]+$/.test(key)) {
    throw badParameter('Idempotency-Key', String(key), `at most ${maxKeyLength} printable characters`)
  }
  // The route has the place of an id in its path, not the id: the same body for another one is another request.
  const params = request.params as object
  const inPath = Object.keys(params).length > 0 ? [params] : []
  const hash = createHash('sha256').update(JSON.stringify([request.query, request.body, ...inPath]))
  return {
    holderKind: caller.kind,
    holderId: caller.holderId,
    route: `${request.method} ${request.routeOptions.url ?? ''}`,
    key,
    requestHash: hash.digest('base64'),
  }
}

/** An answer in JSON as it is sent and, with a key, stored. */
export function answerOf(httpStatus: number, wire: unknown): Answer {
  return { httpStatus, body: JSON.stringify(wire) }
}

/**
 * The answer to a request that tells of customers, in the request or in the answer: what is stored of it goes when one
 * of them is erased. Every write that names a customer says so; undefined: there is none.
 */
export function about(customers: number | readonly number[] | undefined, answer: Answer): Answer {
  const customerIds = typeof customers === 'number' ? [customers] : [...new Set(customers)]
  return customerIds.length === 0 ? answer : { ...answer, customerIds }
}

/** The answer to a request that could not be carried out: with a key too, the next try starts afresh. */
export function notCarriedOut(httpStatus: number, wire: unknown): Answer {
  return { ...answerOf(httpStatus, wire), isKept: false }
}

export const contentTypes = {
  json: 'application/json; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
} as const

/** Sends an answer byte by byte; one that was given before says so. What is kept of it is its text, which tells its type. */
export function sendAnswer(reply: FastifyReply, answer: GivenAnswer): FastifyReply {
  if (answer.isReplay) reply.header('idempotency-replayed', 'true')
  return reply
    .code(answer.httpStatus)
    .type(answer.body.startsWith('<') ? contentTypes.xml : contentTypes.json)
    .serializer((body: unknown) => String(body))
    .send(answer.body)
}
