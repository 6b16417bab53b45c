import { randomUUID } from 'node:crypto'
import { createServer as createNodeServer, type RequestListener, type Server } from 'node:http'
import type { Socket } from 'node:net'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Ajv } from 'ajv'
import { fastify, type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Caller } from './access/caller.ts'
import { registerAccessGroups } from './api/admin/access-groups.ts'
import { registerAreas } from './api/admin/areas.ts'
import { registerAudit } from './api/admin/audit.ts'
import { registerClients } from './api/admin/clients.ts'
import { registerCustomers } from './api/admin/customers.ts'
import { registerSandbox } from './api/admin/sandbox.ts'
import { registerJobs } from './api/admin/jobs.ts'
import { registerOrganisation } from './api/admin/organisation.ts'
import { registerSearch } from './api/admin/search.ts'
import { registerUploadPreview } from './api/admin/upload-preview.ts'
import { registerSession } from './api/admin/session.ts'
import { registerOwnLimits } from './api/admin/own-limits.ts'
import { registerTills } from './api/admin/tills.ts'
import { registerUsers } from './api/admin/users.ts'
import { registerCodeBatches } from './api/admin/code-batches.ts'
import { registerSeriesCodes } from './api/admin/series-codes.ts'
import { answerHeaders, requestIdOf } from './api/answer-headers.ts'
import type { App } from './api/app.ts'
import { registerWebhookMessages } from './api/admin/webhook-messages.ts'
import { registerWebhooks } from './api/admin/webhooks.ts'
import { registerExplain } from './api/admin/explain.ts'
import { registerFigures } from './api/admin/figures.ts'
import { registerExport } from './api/admin/export.ts'
import { authenticate } from './api/authenticate.ts'
import { registerBodyTimeout } from './api/body-timeout.ts'
import { originOf } from './api/browser.ts'
import { addressOf, unlistedProxyOf } from './api/caller-address.ts'
import { registerConsole } from './api/console.ts'
import { sendFailure } from './api/failures.ts'
import { registerJsonBody } from './api/json-body.ts'
import { requireOneHost } from './api/host-header.ts'
import { familyOf, KnownRoutes } from './api/known-routes.ts'
import { registerRateLimits, takeFromCaller } from './api/rate-limits.ts'
import { Overload } from './api/overload.ts'
import { registerGenerateToken } from './api/oauth/generate-token.ts'
import { openApi, referencePage } from './api/open-api.ts'
import { registerFrontPage } from './api/operations/front-page.ts'
import { registerProbes } from './api/operations/probes.ts'
import { registerSignInFirst } from './api/sign-in-first.ts'
import { registerUnknownRoutes } from './api/unknown-routes.ts'
import { registerUploads } from './api/uploads/register-uploads.ts'
import { registerV11 } from './api/v1_1/routes.ts'
import { registerBulkExpiry } from './api/v2/bulk-expiry.ts'
import { registerCouponDetails } from './api/v2/coupon-details.ts'
import { registerCustomerCoupons } from './api/v2/customer-coupons.ts'
import { registerDetailedCoupons } from './api/v2/detailed-coupons.ts'
import { entityFailureBody } from './api/v2/envelope.ts'
import { registerGetCustomer } from './api/v2/get-customer.ts'
import { registerIsRedeemable } from './api/v2/is-redeemable.ts'
import { registerIssue } from './api/v2/issue.ts'
import { registerOrgEntity } from './api/v2/org-entity.ts'
import { registerPlaces } from './api/v2/places.ts'
import { registerReactivate } from './api/v2/reactivate.ts'
import { registerRedeem } from './api/v2/redeem.ts'
import { registerRegisterCustomer } from './api/v2/register-customer.ts'
import { registerRevoke } from './api/v2/revoke.ts'
import { registerSearchCustomers } from './api/v2/search-customers.ts'
import { registerUpdateCustomer } from './api/v2/update-customer.ts'
import { registerSeries } from './api/v2/series.ts'
import { registerUpdateRedemption } from './api/v2/update-redemption.ts'
import { registerEventLog } from './api/v3/event-log.ts'
import { registerV3WebHooks } from './api/v3/web-hooks.ts'
import type { Context } from './context.ts'

const bodyLimitBytes = 1024 * 1024
const requestTimeoutMs = 30_000
const keepAliveTimeoutMs = 65_000
/** Nothing comes, and nothing that we send is read: a caller that has gone, or one that wants to hold on to us. */
const idleTimeoutMs = 120_000
/** How often Node looks which requests have taken too long. */
const timeoutCheckMs = 5_000

