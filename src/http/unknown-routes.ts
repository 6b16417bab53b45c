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

/** Whether a path takes nothing but calls without credentials. */
const isOpen = ({ methods }: KnownPath): boolean =>
  [...methods.values()].every(({ access }) => access === undefined || access === 'public')

/**
 * Answers a request that no route takes: 405 with `Allow` where the path takes other methods; elsewhere the service at
 * `UPSTREAM_URL` answers, or 404 where there is none. Under the paths of the contract a caller has to sign in first, as for
 * every other answer there.
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
  /** Why a caller of a path of the contract is not signed in; undefined when it is, and for other paths. */
  const refusalOfSignIn = async (request: FastifyRequest): Promise<unknown> => {
    // Programs that wait for a challenge send their first request bare, to whatever path.
    if (!isVersioned(pathOf(request.url))) return undefined
    try {
      request.caller = await authenticate(context, request, request.address)
      return undefined
    } catch (error) {
      return error
    }
  }
  // A body that no route takes is not read.
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
