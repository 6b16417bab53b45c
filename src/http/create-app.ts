import { randomUUID } from 'node:crypto'
import { createServer as createNodeServer, type RequestListener, type Server } from 'node:http'
import type { Socket } from 'node:net'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Ajv, type ValidateFunction } from 'ajv'
import { fastify, type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify'
import { answerHeaders, requestIdOf } from './answer-headers.ts'
import type { App } from './app.ts'
import { registerBodyTimeout } from './body-timeout.ts'
import { addressOf, unlistedProxyOf } from './caller-address.ts'
import { sendFailure } from './failures.ts'
import { registerJsonBody } from './json-body.ts'
import { requireOneHost } from './host-header.ts'
import { familyOf, KnownRoutes } from './known-routes.ts'
import { openFrontDoor } from './front-door.ts'
import { registerShadow } from './shadow/register-shadow.ts'
import type { Shadow } from './shadow/shadow.ts'
import { registerRateLimits } from './rate-limits.ts'
import { Overload } from './overload.ts'
import { traceRequests } from './trace-requests.ts'
import { registerUnknownRoutes } from './unknown-routes.ts'
import { entityFailureBody } from './envelope.ts'
import type { Context } from '../ledger/context.ts'

const bodyLimitBytes = 1024 * 1024
const requestTimeoutMs = 30_000
const keepAliveTimeoutMs = 65_000
/** Time after which an idle connection, which neither sends nor reads, is closed. */
const idleTimeoutMs = 120_000
/** The interval at which Node checks requests for time-outs. */
const timeoutCheckMs = 5_000

type Validator = ((data: unknown) => boolean) & Pick<ValidateFunction, 'errors'>

const ajv = new Ajv({ verbose: true, useDefaults: true })

/**
 * Schemas are compiled at their first use, since a hundred of them would take most of the start, and are cached for all
 * servers of the process.
 */
function validatorOf(schema: object): Validator {
  let compiled: ValidateFunction | undefined
  const validate: Validator = (data) => {
    compiled ??= ajv.compile(schema)
    const isValid = compiled(data)
    validate.errors = compiled.errors ?? null
    return isValid
  }
  return validate
}

/** Answers requests that Node's parser refuses. */
function refuseUnparsed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy() as unknown as void
  const [status, reason, message]: [number, string, string] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large', 'The request headers are too large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout', 'The request took too long to arrive']
        : [400, 'Bad Request', 'The request is not valid HTTP']
  const body = JSON.stringify(entityFailureBody(status, message))
  const requestId = randomUUID()
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nX-Request-Id: ${requestId}\r\nX-Cap-RequestID: ${requestId}\r\nConnection: close\r\n\r\n${body}`,
  )
}

/** Node's server, which first checks for overload. */
function createHttpServer({ config }: Context, overload: Overload, handle: RequestListener): Server {
  const server = createNodeServer(
    {
      // Node's own refusal has no body, so the check is done below.
      requireHostHeader: false,
      headersTimeout: requestTimeoutMs,
      // The limit for a whole request; bodies other than uploads have less time, see `registerBodyTimeout`.
      requestTimeout: Math.max(requestTimeoutMs, config.uploadTimeoutMs),
      connectionsCheckingInterval: timeoutCheckMs,
      keepAliveTimeout: keepAliveTimeoutMs,
    },
    (request, response) => {
      if (!overload.refuses(request, response)) handle(request, response)
    },
  )
  server.maxConnections = config.maxConnections
  return server.setTimeout(idleTimeoutMs)
}

/**
 * A router that ignores case converts the path to lower case and cuts out parameters at the same positions. One letter
 * becomes longer by that, so it is replaced by the two characters that compare equal.
 */
const withoutLongerLetters = (url: string): string =>
  // Hardly any request contains the letter, so usually a single scan suffices.
  url.includes('%') && longerLetter.test(url)
    ? url.replace(/^[^?]*/, (path) => path.replaceAll(/%c4%b0/gi, 'I%CC%87'))
    : url

const longerLetter = /%c4%b0/i

/**
 * Creates the HTTP server on a context, without routes, with everything that all requests pass through: limits of size
 * and time, admission under load, sign-in, quotas, failures, the log and the metrics.
 *
 * @param shadow compares answers with those of the service at `UPSTREAM_URL`; undefined: off.
 */
export function createApp(context: Context, shadow?: Shadow): App {
  const routes = new KnownRoutes()
  const overload = new Overload(context, routes)
  const app: App = fastify({
    logger: false,
    genReqId: requestIdOf,
    rewriteUrl: ({ url = '' }) => withoutLongerLetters(url),
    bodyLimit: bodyLimitBytes,
    serverFactory: (handle) => createHttpServer(context, overload, handle),
    forceCloseConnections: 'idle',
    // A request on an open connection of a stopping server is answered normally, as the last one of the connection.
    return503OnClosing: false,
    // Programs send paths in capitals, with a trailing slash or with double slashes.
    routerOptions: {
      maxParamLength: 200,
      caseSensitive: false,
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
    },
    // For a path that the router cannot decode, no hook runs.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      reply.headers(answerHeaders(context, request, request.id))
      void sendFailure(context, error, request, reply, familyOf(request.url))
    },
    clientErrorHandler: refuseUnparsed,
  }).withTypeProvider<TypeBoxTypeProvider>()

  // Bodies are validated by their schemas; query strings by `query-parameters.ts`, whose messages are more specific.
  app.setValidatorCompiler<object>(({ httpPart, schema }) =>
    httpPart === 'querystring' ? () => true : validatorOf(schema),
  )
  // Fastify's own serialiser prints required keys before optional ones, whereas the contract has an order.
  app.setSerializerCompiler(() => JSON.stringify)
  app.setErrorHandler((error, request, reply) => sendFailure(context, error, request, reply))
  app.decorateRequest('isShed', false)
  app.decorateRequest('leaveWaiting', null)
  app.decorateRequest('address', '')
  app.decorateRequest('quota', null)
  app.decorateRequest('overQuota', null)
  app.decorateRequest('caller', null)
  app.decorateRequest('session', null)
  traceRequests(app)
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(answerHeaders(context, request, request.id))
    request.address = addressOf(request, context.config.trustedProxies)
    requireOneHost(request.raw)
    const unlisted = unlistedProxyOf(request, context.config.trustedProxies)
    if (unlisted !== undefined) context.noticedProxies.note(context, unlisted)
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    const { elapsedTime, statusCode } = reply
    const labels = { method: request.method, route, status: statusCode }
    if (request.caller?.isSandbox) context.metrics.sandboxRequests.inc({ status: statusCode })
    else context.metrics.requestDuration.observe(labels, elapsedTime / 1000)
    const level = request.isShed
      ? 'debug'
      : statusCode >= 500
        ? 'error'
        : statusCode >= 400
          ? 'info'
          : 'debug'
    if (context.log.isLevelEnabled(level)) {
      context.log[level](
        { requestId: request.id, method: request.method, route, status: statusCode, durationMs: elapsedTime },
        'request',
      )
    }
  })
  // An unknown expectation may be ignored; Node would refuse it without a body.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  app.server.on('drop', () => context.metrics.connectionsDropped.inc())
  routes.listenTo(app)
  overload.countIn(app)
  registerRateLimits(app, context)
  registerBodyTimeout(app, requestTimeoutMs, (socket) =>
    refuseUnparsed(
      Object.assign(new Error('the body took too long'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }),
      socket,
    ),
  )
  registerJsonBody(app)
  const handOn = openFrontDoor(app, context)
  if (handOn !== undefined && shadow !== undefined) registerShadow(app, context, { routes, handOn, shadow })
  registerUnknownRoutes(app, context, routes, handOn)
  return app
}
