import { Type } from 'typebox'
import { isDatabaseReady } from '../../organisations/is-database-ready.ts'
import type { Context } from '../../context.ts'
import type { App } from '../app.ts'

const status = Type.Object({ status: Type.String() })

/** `/health`, `/ready` and `/metrics`: for load balancers and Prometheus. */
export function registerProbes(app: App, context: Context): void {
  app.get(
    '/health',
    {
      config: { isProbe: true },
      schema: {
        operationId: 'getHealth',
        summary: 'Is the process up?',
        tags: ['Operation'],
        security: [],
        response: { 200: status },
      },
    },
    async () => ({ status: 'ok' }),
  )

  app.get(
    '/ready',
    {
      config: { isProbe: true },
      schema: {
        operationId: 'getReadiness',
        summary: 'Is the database reached and migrated, and is the server to stay?',
        tags: ['Operation'],
        security: [],
        response: { 200: status, 503: status },
      },
    },
    async (_request, reply) => {
      if (!context.life.isStopping && (await isDatabaseReady(context))) return { status: 'ready' }
      return reply.code(503).header('retry-after', '1').send({ status: 'not ready' })
    },
  )

  app.get(
    '/metrics',
    {
      config: { isProbe: true },
      schema: {
        operationId: 'getMetrics',
        summary: 'Figures for Prometheus',
        tags: ['Operation'],
        security: [],
        response: { 200: Type.String() },
      },
    },
    async (_request, reply) => {
      const { registry } = context.metrics
      return reply.header('content-type', registry.contentType).send(await registry.metrics())
    },
  )
}
