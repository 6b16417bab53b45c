import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../ledger/context.ts'
import { refuse } from '../values/errors.ts'
import type { App } from './app.ts'
import { sendFailure } from './failures.ts'
import { familyOf, pathOf, type KnownPath, type KnownRoutes } from './known-routes.ts'

/** Answers a request that no route takes: 405 with `Allow` where the path takes other methods, 404 elsewhere. */
export function registerUnknownRoutes(app: App, context: Context, routes: KnownRoutes): void {
  const refuseMethod = (known: KnownPath, request: FastifyRequest, reply: FastifyReply) => {
    reply.header('allow', [...known.methods.keys()].sort().join(', '))
    return sendFailure(context, refuse.methodNotAllowed(), request, reply, known.family)
  }
  const answerUnknown = (request: FastifyRequest, reply: FastifyReply) => {
    const path = pathOf(request.url)
    const known = routes.find(path)
    return known === undefined
      ? sendFailure(context, refuse.notFound(), request, reply, familyOf(path))
      : refuseMethod(known, request, reply)
  }
  // Nobody has signed in: a body that no route takes is not read.
  app.addHook('onRequest', async (request, reply) =>
    request.is404 ? answerUnknown(request, reply) : undefined,
  )
  // Where a path has no route for a method, the router tries those with a name in its place: no customer is called so.
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.url?.includes(':') !== true) return undefined
    const known = routes.literally(pathOf(request.url))
    return known === undefined ? undefined : refuseMethod(known, request, reply)
  })
  app.setNotFoundHandler(answerUnknown)
}
