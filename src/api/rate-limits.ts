import type { FastifyRequest } from 'fastify'
import type { Caller } from '../access/caller.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../errors.ts'
import { classOf, quotaOf, rateLimitHeaders, type RouteClass } from '../limits/rate-rules.ts'
import { quotaFacts } from '../limits/request-levels.ts'
import { networkOf } from '../values/network.ts'
import type { App } from './app.ts'

/**
 * Takes one of a quota.
 *
 * @param by whose it is, in the metrics and in the name of the policy.
 * @throws Refusal 429 with the seconds until one is there again.
 */
function take(
  { limits, metrics }: Context,
  request: FastifyRequest,
  one: RouteClass,
  by: Caller['kind'] | 'address',
  key: string,
  quota: number,
): void {
  const admission = limits.requests.take(key, quota, performance.now())
  const policy = by === 'address' ? `${one}-of-address` : one
  const facts = quotaFacts(policy, quota, admission)
  if (admission.waitMs === 0) {
    request.quota = facts
    return
  }
  metrics.rateLimited.inc({ class: one, by })
  // A line in the log for each would add to the load.
  request.isShed = true
  request.quota = null
  const retryAfterS = Math.max(1, Math.ceil(admission.waitMs / 1000))
  throw new Refusal(429, `Too many requests (${policy}); try again later`, { retryAfterS, quota: facts })
}

/** Takes a request from the quota of its caller. @throws Refusal 429. */
export function takeFromCaller(context: Context, request: FastifyRequest, caller: Caller): void {
  const { config } = context
  const { limit: one } = request.routeOptions.config
  if (!config.abuseLimits || one === undefined || one === 'sign-in') return
  const quota = quotaOf(one, caller.limits, config.rateLimits)
  const { orgId, kind, holderId } = caller
  if (quota > 0) take(context, request, one, kind, `${one} ${kind} ${orgId} ${holderId}`, quota)
}

/**
 * Quotas of addresses and, once it is known who calls, of callers, for each class of routes. Refused requests take nothing, so
 * who goes on asking does not wait longer for it.
 */
export function registerRateLimits(app: App, context: Context): void {
  const { abuseLimits, rateLimits, rateLimitAddressFactor } = context.config
  if (!abuseLimits) return
  app.addHook('onRoute', (route) => {
    const method = [route.method].flat()[0] ?? 'GET'
    const { config } = route
    // The configuration of a route may be shared with others.
    route.config = { ...config, limit: config?.limit ?? classOf(route.url, method) }
  })
  app.addHook('onRequest', async (request) => {
    const { limit: one = 'reads', isProbe } = request.routeOptions.config
    if (isProbe === true) return
    const quota = rateLimits[one] * (one === 'sign-in' ? 1 : rateLimitAddressFactor)
    if (quota === 0) return
    take(context, request, one, 'address', `${one} address ${networkOf(request.address)}`, quota)
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    if (request.quota !== null) reply.headers(rateLimitHeaders(request.quota))
    done(null, payload)
  })
}