/** Answers what Node's parser refuses before there is a request. */
function refuseUnparsed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy() as unknown as void
  const [status, reason, message]: [number, string, string] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large', 'The request headers are too large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout', 'The request took too long to arrive']
        : [400, 'Bad Request', 'The request is not valid HTTP']
  const body = JSON.stringify(entityFailureBody(status, message))
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nX-Request-Id: ${randomUUID()}\r\nConnection: close\r\n\r\n${body}`,
  )
}

/** Node's server, which asks first whether there is room for a request at all. */
function createHttpServer({ config }: Context, overload: Overload, handle: RequestListener): Server {
  const server = createNodeServer(
    {
      // Node's own refusal has no body; ours follows below.
      requireHostHeader: false,
      headersTimeout: requestTimeoutMs,
      // For all of a request; bodies that are no uploads have less, see `registerBodyTimeout`.
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

async function signInCaller(context: Context, request: FastifyRequest): Promise<Caller> {
  const { address, id } = request
  const caller = await authenticate(context, request, address)
  request.isOfSandbox = caller.isSandbox
  takeFromCaller(context, request, caller)
  return { ...caller, from: { address, requestId: id } }
}

/** The HTTP server on a context. Every feature is listed here by hand; nothing is found by magic. */
export async function createServer(context: Context): Promise<App> {
  const routes = new KnownRoutes()
  const overload = new Overload(context, routes)
  const app: App = fastify({
    logger: false,
    genReqId: requestIdOf,
    bodyLimit: bodyLimitBytes,
    serverFactory: (handle) => createHttpServer(context, overload, handle),
    forceCloseConnections: 'idle',
    // What arrives on an open connection of a stopping server is answered like any other request, and the last.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    // An address that the router cannot read: there is no route, so no hook runs.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      reply.headers(answerHeaders(context, request, request.id))
      void sendFailure(context, error, request, reply, familyOf(request.url))
    },
    clientErrorHandler: refuseUnparsed,
  }).withTypeProvider<TypeBoxTypeProvider>()

  // Query strings are read by `query-parameters.ts`, which says more than a schema could; bodies by their schema.
  const ajv = new Ajv({ verbose: true, useDefaults: true })
  app.setValidatorCompiler<object>(({ httpPart, schema }) =>
    httpPart === 'querystring' ? () => true : ajv.compile(schema),
  )
  // Fastify's own serialiser puts required keys before optional ones; the contract has an order.
  app.setSerializerCompiler(() => JSON.stringify)
  app.setErrorHandler((error, request, reply) => sendFailure(context, error, request, reply))
  app.decorateRequest('isShed', false)
  app.decorateRequest('address', '')
  app.decorateRequest('quota', null)
  app.decorateRequest('overQuota', null)
  app.decorateRequest('isOfSandbox', false)
  app.decorateRequest('signedIn', null)
  app.decorateRequest('signIn', function signIn(this: FastifyRequest) {
    return (this.signedIn ??= signInCaller(context, this))
  })
  app.decorateRequest('origin', function origin(this: FastifyRequest) {
    return originOf(this)
  })
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
    if (request.isOfSandbox) context.metrics.sandboxRequests.inc({ status: statusCode })
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
  // An expectation that nobody knows may be passed over; Node would refuse it without a body.
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
  registerUnknownRoutes(app, context, routes)

  await app.register(swagger, openApi)
  await app.register(async (features) => {
    registerSignInFirst(features)
    registerFrontPage(features)
    registerProbes(features, context)
    registerGenerateToken(features, context)
    registerCustomerCoupons(features, context)
    registerCouponDetails(features, context)
    registerDetailedCoupons(features, context)
    registerIssue(features, context)
    registerIsRedeemable(features, context)
    registerRedeem(features, context)
    registerUpdateRedemption(features, context)
    registerReactivate(features, context)
    registerBulkExpiry(features, context)
    registerRevoke(features, context)
    registerSeries(features, context)
    registerRegisterCustomer(features, context)
    registerGetCustomer(features, context)
    registerSearchCustomers(features, context)
    registerUpdateCustomer(features, context)
    registerOrgEntity(features, context)
    registerPlaces(features, context)
    registerSession(features, context)
    registerUsers(features, context)
    registerAudit(features, context)
    registerFigures(features, context)
    registerJobs(features, context)
    registerSearch(features, context)
    registerUploadPreview(features)
    registerExplain(features, context)
    registerOrganisation(features, context)
    registerSandbox(features, context)
    registerClients(features, context)
    registerTills(features, context)
    registerOwnLimits(features, context)
    registerAccessGroups(features, context)
    registerAreas(features, context)
    registerCustomers(features, context)
    registerSeriesCodes(features, context)
    registerCodeBatches(features, context)
    registerExport(features, context)
    registerWebhooks(features, context)
    registerWebhookMessages(features, context)
    registerV3WebHooks(features, context)
    registerEventLog(features, context)
    await features.register(async (uploads) => registerUploads(uploads, context))
    await features.register(async (scope) => registerV11(scope, context))
    features.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  })
  await app.register(swaggerUi, referencePage)
  await registerConsole(app)
  await app.ready()
  return app
}
