/** How failed sign-in attempts slow down the next ones. Pure; instants are epoch milliseconds. */

/** The dimensions that failures are counted by. */
export type BucketKind = 'loginAndAddress' | 'loginWhereKnown' | 'address' | 'login'

interface Pace {
  /** Number of failures without a wait: people mistype. */
  readonly free: number
  readonly longestMs: number
}

/**
 * An address may be an office or a shop, so it has more free attempts. Attempts at one login from all addresses (an
 * e-mail address, a till's code, a client's key) slow each other down to one a minute, but no further: attempts by
 * others must not lock its holder out. The same holds for attempts at a login from where its holder has signed in
 * before.
 */
export const paces: Readonly<Record<BucketKind, Pace>> = {
  loginAndAddress: { free: 5, longestMs: 15 * 60_000 },
  loginWhereKnown: { free: 5, longestMs: 60_000 },
  address: { free: 30, longestMs: 15 * 60_000 },
  login: { free: 50, longestMs: 60_000 },
}

/**
 * The buckets that count an attempt. A holder who has signed in from the address before is slowed down neither by
 * attempts from other addresses nor by attempts at other logins from the same one: many people share the address of a
 * shop, an office or a proxy.
 */
export function countedBy(isKnownAddress: boolean): readonly BucketKind[] {
  return isKnownAddress ? ['loginWhereKnown'] : ['loginAndAddress', 'address', 'login']
}

const firstWaitMs = 1_000
/** Older failures are forgotten. */
export const forgottenAfterMs = 24 * 60 * 60_000

export interface Bucket {
  readonly failures: number
  readonly lastFailedAtMs: number
  readonly blockedUntilMs: number | null
}

/** How long attempts have to wait at an instant; 0: not at all. */
export function waitMs({ blockedUntilMs }: Bucket, nowMs: number): number {
  return Math.max(0, (blockedUntilMs ?? 0) - nowMs)
}

/** The bucket after one more failure: each failure beyond the free ones doubles the wait. */
export function afterFailure(kind: BucketKind, bucket: Bucket | undefined, nowMs: number): Bucket {
  const known = bucket && nowMs - bucket.lastFailedAtMs < forgottenAfterMs ? bucket.failures : 0
  const failures = known + 1
  const { free, longestMs } = paces[kind]
  const beyond = failures - free
  const blockedUntilMs =
    beyond < 0 ? null : nowMs + Math.min(longestMs, firstWaitMs * 2 ** Math.min(beyond, 30))
  return { failures, lastFailedAtMs: nowMs, blockedUntilMs }
}
