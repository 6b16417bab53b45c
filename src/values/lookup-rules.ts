import { sunk } from './level-rules.ts'

export type OwnKind = 'till' | 'client' | 'user'
/** Whose unknown customers are counted. */
type CustomersKind = `${OwnKind}-customers`
/** What unknown codes and ids of coupons are counted by, and what unknown customers are. */
export type LookupKind = OwnKind | CustomersKind | 'address' | 'series'

/** What stands against somebody. Instants are milliseconds of one clock. */
export interface Failures {
  readonly level: number
  readonly atMs: number
  readonly failedAtMs: number
}

const firstWaitMs = 1_000
export const longestWaitMs = 15 * 60_000
/** Failures beyond the free ones until the wait is the longest. */
const doublings = Math.ceil(Math.log2(longestWaitMs / firstWaitMs))

/** Failures at once that nobody waits for: a third of what an hour forgets. */
export const freeOf = (perHour: number): number => Math.max(1, Math.ceil(perHour / 3))
/** The same while many fail at the address, or guess at the series. */
export const pressedFreeOf = (perHour: number): number => Math.max(1, Math.floor(freeOf(perHour) / 5))

export function levelAt({ level, atMs }: Failures, perHour: number, nowMs: number): number {
  return sunk(level, nowMs - atMs, perHour / 3_600)
}

/** How long further codes are refused: each failure beyond the free ones doubles the wait after it. */
export function waitMs(failures: Failures, free: number, nowMs: number): number {
  // What is forgotten while they come makes no difference.
  const beyond = Math.ceil(failures.level - 1e-6) - free
  if (beyond < 0) return 0
  const delayMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(beyond, doublings))
  return Math.max(0, failures.failedAtMs + delayMs - nowMs)
}

/**
 * How many one call may ask for. While hardly anything stands against the caller as many as any call takes, so that one
 * mistyped code does not forbid a large basket; then as many as would still be free if none of them were known; and one
 * where nothing is free any more and the wait is over.
 */
export function admitted(failures: Failures, perHour: number, free: number, nowMs: number): number {
  if (waitMs(failures, free, nowMs) > 0) return 0
  const level = levelAt(failures, perHour, nowMs)
  return level < free * cleanShare ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(free - level))
}

const cleanShare = 1 / 4

/** How long until so many are admitted in one call, as far as forgetting does it. */
export function admittedInMs(failures: Failures, perHour: number, free: number, asked: number): number {
  const level = Math.max(free * cleanShare, free - asked)
  return Math.max(0, ((failures.level - level) / perHour) * 3_600_000)
}

/** So many that it is told: of a caller, that the wait is the longest; of an address or a series, that it is pressed. */
export function isNoticed(kind: LookupKind, level: number, perHour: number): boolean {
  const isShared = kind === 'address' || kind === 'series'
  return level >= freeOf(perHour) + (isShared ? 0 : doublings)
}

/** What a redeemed coupon takes off: who redeems three codes may mistype one and a half. */
export const creditPerRedemption = 0.5
/** A row of a file that finds its customer and comes in takes as much off what stands against unknown customers. */
export const creditPerRow = 0.5
/** Codes of one caller that are looked for at the same time, so that a burst learns little more than one after the other. */
export const atOnceOf = (perHour: number): number => 2 * freeOf(perHour)
