import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Session } from '../identity/credentials/session.ts'
import type { Caller } from '../values/caller.ts'
import type { Quota, Refusal } from '../values/errors.ts'
import type { RouteClass } from '../values/rate-rules.ts'
import type { Access } from './access.ts'
import type { Shadow } from './shadow/shadow.ts'
import type { Edited } from './edited.ts'
import type { FailureFamily } from './envelope.ts'
import type { NeedsReason } from './stated-reason.ts'

/** The Fastify app as endpoints see it: routes typed by their TypeBox schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The callers that may use the route; a route of the API cannot be registered without it. */
    access?: Access
    /** Changes by any caller are recorded in the audit log; changes by people always are. */
    audit?: boolean
    /** What a change of `/admin/v1` edits; a PUT or PATCH there cannot be registered without it. */
    edits?: Edited | 'no record'
    /** Requests that must state a reason in `X-Counterfoil-Reason`; undefined: none. */
    needsReason?: NeedsReason
    /** The shape in which the route reports failures; default: `entity`. */
    failure?: FailureFamily
    /** The published status of an answer that refuses a coupon as a whole; the setting `v2RefusalStatus` may move it. */
    refusedStatus?: 200 | 400
    /** The route accepts files: its body may take as long as `uploadTimeoutMs`. */
    isUpload?: boolean
    /** The duration of its answers depends on the reader, so it says nothing about the load of the server. */
    isLong?: boolean
    /** Answered under any load. */
    isProbe?: boolean
    /** The class of its quota, if it does not follow from method and path. */
    limit?: RouteClass
    /** The call makes a change in spite of its reading method. */
    changes?: boolean
  }
  interface FastifyInstance {
    /** Undefined: shadow mode is off. */
    shadow?: Shadow
  }
  interface FastifyRequest {
    /** The identified caller; null before the sign-in, and in public calls. */
    caller: Caller | null
    /** The session of a call whose access is `session`. */
    session: Session | null
    /** The network address of the caller, as reported by trusted proxies. */
    address: string
    /** The rest of the caller's quota; null: not counted. */
    quota: Quota | null
    /** For a request to sign in whose address has used up its quota; see `requireSignInQuota`. */
    overQuota: Refusal | null
    /** Called when another service answers the request, which is then no longer pending here. Null: it never was. */
    leaveWaiting: (() => void) | null
    /** Refused before any work was done; a log line for each such request would add to the load. */
    isShed: boolean
  }
}
