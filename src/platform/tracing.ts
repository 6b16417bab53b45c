import {
  context,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanOptions,
} from '@opentelemetry/api'
import type { Pool, PoolClient } from 'pg'

/**
 * The tracing interface: spans of requests, batches, statements and webhook deliveries for the OpenTelemetry SDK that
 * the operator loads (`docs/operations.md`). Without one nothing is recorded or sent. Spans carry routes,
 * organisations, sizes and names of statements; never texts or values of statements, codes, addresses of receivers, or
 * personal data.
 */
export const tracer = trace.getTracer('counterfoil')

/** Whether an SDK has been loaded. Tracing that costs something per request or statement is set up only then. */
export function isTracing(): boolean {
  const provider = trace.getTracerProvider()
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer('counterfoil') !== undefined
}

/** Adds attributes to the current span, if there is one. */
export function describeSpan(attributes: Attributes): void {
  trace.getActiveSpan()?.setAttributes(attributes)
}

/** Marks a span as failed. The message of an error may contain row values, so only its code or name is recorded. */
export function failSpan(span: Span, error: unknown): void {
  const { code, name } = (error ?? {}) as { code?: string | number; name?: string }
  span.setStatus({ code: SpanStatusCode.ERROR })
  span.setAttribute('error.type', String(code ?? name ?? 'unknown'))
}

/** Runs work inside its own span. */
export function inSpan<Result>(
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<Result>,
): Promise<Result> {
  return tracer.startActiveSpan(name, options, async (span) => {
    try {
      return await work(span)
    } catch (error) {
      failSpan(span, error)
      throw error
    } finally {
      span.end()
    }
  })
}

/** The trace context of a batch item; undefined: tracing is off. */
export const tracedCaller = (): Context | undefined => (isTracing() ? context.active() : undefined)

/** Runs a batch in a span that belongs to its first caller and is linked to the others. */
export function inBatchSpan<Result>(
  name: string | undefined,
  callers: readonly (Context | undefined)[],
  run: () => Promise<Result>,
): Promise<Result> {
  const [first, ...others] = callers
  if (first === undefined) return run()
  const links = others.flatMap((caller) => {
    const linked = trace.getSpanContext(caller ?? ROOT_CONTEXT)
    return linked === undefined ? [] : [{ context: linked }]
  })
  const options = { links, attributes: { 'counterfoil.batch.size': callers.length } }
  return context.with(first, () => inSpan(name === undefined ? 'batch' : `batch ${name}`, options, run))
}

/** The name of a named statement, or else its first word. */
function nameOfStatement(statement: unknown): string {
  const { name, text } = (statement ?? {}) as { name?: unknown; text?: unknown }
  if (typeof name === 'string') return name
  const sql = typeof statement === 'string' ? statement : typeof text === 'string' ? text : ''
  return /^\W*(\w+)/.exec(sql)?.[1]?.toLowerCase() ?? 'statement'
}

/**
 * A connection from the pool arrives in the context of the caller that returned it; this attributes statements to the
 * caller that waits for it.
 */
export function traceConnections(pool: Pool): void {
  const connect = pool.connect.bind(pool) as (...given: unknown[]) => unknown
  pool.connect = ((...given: unknown[]) =>
    connect(...given.map((one) => context.bind(context.active(), one)))) as typeof pool.connect
}

/** Creates a span for every statement of a connection. */
export function traceStatements(client: PoolClient): void {
  const query = client.query.bind(client) as (...given: unknown[]) => unknown
  const traced = (...given: unknown[]): unknown => {
    const summary = nameOfStatement(given[0])
    const span = tracer.startSpan(summary, {
      kind: SpanKind.CLIENT,
      attributes: { 'db.system.name': 'postgresql', 'db.query.summary': summary },
    })
    const end = (error?: unknown): void => {
      if (error !== undefined && error !== null) failSpan(span, error)
      span.end()
    }
    const callback = given.at(-1)
    if (typeof callback === 'function') {
      const told = context.bind(context.active(), (error: unknown, result: unknown): unknown => {
        end(error)
        return callback(error, result)
      })
      return query(...given.slice(0, -1), told)
    }
    const answer = query(...given)
    if (answer instanceof Promise) answer.then(() => end(), end)
    // The span of a stream of rows ends at once, because the reader determines how long the stream takes.
    else end()
    return answer
  }
  client.query = traced as typeof client.query
}
