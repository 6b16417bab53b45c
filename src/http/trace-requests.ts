import { context, propagation, ROOT_CONTEXT, SpanKind, trace, type Context } from '@opentelemetry/api'
import type { FastifyRequest } from 'fastify'
import { failSpan, isTracing, tracer } from '../platform/tracing.ts'
import type { App } from './app.ts'

/** Creates a span for every request, as part of the trace that the caller names, if any. */
export function traceRequests(app: App): void {
  if (!isTracing()) return
  const traced = new WeakMap<FastifyRequest, Context>()
  const inRequest = (request: FastifyRequest, next: () => void): void =>
    context.with(traced.get(request) ?? context.active(), next)
  app.addHook('onRequest', (request, _reply, next) => {
    const { method, routeOptions, headers } = request
    const route = routeOptions.url ?? 'unknown'
    const caller = propagation.extract(ROOT_CONTEXT, headers)
    const attributes = { 'http.request.method': method, 'http.route': route }
    const span = tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }, caller)
    traced.set(request, trace.setSpan(caller, span))
    inRequest(request, next)
  })
  // The connection reports the end of a body outside the context of the request.
  app.addHook('preValidation', (request, _reply, next) => inRequest(request, next))
  app.addHook('onResponse', async (request, { statusCode }) => {
    const span = trace.getSpan(traced.get(request) ?? ROOT_CONTEXT)
    span?.setAttribute('http.response.status_code', statusCode)
    if (span !== undefined && statusCode >= 500) failSpan(span, { code: statusCode })
    span?.end()
  })
}
