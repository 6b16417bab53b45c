import { sunk } from './level-rules.ts'

export type OwnKind = 'till' | 'client' | 'user'
/** Kinds of caller for counting unknown customers. */
type CustomersKind = `${OwnKind}-customers`
/** The dimensions that unknown codes and coupon ids are counted by, and those of unknown customers. */
export type LookupKind = OwnKind | CustomersKind | 'address' | 'series'

/** The failures counted against a subject. Instants are milliseconds of one clock. */
export interface Failures {
  readonly level: number
  readonly atMs: number
  readonly failedAtMs: number
}

const firstWaitMs = 1_000
export const longestWaitMs = 15 * 60_000
/** Number of failures beyond the free ones until the wait is longest. */
const doublings = Math.ceil(Math.log2(longestWaitMs / firstWaitMs))

/** Number of failures at once without a wait: a third of what expires in an hour. */
export const freeOf = (perHour: number): number => Math.max(1, Math.ceil(perHour / 3))
/** The same while many fail at the address, or guess codes of the series. */
export const pressedFreeOf = (perHour: number): number => Math.max(1, Math.floor(freeOf(perHour) / 5))

export function levelAt({ level, atMs }: Failures, perHour: number, nowMs: number): number {
  return sunk(level, nowMs - atMs, perHour / 3_600)
}

/** How long further codes are refused: each failure beyond the free ones doubles the wait. */
export function waitMs(failures: Failures, free: number, nowMs: number): number {
  // Failures that expire in the meantime make no difference.
  const beyond = Math.ceil(failures.level - 1e-6) - free
  if (beyond < 0) return 0
  const delayMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(beyond, doublings))
  return Math.max(0, failures.failedAtMs + delayMs - nowMs)
}

/**
 * The number of look-ups that one call may make. While hardly any failures are counted: as many as any call accepts, so
 * that one mistyped code does not block a large basket. Then: as many as would still be free if all were unknown. When
 * none is free and the wait is over: one.
 */
export function admitted(failures: Failures, perHour: number, free: number, nowMs: number): number {
  if (waitMs(failures, free, nowMs) > 0) return 0
  const level = levelAt(failures, perHour, nowMs)
  return level < free * cleanShare ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(free - level))
}

const cleanShare = 1 / 4

/** How long until that many are admitted in one call, considering only expiry. */
export function admittedInMs(failures: Failures, perHour: number, free: number, asked: number): number {
  const level = Math.max(free * cleanShare, free - asked)
  return Math.max(0, ((failures.level - level) / perHour) * 3_600_000)
}

/**
 * Whether the failures are reported: for a caller, when the wait is longest; for an address or a series, when it is
 * under pressure.
 */
export function isNoticed(kind: LookupKind, level: number, perHour: number): boolean {
  const isShared = kind === 'address' || kind === 'series'
  return level >= freeOf(perHour) + (isShared ? 0 : doublings)
}

/** The credit of a redeemed coupon: three redeemed codes offset one and a half mistyped ones. */
export const creditPerRedemption = 0.5
/** A successful row of a file that finds its customer credits as much against unknown customers. */
export const creditPerRow = 0.5
/** Maximum number of concurrent look-ups per caller, so that a burst reveals little more than a sequence. */
export const atOnceOf = (perHour: number): number => 2 * freeOf(perHour)
