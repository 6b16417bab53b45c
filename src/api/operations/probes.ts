import { timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { sha256 } from '../../identity/credentials/secrets.ts'
import { whyNotReady } from '../../operate/readiness.ts'
import type { Context } from '../../ledger/context.ts'
import { refuse } from '../../values/errors.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { isListed } from '../../http/caller-address.ts'
import { entityFailure as failure } from '../../http/envelope.ts'

const status = Type.Object({ status: Type.String() })
const notReady = Type.Object({
  status: Type.String(),
  reason: Type.String({ description: 'In a sentence.' }),
})

/** @throws Refusal 403 from an address that is not listed, 401 without the token. */
function requireMetricsAccess({ config }: Context, request: FastifyRequest, reply: FastifyReply): void {
  const { metricsAddresses } = config
  const { metricsToken } = config.secrets
  if (metricsAddresses !== undefined && !isListed(request.address, metricsAddresses))
    throw refuse.accessDenied('The figures are not for this address: METRICS_ADDRESSES does not list it')
  if (metricsToken === undefined) return
  const [, given = ''] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? []
  // Hashed, so that both have one length and the time tells nothing.
  if (timingSafeEqual(sha256(given), sha256(metricsToken))) return
  reply.header('www-authenticate', 'Bearer')
  throw refuse.notSignedIn('The figures need Authorization: Bearer with the token of METRICS_TOKEN')
}

/** `/health`, `/ready` and `/metrics`: for load balancers and Prometheus. */
export function registerProbes(app: App, context: Context): void {
  route(app, 'GET /health', {
    access: 'public',
    isProbe: true,
    schema: {
      operationId: 'getHealth',
      summary: 'Is the process up?',
      tags: ['Operation'],
      response: { 200: status },
    },
    handler: async () => ({ status: 'ok' }),
  })

  route(app, 'GET /ready', {
    access: 'public',
    isProbe: true,
    schema: {
      operationId: 'getReadiness',
      summary: 'Can the server write to the database, is it migrated, and is the server to stay?',
      tags: ['Operation'],
      response: { 200: status, 503: notReady },
    },
    handler: async (_caller, _request, reply) => {
      const reason = await whyNotReady(context)
      if (reason === undefined) return { status: 'ready' }
      return reply.code(503).header('retry-after', '1').send({ status: 'not ready', reason })
    },
  })

  route(app, 'GET /metrics', {
    access: 'public',
    isProbe: true,
    schema: {
      operationId: 'getMetrics',
      summary: 'Figures for Prometheus',
      tags: ['Operation'],
      description:
        'Open to everybody who reaches the port, unless METRICS_TOKEN or METRICS_ADDRESSES says otherwise.',
      response: { 200: Type.String(), 401: failure, 403: failure },
    },
    handler: async (_caller, request, reply) => {
      requireMetricsAccess(context, request, reply)
      const { registry } = context.metrics
      return reply.header('content-type', registry.contentType).send(await registry.metrics())
    },
  })
}
