import { sunk } from './level-rules.ts'

/** What codes that are asked for in vain are counted by. */
export type OwnKind = 'till' | 'client' | 'user'
export type LookupKind = OwnKind | 'address' | 'series'

/** How many are forgotten in an hour; 0: they are not counted. */
export type LookupLimits = Readonly<Record<LookupKind, number>>

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

/** So many that it is told: of a caller, that the wait is the longest; of an address or a series, that it is pressed. */
export function isNoticed(kind: LookupKind, level: number, perHour: number): boolean {
  const isShared = kind === 'address' || kind === 'series'
  return level >= freeOf(perHour) + (isShared ? 0 : doublings)
}

/** What a redeemed coupon takes off: who redeems three codes may mistype one and a half. */
export const creditPerRedemption = 0.5
/** Codes of one caller that are looked for at the same time, so that a burst learns little more than one after the other. */
export const atOnceOf = (perHour: number): number => 2 * freeOf(perHour)
