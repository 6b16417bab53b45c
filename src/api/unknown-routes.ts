import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { Refusal } from '../errors.ts'
import type { App } from './app.ts'
import { sendFailure } from './failures.ts'
import type { FailureFamily } from './v2/envelope.ts'

/** A path with `:names` as an expression that matches what the router would match. */
function pathExpression(url: string): RegExp {
  const escaped = url.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`^${escaped.replaceAll(/:\w+/g, '[^/]+')}$`)
}

/** In which shape a path that is nobody's tells so. */
function familyOf(path: string): FailureFamily {
  if (path.startsWith('/admin/')) return 'problem'
  return /^\/v1(\.1)?(\/|$)/.test(path) ? 'v1.1' : 'entity'
}

interface KnownPath {
  readonly expression: RegExp
  readonly methods: Set<string>
  /** Of the first route of the path. */
  readonly family: FailureFamily
}

/** Answers a request that no route takes: 405 with `Allow` where the path takes other methods, 404 elsewhere. */
export function registerUnknownRoutes(app: App, context: Context): void {
  const paths = new Map<string, KnownPath>()
  app.addHook('onRoute', ({ url, method, config }) => {
    const family = config?.failure ?? 'entity'
    const path = paths.get(url) ?? { expression: pathExpression(url), methods: new Set(), family }
    paths.set(url, path)
    for (const one of [method].flat()) path.methods.add(one)
  })
  const refuseMethod = (known: KnownPath, request: FastifyRequest, reply: FastifyReply) => {
    reply.header('allow', [...known.methods].sort().join(', '))
    return sendFailure(context, new Refusal(405), request, reply, known.family)
  }
  // Where a path has no route for a method, the router tries those with a name in its place: no customer is called so.
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.url?.includes(':') !== true) return undefined
    const known = paths.get(request.url.split('?', 1)[0] ?? '')
    return known === undefined ? undefined : refuseMethod(known, request, reply)
  })
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const known = [...paths.values()].find(({ expression }) => expression.test(path))
    if (known === undefined) {
      return sendFailure(context, new Refusal(404), request, reply, familyOf(path))
    }
    return refuseMethod(known, request, reply)
  })
}
