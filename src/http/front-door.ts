import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import replyFrom from '@fastify/reply-from'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../ledger/context.ts'
import type { Config } from '../platform/config.ts'
import { refuse, type Refusal } from '../values/errors.ts'
import type { App } from './app.ts'
import { withoutSessionCookie } from './browser.ts'
import { sendFailure } from './failures.ts'
import { familyOf, pathOf } from './known-routes.ts'

/** Nothing below these paths belongs to the other service. */
const ownPaths = /^\/+(?:admin|console|docs|health|ready|metrics|openapi\.json)(?:\/|$)/i

/** Whether a path that no route takes is handed on to the other service. */
export const isHandedOn = ({ upstream }: Config, path: string): boolean =>
  upstream.url !== undefined && !ownPaths.test(path) && path !== '/'

/** Distinguishes this process from others in `Via`, so that a request that comes back is noticed. */
const pseudonym = `counterfoil-${randomBytes(4).toString('hex')}`

const bodiless = new Set(['GET', 'HEAD'])

/** A request as it came, without what belongs to this connection or to the console. */
function requestHeaders(request: FastifyRequest, headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { expect: _expectation, 'keep-alive': _keptAlive, cookie, ...kept } = headers
  if (bodiless.has(request.method)) {
    delete kept['content-length']
    delete kept['transfer-encoding']
  }
  const others = withoutSessionCookie(cookie)
  const { via } = headers
  return {
    ...kept,
    ...(others !== undefined && { cookie: others }),
    via: via === undefined ? `1.1 ${pseudonym}` : `${via}, 1.1 ${pseudonym}`,
  }
}

/** The answer of the other service carries its own headers and none of ours but the id of the request. */
function answerHeaders(reply: FastifyReply, headers: IncomingHttpHeaders): IncomingHttpHeaders {
  for (const name of Object.keys(reply.getHeaders()))
    if (name !== 'x-request-id' && name !== 'connection') reply.removeHeader(name)
  const { connection: _connection, 'keep-alive': _keptAlive, 'transfer-encoding': _coding, ...kept } = headers
  return kept
}

/** Errors that say that the answer, or the connection, took longer than `UPSTREAM_TIMEOUT_MS`. */
const isTimeout = ({ code, cause }: Error & { code?: string }): boolean =>
  /TIMEOUT|GATEWAY_TIMEOUT/i.test(`${code ?? ''} ${(cause as { code?: string } | undefined)?.code ?? ''}`)

const refusalFor = (error: Error): Refusal =>
  isTimeout(error) ? refuse.upstreamTimedOut() : refuse.upstreamUnreachable()

export type HandOn = (request: FastifyRequest, reply: FastifyReply) => FastifyReply

/**
 * Hands requests on to the service at `UPSTREAM_URL`, which keeps what this one does not: the bodies of requests and answers
 * pass through as streams, and nothing is tried twice. Its failures are told in the shape of the family.
 *
 * @returns undefined where there is no such service.
 */
export function openFrontDoor(app: App, context: Context): HandOn | undefined {
  const { url, timeoutMs, atOnce } = context.config.upstream
  if (url === undefined) return undefined
  app.register(replyFrom, {
    base: url,
    disableRequestLogging: true,
    destroyAgent: true,
    undici: {
      connections: atOnce,
      pipelining: 1,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      connect: { timeout: timeoutMs },
    },
  })
  let underWay = 0
  const fail = (request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply => {
    context.metrics.handedOn.inc({ status: refusal.httpStatus })
    return sendFailure(context, refusal, request, reply, familyOf(pathOf(request.url)))
  }
  return (request, reply) => {
    if (request.headers.via?.includes(pseudonym) === true)
      return fail(request, reply, refuse.upstreamUnreachable('UPSTREAM_URL leads back to this server'))
    if (underWay >= atOnce) return fail(request, reply, refuse.unavailable(undefined, { retryAfterS: 1 }))
    underWay += 1
    reply.raw.once('close', () => (underWay -= 1))
    request.quota = null
    // The body has not been read, and goes on as it comes.
    if (!bodiless.has(request.method)) request.body = request.raw
    return reply.from(request.originalUrl, {
      retryDelay: () => null,
      rewriteRequestHeaders: (request, headers) => requestHeaders(request as FastifyRequest, headers),
      rewriteHeaders: (headers) => answerHeaders(reply, headers),
      onResponse: (_request, _reply, answer) => {
        context.metrics.handedOn.inc({ status: reply.statusCode })
        reply.send((answer as unknown as { stream: NodeJS.ReadableStream }).stream)
      },
      onError: (_reply, { error }) => {
        context.log.warn({ err: error, requestId: request.id }, 'the service behind this one does not answer')
        fail(request, reply, refusalFor(error))
      },
    })
  }
}
