import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../ledger/context.ts'
import type { Config } from '../platform/config.ts'
import { refuse, type Refusal } from '../values/errors.ts'
import type { App } from './app.ts'
import { withoutSessionCookie } from './browser.ts'
import { sendFailure } from './failures.ts'
import { familyOf, pathOf, type KnownPath } from './known-routes.ts'
import { isAnsweredHere, isOfContract, kindOf } from './shadow/calls-rules.ts'
import type { Exchange } from './shadow/exchange.ts'

/** No path below these belongs to the other service. */
const ownPaths = /^\/+(?:admin|console|docs|health|ready|metrics|openapi\.json)(?:\/|$)/i

/** Whether requests for a path without a route are forwarded to the other service. */
export const isHandedOn = ({ upstream }: Config, path: string): boolean =>
  upstream.url !== undefined && !ownPaths.test(path) && path !== '/'

/**
 * Whether the other service answers a request: one for an unknown path and, in shadow mode, one of the contract.
 *
 * @param known the route of the path.
 */
export function isAnsweredElsewhere(
  config: Config,
  method: string,
  url: string,
  known: KnownPath | undefined,
): boolean {
  const path = pathOf(url)
  const { mode } = config.shadow
  if (mode !== 'off' && isOfContract(path)) return !isAnsweredHere(mode, method, kindOf(method, url, known))
  return known === undefined && isHandedOn(config, path)
}

/** Identifies this process in `Via`, so that a request that comes back is detected. */
const pseudonym = `counterfoil-${randomBytes(4).toString('hex')}`

const bodiless = new Set(['GET', 'HEAD'])

/** The headers of a request, without those of the connection and the session of the console. */
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

/** The answer of the other service has its own headers, and only the request id of this server. */
function answerHeaders(reply: FastifyReply, headers: IncomingHttpHeaders): IncomingHttpHeaders {
  for (const name of Object.keys(reply.getHeaders()))
    if (name !== 'x-request-id' && name !== 'connection') reply.removeHeader(name)
  const { connection: _connection, 'keep-alive': _keptAlive, 'transfer-encoding': _coding, ...kept } = headers
  return kept
}

/** Errors for an answer or connection that takes longer than `UPSTREAM_TIMEOUT_MS`. */
const isTimeout = ({ code, cause }: Error & { code?: string }): boolean =>
  /TIMEOUT|GATEWAY_TIMEOUT/i.test(`${code ?? ''} ${(cause as { code?: string } | undefined)?.code ?? ''}`)

const refusalFor = (error: Error): Refusal =>
  isTimeout(error) ? refuse.upstreamTimedOut() : refuse.upstreamUnreachable()

/** @param exchange observes the request and its answer as they pass through. */
export type HandOn = (request: FastifyRequest, reply: FastifyReply, exchange?: Exchange) => FastifyReply

/**
 * Forwards requests to the service at `UPSTREAM_URL`, which has the calls that this server lacks. Bodies pass through
 * as streams, and nothing is retried. Failures of the other service are reported in the shape of the family.
 *
 * @returns undefined without such a service.
 */
export function openFrontDoor(app: App, context: Context): HandOn | undefined {
  const { url, timeoutMs, atOnce } = context.config.upstream
  if (url === undefined) return undefined
  // Loaded only with an upstream: it brings an HTTP client of its own, a tenth of the program.
  app.register(import('@fastify/reply-from'), {
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
  return (request, reply, exchange) => {
    if (request.headers.via?.includes(pseudonym) === true)
      return fail(request, reply, refuse.upstreamUnreachable('UPSTREAM_URL leads back to this server'))
    if (underWay >= atOnce) return fail(request, reply, refuse.unavailable(undefined, { retryAfterS: 1 }))
    underWay += 1
    reply.raw.once('close', () => (underWay -= 1))
    request.quota = null
    request.leaveWaiting?.()
    // The body is not read, but passed on as it arrives.
    if (!bodiless.has(request.method)) request.body = exchange?.tapRequest(request.raw) ?? request.raw
    if (exchange !== undefined)
      reply.raw.once('close', () => exchange.fail('the caller disconnected before the answer'))
    return reply.from(request.originalUrl, {
      retryDelay: () => null,
      rewriteRequestHeaders: (request, headers) => requestHeaders(request as FastifyRequest, headers),
      rewriteHeaders: (headers) => answerHeaders(reply, headers),
      onResponse: (_request, _reply, answer) => {
        context.metrics.handedOn.inc({ status: reply.statusCode })
        const { stream, headers } = answer as unknown as { stream: Readable; headers: IncomingHttpHeaders }
        reply.send(exchange?.tapAnswer(stream, reply.statusCode, headers) ?? stream)
      },
      onError: (_reply, { error }) => {
        context.log.warn({ err: error, requestId: request.id }, 'the service behind this one does not answer')
        exchange?.fail('the other service did not answer')
        fail(request, reply, refusalFor(error))
      },
    })
  }
}
