import { NoticedProxies } from './credentials/noticed-proxies.ts'
import { createSignIn, type SignIn } from './credentials/sign-in.ts'
import { RequestLevels } from './quotas/request-levels.ts'
import type { PlatformContext } from '../platform/context.ts'
import { Lane } from '../platform/db/lane.ts'
import { ExpiringCache } from '../platform/expiring-cache.ts'

/** What the process remembers of callers. */
export interface IdentityState {
  readonly signIn: SignIn
  /** How much of their quotas callers have used. */
  readonly requestLevels: RequestLevels
  readonly noticedProxies: NoticedProxies
  /** Checks of passwords of tills: each takes a core for milliseconds, so few run at once and the queue is bounded. */
  readonly slowHashes: Lane<() => Promise<boolean>, boolean>
  readonly tokenKeys: {
    readonly current: ExpiringCache<{ kid: string; secret: Buffer }>
    readonly byKid: ExpiringCache<Buffer | undefined>
  }
}

export interface IdentityContext extends PlatformContext, IdentityState {}

const slowHashLimits = { name: 'password hashes', maxBatch: 1, maxInFlight: 2, minBeside: 1, maxQueue: 100 }
const tokenKeyTtlMs = 60_000

export const createIdentityState = (): IdentityState => ({
  signIn: createSignIn(),
  requestLevels: new RequestLevels(),
  noticedProxies: new NoticedProxies(),
  slowHashes: new Lane(slowHashLimits, async (checks) => Promise.all(checks.map((check) => check()))),
  tokenKeys: { current: new ExpiringCache(tokenKeyTtlMs, 1), byKid: new ExpiringCache(tokenKeyTtlMs, 100) },
})
