import { plural } from '../../parts/format.ts'

/** How hard codes are to guess, by the rule of `src/bulk/codes/strength-rules.ts`, which refuses weak codes. */

const guessesPerSecond = 10
const secondsPerYear = 31_536_000
/** Assumed number of codes in circulation if there is no limit. */
export const unlimitedCodes = 100_000

export interface Strength {
  /** Number of different codes. */
  readonly keyspace: number
  /** Expected number of guesses until a hit. */
  readonly guessesPerHit: number
  /** A hit is expected within a year. */
  readonly isWeak: boolean
}

/** @param characters size of the alphabet. @param drawn random characters in a code. @param live working codes. */
export function strengthOf(characters: number, drawn: number, live: number): Strength {
  const keyspace = characters ** drawn
  const guessesPerHit = keyspace / Math.max(1, live)
  return { keyspace, guessesPerHit, isWeak: guessesPerHit <= guessesPerSecond * secondsPerYear }
}

/** Smallest number of random characters that makes codes strong. */
export function charactersNeeded(characters: number, live: number): number {
  let drawn = 1
  while (strengthOf(characters, drawn, live).isWeak) drawn += 1
  return drawn
}

const units = [
  [secondsPerYear, 'year', 2],
  [86_400, 'day', 2],
  [3_600, 'hour', 2],
  [60, 'minute', 1],
] as const

/** A hit is not expected within a lifetime. */
export const isHard = (guessesPerHit: number): boolean =>
  guessesPerHit >= 1_000 * secondsPerYear * guessesPerSecond

/** "about 3 hours": the time that ten guesses a second take until a hit. */
export function guessingTime(guessesPerHit: number): string {
  const seconds = guessesPerHit / guessesPerSecond
  if (isHard(guessesPerHit)) return 'more than a thousand years'
  for (const [length, name, least] of units)
    if (seconds >= length * least) return `about ${plural(Math.round(seconds / length), name)}`
  return 'less than a minute'
}
