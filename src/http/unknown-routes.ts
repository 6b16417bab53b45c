import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../ledger/context.ts'
import { refuse } from '../values/errors.ts'
import type { App } from './app.ts'
import { authenticate } from './authenticate.ts'
import { sendFailure } from './failures.ts'
import { isHandedOn, type HandOn } from './front-door.ts'
import { familyOf, isVersioned, pathOf, type KnownPath, type KnownRoutes } from './known-routes.ts'

const elsewhere =
  'This server keeps coupons and customers, and nothing under this path: points, transactions and other resources are with another service'

/** Whether all calls of a path are public. */
const isOpen = ({ methods }: KnownPath): boolean =>
  [...methods.values()].every(({ access }) => access === undefined || access === 'public')

/**
 * Answers a request without a route: 405 with `Allow` if the path has other methods; otherwise the service at
 * `UPSTREAM_URL` answers, or 404 without such a service. Under the paths of the contract a caller has to sign in first,
 * as for every other answer there.
 */
export function registerUnknownRoutes(
  app: App,
  context: Context,
  routes: KnownRoutes,
  handOn: HandOn | undefined,
): void {
  const refuseMethod = async (known: KnownPath, request: FastifyRequest, reply: FastifyReply) => {
    const unsigned = isOpen(known) ? undefined : await refusalOfSignIn(request)
    if (unsigned !== undefined) return sendFailure(context, unsigned, request, reply, known.family)
    reply.header('allow', [...known.methods.keys()].sort().join(', '))
    return sendFailure(context, refuse.methodNotAllowed(), request, reply, known.family)
  }
  const answerUnknown = async (request: FastifyRequest, reply: FastifyReply) => {
    const path = pathOf(request.url)
    const known = routes.find(path)
    if (known !== undefined) return refuseMethod(known, request, reply)
    if (handOn !== undefined && isHandedOn(context.config, path)) return handOn(request, reply)
    const refusal =
      (await refusalOfSignIn(request)) ?? refuse.notFound(isVersioned(path) ? elsewhere : undefined)
    return sendFailure(context, refusal, request, reply, familyOf(path))
  }
  /** Why the sign-in of a caller failed on a path of the contract; undefined if it succeeded, and for other paths. */
  const refusalOfSignIn = async (request: FastifyRequest): Promise<unknown> => {
    // Programs that wait for a challenge send their first request without credentials, to any path.
    if (!isVersioned(pathOf(request.url))) return undefined
    try {
      request.caller = await authenticate(context, request, request.address)
      return undefined
    } catch (error) {
      return error
    }
  }
  // The body of a request without a route is not read.
  app.addHook('onRequest', async (request, reply) =>
    request.is404 ? answerUnknown(request, reply) : undefined,
  )
  // If a path has no route for a method, the router falls back to routes with a `:name`, but the literal path is meant.
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.url?.includes(':') !== true) return undefined
    const known = routes.literally(pathOf(request.url))
    return known === undefined ? undefined : refuseMethod(known, request, reply)
  })
  app.setNotFoundHandler(answerUnknown)
}
