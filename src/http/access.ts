import type { FastifyRequest } from 'fastify'
import type { Session } from '../identity/credentials/session.ts'
import type { Context } from '../ledger/context.ts'
import { isGranted, requireAccess, type Caller, type FinerResource, type Resource } from '../values/caller.ts'
import { refuse } from '../values/errors.ts'
import { describeSpan } from '../platform/tracing.ts'
import type { App } from './app.ts'
import { authenticate, resumeOwnSession } from './authenticate.ts'
import { originOf } from './browser.ts'
import { credentialSchemes } from './open-api.ts'
import type { Query } from './query-parameters.ts'
import { takeFromCaller } from './rate-limits.ts'

/** The parts of a request on which the required permissions may depend. */
type Asked = Pick<
  FastifyRequest<{ Querystring: Query; Params: Readonly<Record<string, string>> }>,
  'query' | 'params'
>

/** A permission that the access group or role of the caller must grant. */
type Need = readonly [Resource | FinerResource, 'read' | 'write']

/**
 * The callers that may use a route: all (`public`), a person with a session cookie (`session`), or a caller with a
 * permission, all permissions or any permission of a list. `also` adds permissions that depend on the request.
 */
export type Access =
  | 'public'
  | 'session'
  | Need
  | { readonly any: readonly Need[] }
  | { readonly all: readonly Need[]; also?(request: Asked): readonly Need[] }

/** The argument of a handler for the access that its route declares. */
export type CallerOf<A extends Access> = A extends 'public'
  ? undefined
  : A extends 'session'
    ? Session
    : Caller

const isNeed = (access: readonly unknown[] | object): access is Need => Array.isArray(access)

/** The security declaration of the OpenAPI document; a permission is a role name such as `coupon:write`. */
export function securityOf(access: Access): Readonly<Record<string, string[]>>[] {
  if (access === 'public') return []
  if (access === 'session') return [{ session: [] }]
  const alternatives = isNeed(access)
    ? [[access]]
    : 'any' in access
      ? access.any.map((need) => [need])
      : [access.all]
  return credentialSchemes.flatMap((scheme) =>
    alternatives.map((needs) => ({ [scheme]: needs.map((need) => need.join(':')) })),
  )
}

/** @throws Refusal 403, and the refusals of `also`. */
function requireNeeds(access: Exclude<Access, string>, caller: Caller, asked: Asked): void {
  if (isNeed(access)) return requireAccess(caller, ...access)
  if ('any' in access) {
    if (!access.any.some((need) => isGranted(caller, ...need))) throw refuse.accessDenied()
    return
  }
  for (const need of access.all) requireAccess(caller, ...need)
  for (const need of access.also?.(asked) ?? []) requireAccess(caller, ...need)
}

export type Authenticate = typeof authenticate

async function signIn(context: Context, request: FastifyRequest, findCaller: Authenticate): Promise<void> {
  const { address, id } = request
  const caller = {
    ...(request.caller ?? (await findCaller(context, request, address))),
    from: { address, requestId: id },
  }
  request.caller = caller
  describeSpan({ 'counterfoil.organisation': caller.orgId })
  takeFromCaller(context, request, caller)
}

/**
 * The access that the route of a request declares. @throws Error without one, since the route must not be called then.
 */
function accessOf({ routeOptions: { config, url } }: FastifyRequest): Access {
  if (config.access === undefined) throw new Error(`the route ${url} does not declare who may call it`)
  return config.access
}

/** Requests with these methods have no body. */
const bodiless = new Set(['GET', 'HEAD'])

/**
 * Enforces the declared access of every route of the scope. The caller is identified before the body is read, so that
 * no request without credentials is parsed; permissions are checked after the body has been validated. A route without
 * a declared access cannot be registered.
 *
 * @param findCaller identifies the caller; default: by the credentials of the request.
 */
export function registerAccess(app: App, context: Context, findCaller: Authenticate = authenticate): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined)
      throw new Error(`the route ${String(method)} ${url} does not declare who may call it`)
  })
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    const access = accessOf(request)
    if (access === 'public' || (access === 'session' && bodiless.has(request.method))) return done(null)
    // Not async, so that a request that need not wait continues in the same turn.
    // oxlint-disable-next-line promise/no-callback-in-promise
    signIn(context, request, findCaller).then(() => done(null), done)
  })
  app.addHook<{ Querystring: Query; Params: Readonly<Record<string, string>> }>(
    'preHandler',
    (request, _reply, done) => {
      const access = accessOf(request)
      if (access === 'public') return done()
      if (access === 'session') {
        const resumed = resumeOwnSession(context, request)
        // oxlint-disable-next-line promise/no-callback-in-promise
        return void resumed.then((session) => ((request.session = session), done()), done)
      }
      const caller = callerOf(request)
      if (caller.origin === undefined && isRecorded(request))
        request.caller = { ...caller, origin: originOf(request) }
      requireNeeds(access, caller, request)
      done()
    },
  )
}

/** Whether a change by a till or client is recorded in the audit log: wherever a reason is stated, it is kept. */
const isRecorded = ({ headers, routeOptions }: FastifyRequest): boolean =>
  routeOptions.config.audit === true || headers['x-counterfoil-reason'] !== undefined

function callerOf({ caller, routeOptions: { url } }: FastifyRequest): Caller {
  if (caller === null) throw new Error(`nobody has signed in to ${url}`)
  return caller
}

/** The argument of a handler: the session or caller that was granted access. */
export function grantedTo<Declared extends Access>(request: FastifyRequest): CallerOf<Declared> {
  const access = accessOf(request)
  const granted = access === 'public' ? undefined : (request.session ?? callerOf(request))
  return granted as CallerOf<Declared>
}
