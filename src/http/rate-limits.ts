import type { FastifyRequest } from 'fastify'
import type { Caller } from '../values/caller.ts'
import type { Context } from '../ledger/context.ts'
import { type Refusal, refuse } from '../values/errors.ts'
import { classOf, quotaOf, rateLimitHeaders, type RouteClass } from '../values/rate-rules.ts'
import { quotaFacts } from '../identity/quotas/request-levels.ts'
import { networkOf } from '../values/network.ts'
import type { App } from './app.ts'

interface Taken {
  readonly one: RouteClass
  /** The owner of a quota, in the metrics and in the name of the policy. */
  readonly by: Caller['kind'] | 'address'
  readonly key: string
  readonly quota: number
}

/** Takes one unit of a quota. @returns the refusal if none is left, with the seconds until one is available. */
function take(
  { requestLevels }: Context,
  request: FastifyRequest,
  { one, by, key, quota }: Taken,
): Refusal | undefined {
  const admission = requestLevels.take(key, quota, performance.now())
  const policy = by === 'address' ? `${one}-of-address` : one
  const facts = quotaFacts(policy, quota, admission)
  if (admission.waitMs === 0) {
    request.quota = facts
    return undefined
  }
  const retryAfterS = Math.max(1, Math.ceil(admission.waitMs / 1000))
  return refuse.tooManyRequests(`Too many requests (${policy}); try again later`, {
    retryAfterS,
    quota: facts,
  })
}

/** @throws Refusal 429 if none is left. */
function requireOne(context: Context, request: FastifyRequest, taken: Taken): void {
  const refusal = take(context, request, taken)
  if (refusal !== undefined) countAndThrow(context, request, taken.one, taken.by, refusal)
}

function countAndThrow(
  { metrics }: Context,
  request: FastifyRequest,
  one: RouteClass,
  by: Taken['by'],
  refusal: Refusal,
): never {
  metrics.rateLimited.inc({ class: one, by })
  // A log line for each refusal would add to the load.
  request.isShed = true
  request.quota = null
  throw refusal
}

/**
 * Refuses an attempt to sign in if the quota of its address is used up. It is called once the attempt is known not to
 * come from a person or client who must not be locked out, because a stranger at the same address, or behind the same
 * proxy, could use up the quota.
 *
 * @throws Refusal 429.
 */
export function requireSignInQuota(context: Context, request: FastifyRequest): void {
  if (request.overQuota !== null) countAndThrow(context, request, 'sign-in', 'address', request.overQuota)
}

/** Takes one unit of the caller's quota. @throws Refusal 429. */
export function takeFromCaller(context: Context, request: FastifyRequest, caller: Caller): void {
  const { config } = context
  const { limit: one } = request.routeOptions.config
  if (!config.abuseLimits || one === undefined || one === 'sign-in') return
  const quota = quotaOf(one, caller.limits, config.rateLimits)
  const { orgId, kind, holderId } = caller
  const key = `${one} ${kind} ${orgId} ${holderId}`
  if (quota > 0) requireOne(context, request, { one, by: kind, key, quota })
}

/**
 * Quotas of addresses and, after the sign-in, of callers, for each class of routes. Refused requests take nothing, so
 * retrying does not lengthen the wait. The quota of sign-ins exempts known people and clients, who must not be locked
 * out.
 */
export function registerRateLimits(app: App, context: Context): void {
  const { abuseLimits, rateLimits, rateLimitAddressFactor } = context.config
  if (!abuseLimits) return
  app.addHook('onRoute', (route) => {
    const method = [route.method].flat()[0] ?? 'GET'
    const { config } = route
    // The configuration object of a route may be shared with other routes.
    route.config = { ...config, limit: config?.limit ?? classOf(route.url, method) }
  })
  app.addHook('onRequest', async (request) => {
    const { limit: one = 'reads', isProbe } = request.routeOptions.config
    if (isProbe === true) return
    const key = `${one} address ${networkOf(request.address)}`
    const quota = rateLimits[one]
    if (quota === 0) return
    const taken = { one, by: 'address', key, quota } as const
    const many = { ...taken, quota: quota * rateLimitAddressFactor }
    if (one !== 'sign-in') return requireOne(context, request, many)
    requireOne(context, request, { ...many, key: `any ${key}` })
    request.overQuota = take(context, request, taken) ?? null
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    if (request.quota !== null) reply.headers(rateLimitHeaders(request.quota))
    done(null, payload)
  })
}
