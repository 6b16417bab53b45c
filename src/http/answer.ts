import type { FastifyReply } from 'fastify'
import type { Writer } from './decimals.ts'
import type { StoredAnswer } from '../platform/idempotency/idempotent.ts'

export const contentTypes = {
  json: 'application/json; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
  problem: 'application/problem+json',
} as const

/** An answer in its final form. */
export interface Answer {
  readonly httpStatus: number
  readonly body: string
  readonly type: keyof typeof contentTypes
}

/** An answer in JSON. */
export function answerOf(httpStatus: number, wire: unknown, write: Writer = JSON.stringify): Answer {
  return { httpStatus, body: write(wire), type: 'json' }
}

/** Sends the text of an answer unchanged. @param isReplay whether it is the stored outcome of an earlier request. */
export function sendAnswer(reply: FastifyReply, answer: Answer, isReplay = false): FastifyReply {
  if (isReplay) reply.header('idempotency-replayed', 'true')
  return reply
    .code(answer.httpStatus)
    .type(contentTypes[answer.type])
    .serializer((body: unknown) => String(body))
    .send(answer.body)
}

/** Sends an answer that the previous release stored: JSON text, or XML, which begins with `<`. */
export function sendStoredAnswer(reply: FastifyReply, { httpStatus, body }: StoredAnswer): FastifyReply {
  return sendAnswer(reply, { httpStatus, body, type: body.startsWith('<') ? 'xml' : 'json' }, true)
}
