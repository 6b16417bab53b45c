import { LastUses } from './credentials/last-uses.ts'
import { NoticedProxies } from './credentials/noticed-proxies.ts'
import { createSignIn, type SignIn } from './credentials/sign-in.ts'
import { RequestLevels } from './quotas/request-levels.ts'
import type { PlatformContext } from '../platform/context.ts'
import { ExpiringCache } from '../platform/expiring-cache.ts'
import { Semaphore } from '../platform/semaphore.ts'

/** The state about callers that the process keeps in memory. */
export interface IdentityState {
  readonly signIn: SignIn
  /** Usage of the callers' quotas. */
  readonly requestLevels: RequestLevels
  readonly noticedProxies: NoticedProxies
  /** When callers last used this process, as far as it has not been written yet. */
  readonly lastUses: LastUses
  /** Limits password hashing: each hash occupies a core for milliseconds, so few run at once. */
  readonly slowHashes: Semaphore
  readonly tokenKeys: {
    readonly current: ExpiringCache<{ kid: string; secret: Buffer }>
    readonly byKid: ExpiringCache<Buffer | undefined>
  }
}

export interface IdentityContext extends PlatformContext, IdentityState {}

const slowHashLimits = { maxRunning: 2, maxWaiting: 100 }
const tokenKeyTtlMs = 60_000

export const createIdentityState = (): IdentityState => ({
  signIn: createSignIn(),
  requestLevels: new RequestLevels(),
  noticedProxies: new NoticedProxies(),
  lastUses: new LastUses(),
  slowHashes: new Semaphore(slowHashLimits),
  tokenKeys: { current: new ExpiringCache(tokenKeyTtlMs, 1), byKid: new ExpiringCache(tokenKeyTtlMs, 100) },
})
