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
import type { FailureFamily } from './envelope.ts'

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
    /** Who may call the route; one of the API cannot be registered without it. */
    access?: Access
    /** Changes are recorded in the audit log in the caller's name, whoever calls; those of people always are. */
    audit?: boolean
    /** The shape in which the route tells a failure; `entity` unless said. */
    failure?: FailureFamily
    /** The published status of an answer that refuses a coupon as a whole; the setting `v2RefusalStatus` may move it. */
    refusedStatus?: 200 | 400
    /** Takes files: its body may take as long as `uploadTimeoutMs`. */
    isUpload?: boolean
    /** Answers as long as its reader takes: no measure of how busy the server is. */
    isLong?: boolean
    /** Answered however busy the server is. */
    isProbe?: boolean
    /** From which quota it is taken, unless from what its method and path say. */
    limit?: RouteClass
    /** Changes something although its method says that it reads. */
    changes?: boolean
  }
  interface FastifyInstance {
    /** Undefined: nothing is compared with another service. */
    shadow?: Shadow
  }
  interface FastifyRequest {
    /** The caller that has signed in; null before that, and in calls that need no caller. */
    caller: Caller | null
    /** The session of a call whose access is `session`. */
    session: Session | null
    /** The network address that it comes from, as far as trusted proxies say. */
    address: string
    /** What is left of the caller's quota; null: not counted. */
    quota: Quota | null
    /** Of a request to sign in: the quota of its address is used up; see `requireSignInQuota`. */
    overQuota: Refusal | null
    /** Another service answers it: it is no longer under way here. Null: it never was. */
    leaveWaiting: (() => void) | null
    /** Refused before anything was done for it; a line in the log for each would add to the load. */
    isShed: boolean
  }
}
