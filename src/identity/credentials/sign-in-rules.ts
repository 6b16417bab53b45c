/** How failed attempts to sign in slow down the next ones. Pure; instants are epoch milliseconds. */

/** What failures are counted by. */
export type BucketKind = 'loginAndAddress' | 'loginWhereKnown' | 'address' | 'login'

interface Pace {
  /** Failures that nobody is made to wait for: people mistype. */
  readonly free: number
  readonly longestMs: number
}

/**
 * An address may be an office or a shop, so it has more free attempts. Attempts from everywhere at one login (an e-mail
 * address, a till's code, a client's key) slow each other down to one a minute, no further: somebody else's attempts must
 * not keep its holder out. The same holds for attempts at a login from where its holder has signed in before.
 */
export const paces: Readonly<Record<BucketKind, Pace>> = {
  loginAndAddress: { free: 5, longestMs: 15 * 60_000 },
  loginWhereKnown: { free: 5, longestMs: 60_000 },
  address: { free: 30, longestMs: 15 * 60_000 },
  login: { free: 50, longestMs: 60_000 },
}

/**
 * What an attempt is counted by. Whoever has signed in at the address before waits neither for what others try elsewhere nor
 * for what they try beside it with other logins: many share the address of a shop, an office or a proxy.
 */
export function countedBy(isKnownAddress: boolean): readonly BucketKind[] {
  return isKnownAddress ? ['loginWhereKnown'] : ['loginAndAddress', 'address', 'login']
}

const firstWaitMs = 1_000
/** What lies longer back is forgotten. */
export const forgottenAfterMs = 24 * 60 * 60_000

export interface Bucket {
  readonly failures: number
  readonly lastFailedAtMs: number
  readonly blockedUntilMs: number | null
}

/** How long attempts have to wait at a moment; 0: not at all. */
export function waitMs({ blockedUntilMs }: Bucket, nowMs: number): number {
  return Math.max(0, (blockedUntilMs ?? 0) - nowMs)
}

/** The bucket after one more failure: each beyond the free ones doubles the wait. */
export function afterFailure(kind: BucketKind, bucket: Bucket | undefined, nowMs: number): Bucket {
  const known = bucket && nowMs - bucket.lastFailedAtMs < forgottenAfterMs ? bucket.failures : 0
  const failures = known + 1
  const { free, longestMs } = paces[kind]
  const beyond = failures - free
  const blockedUntilMs =
    beyond < 0 ? null : nowMs + Math.min(longestMs, firstWaitMs * 2 ** Math.min(beyond, 30))
  return { failures, lastFailedAtMs: nowMs, blockedUntilMs }
}
